import Document

/// The order of ``ObjectIdentity`` without intermediate lists: it is asked for at every look-up of a wanted object.
enum IdentityOrder {
  static func less(_ left: ObjectIdentity, _ right: ObjectIdentity) -> Bool {
    var order = ByteOrder.compare(left.group, right.group)
    if order == 0 { order = ByteOrder.compare(left.kind, right.kind) }
    if order == 0 { order = ByteOrder.compare(left.namespace, right.namespace) }
    if order == 0 { order = ByteOrder.compare(left.name, right.name) }
    return order < 0
  }
}

import Document

/// Which fields a value names: the set that an apply request claims.
enum TypedFields {
  static func owned(_ value: Value, _ schema: Schema) -> FieldSet { FieldSet(node(value, schema).children) }

  static func node(_ value: Value, _ schema: Schema, atomic: Bool = false) -> FieldSet.Node {
    if atomic || schema.isAtomic { return FieldSet.Node(member: true) }
    switch schema.shape {
    case .scalar: return FieldSet.Node(member: true)
    case .any:
      guard case .object(let object) = value else { return FieldSet.Node(member: true) }
      return FieldSet.Node(children: children(of: object, schema))
    case .object, .map:
      guard case .object(let object) = value else { return FieldSet.Node() }
      return FieldSet.Node(children: children(of: object, schema))
    case .list(let element, let kind):
      guard case .array(let items) = value else { return FieldSet.Node() }
      var members: [Member] = []
      let elementSchema = schema.at(element)
      for item in items {
        guard let key = PathElement.element(item, kind: kind, schema: elementSchema) else { continue }
        var node = node(item, elementSchema)
        node.member = true
        if let stored = node.stored { members.append(Member(key: key, value: stored)) }
      }
      return FieldSet.Node(children: Object(members))
    }
  }

  private static func children(of object: Object, _ schema: Schema) -> Object {
    var members: [Member] = []
    members.reserveCapacity(object.count)
    for member in object {
      let (child, declared, atomic) = TypedFields.child(member.key, schema)
      guard let child else { continue }
      var node = node(member.value, child, atomic: atomic)
      let empty = member.value.isNull || member.value.objectValue?.isEmpty == true
      if empty || !declared { node.member = true }
      if let stored = node.stored { members.append(Member(key: "f:" + member.key, value: stored)) }
    }
    return Object(sortedMembers: members)
  }

  /// The schema under a key; whether it is a declared field rather than a map's entry; whether its use is atomic.
  static func child(_ key: String, _ schema: Schema) -> (schema: Schema?, declared: Bool, atomic: Bool) {
    switch schema.shape {
    case .any: return (schema, false, false)
    case .map(let element, _): return (schema.at(element), false, false)
    case .object(_, _, let keepsUnknown):
      if let field = schema.field(key) { return (schema.at(field.type), true, field.atomic) }
      if keepsUnknown { return (Schema(table: .untyped, index: 0), false, false) }
      return (nil, false, false)
    default: return (nil, false, false)
    }
  }
}

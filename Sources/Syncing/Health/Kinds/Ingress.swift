import Document

extension Health {
  /// An Ingress is Healthy once it has an address.
  static func ingress(_ object: Value) -> Health {
    let addresses = object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []
    return addresses.isEmpty ? Health(.progressing, "has no address yet") : Health(.healthy)
  }
}

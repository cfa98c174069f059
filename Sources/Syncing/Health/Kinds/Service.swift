import Document

extension Health {
  /// A Service of type LoadBalancer is Healthy once it has an address; every other Service at once.
  static func service(_ object: Value) -> Health {
    guard object[at: "spec", "type"]?.stringValue == "LoadBalancer" else { return Health(.healthy) }
    let addresses = object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []
    return addresses.isEmpty ? Health(.progressing, "has no load balancer address yet") : Health(.healthy)
  }
}

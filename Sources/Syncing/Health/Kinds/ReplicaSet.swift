import Document

extension Health {
  /// A ReplicaSet is Healthy once all its replicas are available, Degraded when it cannot make them.
  static func replicaSet(_ object: Value) -> Health {
    guard object.isObserved else { return Health(.progressing, "the newest generation has not been seen yet") }
    if let failure = object.condition("ReplicaFailure"), failure.status == "True" { return Health(.degraded, failure.text) }
    let wanted = object[at: "spec", "replicas"]?.intValue ?? 1
    let available = object.count("status", "availableReplicas")
    if available < wanted { return Health(.progressing, "\(available) of \(wanted) replicas are available") }
    return Health(.healthy)
  }
}

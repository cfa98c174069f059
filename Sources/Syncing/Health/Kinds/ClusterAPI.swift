import Document

extension Health {
  /// A Cluster of Cluster API: paused is Suspended; then its phase, and a `Ready` (or, since v1beta2, `Available`) that says no is
  /// Degraded.
  static func clusterAPICluster(_ object: Value) -> Health {
    if object[at: "spec", "paused"]?.boolValue == true { return Health(.suspended, "is paused") }
    for type in ["Ready", "Available"] {
      if let condition = object.condition(type), condition.status == "False", object[at: "status", "phase"]?.stringValue != "Provisioning" {
        return Health(.degraded, condition.text)
      }
    }
    switch object[at: "status", "phase"]?.stringValue {
    case "Provisioned": return Health(.healthy)
    case "Failed": return Health(.degraded, object[at: "status", "failureMessage"]?.stringValue ?? "failed")
    case "Deleting": return Health(.progressing, "is being deleted")
    case .some(let phase): return Health(.progressing, "is \(phase)")
    case nil: return Health(.progressing, "waiting for the cluster")
    }
  }
}

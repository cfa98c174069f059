import Document

extension Health {
  /// A DaemonSet is Healthy once its pods are updated and available on every node that should run one.
  static func daemonSet(_ object: Value) -> Health {
    let generation = object.count("metadata", "generation")
    guard object.count("status", "observedGeneration") >= generation else {
      return Health(.progressing, "waiting for the rollout: the newest generation has not been seen yet")
    }
    let wanted = object.count("status", "desiredNumberScheduled")
    if object[at: "spec", "updateStrategy", "type"]?.stringValue == "OnDelete" {
      return Health(.healthy, "\(object.count("status", "numberReady")) of \(wanted) pods are ready")
    }
    let updated = object.count("status", "updatedNumberScheduled")
    if updated < wanted { return Health(.progressing, "waiting for the rollout: \(updated) of \(wanted) pods are updated") }
    let available = object.count("status", "numberAvailable")
    if available < wanted { return Health(.progressing, "waiting for the rollout: \(available) of \(wanted) updated pods are available") }
    return Health(.healthy)
  }
}

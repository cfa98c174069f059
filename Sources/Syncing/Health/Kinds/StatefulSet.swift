import Document

extension Health {
  /// A StatefulSet is Healthy once all its replicas are ready and of the update revision.
  static func statefulSet(_ object: Value) -> Health {
    let generation = object.count("metadata", "generation")
    let observed = object.count("status", "observedGeneration")
    if observed == 0 || observed < generation {
      return Health(.progressing, "waiting for the rollout: the newest generation has not been seen yet")
    }
    let wanted = object[at: "spec", "replicas"]?.intValue ?? 1
    let ready = object.count("status", "readyReplicas")
    if ready < wanted { return Health(.progressing, "waiting for \(wanted - ready) pods to be ready") }

    let strategy = object[at: "spec", "updateStrategy"]
    if strategy?["type"]?.stringValue == "OnDelete" { return Health(.healthy, "\(ready) pods are ready") }
    if let partition = strategy?[at: "rollingUpdate", "partition"]?.intValue, partition > 0 {
      let updated = object.count("status", "updatedReplicas")
      let due = max(0, wanted - partition)
      if updated < due { return Health(.progressing, "waiting for the partitioned rollout: \(updated) of \(due) pods are updated") }
      return Health(.healthy, "the partitioned rollout is complete: \(updated) pods are updated")
    }
    if object[at: "status", "updateRevision"] != object[at: "status", "currentRevision"] {
      return Health(.progressing, "waiting for the rollout: \(object.count("status", "updatedReplicas")) pods are at the new revision")
    }
    return Health(.healthy)
  }
}

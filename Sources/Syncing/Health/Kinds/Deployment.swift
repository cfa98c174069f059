import Document

extension Health {
  /// A Deployment is Healthy once all its replicas are updated and available and the controller has seen the newest generation.
  static func deployment(_ object: Value) -> Health {
    if object[at: "spec", "paused"]?.boolValue == true { return Health(.suspended, "is paused") }
    guard let generation = object[at: "metadata", "generation"]?.intValue, object.count("status", "observedGeneration") >= generation else {
      return Health(.progressing, "waiting for the rollout: the newest generation has not been seen yet")
    }
    if let progressing = object.condition("Progressing"), progressing.reason == "ProgressDeadlineExceeded" {
      return Health(.degraded, "exceeded its progress deadline")
    }
    let wanted = object[at: "spec", "replicas"]?.intValue ?? 1
    let updated = object.count("status", "updatedReplicas")
    let available = object.count("status", "availableReplicas")
    let all = object.count("status", "replicas")
    if updated < wanted { return Health(.progressing, "waiting for the rollout: \(updated) of \(wanted) new replicas are updated") }
    if all > updated { return Health(.progressing, "waiting for the rollout: \(all - updated) old replicas are pending termination") }
    if available < updated {
      return Health(.progressing, "waiting for the rollout: \(available) of \(updated) updated replicas are available")
    }
    return Health(.healthy)
  }
}

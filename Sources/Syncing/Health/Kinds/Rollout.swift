import Document

extension Health {
  /// An Argo Rollout: a paused one is Suspended, an aborted one Degraded; both hold back whatever waits for it.
  ///
  /// Rollouts of version 1.0 and later say their phase themselves; of older ones the counts of replicas decide, as for a Deployment.
  static func rollout(_ object: Value) -> Health {
    if let invalid = object.condition("InvalidSpec"), invalid.status != "False" { return Health(.degraded, invalid.text) }
    guard isRolloutObserved(object) else { return Health(.progressing, "the newest generation has not been seen yet") }
    let message = object[at: "status", "message"]?.stringValue ?? ""
    switch object[at: "status", "phase"]?.stringValue {
    case "Healthy": return Health(.healthy, message)
    case "Paused": return Health(.suspended, message.isEmpty ? "is paused" : message)
    case "Progressing": return Health(.progressing, message)
    case "Degraded": return Health(.degraded, message)
    case .some(let phase): return Health(.unknown, "unknown phase \(phase)")
    case nil: return rolloutWithoutPhase(object)
    }
  }

  private static func isRolloutObserved(_ object: Value) -> Bool {
    guard let observed = object[at: "status", "observedGeneration"] else { return object["status"] != nil }
    // Versions before 1.0 wrote a hash here, which says nothing about the generation.
    guard let number = observed.intValue ?? observed.stringValue.flatMap({ Int64($0) }) else { return true }
    guard number >= object.count("metadata", "generation") || number > 1_000_000 else { return false }
    guard let workload = object[at: "metadata", "annotations", "rollout.argoproj.io/workload-generation"]?.stringValue else { return true }
    return object[at: "status", "workloadObservedGeneration"]?.stringValue.map { $0 == workload } ?? true
  }

  private static func rolloutWithoutPhase(_ object: Value) -> Health {
    if object[at: "status", "abort"]?.boolValue == true { return Health(.degraded, "was aborted") }
    for condition in object.conditions where condition.type == "Progressing" {
      if condition.reason == "RolloutAborted" || condition.reason == "ProgressDeadlineExceeded" { return Health(.degraded, condition.text) }
    }
    if object[at: "spec", "paused"]?.boolValue == true { return Health(.suspended, "is paused") }
    if object[at: "status", "pauseConditions"]?.arrayValue?.isEmpty == false { return Health(.suspended, "is paused") }
    let wanted = object[at: "spec", "replicas"]?.intValue ?? 1
    let updated = object.count("status", "updatedReplicas")
    if updated < wanted { return Health(.progressing, "waiting for the rollout: \(updated) of \(wanted) new replicas are updated") }
    let all = object.count("status", "replicas")
    if all > updated { return Health(.progressing, "waiting for the rollout: \(all - updated) old replicas are pending termination") }
    let available = object.count("status", "availableReplicas")
    if available < updated {
      return Health(.progressing, "waiting for the rollout: \(available) of \(updated) updated replicas are available")
    }
    return Health(.healthy)
  }
}

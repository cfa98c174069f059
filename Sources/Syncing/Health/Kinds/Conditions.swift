import Document

extension Health {
  /// Any other object, by the conditions that controllers agree upon (kstatus): `Stalled`, `Reconciling`, `Ready`, `Available`, and the
  /// observed generation. An object that reports none of these is healthy by being there.
  static func assessConditions(_ object: Value) -> Health {
    guard object.isObserved else { return Health(.progressing, "the newest generation has not been seen yet") }
    let generation = object[at: "metadata", "generation"]?.intValue
    var verdict = Health(.healthy)
    for condition in object.conditions {
      if let generation, let observed = condition.observedGeneration, observed < generation {
        if isTelling(condition.type) { return Health(.progressing, "\(condition.type) does not speak of the newest generation yet") }
        continue
      }
      switch (condition.type, condition.status) {
      case ("Stalled", "True"): return Health(.degraded, condition.text)
      case ("Reconciling", "True"): verdict = worse(verdict, Health(.progressing, condition.text))
      case ("Ready", "False"), ("Available", "False"):
        verdict = worse(verdict, Health(isWaiting(condition.reason) ? .progressing : .degraded, condition.text))
      case ("Ready", "Unknown"), ("Available", "Unknown"): verdict = worse(verdict, Health(.progressing, condition.text))
      default: break
      }
    }
    // A controller that says to be at work is believed: its Ready=False is then no failure.
    if verdict.status == .degraded, let working = object.condition("Reconciling"), working.status == "True" {
      return Health(.progressing, working.text)
    }
    return verdict
  }

  private static func worse(_ first: Health, _ second: Health) -> Health { second.status > first.status ? second : first }

  private static func isTelling(_ type: String) -> Bool { ["Ready", "Available", "Stalled", "Reconciling"].contains(type) }

  /// Reasons with which controllers say `Ready=False` only because they have not finished.
  private static func isWaiting(_ reason: String) -> Bool {
    let words = [
      "progress", "pending", "creating", "provisioning", "waiting", "initializ", "issuing", "reconciling", "dependencynotready", "starting",
    ]
    let reason = reason.lowercased()
    return words.contains { reason.contains($0) }
  }
}

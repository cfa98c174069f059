import Document

extension Health {
  /// Whether an API group belongs to Crossplane or one of its providers.
  static func isCrossplane(_ group: String) -> Bool {
    [".crossplane.io", ".upbound.io"].contains { group.hasSuffix($0) }
  }

  /// Managed and composite resources, packages and definitions of Crossplane: `Synced=False` (it cannot be reconciled) is Degraded, a
  /// `Ready`, `Healthy`, `Installed`, `Established` or `Offered` that says no is Progressing only where it says that it is at work.
  /// Configuration kinds report nothing and are healthy by being there.
  static func crossplane(_ object: Value) -> Health {
    let conditions = object.conditions
    guard !conditions.isEmpty else {
      let kind = object["kind"]?.stringValue ?? ""
      let isPassive =
        kind.hasSuffix("Config") || kind.hasSuffix("ConfigUsage")
        || ["Composition", "CompositionRevision", "DeploymentRuntimeConfig", "Usage"].contains(kind)
      return isPassive ? Health(.healthy) : Health(.progressing, "has not been reconciled yet")
    }
    for condition in conditions {
      if condition.status == "False", ["Synced", "LastAsyncOperation"].contains(condition.type) {
        // A paused resource is not reconciled because somebody said so.
        if condition.reason == "ReconcilePaused" { return Health(.suspended, condition.text) }
        return Health(.degraded, condition.text)
      }
    }
    for condition in conditions where ["Ready", "Healthy", "Installed", "Established", "Offered"].contains(condition.type) {
      guard condition.status != "True" else { continue }
      let working = ["Creating", "Deleting", "Unknown", "WatchCircuitClosed", "ActivePackageRevision"]
      if condition.status == "Unknown" || working.contains(condition.reason) || condition.type == "Ready" && condition.reason.isEmpty {
        return Health(.progressing, condition.text)
      }
      return Health(condition.type == "Ready" && condition.reason != "Unavailable" ? .progressing : .degraded, condition.text)
    }
    return Health(.healthy)
  }
}

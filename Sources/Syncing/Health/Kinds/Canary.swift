import Document

extension Health {
  /// A Flagger Canary by its phase: `Waiting` for approval is Suspended, `Failed` (rolled back) is Degraded, everything under way
  /// Progressing.
  static func canary(_ object: Value) -> Health {
    if object[at: "spec", "suspend"]?.boolValue == true { return Health(.suspended, "is suspended") }
    var message = object.conditions.map(\.text).first { !$0.isEmpty } ?? ""
    if let weight = object[at: "status", "canaryWeight"]?.intValue, weight > 0 {
      message = "\(weight) % of the traffic\(message.isEmpty ? "" : ": \(message)")"
    }
    switch object[at: "status", "phase"]?.stringValue {
    case "Initialized", "Succeeded": return Health(.healthy, message)
    case "Failed": return Health(.degraded, message.isEmpty ? "failed and was rolled back" : message)
    case "Waiting", "WaitingPromotion": return Health(.suspended, message.isEmpty ? "waits for approval" : message)
    case "Initializing", "Progressing", "Promoting", "Finalising": return Health(.progressing, message)
    case "Terminating", "Terminated": return Health(.progressing, "is being deleted")
    case nil, "": return Health(.progressing, "has not been seen by its controller yet")
    case .some(let phase): return Health(.unknown, "unknown phase \(phase)")
    }
  }
}

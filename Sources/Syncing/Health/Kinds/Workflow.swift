import Document

extension Health {
  /// An Argo Workflow says its phase itself; before it has one, it is about to begin.
  static func workflow(_ object: Value) -> Health {
    let message = object[at: "status", "message"]?.stringValue ?? ""
    switch object[at: "status", "phase"]?.stringValue ?? "" {
    case "", "Pending", "Running": return Health(.progressing, message)
    case "Succeeded": return Health(.healthy, message)
    case "Failed", "Error": return Health(.degraded, message)
    case let phase: return Health(.unknown, message.isEmpty ? "unknown phase \(phase)" : message)
    }
  }
}

import Document

extension Health {
  /// A claim is Healthy once bound, Degraded when its volume is lost.
  static func persistentVolumeClaim(_ object: Value) -> Health {
    switch object[at: "status", "phase"]?.stringValue {
    case "Bound": Health(.healthy)
    case "Lost": Health(.degraded, "its volume is lost")
    case "Pending", nil: Health(.progressing, "is not bound to a volume yet")
    case .some(let phase): Health(.unknown, "unknown phase \(phase)")
    }
  }
}

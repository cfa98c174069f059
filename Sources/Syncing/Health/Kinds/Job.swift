import Document

extension Health {
  /// A Job is Healthy once complete, Degraded once failed, and Progressing in between.
  static func job(_ object: Value) -> Health {
    var suspended = false
    for condition in object.conditions where condition.status == "True" {
      switch condition.type {
      case "Failed": return Health(.degraded, condition.text)
      case "Complete": return Health(.healthy, condition.message)
      case "Suspended": suspended = true
      default: break
      }
    }
    return suspended ? Health(.suspended, "is suspended") : Health(.progressing, "is running")
  }
}

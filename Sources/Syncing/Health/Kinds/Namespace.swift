import Document

extension Health {
  /// A Namespace is Healthy unless it is going away.
  static func namespace(_ object: Value) -> Health {
    guard object[at: "status", "phase"]?.stringValue == "Terminating" else { return Health(.healthy) }
    let reasons = object.conditions.filter { $0.status == "True" }.map(\.text)
    return Health(.progressing, (["is being deleted"] + reasons).joined(separator: ": "))
  }
}

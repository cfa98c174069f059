import Document

extension Health {
  /// A CustomResourceDefinition is Healthy once its kind is served (Established).
  static func customResourceDefinition(_ object: Value) -> Health {
    if object.conditions.isEmpty { return Health(.progressing, "waiting to be established") }
    if let names = object.condition("NamesAccepted"), names.status == "False" {
      return Health(.degraded, "names not accepted: \(names.text)")
    }
    if let terminating = object.condition("Terminating"), terminating.status == "True" {
      return Health(.progressing, "is being deleted: \(terminating.text)")
    }
    guard let established = object.condition("Established"), established.status == "True" else {
      return Health(.progressing, "waiting to be established")
    }
    if let schema = object.condition("NonStructuralSchema"), schema.status == "True" {
      return Health(.degraded, "the schema is not structural: \(schema.text)")
    }
    return Health(.healthy)
  }
}

import Document

extension Health {
  /// A cert-manager Certificate: while it is being issued it is Progressing whatever else it says, then its `Ready` counts.
  static func certificate(_ object: Value) -> Health {
    if let issuing = object.condition("Issuing"), issuing.status == "True" { return Health(.progressing, issuing.text) }
    guard let ready = object.condition("Ready") else { return Health(.progressing, "waiting for the certificate") }
    if let generation = object[at: "metadata", "generation"]?.intValue, let observed = ready.observedGeneration, observed < generation {
      return Health(.progressing, "Ready does not speak of the newest generation yet")
    }
    switch ready.status {
    case "True": return Health(.healthy, ready.message)
    case "False": return Health(.degraded, ready.text)
    default: return Health(.progressing, ready.text)
    }
  }
}

import Document

extension Health {
  /// Kustomizations, HelmReleases and sources of Flux: suspended ones are Suspended, the others by their conditions; without any they are
  /// not reconciled yet.
  static func flux(_ object: Value) -> Health {
    if object[at: "spec", "suspend"]?.boolValue == true { return Health(.suspended, "is suspended") }
    if object.conditions.isEmpty { return Health(.progressing, "has not been reconciled yet") }
    guard object.condition("Ready") != nil else {
      let verdict = assessConditions(object)
      return verdict.status == .healthy ? Health(.progressing, "is not ready yet") : verdict
    }
    return assessConditions(object)
  }
}

import Document

/// What the server does for kubectl alone, so that users can move from client-side to server-side apply.
enum LastApplied {
  private static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

  private static func text(_ object: Value) -> String? { object[at: "metadata", "annotations", annotation]?.stringValue }

  /// Keeps kubectl's annotation in step with what was applied.
  static func updated(_ merged: Value, applied: Value, old: Value?, manager: String) -> Value {
    guard manager == "kubectl", let old, text(old) != nil else { return merged }
    var document = applied
    document[at: "metadata", "namespace"] = nil
    var result = merged
    result[["metadata", "annotations", annotation]] = .string(JSON.string(document, escapeHTML: true) + "\n")
    return result
  }

  /// Whether all conflicts lie on fields that kubectl itself applied before.
  static func covers(_ conflicts: [FieldConflict], old: Value, _ schema: Schema) -> Bool {
    guard let text = text(old), let document = try? JSON.decode(text) else { return false }
    // Only where the live value still is the one that was applied: defaults within an atomic list make it another one.
    let changed = TypedComparison(from: old, to: document, schema: schema)
    let applied = TypedFields.owned(document, schema).difference(changed.modified).difference(changed.added).difference(changed.removed)
    let paths = Set(applied.paths)
    return conflicts.allSatisfy { paths.contains($0.path) }
  }
}

import Document
import FleetModel

/// Kubernetes' strategic merge patch, led by the schema of the patched object.
enum StrategicMergePatch {
  private static let deletions = "$deleteFromPrimitiveList/"
  private static let orders = "$setElementOrder/"

  /// The object with the patch in it; without a schema, as inside free JSON, objects merge and lists are replaced.
  static func merged(_ patch: Object, into original: Object, _ schema: ObjectSchema?) throws(RenderError) -> Object {
    var result = original
    switch patch["$patch"]?.stringValue {
    case .none, .some("merge"): break
    case .some("replace"): return withoutDirectives(patch)
    case .some("delete"): return Object()
    case .some(let other): throw RenderError("unknown patch type \(JSON.string(.string(other))) found")
    }
    if let kept = patch["$retainKeys"]?.arrayValue {
      let names = Set(kept.compactMap(\.stringValue))
      result = Object(sortedMembers: result.members.filter { names.contains($0.key) })
    }
    for member in patch where member.key.hasPrefix(deletions) {
      let name = String(member.key.dropFirst(deletions.count))
      guard let unwanted = member.value.arrayValue, let present = result[name]?.arrayValue else { continue }
      result[name] = .array(present.filter { !unwanted.contains($0) })
    }
    for member in patch where !isDirective(member.key) {
      guard !member.value.isNull else {
        result[member.key] = nil
        continue
      }
      guard let present = result[member.key] else {
        result[member.key] = withoutDirectives(member.value)
        continue
      }
      result[member.key] = try merged(member.value, into: present, schema?[member.key])
    }
    return result
  }

  private static func merged(_ patch: Value, into original: Value, _ field: FieldSchema?) throws(RenderError) -> Value {
    switch (patch, original) {
    case (.object(let patch), .object(let original)):
      var inner: ObjectSchema?
      if case .object(let reference)? = field?.type { inner = reference.schema }
      return .object(try merged(patch, into: original, inner))
    case (.array(let patch), .array(let original)):
      switch field?.patch {
      case .mergePrimitives?: return .array(original + patch.filter { !original.contains($0) })
      case .merge(let key)?: return .array(try merged(patch, into: original, by: key, field))
      default: return withoutDirectives(.array(patch))
      }
    default: return withoutDirectives(patch)
    }
  }

  private static func merged(
    _ patch: [Value], into original: [Value], by key: String, _ field: FieldSchema?
  ) throws(RenderError) -> [Value] {
    var inner: ObjectSchema?
    if case .list(.object(let reference))? = field?.type { inner = reference.schema }
    if patch.contains(where: { $0["$patch"] == "replace" }) {
      return patch.filter { $0["$patch"] == nil }
    }
    var result = original
    for element in patch {
      guard case .object(let object) = element, let name = object[key] else {
        throw RenderError("map: \(JSON.string(element)) does not contain declared merge key: \(key)")
      }
      let position = result.firstIndex { $0[key] == name }
      if object["$patch"] == "delete" {
        if let position { result.remove(at: position) }
      } else if let position, case .object(let present) = result[position] {
        result[position] = .object(try merged(object, into: present, inner))
      } else {
        result.append(withoutDirectives(element))
      }
    }
    return result
  }

  private static func isDirective(_ key: String) -> Bool {
    key == "$patch" || key == "$retainKeys" || key.hasPrefix(deletions) || key.hasPrefix(orders)
  }

  /// What the patch adds: without directives, and without the nulls that would only have removed something.
  private static func withoutDirectives(_ object: Object) -> Object {
    Object(
      sortedMembers: object.members.filter { !isDirective($0.key) && !$0.value.isNull }.map {
        Member(key: $0.key, value: withoutDirectives($0.value))
      })
  }

  private static func withoutDirectives(_ value: Value) -> Value {
    switch value {
    case .object(let object): .object(withoutDirectives(object))
    case .array(let elements): .array(elements.map { withoutDirectives($0) })
    default: value
    }
  }
}

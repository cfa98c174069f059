import Document
import FleetModel

/// `templatePatch`: a strategic merge patch over the rendered application.
enum TemplatePatch {
  /// Applies a rendered patch, YAML or JSON. The project stays what the template made it.
  static func apply(_ text: String, to application: Value) throws(RenderError) -> TemplatePlan.Rendered {
    let patch = try decode(text)
    if patch.isNull { return TemplatePlan.Rendered(application: application, dependsOn: []) }
    guard case .object(let object) = patch else {
      throw RenderError(
        "invalid templatePatch \(quoted(patch)): json: cannot unmarshal \(GoJSON.kind(patch)) into Go value of type v1alpha1.Application")
    }
    let findings = SchemaCheck.findings(withoutDirectives(patch), ApplicationSchema.application)
    if let wrong = findings.first(where: { $0.kind == .wrongType }) {
      throw RenderError("invalid templatePatch \(quoted(patch)): json: \(wrong.message)")
    }
    let merged: Object
    do {
      merged = try StrategicMergePatch.merged(object, into: application.objectValue ?? Object(), ApplicationSchema.application)
    } catch {
      throw error.within("error while applying templatePatch template to json \(quoted(patch)): ")
    }
    let document = Value.object(merged)
    var result = Normalizer.application(document)
    result[at: "spec", "project"] = application[at: "spec", "project"] ?? ""
    var rendered = TemplatePlan.Rendered(application: result, dependsOn: document[at: "spec", "dependsOn"]?.arrayValue ?? [])
    rendered.unknown = findings.filter { $0.kind != .wrongType }.map(\.message)
    return rendered
  }

  private static func decode(_ text: String) throws(RenderError) -> Value {
    if text.first(where: { !$0.isWhitespace }) == "{" {
      do {
        return try JSON.decode(text)
      } catch {
        throw RenderError("invalid templatePatch \(JSON.string(.string(text))): \(error.message)")
      }
    }
    do {
      return try YAML.decode(text, duplicateKeys: .lastWins)
    } catch {
      let place = error.position.map { "line \($0.line): " } ?? ""
      throw RenderError("error while converting template to json \(JSON.string(.string(text))): yaml: \(place)\(error.message)")
    }
  }

  private static func quoted(_ patch: Value) -> String { JSON.string(.string(JSON.string(patch, escapeHTML: true))) }

  /// The patch without the `$` keys that only the merge understands.
  private static func withoutDirectives(_ value: Value) -> Value {
    switch value {
    case .object(let object):
      .object(
        Object(
          sortedMembers: object.members.filter { !$0.key.hasPrefix("$") }.map {
            Member(key: $0.key, value: withoutDirectives($0.value))
          }))
    case .array(let elements): .array(elements.filter { $0["$patch"] == nil }.map(withoutDirectives))
    default: value
    }
  }
}

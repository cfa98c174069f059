import Document
import FleetModel

/// Renders the texts of a template that makes nothing, for the error that Argo CD would find first.
struct TemplateCheck {
  private let renderer: TextRenderer
  private let parameters: ParameterSet

  init(_ renderer: TextRenderer, _ parameters: ParameterSet) {
    self.renderer = renderer
    self.parameters = parameters
  }

  /// The fields in the order of Argo CD's structs.
  func object(_ value: Value, _ schema: ObjectSchema) throws(RenderError) {
    let members = (value.objectValue ?? Object()).members.filter { schema[$0.key] != nil }
    for member in members.sorted(by: { schema.order(of: $0.key) < schema.order(of: $1.key) }) {
      if let field = schema[member.key] { try self.value(member.value, field.type) }
    }
  }

  private func value(_ value: Value, _ type: FieldType) throws(RenderError) {
    switch type {
    case .string, .integerOrString: if let text = value.stringValue { try self.text(text) }
    case .bool, .integer, .opaque: break
    case .json:
      do {
        _ = try JSONTemplates.rendered(value) { text throws(RenderError) in try renderer.render(text, parameters) }
      } catch {
        throw error.within(JSONTemplates.freeField)
      }
    case .object(let reference): try object(value, reference.schema)
    case .list(let element): for entry in value.arrayValue ?? [] { try self.value(entry, element) }
    case .stringMap: try map(value, .string)
    case .boolMap: try map(value, .bool)
    case .map(let element): try map(value, element)
    }
  }

  private func map(_ value: Value, _ element: FieldType) throws(RenderError) {
    for member in value.objectValue ?? Object() {
      try self.value(member.value, element)
      try text(member.key)
    }
  }

  private func text(_ text: String) throws(RenderError) {
    if !renderer.isLiteral(text) { _ = try renderer.render(text, parameters) }
  }
}

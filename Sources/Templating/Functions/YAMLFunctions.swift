import Document

/// YAML to and from template values, with the messages of sigs.k8s.io/yaml.
enum YAMLFunctions {
  /// `yaml.Marshal`, without the last line end.
  static func encode(_ value: TemplateValue) throws(FunctionError) -> String {
    let document: Value
    do {
      document = try JSONFunctions.document(value)
    } catch {
      throw FunctionError("error marshaling into JSON: \(error.message)")
    }
    var text: String
    do {
      text = try YAML.marshal(document)
    } catch {
      throw FunctionError(error.message)
    }
    if text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// `yaml.Unmarshal` into `any`.
  static func decode(_ text: String, budget: inout Budget) throws(FunctionError) -> TemplateValue {
    try budget.spend(bytes: text.utf8.count)
    do {
      return TemplateValue(try YAML.decode(text, duplicateKeys: .lastWins))
    } catch {
      let message = error.message.hasPrefix("yaml: ") ? error.message : "yaml: " + error.message
      throw FunctionError("error converting YAML to JSON: \(message)")
    }
  }

  static func mismatch(_ value: TemplateValue, _ type: GoType) -> FunctionError {
    FunctionError(
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(jsonName(value)) into Go value of type \(type.name)")
  }

  static func jsonName(_ value: TemplateValue) -> String {
    switch value {
    case .bool: "bool"
    case .int, .integer, .float: "number"
    case .string: "string"
    case .list: "array"
    case .map: "object"
    default: "null"
    }
  }
}

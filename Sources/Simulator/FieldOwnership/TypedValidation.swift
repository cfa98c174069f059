import Document

/// Whether a document that is to be applied fits the schema; the texts are those of the typed conversion.
enum TypedValidation {
  static func errors(_ value: Value, _ schema: Schema) -> [String] {
    var result: [String] = []
    check(value, schema, path: "", into: &result)
    return result
  }

  private static func check(_ value: Value, _ schema: Schema, path: String, into errors: inout [String]) {
    if value.isNull { return }
    switch schema.shape {
    case .any: return
    case .scalar(let scalar): check(value, scalar, path: path, into: &errors)
    case .list(let element, let kind):
      guard case .array(let items) = value else {
        errors.append("\(path): expected list, got &{\(GoFormat.text(value))}")
        return
      }
      checkItems(items, schema.at(element), kind, path: path, into: &errors)
    case .map(let element, _):
      guard case .object(let object) = value else {
        errors.append("\(path): expected map, got &{\(GoFormat.text(value))}")
        return
      }
      for member in object { check(member.value, schema.at(element), path: "\(path).\(member.key)", into: &errors) }
    case .object:
      guard case .object(let object) = value else {
        errors.append("\(path): expected map, got &{\(GoFormat.text(value))}")
        return
      }
      for member in object {
        let (child, _, _) = TypedFields.child(member.key, schema)
        guard let child else {
          errors.append("\(path).\(member.key): field not declared in schema")
          continue
        }
        check(member.value, child, path: "\(path).\(member.key)", into: &errors)
      }
    }
  }

  private static func schema(isCustom element: Schema) -> Bool { element.type.custom != nil }

  private static func checkItems(
    _ items: [Value], _ element: Schema, _ kind: SchemaType.ListKind, path: String, into errors: inout [String]
  ) {
    var seen: Set<String> = []
    for (index, item) in items.enumerated() {
      var place = "\(path)[\(index)]"
      if kind != .atomic {
        if case .map(let keys) = kind, PathElement.element(item, kind: kind, schema: element) == nil {
          errors.append(
            schema(isCustom: element)
              ? "\(path): element \(index): associative list with keys has an element that omits all key fields [\(keys.map(quoted).joined(separator: " "))] (and doesn't have default values for any key fields)"
              : "\(path): element \(index): associative list with keys has an element that omits key field \(quoted(keys.first ?? "")) (and doesn't have default value)"
          )
          continue
        }
        let key = PathElement.element(item, kind: kind, schema: element) ?? ""
        place = path + PathElement.text(key)
        if !seen.insert(key).inserted { errors.append("\(path): duplicate entries for key \(PathElement.text(key))") }
      }
      check(item, element, path: place, into: &errors)
    }
  }

  private static func check(_ value: Value, _ scalar: SchemaType.Scalar, path: String, into errors: inout [String]) {
    switch (scalar, value) {
    case (.string, .string), (.time, .string), (.microTime, .string), (.bytes, .string), (.boolean, .bool): return
    case (.int32, .int), (.int64, .int), (.number, .int), (.number, .double), (.int32, .double), (.int64, .double): return
    case (.quantity, .string), (.quantity, .int), (.quantity, .double), (.intOrString, .string), (.intOrString, .int): return
    case (.intOrString, .double): return
    case (.int32, _), (.int64, _), (.number, _):
      errors.append("\(path): expected numeric (int or float), got \(kindName(value))")
    case (.boolean, _): errors.append("\(path): expected boolean, got \(describe(value))")
    default: errors.append("\(path): expected string, got \(describe(value))")
    }
  }

  private static func kindName(_ value: Value) -> String {
    switch value {
    case .string: "string"
    case .bool: "bool"
    case .object: "map[string]interface {}"
    case .array: "[]interface {}"
    default: value.kindName
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  private static func describe(_ value: Value) -> String { "&value.valueUnstructured{Value:\(goSyntax(value))}" }

  private static func goSyntax(_ value: Value) -> String {
    switch value {
    case .object(let object):
      "map[string]interface {}{" + object.map { "\"\($0.key)\":\(goSyntax($0.value))" }.joined(separator: ", ") + "}"
    case .array(let items): "[]interface {}{" + items.map(goSyntax).joined(separator: ", ") + "}"
    default: JSON.string(value)
    }
  }
}

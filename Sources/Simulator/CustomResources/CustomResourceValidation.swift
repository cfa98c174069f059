import Document

/// The value checks of a structural schema.
enum CustomResourceValidation {
  static func errors(_ object: Value, _ resource: ResourceType, old: Value? = nil) -> [FieldError] {
    var errors: [FieldError] = []
    var value = object
    value["metadata"] = nil
    check(value, resource.schema, path: "", old: old, into: &errors)
    guard resource.custom?.hasRules == true else { return errors }
    let blocking: Set<String> = [
      "FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid",
    ]
    if errors.contains(where: { blocking.contains($0.reason) }) {
      errors.append(
        .invalid(
          "<nil>", .null,
          "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
    } else {
      rules(value, resource.schema, path: "", old: old, into: &errors)
    }
    return errors
  }

  /// The rules of `x-kubernetes-validations`, from the root down.
  private static func rules(_ value: Value, _ schema: Schema, path: String, old: Value?, into errors: inout [FieldError]) {
    for rule in schema.type.custom?.checks["x-kubernetes-validations"]?.arrayValue ?? [] {
      guard let text = rule["rule"]?.stringValue else { continue }
      // A rule about the former value says nothing about a new one.
      if text.contains("oldSelf"), old == nil { continue }
      guard RuleExpression.holds(text, value: value, old: old) == false else { continue }
      let message = rule["message"]?.stringValue ?? "failed rule: \(text)"
      let place = path + (rule["fieldPath"]?.stringValue ?? "")
      let isScalar = value.objectValue == nil && value.arrayValue == nil
      errors.append(
        FieldError(
          field: place, reason: rule["reason"]?.stringValue ?? "FieldValueInvalid",
          message: isScalar ? "Invalid value: \(JSON.string(value)): \(message)" : "Invalid value: \(message)"))
    }
    switch (schema.shape, value) {
    case (.object(let fields, _, _), .object(let object)):
      for field in fields where field.name != "metadata" {
        guard let child = object[field.name] else { continue }
        rules(child, schema.at(field.type), path: join(path, field.name), old: old?[field.name], into: &errors)
      }
    case (.map(let element, _), .object(let object)):
      for member in object {
        rules(member.value, schema.at(element), path: join(path, member.key), old: old?[member.key], into: &errors)
      }
    case (.list(let element, _), .array(let items)):
      for (index, item) in items.enumerated() { rules(item, schema.at(element), path: "\(path)[\(index)]", old: nil, into: &errors) }
    default: break
    }
  }

  private static func check(_ value: Value, _ schema: Schema, path: String, old: Value?, into errors: inout [FieldError]) {
    // What did not change is not checked again: a definition may become stricter under live objects.
    if let old, old == value, !path.isEmpty { return }
    let facets = schema.type.custom
    if value.isNull {
      if facets?.nullable == true { return }
    }
    let checks = facets?.checks ?? .null
    if let failure = typeFailure(value, checks, schema, path) {
      errors.append(failure)
      if case .double = value, checks["type"] == "integer" {
        errors.append(.invalid("<nil>", "", "Checked value must be of type integer (default format) in \(path)"))
      }
      return
    }
    scalar(value, checks, path, into: &errors)
    switch (schema.shape, value) {
    case (.object(let fields, _, _), .object(let object)):
      for name in (checks["required"]?.arrayValue ?? []).compactMap(\.stringValue) where object[name] == nil && name != "metadata" {
        errors.append(.required(join(path, name)))
      }
      if facets?.embeddedResource == true {
        for name in ["apiVersion", "kind"] where (object[name]?.stringValue ?? "").isEmpty { errors.append(.required(join(path, name))) }
      }
      for field in fields where field.name != "metadata" {
        guard let child = object[field.name] else { continue }
        check(child, schema.at(field.type), path: join(path, field.name), old: old?[field.name], into: &errors)
      }
    case (.map(let element, _), .object(let object)):
      for member in object {
        check(member.value, schema.at(element), path: join(path, member.key), old: old?[member.key], into: &errors)
      }
    case (.list(let element, let kind), .array(let items)):
      duplicates(items, kind, schema.at(element), path, into: &errors)
      let oldItems = old?.arrayValue ?? []
      for (index, item) in items.enumerated() {
        check(item, schema.at(element), path: "\(path)[\(index)]", old: index < oldItems.count ? oldItems[index] : nil, into: &errors)
      }
    default: break
    }
  }

  private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  private static func typeFailure(_ value: Value, _ checks: Value, _ schema: Schema, _ path: String) -> FieldError? {
    func mismatch(_ expected: String) -> FieldError {
      let name = value.kindName == "number" ? (value.intValue != nil ? "integer" : "number") : value.kindName
      return FieldError(
        field: path, reason: "FieldValueTypeInvalid",
        message: "Invalid value: \"\(name)\": \(path) in body must be of type \(expected): \"\(name)\"")
    }
    if case .scalar(.intOrString) = schema.shape {
      if value.intValue != nil || value.stringValue != nil { return nil }
      return mismatch("integer,string")
    }
    switch (checks["type"]?.stringValue, value) {
    case (nil, _), ("string", .string), ("integer", .int), ("number", .int), ("number", .double), ("boolean", .bool), ("array", .array),
      ("object", .object):
      return nil
    case (.some(let expected), _): return mismatch(expected)
    }
  }

  private static func scalar(_ value: Value, _ checks: Value, _ path: String, into errors: inout [FieldError]) {
    if let choices = checks["enum"]?.arrayValue, !choices.contains(value) {
      errors.append(.notSupported(path, value, choices.map { $0.stringValue ?? JSON.string($0) }))
    }
    if let number = value.doubleValue {
      if let minimum = checks["minimum"]?.doubleValue, number < minimum {
        errors.append(
          .invalid(path, value, "\(path) in body should be greater than or equal to \(JSON.string(checks["minimum"] ?? .null))"))
      }
      if let maximum = checks["maximum"]?.doubleValue, number > maximum {
        errors.append(.invalid(path, value, "\(path) in body should be less than or equal to \(JSON.string(checks["maximum"] ?? .null))"))
      }
      if checks["format"] == "int32", Int32(exactly: number) == nil {
        errors.append(.invalid("<nil>", "", "Checked value must be of type integer with format int32 in \(path)"))
      }
    }
    if let text = value.stringValue {
      if let minimum = checks["minLength"]?.intValue, Int64(text.unicodeScalars.count) < minimum {
        errors.append(.invalid(path, value, "\(path) in body should be at least \(minimum) chars long"))
      }
      if let maximum = checks["maxLength"]?.intValue, Int64(text.unicodeScalars.count) > maximum {
        errors.append(FieldError(field: path, reason: "FieldValueTooLong", message: "Too long: may not be more than \(maximum) bytes"))
      }
      if let pattern = checks["pattern"]?.stringValue, let expression = try? Regex(pattern), text.firstMatch(of: expression) == nil {
        errors.append(.invalid(path, value, "\(path) in body should match '\(pattern)'"))
      }
      if checks["format"] == "date-time", SimulatedTime(text: text) == nil {
        let shown = JSON.string(value)
        errors.append(
          FieldError(
            field: path, reason: "FieldValueTypeInvalid",
            message: "Invalid value: \(shown): \(path) in body must be of type date-time: \(shown)"))
      }
    }
    if let items = value.arrayValue {
      if let maximum = checks["maxItems"]?.intValue, Int64(items.count) > maximum {
        errors.append(
          FieldError(field: path, reason: "FieldValueTooMany", message: "Too many: \(items.count): must have at most \(maximum) items"))
      }
      if let minimum = checks["minItems"]?.intValue, Int64(items.count) < minimum {
        errors.append(.invalid(path, .int(Int64(items.count)), "\(path) in body should have at least \(minimum) items"))
      }
    }
  }

  private static func duplicates(
    _ items: [Value], _ kind: SchemaType.ListKind, _ element: Schema, _ path: String, into errors: inout [FieldError]
  ) {
    guard kind != .atomic else { return }
    var seen: Set<Value> = []
    for (index, item) in items.enumerated() {
      var key = item
      if case .map(let keys) = kind {
        var object = Object()
        for name in keys { object[name] = item[name] }
        key = .object(object)
      }
      if !seen.insert(key).inserted {
        errors.append(
          FieldError(field: "\(path)[\(index)]", reason: "FieldValueDuplicate", message: "Duplicate value: \(JSON.string(key))"))
      }
    }
  }
}

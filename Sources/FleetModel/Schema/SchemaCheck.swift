import Document

/// What a schema finds wrong in a document.
public struct SchemaFinding: Sendable, Hashable {
  /// The two kinds of finding.
  public enum Kind: Sendable, Hashable {
    /// The field is not known; it is ignored.
    case unknownField
    /// The field holds something that it cannot hold; the document cannot be used.
    case wrongType
  }

  /// The kind of finding.
  public var kind: Kind
  /// What is wrong, naming the field.
  public var message: String
  /// Where.
  public var path: [PathComponent]
}

/// Compares a document with the schema of its kind.
public struct SchemaCheck {
  /// All findings so far, in the order of the document's keys.
  public private(set) var findings: [SchemaFinding] = []

  /// The most findings that one document gets: after that many the document is not what it says it is.
  public static let maximumFindings = 50

  /// Compares a document with a schema.
  public static func findings(_ value: Value, _ schema: ObjectSchema) -> [SchemaFinding] {
    var check = SchemaCheck()
    check.object(value, schema, [])
    return check.findings
  }

  private mutating func add(_ kind: SchemaFinding.Kind, _ message: String, _ path: [PathComponent]) {
    guard findings.count < SchemaCheck.maximumFindings else { return }
    findings.append(SchemaFinding(kind: kind, message: message, path: path))
  }

  private mutating func wrong(_ value: Value, _ expected: String, _ path: [PathComponent]) {
    var message = "\(FieldPath.text(path)) must be \(expected), not \(SchemaCheck.article(value))"
    if case .string(let text) = value, text.contains("{{") {
      message += ": only texts can be templates; set this field with templatePatch"
    } else if expected == "text", value.doubleValue != nil || value.boolValue != nil {
      message += ": put it in quotes"
    }
    add(.wrongType, message, path)
  }

  private static func article(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .int, .double: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }

  private mutating func object(_ value: Value, _ schema: ObjectSchema, _ path: [PathComponent]) {
    if value.isNull { return }
    guard let object = value.objectValue else { return wrong(value, "an object", path) }
    for member in object {
      let place = path + [.key(member.key)]
      guard let field = schema[member.key] else {
        let known = NearestName.find(member.key, in: schema.names)
        var message = "unknown field \"\(FieldPath.text(place))\""
        if let known {
          message += ": did you mean \"\(known)\"?"
        } else if schema.fields.count <= 12 {
          message += "; known here: \(schema.names.joined(separator: ", "))"
        }
        add(.unknownField, message, place)
        continue
      }
      check(member.value, field.type, place)
    }
  }

  private mutating func check(_ value: Value, _ type: FieldType, _ path: [PathComponent]) {
    if value.isNull { return }
    switch type {
    case .string: if value.stringValue == nil { wrong(value, "text", path) }
    case .bool: if value.boolValue == nil { wrong(value, "true or false", path) }
    case .integer: if value.intValue == nil { wrong(value, "an integer", path) }
    case .integerOrString: if value.intValue == nil && value.stringValue == nil { wrong(value, "an integer or text", path) }
    case .json, .opaque: break
    case .object(let reference): object(value, reference.schema, path)
    case .list(let element):
      guard let elements = value.arrayValue else { return wrong(value, "a list", path) }
      for (index, member) in elements.enumerated() { check(member, element, path + [.index(index)]) }
    case .stringMap: map(value, .string, path)
    case .boolMap: map(value, .bool, path)
    case .map(let element): map(value, element, path)
    }
  }

  private mutating func map(_ value: Value, _ element: FieldType, _ path: [PathComponent]) {
    guard let object = value.objectValue else { return wrong(value, "an object", path) }
    for member in object { check(member.value, element, path + [.key(member.key)]) }
  }
}

import Document

/// Reads fields of an object with the path for messages; a missing field is the zero value, as in Go.
struct FieldReader {
  let value: Value
  let path: [PathComponent]

  init(_ value: Value, path: [PathComponent] = []) {
    self.value = value
    self.path = path
  }

  private func wrong(_ key: String, _ expected: String, _ actual: Value) -> DefinitionError {
    DefinitionError("must be \(expected), not \(actual.kindName)", path: path + [.key(key)])
  }

  private func field(_ key: String) -> Value? {
    guard let field = value[key], !field.isNull else { return nil }
    return field
  }

  func has(_ key: String) -> Bool { field(key) != nil }

  func raw(_ key: String) -> Value? { field(key) }

  func string(_ key: String) throws(DefinitionError) -> String {
    guard let field = field(key) else { return "" }
    guard let text = field.stringValue else { throw wrong(key, "text", field) }
    return text
  }

  func optionalString(_ key: String) throws(DefinitionError) -> String? {
    let text = try string(key)
    return text.isEmpty ? nil : text
  }

  func required(_ key: String) throws(DefinitionError) -> String {
    let text = try string(key)
    if text.isEmpty { throw DefinitionError("is missing", path: path + [.key(key)]) }
    return text
  }

  func bool(_ key: String) throws(DefinitionError) -> Bool? {
    guard let field = field(key) else { return nil }
    guard let flag = field.boolValue else { throw wrong(key, "true or false", field) }
    return flag
  }

  func integer(_ key: String) throws(DefinitionError) -> Int? {
    guard let field = field(key) else { return nil }
    guard let number = field.intValue else { throw wrong(key, "an integer", field) }
    return Int(number)
  }

  /// An integer that is not negative.
  func count(_ key: String, _ fallback: Int) throws(DefinitionError) -> Int {
    guard let number = try integer(key) else { return fallback }
    if number < 0 { throw DefinitionError("must not be negative", path: path + [.key(key)]) }
    return number
  }

  func number(_ key: String) throws(DefinitionError) -> Double? {
    guard let field = field(key) else { return nil }
    guard let number = field.doubleValue else { throw wrong(key, "a number", field) }
    return number
  }

  func duration(_ key: String) throws(DefinitionError) -> Duration? {
    let text = try string(key)
    if text.isEmpty { return nil }
    guard let duration = GoDuration.parse(text) else {
      throw DefinitionError("\"\(text)\" is no duration: write it like 30s, 5m or 1h30m", path: path + [.key(key)])
    }
    return duration
  }

  func object(_ key: String) throws(DefinitionError) -> FieldReader {
    guard let field = field(key) else { return FieldReader(.object(Object()), path: path + [.key(key)]) }
    guard field.objectValue != nil else { throw wrong(key, "an object", field) }
    return FieldReader(field, path: path + [.key(key)])
  }

  func values(_ key: String) throws(DefinitionError) -> [Value] {
    guard let field = field(key) else { return [] }
    guard let elements = field.arrayValue else { throw wrong(key, "a list", field) }
    return elements
  }

  func objects(_ key: String) throws(DefinitionError) -> [FieldReader] {
    var readers: [FieldReader] = []
    for (index, element) in try values(key).enumerated() {
      let place = path + [.key(key), .index(index)]
      guard element.objectValue != nil || element.isNull else {
        throw DefinitionError("must be an object, not \(element.kindName)", path: place)
      }
      readers.append(FieldReader(element, path: place))
    }
    return readers
  }

  func strings(_ key: String) throws(DefinitionError) -> [String] {
    var result: [String] = []
    for (index, element) in try values(key).enumerated() {
      guard let text = element.stringValue else {
        throw DefinitionError("must be text, not \(element.kindName)", path: path + [.key(key), .index(index)])
      }
      result.append(text)
    }
    return result
  }

  func stringMap(_ key: String) throws(DefinitionError) -> [String: String] {
    let map = try object(key)
    var result: [String: String] = [:]
    for member in map.value.objectValue ?? Object() {
      guard let text = member.value.stringValue else {
        throw DefinitionError("must be text, not \(member.value.kindName): put it in quotes", path: map.path + [.key(member.key)])
      }
      result[member.key] = text
    }
    return result
  }
}

import Document

/// JSON to and from template values, as Go's encoding/json.
enum JSONFunctions {
  /// The value as `json.Marshal` sees it; throws where Go's encoder would.
  static func document(_ value: TemplateValue) throws(FunctionError) -> Value {
    switch value {
    case .missing, .null: return .null
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(Int64(value))
    case .integer, .string: return value.documentValue
    case .float(let number):
      guard number.isFinite else { throw FunctionError("json: unsupported value: \(GoFloat.format(number, UInt8(ascii: "g"), -1))") }
      // The one whole number whose magnitude does not fit; it is spelled the same either way.
      return number == -0x1p63 ? .int(.min) : .double(number)
    case .complex: throw FunctionError("json: unsupported type: complex128")
    case .function: throw FunctionError("json: unsupported type: func()")
    case .list(let list):
      if list.isNil { return .null }
      if list.type == .byteList {
        let bytes = list.elements.map { element -> UInt8 in
          if case .integer(let byte, _) = element { return UInt8(truncatingIfNeeded: byte) }
          return 0
        }
        return .string(Base64.encode(bytes))
      }
      var elements: [Value] = []
      for element in list.elements { elements.append(try document(element)) }
      return .array(elements)
    case .map(let map):
      var members: [Member] = []
      for entry in map.entries { members.append(Member(key: entry.key, value: try document(entry.value))) }
      return .object(Object(sortedMembers: members))
    case .object(let box): return try box.object.jsonValue()
    }
  }
}

extension JSONFunctions {
  /// `json.Unmarshal` into `any`: every number is a `float64`.
  static func decode(_ text: String, budget: inout Budget) throws(FunctionError) -> TemplateValue {
    try budget.spend(bytes: text.utf8.count)
    do {
      return TemplateValue(try JSON.decode(text))
    } catch {
      throw FunctionError(error.message + expectation(error, in: text))
    }
  }

  /// Go says of a misspelt literal which letter it expected.
  private static func expectation(_ error: DocumentError, in text: String) -> String {
    guard let position = error.position,
      let literal = ["true", "false", "null"].first(where: { error.message.hasSuffix("in literal \($0)") })
    else { return "" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard position.line >= 1, position.line <= lines.count else { return "" }
    let before = Array(lines[position.line - 1].utf8.prefix(max(position.column - 1, 0)))
    let letters = Array(literal.utf8)
    for count in (1..<letters.count).reversed() where before.suffix(count).elementsEqual(letters.prefix(count)) {
      return " (expecting '\(UnicodeScalar(letters[count]))')"
    }
    return ""
  }
}

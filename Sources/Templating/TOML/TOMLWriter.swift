/// Writes TOML as the library `BurntSushi/toml` does: in a table first the plain keys, then the tables, each sorted.
struct TOMLWriter {
  private var output = ""
  private var hasWritten = false

  /// A whole document. What TOML cannot hold is an error.
  static func encode(_ value: TemplateValue) throws(FunctionError) -> String {
    var writer = TOMLWriter()
    switch value {
    case .missing, .null: throw FunctionError("reflect: call of reflect.Value.Type on zero Value")
    case .map(let map): try writer.members(map, [])
    case .list(let list):
      if try isTableArray(list) { throw FunctionError("toml: top-level values must be Go maps or structs") }
      try writer.element(value)
    case .function, .complex: throw FunctionError("unsupported type for key '': \(value.type.kind)")
    default: try writer.element(value)
    }
    return writer.output
  }

  private mutating func write(_ text: String) {
    output += text
    hasWritten = true
  }

  private mutating func newLine() {
    if hasWritten { write("\n") }
  }

  private static func indentation(_ path: [String]) -> String { String(repeating: "  ", count: max(path.count - 1, 0)) }

  // MARK: - Tables

  private mutating func members(_ map: TemplateMap, _ path: [String]) throws(FunctionError) {
    for isTable in [false, true] {
      for entry in map.entries where try TOMLWriter.isTable(entry.value) == isTable {
        try member(path + [entry.key], entry.value)
      }
    }
  }

  private mutating func member(_ path: [String], _ value: TemplateValue) throws(FunctionError) {
    switch value {
    case .missing, .null: return
    case .map(let map):
      if path.count == 1 { newLine() }
      write("\(TOMLWriter.indentation(path))[\(TOMLWriter.name(path))]")
      newLine()
      try members(map, path)
    case .list(let list):
      if list.isNil { return }
      guard try TOMLWriter.isTableArray(list) else {
        try keyValue(path, value)
        return
      }
      for case .map(let table) in list.elements {
        newLine()
        write("\(TOMLWriter.indentation(path))[[\(TOMLWriter.name(path))]]")
        newLine()
        try members(table, path)
      }
    case .function, .complex: throw FunctionError("unsupported type for key '\(path.joined(separator: "."))': \(value.type.kind)")
    default: try keyValue(path, value)
    }
  }

  private mutating func keyValue(_ path: [String], _ value: TemplateValue) throws(FunctionError) {
    write("\(TOMLWriter.indentation(path))\(TOMLWriter.key(path.last ?? "")) = ")
    try element(value)
    newLine()
  }

  private static func name(_ path: [String]) -> String { path.map(key).joined(separator: ".") }

  /// A key as it is, or quoted where it has to be.
  private static func key(_ text: String) -> String {
    let isBare = text.utf8.allSatisfy {
      ($0 >= 48 && $0 <= 57) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    return isBare && !text.isEmpty ? text : quoted(text)
  }

  // MARK: - Kinds

  private static func isTable(_ value: TemplateValue) throws(FunctionError) -> Bool {
    switch value {
    case .map: return true
    case .list(let list): return try isTableArray(list)
    default: return false
    }
  }

  private static func isTableArray(_ list: TemplateList) throws(FunctionError) -> Bool {
    var result = !list.elements.isEmpty
    for element in list.elements {
      switch element {
      case .missing, .null: throw FunctionError("toml: cannot encode array with nil element")
      case .map: continue
      case .list(let inner):
        _ = try isTableArray(inner)
        result = false
      default: result = false
      }
    }
    return result
  }

  // MARK: - Values

  private mutating func element(_ value: TemplateValue) throws(FunctionError) {
    switch value {
    case .missing, .null: throw FunctionError("toml: cannot encode array with nil element")
    case .bool(let value): write(value ? "true" : "false")
    case .string(let text): write(TOMLWriter.quoted(text))
    case .int, .integer:
      if case .integer(_, .duration) = value { write(TOMLWriter.quoted(GoFormat.text(value))) } else { write(TOMLWriter.integer(value)) }
    case .float(let number): write(TOMLWriter.float(number))
    case .list(let list):
      write("[")
      for (index, element) in list.elements.enumerated() {
        if index > 0 { write(", ") }
        try self.element(element)
      }
      write("]")
    case .map(let map): try inline(map)
    case .object(let box):
      if let time = box.object as? GoTime {
        write(TimeLayout("2006-01-02T15:04:05.999999999Z07:00").format(time))
      } else {
        write(TOMLWriter.quoted(box.object.text))
      }
    case .function, .complex: throw FunctionError("unexpected type: \(value.type.name)")
    }
  }

  private mutating func inline(_ map: TemplateMap) throws(FunctionError) {
    var plain: [TemplateMap.Entry] = []
    var tables: [TemplateMap.Entry] = []
    for entry in map.entries {
      if try TOMLWriter.isTable(entry.value) { tables.append(entry) } else { plain.append(entry) }
    }
    write("{")
    for (entries, follows) in [(plain, !tables.isEmpty), (tables, false)] {
      for (index, entry) in entries.enumerated() where !entry.value.isNil {
        write(TOMLWriter.key(entry.key) + " = ")
        try element(entry.value)
        if follows || index < entries.count - 1 { write(", ") }
      }
    }
    write("}")
  }

  /// An integer without the name that its type may have.
  private static func integer(_ value: TemplateValue) -> String {
    switch value {
    case .int(let number): String(number)
    case .integer(let number, .uint64), .integer(let number, .uint): String(UInt64(bitPattern: number))
    case .integer(let number, _): String(number)
    default: "0"
    }
  }

  private static func float(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let text = GoFloat.format(value, UInt8(ascii: "f"), -1)
    return text.contains(".") ? text : text + ".0"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\u{C}": result += "\\f"
      case "\r": result += "\\r"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          result += "\\u" + GoQuote.hexadecimal(scalar.value, 4)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

import Document

/// Writes YAML as Go's yaml.v3 does with an indentation of two: lists in a mapping are indented, long lines stay whole.
struct PrettyYAML {
  private var output = ""

  /// A whole document with a line end.
  static func encode(_ value: TemplateValue) -> String {
    var writer = PrettyYAML()
    writer.node(value, column: 0, isTop: true)
    return writer.output + "\n"
  }

  private mutating func newLine(_ column: Int) { output += "\n" + String(repeating: " ", count: column) }

  /// Writes a value at the place where its first line begins; `column` is where its other lines begin.
  private mutating func node(_ value: TemplateValue, column: Int, isTop: Bool = false) {
    switch value {
    case .list(let list) where !list.elements.isEmpty:
      for (index, element) in list.elements.enumerated() {
        if index > 0 { newLine(column) }
        output += "- "
        node(element, column: column + 2)
      }
    case .map(let map) where map.count > 0:
      let entries = map.entries.sorted { PrettyYAML.comesBefore($0.key, $1.key) }
      for (index, entry) in entries.enumerated() {
        if index > 0 { newLine(column) }
        let isLong = entry.key.contains("\n") || entry.key.utf8.count > 128
        if isLong { output += "? " }
        scalar(entry.key, column: isLong ? column + 2 : column, isKey: !isLong)
        if isLong { newLine(column) }
        output += ":"
        if PrettyYAML.isBlock(entry.value) { newLine(column + 2) } else { output += " " }
        node(entry.value, column: column + 2)
      }
    case .list: output += "[]"
    case .map: output += "{}"
    case .string(let text): scalar(text, column: isTop ? 2 : column, isKey: false)
    default: output += PrettyYAML.plain(value)
    }
  }

  private static func isBlock(_ value: TemplateValue) -> Bool {
    switch value {
    case .list(let list): !list.elements.isEmpty
    case .map(let map): map.count > 0
    default: false
    }
  }

  private static func plain(_ value: TemplateValue) -> String {
    switch value {
    case .missing, .null: return "null"
    case .float(let number):
      if number.isNaN { return ".nan" }
      if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
      return GoFloat.format(number, UInt8(ascii: "g"), -1)
    case .integer(let number, .month), .integer(let number, .weekday): return String(number)
    case .object(let box):
      guard let time = box.object as? GoTime else { return box.object.text }
      return TimeLayout("2006-01-02T15:04:05.999999999Z07:00").format(time)
    default: return GoFormat.text(value)
    }
  }

  // MARK: - Text

  private mutating func scalar(_ text: String, column: Int, isKey: Bool) {
    switch PrettyYAML.style(text, isKey: isKey) {
    case .plain: output += text
    case .single: output += "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    case .double: output += PrettyYAML.doubleQuoted(text)
    case .literal:
      let isIndented = text.hasPrefix(" ") || text.hasPrefix("\n")
      let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
      output += "|" + (isIndented ? "2" : "")
      if !text.hasSuffix("\n") { output += "-" } else if body.hasSuffix("\n") || body.isEmpty { output += "+" }
      for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.isEmpty { output += "\n" } else { newLine(column) }
        output += line
      }
    }
  }

  private enum Style {
    case plain
    case single
    case double
    case literal
  }

  /// The style that yaml.v2 takes, which `Document` knows, save for what only version 3 reads as something else than text.
  private static func style(_ text: String, isKey: Bool) -> Style {
    // Version 3 escapes what does not fit into 16 bits, and lets tabs be in a literal.
    if text.unicodeScalars.contains(where: { $0.value > 0xFFFF }) || isOctal(text) { return .double }
    if !isKey && text.contains("\n") {
      let probe = String(text.map { $0 == "\t" ? "x" : $0 })
      return YAML.encode(.array([.string(probe)])).utf8.dropFirst(2).first == UInt8(ascii: "|") ? .literal : .double
    }
    let first = isKey ? YAML.encode(.object([text: .null])).utf8.first : YAML.encode(.array([.string(text)])).utf8.dropFirst(2).first
    switch first {
    case UInt8(ascii: "\"")?: return .double
    case UInt8(ascii: "'")?: return .single
    case UInt8(ascii: "?")?: return .double
    default: return text.contains("\n") ? .double : .plain
    }
  }

  /// `0o17`, which is a number to version 3.
  private static func isOctal(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    return digits.hasPrefix("0o") && digits.utf8.count > 2 && digits.utf8.dropFirst(2).allSatisfy { $0 >= 48 && $0 <= 55 || $0 == 95 }
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    // Go's emitter looks for the byte order mark at the beginning instead of at the place.
    let startsWithMark = text.unicodeScalars.first == "\u{FEFF}"
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20...0x7E where startsWithMark: result += "\\x" + GoQuote.hexadecimal(scalar.value, 2, uppercase: true)
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0: result += "\\0"
      case 7: result += "\\a"
      case 8: result += "\\b"
      case 9: result += "\\t"
      case 10: result += "\\n"
      case 11: result += "\\v"
      case 12: result += "\\f"
      case 13: result += "\\r"
      case 0x1B: result += "\\e"
      case 0x85: result += "\\N"
      case 0xA0...0xD7FF where scalar.value != 0x2028 && scalar.value != 0x2029, 0xE000...0xFFFD where scalar.value != 0xFEFF, 0x20...0x7E:
        result.unicodeScalars.append(scalar)
      case 0x2028: result += "\\L"
      case 0x2029: result += "\\P"
      case ...0xFF: result += "\\x" + GoQuote.hexadecimal(scalar.value, 2, uppercase: true)
      case ...0xFFFF: result += "\\u" + GoQuote.hexadecimal(scalar.value, 4, uppercase: true)
      default: result += "\\U" + GoQuote.hexadecimal(scalar.value, 8, uppercase: true)
      }
    }
    return result + "\""
  }

  // MARK: - Order of keys

  /// yaml.v3's order: numbers inside keys count as numbers, letters come after everything else, and after digits before it.
  private static func comesBefore(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    var afterDigit = false
    for index in 0..<min(a.count, b.count) {
      if a[index] == b[index] {
        afterDigit = GoUnicode.isDigit(a[index])
        continue
      }
      let letters = (GoUnicode.isLetter(a[index]), GoUnicode.isLetter(b[index]))
      if letters.0 && letters.1 { return a[index] < b[index] }
      if letters.0 || letters.1 { return afterDigit ? letters.0 : letters.1 }
      // Zeros at the beginning of a number do not count, inside of one they do.
      var start: Int64 = 0
      if a[index] == "0" || b[index] == "0" {
        let before = a[..<index].reversed().prefix { GoUnicode.isDigit($0) }
        if before.contains(where: { $0 != "0" }) { start = 1 }
      }
      let (first, firstEnd) = number(a, from: index, start)
      let (second, secondEnd) = number(b, from: index, start)
      if first != second { return first < second }
      if firstEnd != secondEnd { return firstEnd < secondEnd }
      return a[index] < b[index]
    }
    return a.count < b.count
  }

  private static func number(_ text: [Unicode.Scalar], from start: Int, _ initial: Int64) -> (Int64, Int) {
    var value = initial
    var index = start
    while index < text.count, GoUnicode.isDigit(text[index]) {
      value = value &* 10 &+ Int64(text[index].value) &- 48
      index += 1
    }
    return (value, index)
  }
}

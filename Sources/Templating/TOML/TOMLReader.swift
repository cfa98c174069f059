/// Reads TOML 1.0 into template values: whole numbers are `int64`, dates are times.
struct TOMLReader {
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var depth = 0
  private var lastKey = ""

  /// A table while it is being read.
  private final class Table {
    var entries: [String: Node] = [:]
    /// Made by a `[header]` of its own or by `key = {…}`; may not be made again.
    var isDefined = false
    /// Made by `key = {…}`; may not get more keys.
    var isClosed = false
    /// Made by a dotted key; a `[header]` may not name it again.
    var isDotted = false
  }

  private final class Tables {
    var elements: [Table]
    init(_ elements: [Table]) { self.elements = elements }
  }

  private enum Node {
    case value(TemplateValue)
    case table(Table)
    case tables(Tables)
  }

  private static let maximumDepth = 200

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// Reads a document; an error says its line.
  static func decode(_ text: String, budget: inout Budget) throws(FunctionError) -> TemplateMap {
    try budget.spend(bytes: text.utf8.count * 16)
    var reader = TOMLReader(text)
    return reader.map(try reader.document())
  }

  private func failure(_ message: String) -> FunctionError {
    let key = lastKey.isEmpty ? "" : " (last key \(GoQuote.quoted(lastKey)))"
    return FunctionError("toml: line \(line)\(key): \(message)")
  }

  private func map(_ table: Table) -> TemplateMap {
    let entries = table.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return TemplateMap(
      entries.map { key, node in
        switch node {
        case .value(let value): (key, value)
        case .table(let table): (key, .map(map(table)))
        case .tables(let tables): (key, .list(TemplateList(tables.elements.map { .map(map($0)) }, type: .anyMapList)))
        }
      })
  }

  // MARK: - Characters

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func isAt(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  private mutating func skip(_ text: String) -> Bool {
    guard isAt(text) else { return false }
    index += text.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while current == 32 || current == 9 { index += 1 }
  }

  private mutating func skipComment() throws(FunctionError) {
    guard current == UInt8(ascii: "#") else { return }
    while let byte = current, byte != 10 {
      if byte < 32 && byte != 9 && byte != 13 || byte == 127 { throw failure("control characters are not allowed inside comments") }
      index += 1
    }
  }

  /// Passes over a line's end; false where there is none.
  private mutating func skipLineEnd() -> Bool {
    guard skip("\n") || skip("\r\n") else { return false }
    line += 1
    return true
  }

  private mutating func skipBlankLines() throws(FunctionError) {
    repeat {
      skipBlanks()
      try skipComment()
    } while skipLineEnd()
  }

  // MARK: - Structure

  private mutating func document() throws(FunctionError) -> Table {
    let root = Table()
    var table = root
    while true {
      try skipBlankLines()
      guard current != nil else { return root }
      if skip("[[") {
        let path = try key()
        guard skip("]]") else { throw failure("expected end of table array name delimiter ']', but got \(describe(current)) instead") }
        table = try appendTable(path, in: root)
      } else if skip("[") {
        let path = try key()
        guard skip("]") else { throw failure("expected '.' or ']' to end table name, but got \(describe(current)) instead") }
        table = try openTable(path, in: root)
      } else {
        try assignment(in: table)
      }
      skipBlanks()
      try skipComment()
      guard current == nil || skipLineEnd() else {
        throw failure("expected a top-level item to end with a newline, comment, or EOF, but got \(describe(current)) instead")
      }
    }
  }

  private mutating func step(_ name: String, in table: Table, dotted: Bool = false) throws(FunctionError) -> Table {
    switch table.entries[name] {
    case nil:
      let made = Table()
      made.isDotted = dotted
      table.entries[name] = .table(made)
      return made
    case .table(let found)?:
      if dotted && (found.isClosed || found.isDefined) { throw failure("Key '\(name)' has already been defined.") }
      return found
    case .tables(let found)?:
      guard !dotted, let last = found.elements.last else { throw failure("Key '\(name)' has already been defined.") }
      return last
    case .value?: throw failure("Key '\(name)' has already been defined.")
    }
  }

  private mutating func openTable(_ path: [String], in root: Table) throws(FunctionError) -> Table {
    var table = root
    for name in path.dropLast() { table = try step(name, in: table) }
    guard let last = path.last else { return table }
    if case .tables? = table.entries[last] { throw failure("Key '\(last)' has already been defined.") }
    table = try step(last, in: table)
    if table.isDefined || table.isDotted { throw failure("Key '\(path.joined(separator: "."))' has already been defined.") }
    table.isDefined = true
    return table
  }

  private mutating func appendTable(_ path: [String], in root: Table) throws(FunctionError) -> Table {
    var table = root
    for name in path.dropLast() { table = try step(name, in: table) }
    guard let last = path.last else { return table }
    let element = Table()
    element.isDefined = true
    switch table.entries[last] {
    case nil: table.entries[last] = .tables(Tables([element]))
    case .tables(let tables)?: tables.elements.append(element)
    default: throw failure("Key '\(path.joined(separator: "."))' has already been defined.")
    }
    return element
  }

  private mutating func assignment(in table: Table) throws(FunctionError) {
    let path = try key()
    if current == nil { throw failure("unexpected EOF; expected key separator '='") }
    guard skip("=") else { throw failure("expected '.' or '=', but got \(describe(current)) instead") }
    skipBlanks()
    var target = table
    for name in path.dropLast() { target = try step(name, in: target, dotted: true) }
    guard let last = path.last else { return }
    // Errors name the key only while its value is being read.
    let outer = lastKey
    lastKey = (outer.isEmpty ? path : [outer] + path).joined(separator: ".")
    if target.entries[last] != nil { throw failure("Key '\(path.joined(separator: "."))' has already been defined.") }
    target.entries[last] = try node()
    lastKey = outer
  }

  private func describe(_ byte: UInt8?) -> String { byte.map { "'\(UnicodeScalar($0))'" } ?? "end of file" }

  /// `a . "b c" . 'd'` and the blanks around it.
  private mutating func key() throws(FunctionError) -> [String] {
    var path: [String] = []
    repeat {
      skipBlanks()
      if current == UInt8(ascii: "\"") {
        path.append(try basicString())
      } else if current == UInt8(ascii: "'") {
        path.append(try literalString())
      } else {
        let start = index
        while let byte = current, (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == 45 || byte == 95 {
          index += 1
        }
        guard index > start else {
          if current == UInt8(ascii: "=") { throw failure("unexpected '=': key name appears blank") }
          throw failure("expected a key but got \(describe(current)) instead")
        }
        path.append(String(decoding: bytes[start..<index], as: UTF8.self))
      }
      skipBlanks()
    } while skip(".")
    return path
  }

  // MARK: - Values

  private mutating func node() throws(FunctionError) -> Node {
    if current == UInt8(ascii: "{") { return .table(try inlineTable()) }
    return .value(try value())
  }

  private mutating func value() throws(FunctionError) -> TemplateValue {
    switch current {
    case UInt8(ascii: "\"")?: return .string(isAt("\"\"\"") ? try longString(quote: "\"") : try basicString())
    case UInt8(ascii: "'")?: return .string(isAt("'''") ? try longString(quote: "'") : try literalString())
    case UInt8(ascii: "[")?: return try array()
    case UInt8(ascii: "{")?: return .map(map(try inlineTable()))
    default: break
    }
    if current == nil { throw failure("unexpected EOF; expected value") }
    let start = index
    while let byte = current, byte > 32, !",]}#".utf8.contains(byte) { index += 1 }
    // A date and a time of day may have a space between them.
    if current == 32, index - start == 10, index + 2 < bytes.count, bytes[start + 4] == 45, bytes[index + 1] >= 48, bytes[index + 1] <= 57 {
      index += 1
      while let byte = current, byte > 32, !",]}#".utf8.contains(byte) { index += 1 }
    }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    guard !word.isEmpty else { throw failure("expected value but found \(describe(current)) instead") }
    if word == "true" || word == "false" { return .bool(word == "true") }
    if let value = TOMLReader.number(word) ?? TOMLReader.date(word) { return value }
    if word.hasPrefix(".") { throw failure("floats must start with a digit, not '.'") }
    if word.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == 95 }) {
      let reason = word.hasPrefix("0") ? "cannot have leading zeroes" : "underscores must be surrounded by digits"
      throw failure("Invalid integer \(GoQuote.quoted(word)): \(reason)")
    }
    throw failure("expected value but found \(GoQuote.quoted(word)) instead")
  }

  private mutating func array() throws(FunctionError) -> TemplateValue {
    index += 1
    depth += 1
    defer { depth -= 1 }
    if depth > TOMLReader.maximumDepth { throw failure("values are nested too deeply") }
    var elements: [TemplateValue] = []
    while true {
      try skipBlankLines()
      if skip("]") { return .array(elements) }
      elements.append(try value())
      try skipBlankLines()
      if skip(",") { continue }
      guard skip("]") else { throw failure("expected a comma (',') or array terminator (']'), but got \(describe(current))") }
      return .array(elements)
    }
  }

  private mutating func inlineTable() throws(FunctionError) -> Table {
    index += 1
    depth += 1
    defer { depth -= 1 }
    if depth > TOMLReader.maximumDepth { throw failure("values are nested too deeply") }
    let table = Table()
    skipBlanks()
    if !skip("}") {
      repeat {
        try assignment(in: table)
        skipBlanks()
      } while skip(",")
      guard skip("}") else { throw failure("expected a comma or an inline table terminator '}', but got \(describe(current)) instead") }
    }
    close(table)
    return table
  }

  private func close(_ table: Table) {
    table.isClosed = true
    table.isDefined = true
    for case .table(let inner) in table.entries.values { close(inner) }
  }

  // MARK: - Strings

  private mutating func literalString() throws(FunctionError) -> String {
    index += 1
    let start = index
    while let byte = current, byte != UInt8(ascii: "'") {
      if byte < 32 && byte != 9 || byte == 127 { throw failure("strings cannot contain newlines or control characters") }
      index += 1
    }
    guard current != nil else { throw failure("unexpected EOF; expected \"'\"") }
    defer { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func basicString() throws(FunctionError) -> String {
    index += 1
    var result: [UInt8] = []
    while let byte = current, byte != UInt8(ascii: "\"") {
      if byte < 32 && byte != 9 || byte == 127 { throw failure("strings cannot contain newlines or control characters") }
      if byte == UInt8(ascii: "\\") {
        try escape(&result)
      } else {
        result.append(byte)
        index += 1
      }
    }
    guard skip("\"") else { throw failure("unexpected EOF; expected '\"'") }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func longString(quote: String) throws(FunctionError) -> String {
    index += 3
    _ = skipLineEnd()
    var result: [UInt8] = []
    let fence = quote + quote + quote
    while let byte = current {
      if isAt(fence) {
        index += 3
        // Up to two quotes may stand before the closing three.
        for _ in 0..<2 where skip(quote) { result += quote.utf8 }
        return String(decoding: result, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") && quote == "\"" {
        try escape(&result)
        continue
      }
      if byte == 10 { line += 1 }
      if byte < 32 && byte != 9 && byte != 10 && byte != 13 || byte == 127 { throw failure("control characters are not allowed") }
      result.append(byte)
      index += 1
    }
    throw failure("unexpected EOF; expected '\(fence)'")
  }

  private mutating func escape(_ result: inout [UInt8]) throws(FunctionError) {
    index += 1
    let letter = current ?? 0
    index += 1
    switch letter {
    case UInt8(ascii: "b"): result.append(8)
    case UInt8(ascii: "t"): result.append(9)
    case UInt8(ascii: "n"): result.append(10)
    case UInt8(ascii: "f"): result.append(12)
    case UInt8(ascii: "r"): result.append(13)
    case UInt8(ascii: "e"): result.append(27)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(letter)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "u") ? 4 : 8
      let digits = String(decoding: bytes[index...].prefix(count), as: UTF8.self)
      guard digits.utf8.count == count, digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw failure("escaped character '\\\(UnicodeScalar(letter))\(digits)' is not a valid Unicode code point") }
      index += count
      result += String(scalar).utf8
    case 10, 13, 32, 9:
      // A backslash at the end of a line joins it with the next.
      index -= 1
      skipBlanks()
      guard skipLineEnd() else { throw failure("invalid escape character ' '") }
      repeat { skipBlanks() } while skipLineEnd()
    default: throw failure("invalid escape in string '\\\(UnicodeScalar(letter))'")
    }
  }

  // MARK: - Numbers and dates

  private static func number(_ word: String) -> TemplateValue? {
    switch word {
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? String(word.dropFirst()) : word
    guard let first = unsigned.utf8.first, first >= 48 && first <= 57, !unsigned.hasSuffix("_"), !unsigned.contains("__") else {
      return nil
    }
    if ["0x", "0o", "0b"].contains(where: { unsigned.hasPrefix($0) }) {
      return unsigned == word ? GoNumber.parseInteger(word, base: 0).map { .int64($0) } : nil
    }
    let plain = word.filter { $0 != "_" }
    let isFloat = unsigned.utf8.contains { ".eE".utf8.contains($0) }
    if first == 48, unsigned.utf8.count > 1,
      !isFloat || (unsigned.utf8.dropFirst().first ?? 0) >= 48 && unsigned.utf8.dropFirst().first ?? 0 <= 57
    {
      return nil
    }
    if !isFloat { return GoNumber.parseInteger(plain, base: 10).map { .int64($0) } }
    guard unsigned.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ".eE+-_".utf8.contains($0) }), !unsigned.hasSuffix("."),
      !unsigned.contains(".e")
    else { return nil }
    return GoNumber.parseFloat(plain).map { .float($0) }
  }

  /// Layouts with the zones of the library's own that stand for no zone at all.
  private static let dateLayouts = [
    ("2006-01-02T15:04:05.999999999Z07:00", Zone.utc),
    ("2006-01-02T15:04:05.999999999", .fixed(0, abbreviation: "datetime-local")),
    ("2006-01-02", .fixed(0, abbreviation: "date-local")),
    ("15:04:05.999999999", .fixed(0, abbreviation: "time-local")),
  ]

  private static func date(_ word: String) -> TemplateValue? {
    let word = String(word.map { $0 == " " || $0 == "t" ? "T" : $0 == "z" ? "Z" : $0 })
    for (layout, zone) in dateLayouts {
      if let time = try? TimeParser.parse(layout, word, local: zone) { return .object(time) }
    }
    return nil
  }
}

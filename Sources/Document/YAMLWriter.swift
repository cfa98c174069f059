/// Writes block-style YAML exactly as Go's yaml.v2 emitter does.
///
/// The emitter decides from four facts, which stand here under the names it has for them: the column, the indentation, whether
/// white space was just written, and whether the line so far is only indentation and indicators.
struct YAMLWriter {
  private(set) var out: [UInt8] = []
  private var column = 0
  private var indent = -1
  private var whitespace = true
  private var indention = true
  private let bestWidth = 80

  /// What has been written.
  var text: String { String(decoding: out, as: UTF8.self) }

  /// Writes one document.
  mutating func document(_ value: Value) {
    node(value, inMapping: false)
    indent = 0
    writeIndent()
  }

  // MARK: Structure

  private mutating func node(_ value: Value, inMapping: Bool) {
    switch value {
    case .null: plainText("null")
    case .bool(let flag): plainText(flag ? "true" : "false")
    case .int(let number): plainText(String(number))
    case .double(let number): plainText(YAMLWriter.spelling(number))
    case .string(let text): scalar(text, isSimpleKey: false)
    case .array(let list):
      if list.isEmpty { flowEmpty("[]") } else { sequence(list, inMapping: inMapping) }
    case .object(let object):
      if object.isEmpty { flowEmpty("{}") } else { mapping(object) }
    }
  }

  private mutating func sequence(_ list: [Value], inMapping: Bool) {
    let outer = indent
    let isIndentless = inMapping && !indention
    if indent < 0 { indent = 0 } else if !isIndentless { indent += 2 }
    for element in list {
      writeIndent()
      indicator("-", needsSpace: true, keepsIndention: true)
      node(element, inMapping: false)
    }
    indent = outer
  }

  private mutating func mapping(_ object: Object) {
    let outer = indent
    indent = indent < 0 ? 0 : indent + 2
    for member in NaturalOrder.sorted(object.members) {
      writeIndent()
      let key = YAMLWriter.throughJSON(member.key)
      let analysis = YAMLQuoting(key)
      if !analysis.isMultiline && key.utf8.count <= 128 {
        scalar(key, isSimpleKey: true, analysis: analysis)
        indicator(":", needsSpace: false, keepsIndention: false)
      } else {
        indicator("?", needsSpace: true, keepsIndention: true)
        scalar(key, isSimpleKey: false, analysis: analysis)
        writeIndent()
        indicator(":", needsSpace: true, keepsIndention: true)
      }
      node(member.value, inMapping: true)
    }
    indent = outer
  }

  private mutating func flowEmpty(_ brackets: String) {
    indicator(String(brackets.prefix(1)), needsSpace: true, keepsIndention: false)
    indicator(String(brackets.suffix(1)), needsSpace: false, keepsIndention: false)
  }

  // MARK: Scalars

  private mutating func scalar(_ text: String, isSimpleKey: Bool) {
    let text = YAMLWriter.throughJSON(text)
    scalar(text, isSimpleKey: isSimpleKey, analysis: YAMLQuoting(text))
  }

  private mutating func scalar(_ text: String, isSimpleKey: Bool, analysis: YAMLQuoting) {
    let outer = indent
    indent = indent < 0 ? 2 : indent + 2
    defer { indent = outer }
    var text = text
    text.withUTF8 { bytes in
      switch analysis.style(isSimpleKey: isSimpleKey) {
      case .plain: plain(bytes, mayBreak: !isSimpleKey)
      case .singleQuoted: singleQuoted(bytes, mayBreak: !isSimpleKey)
      case .doubleQuoted: doubleQuoted(bytes, mayBreak: !isSimpleKey)
      case .literal: literal(bytes)
      }
    }
  }

  private mutating func plainText(_ text: String) {
    if !whitespace { put(UInt8(ascii: " ")) }
    for byte in text.utf8 { put(byte) }
    whitespace = false
    indention = false
  }

  private mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>, mayBreak: Bool) {
    if !whitespace { put(UInt8(ascii: " ")) }
    flowing(bytes, mayBreak: mayBreak, isQuoted: false)
    whitespace = false
    indention = false
  }

  private mutating func singleQuoted(_ bytes: UnsafeBufferPointer<UInt8>, mayBreak: Bool) {
    indicator("'", needsSpace: true, keepsIndention: false)
    flowing(bytes, mayBreak: mayBreak, isQuoted: true)
    indicator("'", needsSpace: false, keepsIndention: false)
  }

  /// The text of a plain or single-quoted scalar, folded at single spaces beyond the best width.
  private mutating func flowing(_ bytes: UnsafeBufferPointer<UInt8>, mayBreak: Bool, isQuoted: Bool) {
    var spaces = false
    var breaks = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: " ") {
        let isInside = !isQuoted || (index > 0 && index < bytes.count - 1)
        let nextIsSpace = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: " ")
        if mayBreak, !spaces, column > bestWidth, isInside, !nextIsSpace {
          writeIndent()
          index += 1
        } else {
          write(bytes, &index)
        }
        spaces = true
      } else if YAMLCharacter.isBreak(bytes, index) {
        if !breaks && bytes[index] == UInt8(ascii: "\n") { putBreak() }
        writeBreak(bytes, &index)
        indention = true
        breaks = true
      } else {
        if breaks { writeIndent() }
        if isQuoted && bytes[index] == UInt8(ascii: "'") { put(UInt8(ascii: "'")) }
        write(bytes, &index)
        indention = false
        spaces = false
        breaks = false
      }
    }
  }

  private mutating func doubleQuoted(_ bytes: UnsafeBufferPointer<UInt8>, mayBreak: Bool) {
    indicator("\"", needsSpace: true, keepsIndention: false)
    // Go's emitter looks for the byte order mark at the beginning instead of at the place: then every character is escaped.
    let startsWithMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    var spaces = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if startsWithMark || byte == 0x22 || byte == 0x5C || YAMLCharacter.isBreak(bytes, index)
        || !YAMLCharacter.isPrintable(bytes, index)
      {
        escape(YAMLCharacter.scalar(bytes, &index))
        spaces = false
      } else if byte == UInt8(ascii: " ") {
        if mayBreak, !spaces, column > bestWidth, index > 0, index < bytes.count - 1 {
          writeIndent()
          if bytes[index + 1] == UInt8(ascii: " ") { put(UInt8(ascii: "\\")) }
          index += 1
        } else {
          write(bytes, &index)
        }
        spaces = true
      } else {
        write(bytes, &index)
        spaces = false
      }
    }
    indicator("\"", needsSpace: false, keepsIndention: false)
  }

  private mutating func escape(_ code: UInt32) {
    put(UInt8(ascii: "\\"))
    let letters: [UInt32: Unicode.Scalar] = [
      0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 0x1B: "e", 0x22: "\"", 0x5C: "\\", 0x85: "N", 0xA0: "_",
      0x2028: "L", 0x2029: "P",
    ]
    if let letter = letters[code] {
      put(UInt8(truncatingIfNeeded: letter.value))
      return
    }
    let (mark, width): (Unicode.Scalar, Int) = code <= 0xFF ? ("x", 2) : code <= 0xFFFF ? ("u", 4) : ("U", 8)
    put(UInt8(truncatingIfNeeded: mark.value))
    let digits = String(code, radix: 16, uppercase: true)
    for _ in digits.utf8.count..<width { put(UInt8(ascii: "0")) }
    for digit in digits.utf8 { put(digit) }
  }

  private mutating func literal(_ bytes: UnsafeBufferPointer<UInt8>) {
    indicator("|", needsSpace: true, keepsIndention: false)
    if bytes[0] == UInt8(ascii: " ") || YAMLCharacter.isBreak(bytes, 0) { indicator("2", needsSpace: false, keepsIndention: false) }
    switch YAMLCharacter.trailingBreaks(bytes) {
    case 0: indicator("-", needsSpace: false, keepsIndention: false)
    case 1: break
    default: indicator("+", needsSpace: false, keepsIndention: false)
    }
    putBreak()
    indention = true
    whitespace = true
    var breaks = true
    var index = 0
    while index < bytes.count {
      if YAMLCharacter.isBreak(bytes, index) {
        writeBreak(bytes, &index)
        indention = true
        breaks = true
      } else {
        if breaks { writeIndent() }
        write(bytes, &index)
        indention = false
        breaks = false
      }
    }
  }

  // MARK: Characters

  private mutating func indicator(_ text: String, needsSpace: Bool, keepsIndention: Bool) {
    if needsSpace && !whitespace { put(UInt8(ascii: " ")) }
    for byte in text.utf8 { put(byte) }
    whitespace = false
    indention = indention && keepsIndention
  }

  private mutating func writeIndent() {
    let indent = max(indent, 0)
    if !indention || column > indent || (column == indent && !whitespace) { putBreak() }
    while column < indent { put(UInt8(ascii: " ")) }
    whitespace = true
    indention = true
  }

  private mutating func put(_ byte: UInt8) {
    out.append(byte)
    column += 1
  }

  private mutating func putBreak() {
    out.append(UInt8(ascii: "\n"))
    column = 0
  }

  /// Copies one character.
  private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    repeat {
      out.append(bytes[index])
      index += 1
    } while index < bytes.count && bytes[index] & 0xC0 == 0x80
    column += 1
  }

  private mutating func writeBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    if bytes[index] == UInt8(ascii: "\n") {
      index += 1
      putBreak()
    } else {
      write(bytes, &index)
      column = 0
    }
  }
}

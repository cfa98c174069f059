/// Go's quoting of strings and characters (`strconv`).
enum GoQuote {
  static func quoted(_ text: String, ascii: Bool = false) -> String {
    // Most texts have nothing that must be escaped.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      return "\"" + text + "\""
    }
    var result = "\""
    for scalar in text.unicodeScalars { append(scalar, quote: "\"", ascii, to: &result) }
    return result + "\""
  }

  static func quoted(_ scalar: Unicode.Scalar, ascii: Bool = false) -> String {
    var result = "'"
    append(scalar, quote: "'", ascii, to: &result)
    return result + "'"
  }

  private static func append(_ scalar: Unicode.Scalar, quote: Unicode.Scalar, _ ascii: Bool, to result: inout String) {
    switch scalar {
    case quote, "\\":
      result += "\\"
      result.unicodeScalars.append(scalar)
    case "\u{07}": result += "\\a"
    case "\u{08}": result += "\\b"
    case "\u{0C}": result += "\\f"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{0B}": result += "\\v"
    default:
      if scalar.value < 0x80 ? GoUnicode.isPrintable(scalar) : !ascii && GoUnicode.isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
      } else if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\x" + hexadecimal(scalar.value, 2)
      } else if scalar.value < 0x10000 {
        result += "\\u" + hexadecimal(scalar.value, 4)
      } else {
        result += "\\U" + hexadecimal(scalar.value, 8)
      }
    }
  }

  static func hexadecimal(_ value: UInt32, _ width: Int, uppercase: Bool = false) -> String {
    let digits = String(value, radix: 16, uppercase: uppercase)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// `U+003B ';'`.
  static func unicodeName(_ scalar: Unicode.Scalar) -> String {
    let code = "U+" + hexadecimal(scalar.value, 4, uppercase: true)
    return GoUnicode.isPrintable(scalar) ? "\(code) '\(scalar)'" : code
  }

  /// The text of a `"…"` or `` `…` `` literal; nil where it is malformed.
  static func unquoted(_ literal: String) -> String? {
    let bytes = Array(literal.utf8)
    guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote else { return nil }
    let inner = bytes[1..<(bytes.count - 1)]
    if quote == UInt8(ascii: "`") {
      return String(decoding: inner.filter { $0 != 13 }, as: UTF8.self)
    }
    if !inner.contains(UInt8(ascii: "\\")) { return String(decoding: inner, as: UTF8.self) }
    var result: [UInt8] = []
    var index = inner.startIndex
    while index < inner.endIndex {
      guard inner[index] == UInt8(ascii: "\\") else {
        result.append(inner[index])
        index += 1
        continue
      }
      guard let escape = escape(inner, &index, quote: quote) else { return nil }
      switch escape {
      case .byte(let byte): result.append(byte)
      case .scalar(let scalar): result.append(contentsOf: Array(String(scalar).utf8))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The code of a `'…'` literal, and whether nothing follows the first character; nil where it is malformed.
  static func unquotedCharacter(_ literal: String) -> (code: UInt32, complete: Bool)? {
    let bytes = Array(literal.utf8)
    guard bytes.count >= 3, let quote = bytes.first else { return nil }
    let inner = bytes[1..<(bytes.count - 1)]
    guard let first = inner.first, first != quote else { return nil }
    if first != UInt8(ascii: "\\") {
      let text = String(decoding: inner, as: UTF8.self)
      guard let scalar = text.unicodeScalars.first else { return nil }
      return (scalar.value, text.unicodeScalars.count == 1)
    }
    var index = inner.startIndex
    guard let escape = escape(inner, &index, quote: quote) else { return nil }
    switch escape {
    case .byte(let byte): return (UInt32(byte), index == inner.endIndex)
    case .scalar(let scalar): return (scalar.value, index == inner.endIndex)
    }
  }

  private enum Escape {
    case byte(UInt8)
    case scalar(Unicode.Scalar)
  }

  private static func escape(_ bytes: ArraySlice<UInt8>, _ index: inout Int, quote: UInt8) -> Escape? {
    guard index + 1 < bytes.endIndex else { return nil }
    let letter = bytes[index + 1]
    index += 2
    switch letter {
    case UInt8(ascii: "a"): return .byte(7)
    case UInt8(ascii: "b"): return .byte(8)
    case UInt8(ascii: "f"): return .byte(12)
    case UInt8(ascii: "n"): return .byte(10)
    case UInt8(ascii: "r"): return .byte(13)
    case UInt8(ascii: "t"): return .byte(9)
    case UInt8(ascii: "v"): return .byte(11)
    case UInt8(ascii: "\\"): return .byte(letter)
    case quote: return .byte(letter)
    case UInt8(ascii: "x"): return digits(bytes, &index, count: 2, radix: 16).flatMap { UInt8(exactly: $0) }.map { .byte($0) }
    case UInt8(ascii: "u"): return digits(bytes, &index, count: 4, radix: 16).flatMap { Unicode.Scalar($0) }.map { .scalar($0) }
    case UInt8(ascii: "U"): return digits(bytes, &index, count: 8, radix: 16).flatMap { Unicode.Scalar($0) }.map { .scalar($0) }
    case 48...55:
      index -= 1
      return digits(bytes, &index, count: 3, radix: 8).flatMap { UInt8(exactly: $0) }.map { .byte($0) }
    default: return nil
    }
  }

  private static func digits(_ bytes: ArraySlice<UInt8>, _ index: inout Int, count: Int, radix: Int) -> UInt32? {
    guard index + count <= bytes.endIndex else { return nil }
    let slice = bytes[index..<(index + count)]
    guard slice.allSatisfy({ $0 != 43 && $0 != 45 }) else { return nil }
    index += count
    return UInt32(String(decoding: slice, as: UTF8.self), radix: radix)
  }
}

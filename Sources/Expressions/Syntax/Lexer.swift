import Document

/// The words of an expression.
struct Lexer {
  enum Token: Hashable {
    case identifier(String)
    case symbol(String)
    case int(UInt64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case end
  }

  private let bytes: [UInt8]
  private var index = 0
  private(set) var tokens: [(token: Token, column: Int)] = []

  init(_ text: String) throws {
    bytes = Array(text.utf8)
    guard bytes.count <= 16_384 else { throw ExpressionError("the expression is longer than 16384 bytes") }
    while let column = skipBlanks() { tokens.append((try next(), column)) }
    tokens.append((.end, bytes.count + 1))
  }

  private func peek(_ offset: Int = 0) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }

  /// Skips blanks and comments; the column of what comes, nil at the end.
  private mutating func skipBlanks() -> Int? {
    while index < bytes.count {
      if [0x20, 0x09, 0x0a, 0x0d, 0x0c].contains(bytes[index]) {
        index += 1
      } else if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
        while index < bytes.count, bytes[index] != 0x0a { index += 1 }
      } else {
        return index + 1
      }
    }
    return nil
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private func isLetter(_ byte: UInt8) -> Bool { byte == 0x5f || byte >= 0x41 && byte <= 0x5a || byte >= 0x61 && byte <= 0x7a }

  private mutating func next() throws -> Token {
    if let prefix = stringPrefix() { return try string(prefix) }
    let byte = peek()
    if isLetter(byte) {
      let start = index
      while isLetter(peek()) || isDigit(peek()) { index += 1 }
      return .identifier(String(decoding: bytes[start..<index], as: UTF8.self))
    }
    if isDigit(byte) || byte == UInt8(ascii: ".") && isDigit(peek(1)) { return try number() }
    let two = String(decoding: [byte, peek(1)], as: UTF8.self)
    if ["==", "!=", "<=", ">=", "&&", "||"].contains(two) {
      index += 2
      return .symbol(two)
    }
    guard "+-*/%<>!?:.,()[]{}".utf8.contains(byte) else {
      throw ExpressionError("unexpected \(JSON.string(.string(String(UnicodeScalar(byte)))))", column: index + 1)
    }
    index += 1
    return .symbol(String(UnicodeScalar(byte)))
  }

  // MARK: numbers

  private mutating func number() throws -> Token {
    let start = index
    let column = index + 1
    if peek() == UInt8(ascii: "0"), peek(1) | 0x20 == UInt8(ascii: "x") {
      index += 2
      let digits = index
      while isDigit(peek()) || (0x61...0x66).contains(peek() | 0x20) { index += 1 }
      guard let value = UInt64(String(decoding: bytes[digits..<index], as: UTF8.self), radix: 16) else {
        throw ExpressionError("a hexadecimal number that is none", column: column)
      }
      return unsigned(value)
    }
    var isDouble = false
    while isDigit(peek()) { index += 1 }
    if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
      isDouble = true
      index += 1
      while isDigit(peek()) { index += 1 }
    }
    if peek() | 0x20 == UInt8(ascii: "e"), isDigit(peek(1)) || [0x2b, 0x2d].contains(peek(1)) && isDigit(peek(2)) {
      isDouble = true
      index += 2
      while isDigit(peek()) { index += 1 }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isDouble {
      guard let value = Double(text) else { throw ExpressionError("\(text) is no number", column: column) }
      return .double(value)
    }
    guard let value = UInt64(text) else { throw ExpressionError("\(text) is too large", column: column) }
    return unsigned(value)
  }

  private mutating func unsigned(_ value: UInt64) -> Token {
    guard peek() | 0x20 == UInt8(ascii: "u") else { return .int(value) }
    index += 1
    return .uint(value)
  }

  // MARK: strings

  private struct Prefix {
    var isRaw = false
    var isBytes = false
    var length = 0
  }

  private func stringPrefix() -> Prefix? {
    var prefix = Prefix()
    while prefix.length < 2 {
      switch peek(prefix.length) {
      case UInt8(ascii: "r"), UInt8(ascii: "R"): prefix.isRaw = true
      case UInt8(ascii: "b"), UInt8(ascii: "B"): prefix.isBytes = true
      default:
        let quote = peek(prefix.length)
        return quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") ? prefix : nil
      }
      prefix.length += 1
    }
    let quote = peek(2)
    return prefix.isRaw && prefix.isBytes && (quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")) ? prefix : nil
  }

  private mutating func string(_ prefix: Prefix) throws -> Token {
    let column = index + 1
    index += prefix.length
    let quote = peek()
    let isLong = peek(1) == quote && peek(2) == quote
    index += isLong ? 3 : 1
    var content: [UInt8] = []
    while true {
      guard index < bytes.count, isLong || peek() != 0x0a else { throw ExpressionError("a string that does not end", column: column) }
      if peek() == quote, !isLong || peek(1) == quote && peek(2) == quote {
        index += isLong ? 3 : 1
        break
      }
      if peek() == UInt8(ascii: "\\"), !prefix.isRaw {
        try escape(&content, prefix.isBytes)
      } else {
        content.append(peek())
        index += 1
      }
    }
    return prefix.isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
  }

  private mutating func escape(_ content: inout [UInt8], _ isBytes: Bool) throws {
    let column = index + 1
    let letter = peek(1)
    index += 2
    func code(_ count: Int, _ radix: Int) throws -> UInt32 {
      guard index + count <= bytes.count, let value = UInt32(String(decoding: bytes[index..<(index + count)], as: UTF8.self), radix: radix)
      else { throw ExpressionError("an unknown escape", column: column) }
      index += count
      return value
    }
    let simple: [UInt8: UInt8] = [
      UInt8(ascii: "n"): 0x0a, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
      UInt8(ascii: "f"): 0x0c, UInt8(ascii: "v"): 0x0b, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22,
      UInt8(ascii: "`"): 0x60, UInt8(ascii: "?"): 0x3f,
    ]
    if let byte = simple[letter] {
      content.append(byte)
      return
    }
    var value: UInt32
    switch letter {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): value = try code(2, 16)
    case UInt8(ascii: "u") where !isBytes: value = try code(4, 16)
    case UInt8(ascii: "U") where !isBytes: value = try code(8, 16)
    case 0x30...0x33:
      index -= 1
      value = try code(3, 8)
    default: throw ExpressionError("an unknown escape", column: column)
    }
    if isBytes {
      content.append(UInt8(truncatingIfNeeded: value))
    } else {
      guard let scalar = UnicodeScalar(value) else { throw ExpressionError("an escape that is no character", column: column) }
      content += Array(String(scalar).utf8)
    }
  }
}

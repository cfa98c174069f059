/// Splits a template into tokens, as Go's text/template does, down to the wording of its errors.
struct Lexer {
  private let input: [UInt8]
  /// Where lines end.
  private let lineFeeds: [Int]
  private var position = 0
  private var start = 0
  private var insideAction = false
  private var parentheses = 0
  private var failed = false

  init(_ text: String) {
    input = Array(text.utf8)
    lineFeeds = input.indices.filter { [input] in input[$0] == 10 }
  }

  private static let delimiter: (left: UInt8, right: UInt8) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
  private static let minus = UInt8(ascii: "-")

  /// The line of a byte, counted from 1.
  func line(at position: Int) -> Int {
    var low = 0
    var high = lineFeeds.count
    while low < high {
      let middle = (low + high) / 2
      if lineFeeds[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }

  /// The next token; after an error, and at the end, the end.
  mutating func next() -> Token {
    if failed { return Token(kind: .end, position: input.count, text: "EOF") }
    while true {
      if let token = insideAction ? lexInsideAction() : lexText() { return token }
    }
  }

  // MARK: - Bytes and characters

  private func byte(_ index: Int) -> UInt8? { index < input.count ? input[index] : nil }

  private func hasLeftDelimiter(at index: Int) -> Bool {
    byte(index) == Lexer.delimiter.left && byte(index + 1) == Lexer.delimiter.left
  }

  private func hasRightDelimiter(at index: Int) -> Bool {
    byte(index) == Lexer.delimiter.right && byte(index + 1) == Lexer.delimiter.right
  }

  private static func isSpace(_ byte: UInt8?) -> Bool {
    byte == 32 || byte == 9 || byte == 10 || byte == 13
  }

  /// The character at an index and its length; the replacement character where the bytes are no UTF-8.
  private func character(at index: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    guard let first = byte(index) else { return nil }
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    var iterator = input[index..<min(index + 4, input.count)].makeIterator()
    var decoder = UTF8()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return (scalar, UTF8.width(scalar)) }
    return ("\u{FFFD}", 1)
  }

  private static func isAlphaNumeric(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return scalar == "_" || GoUnicode.isLetter(scalar) || GoUnicode.isDigit(scalar)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: input[range], as: UTF8.self) }

  // MARK: - Tokens

  private mutating func emit(_ kind: Token.Kind) -> Token {
    let token = Token(kind: kind, position: start, text: text(start..<position))
    start = position
    return token
  }

  private mutating func fail(_ message: String) -> Token {
    failed = true
    return Token(kind: .error, position: start, text: message)
  }

  // MARK: - States

  private mutating func lexText() -> Token? {
    var index = position
    while index < input.count && !hasLeftDelimiter(at: index) { index += 1 }
    guard index < input.count else {
      position = input.count
      if position > start { return emit(.text) }
      return Token(kind: .end, position: position, text: "EOF")
    }
    if index > position {
      var end = index
      if byte(index + 2) == Lexer.minus && Lexer.isSpace(byte(index + 3)) {
        while end > start && Lexer.isSpace(input[end - 1]) { end -= 1 }
      }
      position = end
      let token = emit(.text)
      position = index
      start = index
      if !token.text.isEmpty { return token }
    }
    return lexLeftDelimiter()
  }

  private mutating func lexLeftDelimiter() -> Token? {
    position += 2
    let marker = byte(position) == Lexer.minus && Lexer.isSpace(byte(position + 1)) ? 2 : 0
    if byte(position + marker) == UInt8(ascii: "/") && byte(position + marker + 1) == UInt8(ascii: "*") {
      position += marker
      start = position
      return lexComment()
    }
    let token = emit(.leftDelimiter)
    insideAction = true
    position += marker
    start = position
    parentheses = 0
    return token
  }

  /// Passes over a comment; gives a token only for an error.
  private mutating func lexComment() -> Token? {
    var index = position + 2
    while index < input.count && !(input[index] == UInt8(ascii: "*") && byte(index + 1) == UInt8(ascii: "/")) { index += 1 }
    guard index < input.count else { return fail("unclosed comment") }
    position = index + 2
    let (closes, trims) = atRightDelimiter()
    guard closes else { return fail("comment ends before closing delimiter") }
    if trims { position += 2 }
    position += 2
    if trims { skipSpace() }
    start = position
    return nil
  }

  private mutating func skipSpace() {
    while Lexer.isSpace(byte(position)) { position += 1 }
  }

  /// Whether an action ends here, and whether with a trim marker.
  private func atRightDelimiter() -> (ends: Bool, trims: Bool) {
    if Lexer.isSpace(byte(position)) && byte(position + 1) == Lexer.minus && hasRightDelimiter(at: position + 2) {
      return (true, true)
    }
    return (hasRightDelimiter(at: position), false)
  }

  private mutating func lexRightDelimiter() -> Token {
    let trims = atRightDelimiter().trims
    if trims {
      position += 2
      start = position
    }
    position += 2
    let token = emit(.rightDelimiter)
    if trims {
      skipSpace()
      start = position
    }
    insideAction = false
    return token
  }

  private mutating func lexInsideAction() -> Token? {
    if atRightDelimiter().ends {
      return parentheses == 0 ? lexRightDelimiter() : fail("unclosed left paren")
    }
    guard let (scalar, length) = character(at: position) else { return fail("unclosed action") }
    if Lexer.isSpace(byte(position)) { return lexSpace() }
    position += length
    switch scalar {
    case "=": return emit(.assign)
    case ":":
      guard byte(position) == UInt8(ascii: "=") else { return fail("expected :=") }
      position += 1
      return emit(.declare)
    case "|": return emit(.pipe)
    case "\"": return lexQuote()
    case "`": return lexRawQuote()
    case "$": return lexFieldOrVariable(.variable)
    case "'": return lexCharacterConstant()
    case ".":
      if let next = byte(position), next < 48 || next > 57 { return lexFieldOrVariable(.field) }
      position -= 1
      return lexNumber()
    case "+", "-", "0"..."9":
      position -= 1
      return lexNumber()
    case "(":
      parentheses += 1
      return emit(.leftParenthesis)
    case ")":
      parentheses -= 1
      return parentheses < 0 ? fail("unexpected right paren") : emit(.rightParenthesis)
    default:
      if Lexer.isAlphaNumeric(scalar) { return lexIdentifier() }
      if scalar.value > 32 && scalar.value < 127 { return emit(.character) }
      return fail("unrecognized character in action: \(GoQuote.unicodeName(scalar))")
    }
  }

  private mutating func lexSpace() -> Token {
    var count = 0
    while Lexer.isSpace(byte(position)) {
      position += 1
      count += 1
    }
    // The space before a trim marker belongs to the marker.
    if byte(position) == Lexer.minus && hasRightDelimiter(at: position + 1) {
      position -= 1
      if count == 1 { return lexRightDelimiter() }
    }
    return emit(.space)
  }

  /// Whether what was read may end here.
  private func atTerminator() -> Bool {
    guard let next = byte(position) else { return true }
    if Lexer.isSpace(next) || ".,|:)(".utf8.contains(next) { return true }
    return hasRightDelimiter(at: position)
  }

  private mutating func skipAlphaNumeric() {
    while let (scalar, length) = character(at: position), Lexer.isAlphaNumeric(scalar) { position += length }
  }

  private mutating func badCharacter() -> Token {
    fail("bad character \(GoQuote.unicodeName(character(at: position)?.scalar ?? "\u{FFFD}"))")
  }

  private mutating func lexIdentifier() -> Token {
    skipAlphaNumeric()
    guard atTerminator() else { return badCharacter() }
    let word = text(start..<position)
    if let keyword = Token.Keyword(rawValue: word) { return emit(.keyword(keyword)) }
    return emit(word == "true" || word == "false" ? .bool : .identifier)
  }

  private mutating func lexFieldOrVariable(_ kind: Token.Kind) -> Token {
    if atTerminator() { return emit(kind == .variable ? .variable : .dot) }
    skipAlphaNumeric()
    return atTerminator() ? emit(kind) : badCharacter()
  }

  private mutating func lexCharacterConstant() -> Token {
    while true {
      guard let next = byte(position), next != 10 else { return fail("unterminated character constant") }
      position += 1
      if next == UInt8(ascii: "'") { return emit(.characterConstant) }
      if next == UInt8(ascii: "\\") {
        guard let escaped = byte(position), escaped != 10 else { return fail("unterminated character constant") }
        position += 1
      }
    }
  }

  private mutating func lexQuote() -> Token {
    while true {
      guard let next = byte(position), next != 10 else { return fail("unterminated quoted string") }
      position += 1
      if next == UInt8(ascii: "\"") { return emit(.string) }
      if next == UInt8(ascii: "\\") {
        guard let escaped = byte(position), escaped != 10 else { return fail("unterminated quoted string") }
        position += 1
      }
    }
  }

  private mutating func lexRawQuote() -> Token {
    while let next = byte(position) {
      position += 1
      if next == UInt8(ascii: "`") { return emit(.rawString) }
    }
    return fail("unterminated raw quoted string")
  }

  private mutating func lexNumber() -> Token {
    guard scanNumber() else { return fail("bad number syntax: \(GoQuote.quoted(text(start..<position)))") }
    if byte(position) == UInt8(ascii: "+") || byte(position) == Lexer.minus {
      // A complex number: 1+2i.
      guard scanNumber(), input[position - 1] == UInt8(ascii: "i") else {
        return fail("bad number syntax: \(GoQuote.quoted(text(start..<position)))")
      }
      return emit(.complex)
    }
    return emit(.number)
  }

  private mutating func accept(_ set: String) -> Bool {
    guard let next = byte(position), set.utf8.contains(next) else { return false }
    position += 1
    return true
  }

  private mutating func acceptRun(_ set: String) {
    while accept(set) {}
  }

  private mutating func scanNumber() -> Bool {
    _ = accept("+-")
    var digits = "0123456789_"
    var exponent = "eE"
    if accept("0") {
      if accept("xX") {
        digits = "0123456789abcdefABCDEF_"
        exponent = "pP"
      } else if accept("oO") {
        digits = "01234567_"
        exponent = ""
      } else if accept("bB") {
        digits = "01_"
        exponent = ""
      }
    }
    acceptRun(digits)
    if accept(".") { acceptRun(digits) }
    if !exponent.isEmpty && accept(exponent) {
      _ = accept("+-")
      acceptRun("0123456789_")
    }
    _ = accept("i")
    if let (scalar, length) = character(at: position), Lexer.isAlphaNumeric(scalar) {
      position += length
      return false
    }
    return true
  }
}

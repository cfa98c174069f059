/// How the text of a scalar has to be written, by the analysis that Go's yaml.v2 makes of it.
struct YAMLQuoting {
  enum Style { case plain, singleQuoted, doubleQuoted, literal }

  /// Whether there is a line break of any kind, U+2028 and U+2029 included.
  private(set) var isMultiline = false
  private var hasLineFeed = false
  private var resolvesToText = true
  private var mayBePlain = true
  private var maySingleQuote = true
  private var mayBeLiteral = true

  init(_ text: String) {
    var text = text
    text.withUTF8 { analyse($0) }
  }

  /// The style as a value, or as a key on one line with its value.
  func style(isSimpleKey: Bool) -> Style {
    var style: Style = hasLineFeed ? .literal : resolvesToText ? .plain : .doubleQuoted
    if isSimpleKey && isMultiline { style = .doubleQuoted }
    if style == .plain && !mayBePlain { style = .singleQuoted }
    if style == .singleQuoted && !maySingleQuote { style = .doubleQuoted }
    if style == .literal && (!mayBeLiteral || isSimpleKey) { style = .doubleQuoted }
    return style
  }

  private mutating func analyse(_ bytes: UnsafeBufferPointer<UInt8>) {
    resolvesToText = YAMLQuoting.isText(bytes)
    guard !bytes.isEmpty else {
      mayBeLiteral = false
      return
    }
    if bytes.count >= 3, bytes.prefix(3).allSatisfy({ $0 == UInt8(ascii: "-") }) || bytes.prefix(3).allSatisfy({ $0 == UInt8(ascii: ".") })
    {
      mayBePlain = false
    }
    var previousIsSpace = false
    var previousIsBreak = false
    var afterBlank = true
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = YAMLCharacter.after(bytes, index)
      let beforeBlank = next >= bytes.count || bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\t")
      if YAMLQuoting.isIndicator(byte, isFirst: index == 0, afterBlank: afterBlank, beforeBlank: beforeBlank) { mayBePlain = false }
      let isBreak = YAMLCharacter.isBreak(bytes, index)
      let isSpace = byte == UInt8(ascii: " ")
      if !YAMLCharacter.isPrintable(bytes, index) { allowOnlyDoubleQuotes() }
      if isSpace {
        if index == 0 || next == bytes.count { mayBePlain = false }
        if next == bytes.count { mayBeLiteral = false }
        if previousIsBreak {
          mayBePlain = false
          maySingleQuote = false
        }
      } else if isBreak {
        isMultiline = true
        mayBePlain = false
        if byte == UInt8(ascii: "\n") { hasLineFeed = true }
        if previousIsSpace { allowOnlyDoubleQuotes() }
      }
      previousIsSpace = isSpace
      previousIsBreak = isBreak
      afterBlank = isSpace || isBreak || byte == UInt8(ascii: "\t") || byte == 0
      index = next
    }
  }

  private mutating func allowOnlyDoubleQuotes() {
    mayBePlain = false
    maySingleQuote = false
    mayBeLiteral = false
  }

  /// Whether a character in block context would be read as part of YAML's syntax.
  private static func isIndicator(_ byte: UInt8, isFirst: Bool, afterBlank: Bool, beforeBlank: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "#"): isFirst || afterBlank
    case UInt8(ascii: ":"): beforeBlank
    case UInt8(ascii: "?"), UInt8(ascii: "-"): isFirst && beforeBlank
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "&"),
      UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""),
      UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      isFirst
    default: false
    }
  }

  /// Whether the text, unquoted, would be read as text again. Numbers to base 60 are not, for readers that know them.
  private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    YAMLScalar.resolve(bytes) == .string && !YAMLTimestamp.matches(bytes) && !isBase60(bytes[...])
  }

  /// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
  private static func isBase60(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    func isDigitOrLine(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }
    var rest = text
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard let first = rest.first, isDigit(first) else { return false }
    rest = rest.drop(while: isDigitOrLine)
    var groups = 0
    while rest.first == UInt8(ascii: ":") {
      rest = rest.dropFirst()
      let digits = rest.prefix(while: isDigit)
      guard let first = digits.first, digits.count == 1 || (digits.count == 2 && first < UInt8(ascii: "6")) else { return false }
      rest = rest.dropFirst(digits.count)
      groups += 1
    }
    guard groups > 0 else { return false }
    if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop(while: isDigitOrLine) }
    return rest.isEmpty
  }
}

/// Classes of characters as YAML 1.1 divides them, on UTF-8 bytes.
enum YAMLCharacter {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// The index behind the character.
  static func after(_ bytes: Bytes, _ index: Int) -> Int {
    var next = index + 1
    while next < bytes.count && bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  /// Line feed, carriage return, U+0085, U+2028, U+2029.
  static func isBreak(_ bytes: Bytes, _ index: Int) -> Bool {
    switch bytes[index] {
    case 0x0A, 0x0D: true
    case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85
    case 0xE2: index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8
    default: false
    }
  }

  /// What Go's emitter takes for printable: no tab, nothing beyond the basic plane, no byte order mark.
  static func isPrintable(_ bytes: Bytes, _ index: Int) -> Bool {
    let second = index + 1 < bytes.count ? bytes[index + 1] : 0
    let third = index + 2 < bytes.count ? bytes[index + 2] : 0
    switch bytes[index] {
    case 0x0A, 0x20...0x7E: return true
    case 0xC2: return second >= 0xA0
    case 0xC3...0xEC, 0xEE: return true
    case 0xED: return second < 0xA0
    case 0xEF: return !(second == 0xBB && third == 0xBF) && !(second == 0xBF && third >= 0xBE)
    default: return false
    }
  }

  /// The code point at the index, which moves behind it.
  static func scalar(_ bytes: Bytes, _ index: inout Int) -> UInt32 {
    let first = bytes[index]
    var code = UInt32(first < 0x80 ? first : first < 0xE0 ? first & 0x1F : first < 0xF0 ? first & 0x0F : first & 0x07)
    index += 1
    while index < bytes.count, bytes[index] & 0xC0 == 0x80 {
      code = code << 6 | UInt32(bytes[index] & 0x3F)
      index += 1
    }
    return code
  }

  /// How many line breaks the text ends with, counted up to two; a text that is one break counts as two.
  static func trailingBreaks(_ bytes: Bytes) -> Int {
    var end = bytes.count
    var count = 0
    while end > 0, count < 2 {
      var last = end - 1
      while last > 0, bytes[last] & 0xC0 == 0x80 { last -= 1 }
      guard isBreak(bytes, last) else { return count }
      count += 1
      end = last
    }
    return end == 0 && count == 1 ? 2 : count
  }
}

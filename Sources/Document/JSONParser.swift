/// A recursive-descent reader of JSON over bytes.
struct JSONParser {
  /// What went wrong, and the byte at which.
  struct Failure: Error {
    var message: String
    var offset: Int
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: DecodingLimits
  private var offset = 0
  private var nodes = 0
  private var depth = 0
  private var keys = KeyCache()
  private var members = MemberStack()
  private var elements: [Value] = []

  init(bytes: UnsafeBufferPointer<UInt8>, limits: DecodingLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The one value of the text.
  mutating func document() throws(Failure) -> Value {
    skipSpace()
    guard offset < bytes.count else { throw failure("unexpected end of JSON input") }
    let value = try self.value()
    skipSpace()
    guard offset == bytes.count else { throw failure("invalid character \(shown(offset)) after top-level value") }
    return value
  }

  private mutating func value() throws(Failure) -> Value {
    nodes += 1
    guard nodes <= limits.maxNodes else { throw failure("the document has more than \(limits.maxNodes) values") }
    guard offset < bytes.count else { throw failure("unexpected end of JSON input") }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string(isKey: false))
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("invalid character \(shown(offset)) looking for beginning of value")
    }
  }

  private mutating func object() throws(Failure) -> Value {
    try enter()
    let start = members.count
    offset += 1
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      offset += 1
      depth -= 1
      return .object(Object())
    }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("looking for beginning of object key string") }
      let key = try string(isKey: true)
      skipSpace()
      guard peek() == UInt8(ascii: ":") else { throw unexpected("after object key") }
      offset += 1
      skipSpace()
      members.append(Member(key: key, value: try value()), mark: 0)
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","):
        offset += 1
        skipSpace()
      case UInt8(ascii: "}"):
        offset += 1
        depth -= 1
        return .object(members.take(from: start).object)
      default: throw unexpected("after object key:value pair")
      }
    }
  }

  private mutating func array() throws(Failure) -> Value {
    try enter()
    let start = elements.count
    offset += 1
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      offset += 1
      depth -= 1
      return .array([])
    }
    while true {
      elements.append(try value())
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","):
        offset += 1
        skipSpace()
      case UInt8(ascii: "]"):
        offset += 1
        depth -= 1
        let list = Array(elements[start...])
        elements.removeLast(list.count)
        return .array(list)
      default: throw unexpected("after array element")
      }
    }
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    guard depth <= limits.maxDepth else { throw failure("lists and objects are nested more than \(limits.maxDepth) deep") }
  }

  private mutating func literal(_ text: StaticString) throws(Failure) {
    for index in 0..<text.utf8CodeUnitCount {
      guard offset + index < bytes.count else {
        offset = bytes.count
        throw failure("unexpected end of JSON input")
      }
      guard bytes[offset + index] == text.utf8Start[index] else {
        offset += index
        throw failure("invalid character \(shown(offset)) in literal \(text)")
      }
    }
    offset += text.utf8CodeUnitCount
  }

  private mutating func number() throws(Failure) -> Value {
    let start = offset
    var isWhole = true
    if peek() == UInt8(ascii: "-") { offset += 1 }
    if peek() == UInt8(ascii: "0") {
      offset += 1
    } else {
      try digits("in numeric literal")
    }
    let wholeEnd = offset
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      try digits("after decimal point in numeric literal")
    }
    if let mark = peek(), mark | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
      try digits("in exponent of numeric literal")
    }
    if isWhole, let whole = decimal(start..<wholeEnd) {
      // No integer is a negative zero; Go's `encoding/json` reads a float64 that prints as `-0`.
      return whole == 0 && bytes[start] == UInt8(ascii: "-") ? .double(-0.0) : .int(whole)
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      offset = start
      throw failure("the number \(text.prefix(40)) is out of range")
    }
    return .double(number)
  }

  /// The value of a checked decimal integer; nil when it does not fit 64 bits.
  private func decimal(_ range: Range<Int>) -> Int64? {
    let negative = bytes[range.lowerBound] == UInt8(ascii: "-")
    var result: Int64 = 0
    for index in (range.lowerBound + (negative ? 1 : 0))..<range.upperBound {
      let (scaled, tooLarge) = result.multipliedReportingOverflow(by: 10)
      // Counted downwards, since the smallest integer has no positive counterpart.
      let (next, tooSmall) = scaled.subtractingReportingOverflow(Int64(bytes[index] &- UInt8(ascii: "0")))
      guard !tooLarge, !tooSmall else { return nil }
      result = next
    }
    if negative { return result }
    return result == .min ? nil : -result
  }

  private mutating func digits(_ context: String) throws(Failure) {
    let start = offset
    while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
    guard offset > start else { throw unexpected(context) }
  }

  // MARK: Strings

  /// The string that begins at the quotation mark under the reader.
  private mutating func string(isKey: Bool) throws(Failure) -> String {
    offset += 1
    let start = offset
    skipPlainText()
    guard offset < bytes.count else { throw failure("unexpected end of JSON input") }
    if bytes[offset] == UInt8(ascii: "\"") {
      let text = UnsafeBufferPointer(rebasing: bytes[start..<offset])
      offset += 1
      return isKey ? keys.string(text) : String(decoding: text, as: UTF8.self)
    }
    return try escapedString(from: start)
  }

  /// Moves to the next quotation mark, backslash or control character, eight bytes at a time.
  private mutating func skipPlainText() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let raw = UnsafeRawBufferPointer(bytes)
    while offset + 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5C)
      // A byte of each term has its high bit set when the byte is below the limit or equal to the mark.
      let hit = ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
      if hit & highs != 0 { break }
      offset += 8
    }
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return }
      offset += 1
    }
  }

  private mutating func escapedString(from start: Int) throws(Failure) -> String {
    var text = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        offset += 1
        try escape(into: &text)
      case 0..<0x20: throw failure("invalid character \(shown(offset)) in string literal")
      default:
        let plain = offset
        skipPlainText()
        text.append(contentsOf: bytes[plain..<offset])
      }
    }
    throw failure("unexpected end of JSON input")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Failure) {
    guard let mark = peek() else { throw failure("unexpected end of JSON input") }
    switch mark {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(mark)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      offset += 1
      var code = try fourHexDigits()
      if code & 0xFC00 == 0xD800, offset + 1 < bytes.count, bytes[offset] == 0x5C, bytes[offset + 1] == UInt8(ascii: "u") {
        let afterHigh = offset
        offset += 2
        let low = try fourHexDigits()
        if low & 0xFC00 == 0xDC00 {
          code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
        } else {
          offset = afterHigh
        }
      }
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      text.append(contentsOf: String(Character(scalar)).utf8)
      return
    default: throw failure("invalid character \(shown(offset)) in string escape code")
    }
    offset += 1
  }

  private mutating func fourHexDigits() throws(Failure) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek() else { throw failure("unexpected end of JSON input") }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("invalid character \(shown(offset)) in \\u hexadecimal character escape")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }

  // MARK: The place

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private func failure(_ message: String) -> Failure { Failure(message: message, offset: offset) }

  private func unexpected(_ context: String) -> Failure {
    offset < bytes.count ? failure("invalid character \(shown(offset)) \(context)") : failure("unexpected end of JSON input")
  }

  /// The character at a byte as a message can show it.
  private func shown(_ offset: Int) -> String {
    let byte = bytes[offset]
    switch byte {
    case UInt8(ascii: "'"): return #"'\''"#
    case 0x20..<0x7F: return "'\(Character(Unicode.Scalar(byte)))'"
    case 0x0A: return #"'\n'"#
    case 0x09: return #"'\t'"#
    case 0x0D: return #"'\r'"#
    case 0..<0x80: return "'\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) + "'"
    default:
      let text = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
      return "'\(text.unicodeScalars.first.map(String.init) ?? "")'"
    }
  }
}

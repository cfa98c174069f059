import Document

/// Sprig: base 64 and base 32. A text that is no such code gives the error's text, as in Sprig.
extension Sprig {
  static let encoding: [Function] = [
    text("b64enc") { Base64.encode(Array($0.utf8)) },
    text("b64dec") { Base64Strict.decode($0) },
    text("b32enc") { Base32.encode(Array($0.utf8)) },
    text("b32dec") { Base32.decode($0) },
  ]
}

/// Base 64 as Go reads it, with its messages.
enum Base64Strict {
  static func bytes(_ text: String) -> Result<[UInt8], FunctionError> {
    // Go leaves out line ends and counts positions with them.
    var bits: UInt32 = 0
    var group = 0
    var result: [UInt8] = []
    let input = Array(text.utf8)
    var index = 0
    func fail(_ position: Int) -> Result<[UInt8], FunctionError> {
      .failure(FunctionError("illegal base64 data at input byte \(position)"))
    }
    while index < input.count {
      let byte = input[index]
      if byte == 10 || byte == 13 {
        index += 1
        continue
      }
      if byte == UInt8(ascii: "=") {
        guard group >= 2 else { return fail(index) }
        var rest = index + 1
        func skipLines() { while rest < input.count, input[rest] == 10 || input[rest] == 13 { rest += 1 } }
        if group == 2 {
          skipLines()
          guard rest < input.count else { return fail(input.count) }
          guard input[rest] == UInt8(ascii: "=") else { return fail(rest) }
          rest += 1
        }
        skipLines()
        guard rest == input.count else { return fail(rest) }
        result.append(UInt8(truncatingIfNeeded: bits >> (group == 2 ? 4 : 10)))
        if group == 3 { result.append(UInt8(truncatingIfNeeded: bits >> 2)) }
        return .success(result)
      }
      guard let value = value(byte) else { return fail(index) }
      bits = bits << 6 | value
      group += 1
      index += 1
      if group == 4 {
        result += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits)]
        (bits, group) = (0, 0)
      }
    }
    return group == 0 ? .success(result) : fail(input.count - group)
  }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 65...90: UInt32(byte - 65)
    case 97...122: UInt32(byte - 97 + 26)
    case 48...57: UInt32(byte - 48 + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  static func decode(_ text: String) -> String {
    switch bytes(text) {
    case .success(let bytes): GoStrings.decode(bytes)
    case .failure(let error): error.message
    }
  }
}

/// Base 32 (RFC 4648).
enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var bits: UInt64 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt64(byte)
      count += 8
      while count >= 5 {
        result.append(alphabet[Int(bits >> UInt64(count - 5) & 31)])
        count -= 5
      }
    }
    if count > 0 { result.append(alphabet[Int(bits << UInt64(5 - count) & 31)]) }
    while result.count % 8 != 0 { result.append(UInt8(ascii: "=")) }
    return String(decoding: result, as: UTF8.self)
  }

  /// As Go reads it, with its message where a text is no base 32.
  static func decode(_ text: String) -> String {
    let input = text.utf8.filter { $0 != 10 && $0 != 13 }
    func failure(_ position: Int) -> String { "illegal base32 data at input byte \(position)" }
    var result: [UInt8] = []
    var bits: UInt64 = 0
    var (count, index) = (0, 0)
    while index < input.count {
      let inGroup = index % 8
      let rest = input.count - index - 1
      if input[index] == UInt8(ascii: "="), inGroup >= 2, rest < 8 {
        // The group is filled up to eight letters.
        if rest + inGroup < 7 { return failure(input.count) }
        for offset in 0..<(7 - inGroup) where offset < rest && input[index + 1 + offset] != UInt8(ascii: "=") {
          return failure(index + offset)
        }
        return inGroup == 3 || inGroup == 6 ? failure(index) : GoStrings.decode(result)
      }
      guard let value = alphabet.firstIndex(of: input[index]) else { return failure(index) }
      bits = bits << 5 | UInt64(value)
      count += 5
      if count >= 8 {
        result.append(UInt8(truncatingIfNeeded: bits >> UInt64(count - 8)))
        count -= 8
      }
      index += 1
    }
    // Go names the beginning of a group that has not been filled up.
    return index % 8 == 0 ? GoStrings.decode(result) : failure(index - index % 8)
  }
}

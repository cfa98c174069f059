/// What an unquoted YAML scalar stands for under the rules of YAML 1.1 as Go's yaml.v2 reads them.
enum YAMLScalar: Equatable {
  case null
  case bool(Bool)
  case int(Int64)
  /// An integer beyond Int64, which only fits UInt64.
  case unsigned(UInt64)
  case float(Double)
  /// The text itself.
  case string

  /// Resolves plain text.
  static func resolve(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    guard let first = text.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number(text)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return special(text) ?? number(text)
    case UInt8(ascii: "."): return special(text) ?? pointNumber(text)
    case UInt8(ascii: "~"): return text.count == 1 ? .null : .string
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
      return word(text)
    default: return .string
    }
  }

  /// The words, each in lower case, with a capital, or in capitals.
  private static func word(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    switch text.count {
    case 1: matches(text, "y") ? .bool(true) : matches(text, "n") ? .bool(false) : .string
    case 2: matches(text, "on") ? .bool(true) : matches(text, "no") ? .bool(false) : .string
    case 3: matches(text, "yes") ? .bool(true) : matches(text, "off") ? .bool(false) : .string
    case 4: matches(text, "true") ? .bool(true) : matches(text, "null") ? .null : .string
    case 5: matches(text, "false") ? .bool(false) : .string
    default: .string
    }
  }

  private static func matches(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    // Which letters are capitals: none, the first, or all.
    var capitals = 0
    for index in 0..<text.count {
      guard text[index] | 0x20 == word.utf8Start[index] else { return false }
      if text[index] & 0x20 == 0 { capitals += 1 }
    }
    return capitals == 0 || capitals == text.count || (capitals == 1 && text[0] & 0x20 == 0)
  }

  /// `.inf`, `-.Inf`, `.NaN` and their kin.
  private static func special(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
    guard text.count == 4 || text.count == 5 else { return nil }
    switch String(decoding: text, as: UTF8.self) {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    default: return nil
    }
  }

  /// A number that begins with a point, which may have underscores only between digits.
  private static func pointNumber(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    for index in text.indices where text[index] == UInt8(ascii: "_") {
      guard index + 1 < text.count, isDigit(text[index - 1]), isDigit(text[index + 1]) else { return .string }
    }
    return float(text.filter { $0 != UInt8(ascii: "_") })
  }

  private static func number(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
    if let small = smallDecimal(text) { return .int(small) }
    let plain = text.filter { $0 != UInt8(ascii: "_") }
    if let resolved = integer(plain[...]) { return resolved }
    return float(plain)
  }

  /// The common case: a few decimal digits without a leading zero.
  private static func smallDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard text.count <= 18, text[0] != UInt8(ascii: "0") || text.count == 1 else { return nil }
    var result: Int64 = 0
    for byte in text {
      guard isDigit(byte) else { return nil }
      result = result * 10 + Int64(byte & 15)
    }
    return result
  }

  /// What Go's `ParseInt` and `ParseUint` take with base 0: a sign, `0x`, `0o`, `0b`, or a leading zero for octal.
  private static func integer(_ text: ArraySlice<UInt8>) -> YAMLScalar? {
    var digits = text
    let sign = digits.first
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    if isSigned { digits = digits.dropFirst() }
    guard let first = digits.first else { return nil }
    var base: UInt64 = 10
    if first == UInt8(ascii: "0"), digits.count > 1 {
      switch digits[digits.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x") where digits.count > 2: base = 16
      case UInt8(ascii: "o") where digits.count > 2: base = 8
      case UInt8(ascii: "b") where digits.count > 2: base = 2
      default:
        base = 8
        digits = digits.dropFirst()
        return assemble(digits, base: base, negative: sign == UInt8(ascii: "-"), isSigned: isSigned)
      }
      digits = digits.dropFirst(2)
    }
    return assemble(digits, base: base, negative: sign == UInt8(ascii: "-"), isSigned: isSigned)
  }

  private static func assemble(_ digits: ArraySlice<UInt8>, base: UInt64, negative: Bool, isSigned: Bool) -> YAMLScalar? {
    var result: UInt64 = 0
    for byte in digits {
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte) - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte) - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(byte) - 55
      default: return nil
      }
      guard digit < base else { return nil }
      let (scaled, overflow) = result.multipliedReportingOverflow(by: base)
      let (sum, carry) = scaled.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      result = sum
    }
    if negative {
      if result == UInt64(Int64.max) + 1 { return .int(.min) }
      return Int64(exactly: result).map { .int(-$0) }
    }
    if let small = Int64(exactly: result) { return .int(small) }
    return isSigned ? nil : .unsigned(result)
  }

  /// A decimal number with fraction or exponent; what overflows stays text, as Go has it.
  private static func float(_ text: [UInt8]) -> YAMLScalar {
    guard isDecimalFloat(text[...]) else { return .string }
    guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else { return .string }
    return .float(number)
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
  private static func isDecimalFloat(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      let fraction = rest.prefix(while: isDigit).count
      if whole == 0 && fraction == 0 { return false }
      rest = rest.dropFirst(fraction)
    } else if whole == 0 {
      return false
    }
    guard let mark = rest.first else { return true }
    guard mark | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}

extension YAMLScalar {
  /// The value after the passage through JSON: a whole number written as float becomes an integer.
  ///
  /// Nil for infinities and NaN, which JSON does not have.
  func value(_ text: @autoclosure () -> String) -> Value? {
    switch self {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .unsigned(let number): .double(Double(number))
    case .float(let number): number.isFinite ? .some(YAMLScalar.json(number)) : .none
    case .string: .string(text())
    }
  }

  private static func json(_ number: Double) -> Value {
    guard abs(number) < 1e21, number.rounded(.towardZero) == number else { return .double(number) }
    return Int64(FloatText.json(number)).map { .int($0) } ?? .double(number)
  }

  /// What a mapping key of this kind is called; nil for `null` and for integers beyond Int64, which cannot be keys.
  func key(_ text: @autoclosure () -> String) -> String? {
    switch self {
    case .null, .unsigned: return nil
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .string: return text()
    case .float(let number):
      switch FloatText.general(Float(number)) {
      case "+Inf": return ".inf"
      case "-Inf": return "-.inf"
      case "NaN": return ".nan"
      case let digits: return digits
      }
    }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading of numbers as Go's `strconv` reads them.
enum GoNumber {
  /// `ParseUint(text, base, 64)`; base 0 takes the base from the prefix and allows `_` between digits.
  static func parseUnsigned(_ text: String, base: Int) -> UInt64? {
    var digits = Array(text.utf8)
    var radix = base
    if base == 0 {
      radix = 10
      let hasUnderscore = digits.contains(UInt8(ascii: "_"))
      var prefix = 0
      if digits.first == UInt8(ascii: "0") {
        let letter: UInt8 = digits.count >= 3 ? digits[1] | 0x20 : 0
        switch letter {
        case UInt8(ascii: "b"): (radix, prefix) = (2, 2)
        case UInt8(ascii: "o"): (radix, prefix) = (8, 2)
        case UInt8(ascii: "x"): (radix, prefix) = (16, 2)
        default: (radix, prefix) = (8, 1)
        }
      }
      if hasUnderscore {
        guard underscoresAreFine(digits, prefix: prefix) else { return nil }
        digits.removeAll { $0 == UInt8(ascii: "_") }
      }
      if prefix == 1 && digits.count == 1 { return 0 }
      digits.removeFirst(prefix)
    }
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      let number: UInt64
      switch digit {
      case 48...57: number = UInt64(digit - 48)
      case 97...122: number = UInt64(digit - 97 + 10)
      case 65...90: number = UInt64(digit - 65 + 10)
      default: return nil
      }
      guard number < UInt64(radix) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: UInt64(radix))
      let (sum, carry) = product.addingReportingOverflow(number)
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// An underscore stands between digits, or between a base prefix and a digit.
  private static func underscoresAreFine(_ digits: [UInt8], prefix: Int) -> Bool {
    var previousIsDigit = prefix > 0
    for digit in digits.dropFirst(prefix == 2 ? 2 : 0) {
      if digit == UInt8(ascii: "_") {
        guard previousIsDigit else { return false }
        previousIsDigit = false
      } else {
        previousIsDigit = true
      }
    }
    return previousIsDigit
  }

  /// In a float, too, an underscore stands between digits or after the base prefix.
  private static func floatUnderscoresAreFine(_ text: [UInt8], _ isHexadecimal: Bool) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool { (byte >= 48 && byte <= 57) || (isHexadecimal && byte >= 97 && byte <= 102) }
    var previous = isHexadecimal ? UInt8(48) : 0
    for byte in text.dropFirst(isHexadecimal ? 2 : 0) {
      if byte == UInt8(ascii: "_") {
        guard isDigit(previous) else { return false }
      } else if previous == UInt8(ascii: "_") && !isDigit(byte) {
        return false
      }
      previous = byte
    }
    return previous != UInt8(ascii: "_")
  }

  /// `ParseInt(text, base, 64)`.
  static func parseInteger(_ text: String, base: Int) -> Int64? {
    let negative = text.hasPrefix("-")
    let digits = negative || text.hasPrefix("+") ? String(text.dropFirst()) : text
    guard let value = parseUnsigned(digits, base: base) else { return nil }
    if negative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
    return Int64(exactly: value)
  }

  /// `ParseFloat(text, 64)`: a value out of range is nil.
  static func parseFloat(_ text: String) -> Double? {
    var lowered = text.lowercased()
    if lowered.hasPrefix("+") || lowered.hasPrefix("-") { lowered.removeFirst() }
    let negative = text.hasPrefix("-")
    switch lowered {
    case "inf", "infinity": return negative ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    let isHexadecimal = lowered.hasPrefix("0x")
    if lowered.contains("_") {
      guard floatUnderscoresAreFine(Array(lowered.utf8), isHexadecimal) else { return nil }
      lowered = lowered.filter { $0 != "_" }
    }
    if isHexadecimal && !lowered.contains("p") { return nil }
    guard let first = lowered.utf8.first, (first >= 48 && first <= 57) || first == 46 else { return nil }
    let plain = lowered
    // Swift's initialiser wants a digit on both sides of the point.
    var repaired = plain
    if repaired.hasPrefix(".") { repaired = "0" + repaired }
    if let point = repaired.firstIndex(of: ".") {
      let after = repaired.index(after: point)
      if after == repaired.endIndex || !repaired[after].isHexDigit || (!isHexadecimal && repaired[after] == "e") {
        guard plain != "." else { return nil }
        repaired.insert("0", at: after)
      }
    }
    guard let value = Double(repaired), value.isFinite else { return nil }
    return negative ? -value : value
  }

  /// The decimal digits of a finite number, as few as tell it from its neighbours or as many as asked for, and where the point
  /// stands: the value is 0.d₁d₂… × 10^point.
  static func digits(_ value: Double, significant: Int? = nil) -> (digits: [UInt8], point: Int) {
    let magnitude = abs(value)
    if magnitude == 0 { return ([], 0) }
    let text = significant.map { formatted("%.*e", max($0, 1) - 1, magnitude) } ?? "\(magnitude)"
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: bytes[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var place = (point ?? digits.count) + exponent
    while digits.first == 48 {
      digits.removeFirst()
      place -= 1
    }
    while digits.last == 48 { digits.removeLast() }
    return (digits, place)
  }

  /// C's formatting of one number with a precision.
  static func formatted(_ format: String, _ precision: Int, _ value: Double) -> String {
    withVaList([Int32(clamping: precision), value]) { arguments in
      var buffer = [CChar](repeating: 0, count: 400 + max(0, precision))
      let count = vsnprintf(&buffer, buffer.count, format, arguments)
      return String(decoding: buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

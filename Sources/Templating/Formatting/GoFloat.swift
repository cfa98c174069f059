/// Writing of floating-point numbers as Go's `strconv.FormatFloat` writes them.
enum GoFloat {
  /// Formats a number by `e`, `E`, `f`, `g`, `G`, `b`, `x` or `X`; a negative precision means as few digits as needed.
  static func format(_ value: Double, _ verb: UInt8, _ precision: Int) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let sign = value.sign == .minus ? "-" : ""
    switch verb {
    case UInt8(ascii: "f"):
      if precision >= 0 { return sign + GoNumber.formatted("%.*f", precision, abs(value)) }
      let (digits, point) = GoNumber.digits(value)
      return sign + plain(digits, point, max(digits.count - point, 0))
    case UInt8(ascii: "e"), UInt8(ascii: "E"):
      let (digits, point) = GoNumber.digits(value, significant: precision < 0 ? nil : precision + 1)
      return sign + scientific(digits, point, precision < 0 ? max(digits.count - 1, 0) : precision, verb)
    case UInt8(ascii: "g"), UInt8(ascii: "G"): return sign + general(value, verb, precision)
    case UInt8(ascii: "b"):
      let bits = value.bitPattern
      let exponent = Int(bits >> 52) & 0x7FF
      let mantissa = bits & (1 << 52 - 1)
      let (whole, power) = exponent == 0 ? (mantissa, -1074) : (mantissa | 1 << 52, exponent - 1075)
      return "\(sign)\(whole)p\(power < 0 ? "" : "+")\(power)"
    default: return sign + hexadecimal(abs(value), precision, uppercase: verb == UInt8(ascii: "X"))
    }
  }

  /// `%g`: the shorter of the two forms.
  private static func general(_ value: Double, _ verb: UInt8, _ precision: Int) -> String {
    let shortest = precision < 0
    let significant = precision == 0 ? 1 : precision
    let (digits, point) = GoNumber.digits(value, significant: shortest ? nil : significant)
    var limit = significant
    if limit > digits.count && digits.count >= point { limit = digits.count }
    if shortest { limit = 6 }
    // The value's exponent; zero counts as 10^0.
    let exponent = digits.isEmpty ? -1 : point - 1
    if exponent < -4 || exponent >= limit {
      return scientific(digits, point, max(digits.count - 1, 0), verb - 2)
    }
    // As in Go, whether 21 or fewer digits stand before the point does not matter here.
    return plain(digits, point, max(digits.count - point, 0))
  }

  private static func plain(_ digits: [UInt8], _ point: Int, _ decimals: Int) -> String {
    var result: [UInt8] = []
    if point > 0 {
      for index in 0..<point { result.append(index < digits.count ? digits[index] : 48) }
    } else {
      result.append(48)
    }
    if decimals > 0 {
      result.append(46)
      for index in 0..<decimals {
        let place = point + index
        result.append(place >= 0 && place < digits.count ? digits[place] : 48)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func scientific(_ digits: [UInt8], _ point: Int, _ decimals: Int, _ letter: UInt8) -> String {
    var result: [UInt8] = [digits.first ?? 48]
    if decimals > 0 {
      result.append(46)
      for index in 1...decimals { result.append(index < digits.count ? digits[index] : 48) }
    }
    let exponent = digits.isEmpty ? 0 : point - 1
    result.append(letter)
    result.append(exponent < 0 ? 45 : 43)
    let text = String(abs(exponent))
    if text.utf8.count < 2 { result.append(48) }
    return String(decoding: result, as: UTF8.self) + text
  }

  /// `%x`: a hexadecimal mantissa and a power of two.
  private static func hexadecimal(_ value: Double, _ precision: Int, uppercase: Bool) -> String {
    var mantissa: UInt64 = 0
    var exponent = 0
    if value != 0 {
      exponent = Int(value.exponent)
      mantissa = value.significandBitPattern | 1 << 52
      if !value.isNormal {
        mantissa = value.significandBitPattern
        while mantissa & 1 << 52 == 0 { mantissa <<= 1 }
      }
      mantissa <<= 8  // The leading 1 is bit 60; fifteen hexadecimal digits follow.
    }
    if precision >= 0 && precision < 15 {
      let shift = UInt64(60 - precision * 4)
      let extra = mantissa << (64 - shift)
      mantissa >>= shift
      if extra | (mantissa & 1) > 1 << 63 { mantissa += 1 }
      mantissa <<= shift
      if mantissa & (1 << 61) != 0 {
        mantissa >>= 1
        exponent += 1
      }
    }
    var fraction = String(mantissa & (1 << 60 - 1), radix: 16)
    fraction = String(repeating: "0", count: 15 - fraction.utf8.count) + fraction
    if precision < 0 {
      while fraction.hasSuffix("0") { fraction.removeLast() }
    } else {
      fraction = String((fraction + String(repeating: "0", count: max(0, precision - 15))).prefix(precision))
    }
    let power = String(abs(exponent))
    let text =
      "0x\(mantissa >> 60)" + (fraction.isEmpty ? "" : "." + fraction) + "p" + (exponent < 0 ? "-" : "+")
      + (power.utf8.count < 2 ? "0" : "") + power
    return uppercase ? text.uppercased() : text
  }
}

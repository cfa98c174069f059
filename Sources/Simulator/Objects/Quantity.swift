/// Resource quantities in the canonical spelling that the API server stores: `1000m` becomes `1`, `1024Mi` becomes `1Gi`.
enum Quantity {
  private static let decimalSuffixes: [(String, Int)] = [
    ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
  ]
  private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

  /// The canonical spelling; nil for text that is no quantity, and the text itself for numbers beyond what is handled here.
  static func canonical(_ text: String) -> String? {
    guard let split = split(text) else { return nil }
    var nano = split.nano
    if split.suffix.hasSuffix("i"), let power = binarySuffixes.firstIndex(of: split.suffix) {
      for _ in 0..<power {
        let (product, overflow) = nano.multipliedReportingOverflow(by: 1024)
        if overflow { return text }
        nano = product
      }
      guard nano % 1_000_000_000 == 0 else { return decimal(nano, exponent: -9, style: .suffix) }
      var units = nano / 1_000_000_000
      var index = 0
      while units != 0, units % 1024 == 0, index < 6 {
        units /= 1024
        index += 1
      }
      return "\(units)\(binarySuffixes[index])"
    }
    if let power = decimalSuffixes.first(where: { $0.0 == split.suffix })?.1 {
      return decimal(nano, exponent: power - 9, style: .suffix)
    }
    guard let letter = split.suffix.first, letter == "e" || letter == "E", let power = Int(split.suffix.dropFirst()) else { return nil }
    return decimal(nano, exponent: power - 9, style: .exponent)
  }

  private enum Style { case suffix, exponent }

  /// The number in billionths, and what stands behind the digits.
  private static func split(_ text: String) -> (nano: Int128, suffix: String)? {
    var digits: Int128 = 0
    var fraction = -1
    var negative = false
    var seen = false
    var index = text.utf8.startIndex
    loop: while index < text.utf8.endIndex {
      let byte = text.utf8[index]
      switch byte {
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard !seen, index == text.utf8.startIndex else { break loop }
        negative = byte == UInt8(ascii: "-")
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        seen = true
        if fraction >= 9 { break }
        if fraction >= 0 { fraction += 1 }
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        if overflow || product > 1 << 90 { return nil }
        digits = product + Int128(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "."):
        guard fraction < 0 else { return nil }
        fraction = 0
      default: break loop
      }
      index = text.utf8.index(after: index)
    }
    guard seen else { return nil }
    for _ in 0..<(9 - max(fraction, 0)) { digits *= 10 }
    return (negative ? -digits : digits, String(text[index...]))
  }

  private static func decimal(_ value: Int128, exponent: Int, style: Style) -> String {
    guard value != 0 else { return "0" }
    var value = value
    var exponent = exponent
    while value % 10 == 0 {
      value /= 10
      exponent += 1
    }
    if exponent < -9 {
      for _ in exponent..<(-9) { value = value / 10 + (value % 10 > 0 ? 1 : 0) }
      exponent = -9
    }
    while exponent % 3 != 0 || exponent > 18 {
      value *= 10
      exponent -= 1
    }
    if style == .exponent { return exponent == 0 ? "\(value)" : "\(value)e\(exponent)" }
    return "\(value)" + (decimalSuffixes.first { $0.1 == exponent }?.0 ?? "")
  }
}

/// A Kubernetes quantity as an exact number: nanounits in 128 bits, which holds all that Kubernetes counts.
struct Decimal: Sendable {
  /// Billionths.
  private let nano: Int128
  private static let one: Int128 = 1_000_000_000

  private init(nano: Int128) { self.nano = nano }

  /// A whole number.
  init(_ number: Int64) { nano = Int128(number) * Decimal.one }

  /// Reads a quantity such as `500m`, `1.5Gi` or `1e3`; nil for text that is none, or finer than a billionth.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    var digits: Int128 = 0
    var scale: Int128 = 1
    var count = 0
    var isFraction = false
    while let byte = rest.first, byte == UInt8(ascii: ".") && !isFraction || byte >= 0x30 && byte <= 0x39 {
      rest.removeFirst()
      if byte == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      guard count < 24 else { return nil }
      digits = digits * 10 + Int128(byte - 0x30)
      if isFraction { scale *= 10 }
      count += 1
    }
    guard count > 0, let (factor, divisor) = Decimal.suffix(String(decoding: rest, as: UTF8.self)) else { return nil }
    let (scaled, isOver) = digits.multipliedReportingOverflow(by: factor)
    let (whole, isTooLarge) = scaled.multipliedReportingOverflow(by: Decimal.one)
    guard !isOver, !isTooLarge else { return nil }
    // What is finer than a billionth is rounded up, as Kubernetes does.
    let by = scale * divisor
    let value = whole / by + (whole % by > 0 ? 1 : 0)
    nano = isNegative ? -value : value
  }

  private static func suffix(_ text: String) -> (Int128, Int128)? {
    func power(_ base: Int128, _ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { result, _ in result * base } }
    switch text {
    case "": return (1, 1)
    case "n": return (1, power(10, 9))
    case "u": return (1, power(10, 6))
    case "m": return (1, 1000)
    default: break
    }
    if let index = ["k", "M", "G", "T", "P", "E"].firstIndex(of: text) { return (power(1000, index + 1), 1) }
    if let index = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].firstIndex(of: text) { return (power(1024, index + 1), 1) }
    guard text.hasPrefix("e") || text.hasPrefix("E"), let exponent = Int(text.dropFirst()), abs(exponent) <= 18 else { return nil }
    return exponent < 0 ? (1, power(10, -exponent)) : (power(10, exponent), 1)
  }

  func compare(_ other: Decimal) -> Int { nano < other.nano ? -1 : nano > other.nano ? 1 : 0 }

  /// -1, 0 or 1.
  var sign: Int64 { nano < 0 ? -1 : nano > 0 ? 1 : 0 }

  /// As a whole number; nil where it is none or too large.
  var integer: Int64? { nano % Decimal.one == 0 ? Int64(exactly: nano / Decimal.one) : nil }

  /// As near as a floating-point number comes.
  var approximate: Double { Double(nano) / Double(Decimal.one) }

  func adding(_ other: Decimal) -> Decimal? {
    let (sum, isOver) = nano.addingReportingOverflow(other.nano)
    return isOver ? nil : Decimal(nano: sum)
  }

  func subtracting(_ other: Decimal) -> Decimal? {
    let (difference, isOver) = nano.subtractingReportingOverflow(other.nano)
    return isOver ? nil : Decimal(nano: difference)
  }

  /// A number, in thousandths or billionths where it is no whole one.
  var text: String {
    if nano % Decimal.one == 0 { return "\(nano / Decimal.one)" }
    if nano % 1_000_000 == 0 { return "\(nano / 1_000_000)m" }
    return "\(nano)n"
  }
}

/// Go's `time.Duration`: nanoseconds.
enum GoDuration {
  static let second: Int64 = 1_000_000_000

  /// `1h2m3.5s`.
  static func text(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    if magnitude < UInt64(second) {
      if magnitude < 1000 { return "\(sign)\(magnitude)ns" }
      if magnitude < 1_000_000 { return sign + fraction(magnitude, 1000) + "µs" }
      return sign + fraction(magnitude, 1_000_000) + "ms"
    }
    let (minutes, rest) = magnitude.quotientAndRemainder(dividingBy: 60 * UInt64(second))
    var result = fraction(rest, UInt64(second)) + "s"
    if minutes > 0 { result = "\(minutes % 60)m" + result }
    if minutes >= 60 { result = "\(minutes / 60)h" + result }
    return sign + result
  }

  private static func fraction(_ value: UInt64, _ unit: UInt64) -> String {
    let (whole, part) = value.quotientAndRemainder(dividingBy: unit)
    if part == 0 { return String(whole) }
    var digits = String(unit + part).dropFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}

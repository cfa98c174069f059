/// Go's `time.Duration`: nanoseconds.
enum GoDuration {
  static let second: Int64 = 1_000_000_000

  private static let units: [(String, UInt64)] = [
    ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
  ]

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

  /// `time.ParseDuration`: `-1h30m`, `1.5s`.
  static func parse(_ text: String) throws(FunctionError) -> Int64 {
    let invalid = FunctionError("time: invalid duration \(GoQuote.quoted(text))")
    var rest = Array(text.utf8)[...]
    var negative = false
    if let sign = rest.first, sign == 43 || sign == 45 {
      negative = sign == 45
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { throw invalid }
    var total: UInt64 = 0
    let limit: UInt64 = 1 << 63
    while let first = rest.first {
      guard first == 46 || isDigit(first) else { throw invalid }
      let whole = rest.prefix(while: isDigit)
      rest = rest.dropFirst(whole.count)
      var decimals: ArraySlice<UInt8> = []
      if rest.first == 46 {
        decimals = rest.dropFirst().prefix(while: isDigit)
        rest = rest.dropFirst(1 + decimals.count)
      }
      guard !(whole.isEmpty && decimals.isEmpty) else { throw invalid }
      var value: UInt64 = 0
      for digit in whole {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow, product <= limit - UInt64(digit - 48) else { throw invalid }
        value = product + UInt64(digit - 48)
      }
      let name = rest.prefix { $0 != 46 && !isDigit($0) }
      guard !name.isEmpty else { throw FunctionError("time: missing unit in duration \(GoQuote.quoted(text))") }
      guard let unit = units.first(where: { name.elementsEqual($0.0.utf8) })?.1 else {
        let quoted = GoQuote.quoted(String(decoding: name, as: UTF8.self))
        throw FunctionError("time: unknown unit \(quoted) in duration \(GoQuote.quoted(text))")
      }
      rest = rest.dropFirst(name.count)
      let (product, overflow) = value.multipliedReportingOverflow(by: unit)
      guard !overflow, product <= limit else { throw invalid }
      // Like Go's, the fraction is a float and loses what is below a nanosecond.
      var numerator: UInt64 = 0
      var scale = 1.0
      for digit in decimals {
        if numerator > (limit - 1) / 10 { break }
        let next = numerator * 10 + UInt64(digit - 48)
        if next > limit { break }
        numerator = next
        scale *= 10
      }
      total = total &+ product &+ UInt64(Double(numerator) * (Double(unit) / scale))
      guard total <= limit else { throw invalid }
    }
    if negative { return Int64(truncatingIfNeeded: 0 &- total) }
    guard total < limit else { throw invalid }
    return Int64(total)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Rounds to the nearest multiple of a unit, halves away from zero.
  static func rounded(_ value: Int64, to unit: Int64) -> Int64 {
    guard unit > 0 else { return value }
    let rest = value % unit
    let magnitude = rest.magnitude
    if magnitude &+ magnitude < UInt64(unit) { return value - rest }
    let (result, overflow) = (value - rest).addingReportingOverflow(value < 0 ? -unit : unit)
    return overflow ? (value < 0 ? .min : .max) : result
  }

  /// A method of Go's `time.Duration`.
  static func method(_ name: String, of value: Int64) -> Function? {
    func plain(_ result: TemplateValue) -> Function { Function(name, []) { _ throws(FunctionError) in result } }
    switch name {
    case "Hours": return plain(.float(parts(value, 3_600_000_000_000)))
    case "Minutes": return plain(.float(parts(value, 60_000_000_000)))
    case "Seconds": return plain(.float(parts(value, 1_000_000_000)))
    case "Milliseconds": return plain(.int64(value / 1_000_000))
    case "Microseconds": return plain(.int64(value / 1000))
    case "Nanoseconds": return plain(.int64(value))
    case "String": return plain(.string(text(value)))
    case "Abs": return plain(.integer(value == .min ? .max : abs(value), .duration))
    case "Round", "Truncate":
      return Function(name, [.duration]) { call throws(FunctionError) in
        let unit = call.int64(0)
        return .integer(name == "Round" ? rounded(value, to: unit) : unit > 0 ? value - value % unit : value, .duration)
      }
    default: return nil
    }
  }

  /// Whole units and the fraction added up apart, as Go does it.
  static func parts(_ value: Int64, _ unit: Int64) -> Double { Double(value / unit) + Double(value % unit) / Double(unit) }
}

/// Durations as Go writes and reads them: `1h30m`, `500ms`, `-2s`, `0`.
public enum GoDuration {
  /// Reads a duration; nil where Go's parser refuses the text or the amount exceeds what Go can hold (about 292 years).
  public static func parse(_ text: String) -> Duration? {
    var bytes = Array(text.utf8)[...]
    var negative = false
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    if bytes.elementsEqual("0".utf8) { return .zero }
    guard !bytes.isEmpty else { return nil }
    var nanoseconds: Int64 = 0
    while !bytes.isEmpty {
      guard let part = takePart(&bytes) else { return nil }
      let (sum, overflow) = nanoseconds.addingReportingOverflow(part)
      if overflow { return nil }
      nanoseconds = sum
    }
    return .nanoseconds(negative ? -nanoseconds : nanoseconds)
  }

  /// Writes a duration as Go prints it: the largest unit first, zero parts inside kept, as in `1h0m5s`.
  public static func string(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = attoseconds / 1_000_000_000
    if seconds == 0 && nanoseconds == 0 { return "0s" }
    let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
    let whole = seconds.magnitude
    let rest = nanoseconds.magnitude
    if whole == 0 {
      if rest < 1_000 { return "\(sign)\(rest)ns" }
      if rest < 1_000_000 { return "\(sign)\(fraction(rest, digits: 3))µs" }
      return "\(sign)\(fraction(rest, digits: 6))ms"
    }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    var text = sign
    if hours > 0 { text += "\(hours)h" }
    if hours > 0 || minutes > 0 { text += "\(minutes)m" }
    return text + "\(fraction(whole % 60 * 1_000_000_000 + rest, digits: 9))s"
  }

  /// A decimal number of `amount` units of 10^-digits, without trailing zeros.
  private static func fraction(_ amount: UInt64, digits: Int) -> String {
    var scale: UInt64 = 1
    for _ in 0..<digits { scale *= 10 }
    var text = "\(amount / scale)"
    let rest = String(amount % scale)
    var decimals = String(repeating: "0", count: digits - rest.count) + rest
    while decimals.last == "0" { decimals.removeLast() }
    if !decimals.isEmpty { text += ".\(decimals)" }
    return text
  }

  /// Takes one number with its unit from the front; the result is in nanoseconds.
  private static func takePart(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
    var whole: Int64 = 0
    var sawDigit = false
    while let digit = bytes.first, (48...57).contains(digit) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      let (sum, carried) = product.addingReportingOverflow(Int64(digit - 48))
      if carried { return nil }
      whole = sum
      sawDigit = true
      bytes.removeFirst()
    }
    var fraction: Double = 0
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      var place = 0.1
      while let digit = bytes.first, (48...57).contains(digit) {
        fraction += Double(digit - 48) * place
        place /= 10
        sawDigit = true
        bytes.removeFirst()
      }
    }
    guard sawDigit else { return nil }
    let unitEnd = bytes.firstIndex { $0 == UInt8(ascii: ".") || (48...57).contains($0) } ?? bytes.endIndex
    guard let unit = nanosecondsPerUnit(String(decoding: bytes[..<unitEnd], as: UTF8.self)) else { return nil }
    bytes = bytes[unitEnd...]
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    let (sum, carried) = product.addingReportingOverflow(Int64((fraction * Double(unit)).rounded(.down)))
    return carried ? nil : sum
  }

  private static func nanosecondsPerUnit(_ unit: String) -> Int64? {
    switch unit {
    case "ns": 1
    case "us", "µs", "μs": 1_000
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "m": 60_000_000_000
    case "h": 3_600_000_000_000
    default: nil
    }
  }
}

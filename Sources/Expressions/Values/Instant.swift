import Document

/// A moment in UTC with nanoseconds, without any clock or calendar of the system.
struct Instant: Sendable, Hashable, Comparable {
  /// Seconds since 1970.
  var seconds: Int64
  /// 0 up to 999,999,999.
  var nanoseconds: Int64

  static func < (left: Instant, right: Instant) -> Bool { (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds) }

  init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Reads RFC 3339: `2026-01-02T03:04:05.5+02:00`; nil for anything else.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), let year = number(0..<4), let month = number(5..<7),
      let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if bytes[index] == UInt8(ascii: ".") {
      var scale: Int64 = 100_000_000
      index += 1
      let start = index
      while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        fraction += Int64(bytes[index] - 0x30) * scale
        scale /= 10
        index += 1
      }
      guard index > start else { return nil }
    }
    guard index < bytes.count else { return nil }
    var offset: Int64 = 0
    if bytes[index] | 0x20 == UInt8(ascii: "z") {
      index += 1
    } else {
      guard bytes.count == index + 6, let hours = number((index + 1)..<(index + 3)), let minutes = number((index + 4)..<(index + 6)) else {
        return nil
      }
      offset = (hours * 60 + minutes) * 60 * (bytes[index] == UInt8(ascii: "-") ? -1 : 1)
      index += 6
    }
    guard index == bytes.count else { return nil }
    let days = Instant.days(year, month, day)
    guard Instant.date(days) == (year, month, day) else { return nil }
    seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    nanoseconds = fraction
  }

  /// Days since 1970 of a date in the Gregorian calendar, counted from March so that the leap day comes last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
    let quotient = left / right
    return left % right < 0 ? quotient - 1 : quotient
  }

  private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let civil = month < 10 ? month + 3 : month - 9
    return (yearOfEra + era * 400 + (civil <= 2 ? 1 : 0), civil, day)
  }

  /// One of the parts that CEL's `get…` functions name, in UTC shifted by some minutes; nil for an unknown name.
  func part(_ name: String, offsetMinutes: Int64 = 0) -> Int64? {
    let shifted = seconds + offsetMinutes * 60
    let days = Instant.floorDivide(shifted, 86_400)
    let rest = shifted - days * 86_400
    let (year, month, day) = Instant.date(days)
    switch name {
    case "getFullYear": return year
    case "getMonth": return month - 1
    case "getDate": return day
    case "getDayOfMonth": return day - 1
    case "getDayOfYear": return days - Instant.days(year, 1, 1)
    case "getDayOfWeek": return ((days + 4) % 7 + 7) % 7
    case "getHours": return rest / 3600
    case "getMinutes": return rest / 60 % 60
    case "getSeconds": return rest % 60
    case "getMilliseconds": return nanoseconds / 1_000_000
    default: return nil
    }
  }

  /// RFC 3339 in UTC, the fraction only where there is one.
  var text: String {
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let days = Instant.floorDivide(seconds, 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = Instant.date(days)
    var fraction = ""
    if nanoseconds > 0 {
      fraction = "." + pad(nanoseconds, 9)
      while fraction.hasSuffix("0") { fraction.removeLast() }
    }
    return
      "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))\(fraction)Z"
  }

  /// Moved by nanoseconds; nil where that leaves what can be counted.
  func moved(by duration: Int64) -> Instant? {
    let sum = nanoseconds + duration % 1_000_000_000
    let (seconds, isOver) = seconds.addingReportingOverflow(duration / 1_000_000_000 + Instant.floorDivide(sum, 1_000_000_000))
    return isOver ? nil : Instant(seconds: seconds, nanoseconds: sum - Instant.floorDivide(sum, 1_000_000_000) * 1_000_000_000)
  }

  /// The nanoseconds since another moment; nil where that is too long to be counted.
  func since(_ other: Instant) -> Int64? {
    let (difference, isOver) = seconds.subtractingReportingOverflow(other.seconds)
    let (scaled, isTooLong) = difference.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLarge) = scaled.addingReportingOverflow(nanoseconds - other.nanoseconds)
    return isOver || isTooLong || isTooLarge ? nil : sum
  }
}

/// Durations as CEL and Go write them: `1h30m`, `500ms`.
enum DurationText {
  /// Nanoseconds; nil for text that is no duration.
  static func parse(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    if rest.elementsEqual([UInt8(ascii: "0")]) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0 > 0x39 }
      rest = rest.dropFirst(unit.count)
      let scales: [String: Double] = ["ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
      guard let number = Double(String(decoding: digits, as: UTF8.self)), let scale = scales[String(decoding: unit, as: UTF8.self)] else {
        return nil
      }
      total += number * scale
    }
    guard total < 9.2e18 else { return nil }
    return Int64(total.rounded()) * (isNegative ? -1 : 1)
  }

  /// Seconds with as many digits as are needed: `90s`, `0.5s`.
  static func print(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    var fraction = ""
    if magnitude % 1_000_000_000 > 0 {
      let digits = String(magnitude % 1_000_000_000)
      fraction = "." + String(repeating: "0", count: 9 - digits.count) + digits
      while fraction.hasSuffix("0") { fraction.removeLast() }
    }
    return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000)\(fraction)s"
  }
}

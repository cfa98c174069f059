/// Dates in the two spellings that API servers use, as seconds since 1970 (UTC, without leap seconds). Pure: no clock, no locale.
public enum DateText {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Reads the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110); nil for the two spellings of the last century.
  public static func http(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
      let day = number(words[1], digits: 2), let year = number(words[3], digits: 4), let time = clock(words[4])
    else { return nil }
    return seconds(year: year, month: month + 1, day: day, secondOfDay: time)
  }

  /// Reads a timestamp such as `2026-11-21T15:04:05Z` or `2026-11-21T16:04:05.5+01:00` (RFC 3339); a fraction is cut off.
  public static func rfc3339(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == UInt8(ascii: "t") else { return nil }
    func part(_ range: Range<Int>) -> Substring { Substring(decoding: bytes[range], as: UTF8.self) }
    guard let year = number(part(0..<4), digits: 4), let month = number(part(5..<7), digits: 2), let day = number(part(8..<10), digits: 2),
      let time = clock(part(11..<19)), let local = seconds(year: year, month: month, day: day, secondOfDay: time)
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !fraction.isEmpty else { return nil }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let sign = rest.first else { return nil }
    if sign | 0x20 == UInt8(ascii: "z") { return rest.count == 1 ? local : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 6, rest[rest.startIndex + 3] == UInt8(ascii: ":"),
      let hours = number(part(rest.startIndex + 1..<rest.startIndex + 3), digits: 2), hours < 24,
      let minutes = number(part(rest.startIndex + 4..<rest.startIndex + 6), digits: 2), minutes < 60
    else { return nil }
    let offset = Int64(hours * 3600 + minutes * 60)
    return sign == UInt8(ascii: "+") ? local - offset : local + offset
  }

  /// Writes a timestamp such as `2026-11-21T15:04:05Z`.
  public static func rfc3339(_ seconds: Int64) -> String {
    let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let rest = Int(seconds - days * 86400)
    let (year, month, day) = date(days)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let yearText = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
    return "\(yearText)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// The second of the day that `hh:mm:ss` names; a leap second counts as the one before it.
  private static func clock(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hours = number(parts[0], digits: 2), hours < 24, let minutes = number(parts[1], digits: 2), minutes < 60,
      let seconds = number(parts[2], digits: 2), seconds <= 60
    else { return nil }
    return hours * 3600 + minutes * 60 + min(seconds, 59)
  }

  private static func seconds(year: Int, month: Int, day: Int, secondOfDay: Int) -> Int64? {
    guard (1...12).contains(month), day >= 1, day <= length(of: month, year) else { return nil }
    // Years that begin in March put the leap day last: the days before a month follow one formula.
    let shifted = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let leapDays = floorDivide(shifted, 4) - floorDivide(shifted, 100) + floorDivide(shifted, 400)
    let days = shifted * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
    return Int64(days) * 86400 + Int64(secondOfDay)
  }

  private static func date(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(days) + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
    number >= 0 ? number / divisor : (number - divisor + 1) / divisor
  }

  private static func length(of month: Int, _ year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

/// When daylight saving begins and ends in each year to come: the last line of a time zone file, in the form of POSIX `TZ`.
struct ZoneRule: Sendable {
  /// A day of the year.
  private enum Day: Sendable {
    /// `Jn`: 1 to 365, the leap day is never counted.
    case julian(Int)
    /// `n`: 0 to 365.
    case ordinal(Int)
    /// `Mm.w.d`: a weekday of a week of a month; week 5 is the last.
    case weekday(month: Int, week: Int, day: Int)
  }

  private struct Change: Sendable {
    let day: Day
    /// Seconds after midnight.
    let time: Int
  }

  private let standard: Zone.Offset
  private let daylight: (offset: Zone.Offset, begin: Change, end: Change)?

  /// Reads a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil where it is malformed.
  init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let name = reader.name(), let offset = reader.offset() else { return nil }
    standard = Zone.Offset(seconds: -offset, abbreviation: name, isDaylight: false)
    if reader.isAtEnd {
      daylight = nil
      return
    }
    guard let summerName = reader.name() else { return nil }
    var summerOffset = -offset + 3600
    if !reader.isAtEnd && reader.current != UInt8(ascii: ",") {
      guard let explicit = reader.offset() else { return nil }
      summerOffset = -explicit
    }
    guard reader.skip(","), let begin = reader.change(), reader.skip(","), let end = reader.change(), reader.isAtEnd else { return nil }
    daylight = (Zone.Offset(seconds: summerOffset, abbreviation: summerName, isDaylight: true), begin, end)
  }

  /// What holds at an instant.
  func offset(at instant: Int64) -> Zone.Offset {
    guard let daylight else { return standard }
    let year = CivilTime(seconds: instant &+ Int64(standard.seconds)).year
    let yearStart = CivilTime.seconds(year: year, month: 1, day: 1)
    let begin = yearStart + ZoneRule.seconds(daylight.begin, year: year) - Int64(standard.seconds)
    let end = yearStart + ZoneRule.seconds(daylight.end, year: year) - Int64(daylight.offset.seconds)
    let isDaylight = begin < end ? instant >= begin && instant < end : instant >= begin || instant < end
    return isDaylight ? daylight.offset : standard
  }

  /// Seconds from the beginning of a year to a change.
  private static func seconds(_ change: Change, year: Int) -> Int64 {
    var days: Int
    switch change.day {
    case .julian(let day): days = day - 1 + (CivilTime.isLeap(year) && day >= 60 ? 1 : 0)
    case .ordinal(let day): days = day
    case .weekday(let month, let week, let weekday):
      let first = CivilTime(seconds: CivilTime.seconds(year: year, month: month, day: 1)).weekday
      days = weekday - first
      if days < 0 { days += 7 }
      days += (week - 1) * 7
      if days >= CivilTime.days(inMonth: month, year: year) { days -= 7 }
      days += CivilTime.daysBefore(month: month, year: year)
    }
    return Int64(days * 86_400 + change.time)
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index >= bytes.count }
    var current: UInt8 { isAtEnd ? 0 : bytes[index] }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
      guard UInt32(current) == scalar.value else { return false }
      index += 1
      return true
    }

    /// Letters, or anything in angle brackets.
    mutating func name() -> String? {
      let start: Int
      if skip("<") {
        start = index
        while !isAtEnd && current != UInt8(ascii: ">") { index += 1 }
        defer { index += 1 }
        return isAtEnd ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
      }
      start = index
      while (current | 0x20) >= 97 && (current | 0x20) <= 122 { index += 1 }
      return index - start >= 3 ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      var value = 0
      let start = index
      while current >= 48 && current <= 57 && index - start < 4 {
        value = value * 10 + Int(current - 48)
        index += 1
      }
      return index > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func offset() -> Int? {
      let negative = current == UInt8(ascii: "-")
      if negative || current == UInt8(ascii: "+") { index += 1 }
      guard var seconds = number(0...168).map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] where skip(":") {
        guard let value = number(0...59) else { return nil }
        seconds += value * unit
      }
      return negative ? -seconds : seconds
    }

    mutating func change() -> Change? {
      let day: Day
      if skip("J") {
        guard let number = number(1...365) else { return nil }
        day = .julian(number)
      } else if skip("M") {
        guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6) else { return nil }
        day = .weekday(month: month, week: week, day: weekday)
      } else {
        guard let number = number(0...365) else { return nil }
        day = .ordinal(number)
      }
      if !skip("/") { return Change(day: day, time: 7200) }
      return offset().map { Change(day: day, time: $0) }
    }
  }
}

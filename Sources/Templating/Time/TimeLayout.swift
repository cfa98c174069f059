/// A layout of Go's `time` package: an example of how the reference time `Mon Jan 2 15:04:05 MST 2006` would be written.
struct TimeLayout {
  /// One element of a layout.
  enum Element: Hashable {
    case longMonth, month, numberMonth, zeroMonth
    case longWeekday, weekday
    case day, spaceDay, zeroDay, spaceYearDay, zeroYearDay
    case hour, hour12, zeroHour12
    case minute, zeroMinute, second, zeroSecond
    case longYear, year
    case upperHalf, lowerHalf
    case abbreviation
    /// `-0700`, `-07:00`, `-07` …; with `z` a zero offset is written as `Z`.
    case offset(z: Bool, colon: Bool, minutes: Bool, seconds: Bool)
    /// `.000`: so many digits.
    case fraction(Int)
    /// `.999`: up to so many digits, without zeros at the end.
    case trimmedFraction(Int)
  }

  /// Text before an element, and the element; the last chunk may have none.
  struct Chunk {
    let prefix: ArraySlice<UInt8>
    let element: Element?
    /// The element as it is written in the layout.
    let text: ArraySlice<UInt8>
  }

  let chunks: [Chunk]

  init(_ layout: String) {
    var rest = Array(layout.utf8)[...]
    var chunks: [Chunk] = []
    repeat {
      let chunk = TimeLayout.next(rest)
      chunks.append(chunk)
      if chunk.element == nil { break }
      rest = rest[chunk.text.endIndex...]
    } while true
    self.chunks = chunks
  }

  private static let offsets: [(String, Element)] = [
    ("070000", .offset(z: false, colon: false, minutes: true, seconds: true)),
    ("07:00:00", .offset(z: false, colon: true, minutes: true, seconds: true)),
    ("0700", .offset(z: false, colon: false, minutes: true, seconds: false)),
    ("07:00", .offset(z: false, colon: true, minutes: true, seconds: false)),
    ("07", .offset(z: false, colon: false, minutes: false, seconds: false)),
  ]

  private static let words: [(String, Element)] = [
    ("January", .longMonth), ("Monday", .longWeekday), ("MST", .abbreviation), ("002", .zeroYearDay), ("01", .zeroMonth),
    ("02", .zeroDay), ("03", .zeroHour12), ("04", .zeroMinute), ("05", .zeroSecond), ("06", .year), ("15", .hour), ("1", .numberMonth),
    ("2006", .longYear), ("2", .day), ("_2006", .longYear), ("__2", .spaceYearDay), ("_2", .spaceDay), ("3", .hour12), ("4", .minute),
    ("5", .second), ("PM", .upperHalf), ("pm", .lowerHalf),
  ]

  private static func next(_ layout: ArraySlice<UInt8>) -> Chunk {
    var index = layout.startIndex
    while index < layout.endIndex {
      let rest = layout[index...]
      if let (element, range) = element(at: rest) {
        return Chunk(prefix: layout[..<range.lowerBound], element: element, text: layout[range])
      }
      index += 1
    }
    return Chunk(prefix: layout, element: nil, text: layout[layout.endIndex...])
  }

  private static func element(at rest: ArraySlice<UInt8>) -> (Element, Range<Int>)? {
    guard let first = rest.first else { return nil }
    let start = rest.startIndex
    switch first {
    case UInt8(ascii: "-"), UInt8(ascii: "Z"):
      for (text, element) in offsets where rest.dropFirst().starts(with: text.utf8) {
        guard case .offset(_, let colon, let minutes, let seconds) = element else { continue }
        let isZ = first == UInt8(ascii: "Z")
        return (.offset(z: isZ, colon: colon, minutes: minutes, seconds: seconds), start..<(start + 1 + text.utf8.count))
      }
      return nil
    case UInt8(ascii: "."), UInt8(ascii: ","):
      guard let digit = rest.dropFirst().first, digit == 48 || digit == 57 else { return nil }
      var end = start + 1
      while end < rest.endIndex && rest[end] == digit { end += 1 }
      // `.0005` is no fraction: the digits go on.
      if end < rest.endIndex && rest[end] >= 48 && rest[end] <= 57 { return nil }
      let count = end - start - 1
      return (digit == 48 ? .fraction(count) : .trimmedFraction(count), start..<end)
    default:
      for (text, element) in words where rest.starts(with: text.utf8) {
        // `_2006` is an underscore before a year.
        return (element, (text == "_2006" ? start + 1 : start)..<(start + text.utf8.count))
      }
      for (text, element) in [("Jan", Element.month), ("Mon", Element.weekday)] where rest.starts(with: text.utf8) {
        if let after = rest.dropFirst(3).first, after >= 97 && after <= 122 { return nil }
        return (element, start..<(start + 3))
      }
      return nil
    }
  }

  // MARK: - Formatting

  /// `date` and the like: a layout is text from outside, so its length counts.
  static func formatted(_ time: GoTime, _ call: inout Call) throws(FunctionError) -> String {
    let layout = call.string(0)
    try call.budget.spend(bytes: layout.utf8.count * 9)
    return TimeLayout(layout).format(time)
  }

  func format(_ time: GoTime) -> String {
    var output: [UInt8] = []
    let offset = time.offset
    let clock = CivilTime(seconds: time.seconds &+ Int64(offset.seconds))
    for chunk in chunks {
      output += chunk.prefix
      guard let element = chunk.element else { break }
      switch element {
      case .longMonth: output += GoCalendar.monthName(clock.month).utf8
      case .month: output += GoCalendar.monthName(clock.month).utf8.prefix(3)
      case .numberMonth: TimeLayout.append(clock.month, 0, &output)
      case .zeroMonth: TimeLayout.append(clock.month, 2, &output)
      case .longWeekday: output += GoCalendar.weekdayName(clock.weekday).utf8
      case .weekday: output += GoCalendar.weekdayName(clock.weekday).utf8.prefix(3)
      case .day: TimeLayout.append(clock.day, 0, &output)
      case .spaceDay:
        if clock.day < 10 { output.append(32) }
        TimeLayout.append(clock.day, 0, &output)
      case .zeroDay: TimeLayout.append(clock.day, 2, &output)
      case .spaceYearDay:
        if clock.yearDay < 100 { output.append(32) }
        if clock.yearDay < 10 { output.append(32) }
        TimeLayout.append(clock.yearDay, 0, &output)
      case .zeroYearDay: TimeLayout.append(clock.yearDay, 3, &output)
      case .hour: TimeLayout.append(clock.hour, 2, &output)
      case .hour12: TimeLayout.append((clock.hour + 11) % 12 + 1, 0, &output)
      case .zeroHour12: TimeLayout.append((clock.hour + 11) % 12 + 1, 2, &output)
      case .minute: TimeLayout.append(clock.minute, 0, &output)
      case .zeroMinute: TimeLayout.append(clock.minute, 2, &output)
      case .second: TimeLayout.append(clock.second, 0, &output)
      case .zeroSecond: TimeLayout.append(clock.second, 2, &output)
      case .longYear: TimeLayout.append(clock.year, 4, &output)
      case .year: TimeLayout.append(abs(clock.year % 100), 2, &output)
      case .upperHalf: output += (clock.hour >= 12 ? "PM" : "AM").utf8
      case .lowerHalf: output += (clock.hour >= 12 ? "pm" : "am").utf8
      case .abbreviation:
        if offset.abbreviation.isEmpty {
          TimeLayout.appendOffset(offset.seconds, colon: false, minutes: true, seconds: false, &output)
        } else {
          output += offset.abbreviation.utf8
        }
      case .offset(let z, let colon, let minutes, let seconds):
        if z && offset.seconds == 0 {
          output.append(UInt8(ascii: "Z"))
        } else {
          TimeLayout.appendOffset(offset.seconds, colon: colon, minutes: minutes, seconds: seconds, &output)
        }
      case .fraction(let count), .trimmedFraction(let count):
        var digits = TimeLayout.nineDigits(time.nanoseconds)
        while digits.count < count { digits.append(48) }
        digits.removeLast(digits.count - count)
        if case .trimmedFraction = element {
          while digits.last == 48 { digits.removeLast() }
          if digits.isEmpty { continue }
        }
        // The layout says whether a point or a comma stands before it.
        output.append(chunk.text.first ?? 46)
        output += digits
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func nineDigits(_ nanoseconds: Int) -> [UInt8] { Array(String(1_000_000_000 + nanoseconds).utf8.dropFirst()) }

  private static func append(_ value: Int, _ width: Int, _ output: inout [UInt8]) {
    if value < 0 { output.append(UInt8(ascii: "-")) }
    let digits = String(value.magnitude).utf8
    for _ in 0..<max(0, width - digits.count) { output.append(48) }
    output += digits
  }

  private static func appendOffset(_ offset: Int, colon: Bool, minutes: Bool, seconds: Bool, _ output: inout [UInt8]) {
    let magnitude = abs(offset)
    output.append(UInt8(ascii: offset < 0 ? "-" : "+"))
    append(magnitude / 3600, 2, &output)
    if minutes {
      if colon { output.append(UInt8(ascii: ":")) }
      append(magnitude / 60 % 60, 2, &output)
    }
    if seconds {
      if colon { output.append(UInt8(ascii: ":")) }
      append(magnitude % 60, 2, &output)
    }
  }
}

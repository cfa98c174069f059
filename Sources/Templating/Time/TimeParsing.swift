/// Reading of dates by a layout, as Go's `time.ParseInLocation` does it, with its errors.
struct TimeParser {
  private let layout: String
  private let value: String
  private let local: Zone
  private var rest: ArraySlice<UInt8>

  private var year = 0
  private var month: Int?
  private var day: Int?
  private var yearDay: Int?
  private var (hour, minute, second, nanoseconds) = (0, 0, 0, 0)
  /// Whether `PM` or `AM` was read.
  private var isAfternoon: Bool?
  private var zone: Zone?
  private var zoneOffset: Int?
  private var zoneName = ""
  /// What was read well but is too large or too small.
  private var outOfRange: String?

  /// An element that cannot be read where it should stand.
  private struct Mismatch: Error {}

  private init(_ layout: String, _ value: String, local: Zone) {
    self.layout = layout
    self.value = value
    self.local = local
    rest = Array(value.utf8)[...]
  }

  /// Reads a date; one without a zone is in the given one.
  static func parse(_ layout: String, _ value: String, local: Zone) throws(FunctionError) -> GoTime {
    var parser = TimeParser(layout, value, local: local)
    return try parser.run()
  }

  private func failure(_ message: String) -> FunctionError { FunctionError("parsing time \(GoQuote.quoted(value))\(message)") }

  private func mismatch(_ element: ArraySlice<UInt8>, _ found: ArraySlice<UInt8>) -> FunctionError {
    failure(
      " as \(GoQuote.quoted(layout)): cannot parse \(GoQuote.quoted(String(decoding: found, as: UTF8.self))) as "
        + GoQuote.quoted(String(decoding: element, as: UTF8.self)))
  }

  private mutating func run() throws(FunctionError) -> GoTime {
    let chunks = TimeLayout(layout).chunks
    for (index, chunk) in chunks.enumerated() {
      do {
        try skip(chunk.prefix)
      } catch {
        throw mismatch(chunk.prefix, rest)
      }
      guard let element = chunk.element else {
        if !rest.isEmpty { throw failure(": extra text: \(GoQuote.quoted(String(decoding: rest, as: UTF8.self)))") }
        break
      }
      let hold = rest
      let next = index + 1 < chunks.count ? chunks[index + 1].element : nil
      do {
        try read(element, next)
      } catch {
        throw mismatch(chunk.text, hold)
      }
      if let outOfRange { throw failure(": \(outOfRange) out of range") }
    }
    return try result()
  }

  /// Passes over text of the layout; any white space there stands for any white space here.
  private mutating func skip(_ prefix: ArraySlice<UInt8>) throws(Mismatch) {
    var prefix = prefix
    while let first = prefix.first {
      if first == 32 {
        if let byte = rest.first, byte != 32 { throw Mismatch() }
        prefix = prefix.drop { $0 == 32 }
        rest = rest.drop { $0 == 32 }
        continue
      }
      guard rest.first == first else { throw Mismatch() }
      prefix = prefix.dropFirst()
      rest = rest.dropFirst()
    }
  }

  // MARK: - Elements

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 48 && $0 <= 57 } ?? false }

  private func peek(_ offset: Int) -> UInt8? {
    offset < rest.count ? rest[rest.startIndex + offset] : nil
  }

  private mutating func take(_ count: Int) throws(Mismatch) -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw Mismatch() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// One or two digits; exactly two where `fixed`.
  private mutating func number(fixed: Bool) throws(Mismatch) -> Int {
    guard TimeParser.isDigit(rest.first) else { throw Mismatch() }
    let two = TimeParser.isDigit(peek(1))
    if fixed && !two { throw Mismatch() }
    return TimeParser.value(try take(two ? 2 : 1))
  }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1 &- 48) } }

  private mutating func number(fixed: Bool, in range: ClosedRange<Int>, _ name: String) throws(Mismatch) -> Int {
    let value = try number(fixed: fixed)
    if !range.contains(value) { outOfRange = name }
    return value
  }

  /// One of a list of names, whatever its letters' case.
  private mutating func name(_ names: [String], length: Int? = nil) throws(Mismatch) -> Int {
    for (index, name) in names.enumerated() {
      let letters = length.map { name.utf8.prefix($0) } ?? name.utf8[...]
      if rest.count >= letters.count, zip(rest, letters).allSatisfy({ $0 == $1 || ($0 | 0x20) == ($1 | 0x20) && ($1 | 0x20) >= 97 }) {
        rest = rest.dropFirst(letters.count)
        return index
      }
    }
    throw Mismatch()
  }

  private mutating func read(_ element: TimeLayout.Element, _ next: TimeLayout.Element?) throws(Mismatch) {
    switch element {
    case .year:
      let digits = try take(2)
      guard digits.allSatisfy({ TimeParser.isDigit($0) }) else { throw Mismatch() }
      let value = TimeParser.value(digits)
      year = value >= 69 ? 1900 + value : 2000 + value
    case .longYear:
      let digits = try take(4)
      guard digits.allSatisfy({ TimeParser.isDigit($0) }) else { throw Mismatch() }
      year = TimeParser.value(digits)
    case .month: month = try name(GoCalendar.months, length: 3) + 1
    case .longMonth: month = try name(GoCalendar.months) + 1
    case .numberMonth, .zeroMonth: month = try number(fixed: element == .zeroMonth, in: 1...12, "month")
    case .weekday: _ = try name(GoCalendar.weekdays, length: 3)
    case .longWeekday: _ = try name(GoCalendar.weekdays)
    case .day, .zeroDay, .spaceDay:
      if element == .spaceDay && rest.first == 32 { rest = rest.dropFirst() }
      day = try number(fixed: element == .zeroDay)
    case .spaceYearDay, .zeroYearDay:
      for _ in 0..<2 where element == .spaceYearDay && rest.first == 32 { rest = rest.dropFirst() }
      let digits = rest.prefix(3).prefix { TimeParser.isDigit($0) }
      guard !digits.isEmpty, element == .spaceYearDay || digits.count == 3 else { throw Mismatch() }
      yearDay = TimeParser.value(digits)
      rest = rest.dropFirst(digits.count)
    case .hour: hour = try number(fixed: false, in: 0...23, "hour")
    case .hour12, .zeroHour12: hour = try number(fixed: element == .zeroHour12, in: 0...12, "hour")
    case .minute, .zeroMinute: minute = try number(fixed: element == .zeroMinute, in: 0...59, "minute")
    case .second, .zeroSecond:
      second = try number(fixed: element == .zeroSecond, in: 0...59, "second")
      // A fraction of a second is read even where the layout has none.
      if outOfRange == nil, rest.first == 46 || rest.first == 44, TimeParser.isDigit(peek(1)), !TimeParser.isFraction(next) {
        let digits = rest.dropFirst().prefix { TimeParser.isDigit($0) }
        readFraction(digits)
        rest = rest.dropFirst(1 + digits.count)
      }
    case .upperHalf, .lowerHalf:
      let word = try take(2)
      if word.elementsEqual((element == .upperHalf ? "PM" : "pm").utf8) {
        isAfternoon = true
      } else if word.elementsEqual((element == .upperHalf ? "AM" : "am").utf8) {
        isAfternoon = false
      } else {
        throw Mismatch()
      }
    case .offset(let z, let colon, let minutes, let seconds): try readOffset(z, colon, minutes, seconds)
    case .abbreviation:
      if rest.starts(with: "UTC".utf8) {
        zone = .utc
        rest = rest.dropFirst(3)
      } else {
        guard let length = TimeParser.abbreviationLength(rest) else { throw Mismatch() }
        zoneName = String(decoding: try take(length), as: UTF8.self)
      }
    case .fraction(let count):
      let text = try take(1 + count)
      guard text.first == 46 || text.first == 44, text.dropFirst().allSatisfy({ TimeParser.isDigit($0) }) else { throw Mismatch() }
      readFraction(text.dropFirst())
    case .trimmedFraction:
      guard rest.first == 46 || rest.first == 44, TimeParser.isDigit(peek(1)) else { return }
      let digits = rest.dropFirst().prefix { TimeParser.isDigit($0) }
      readFraction(digits)
      rest = rest.dropFirst(1 + digits.count)
    }
  }

  private static func isFraction(_ element: TimeLayout.Element?) -> Bool {
    switch element {
    case .fraction, .trimmedFraction: true
    default: false
    }
  }

  private mutating func readFraction(_ digits: ArraySlice<UInt8>) {
    var value = 0
    for index in 0..<9 { value = value * 10 + (index < digits.count ? Int(digits[digits.startIndex + index]) - 48 : 0) }
    nanoseconds = value
  }

  private mutating func readOffset(_ z: Bool, _ colon: Bool, _ minutes: Bool, _ seconds: Bool) throws(Mismatch) {
    if z && rest.first == UInt8(ascii: "Z") {
      rest = rest.dropFirst()
      zone = .utc
      return
    }
    let sign = try take(1)
    var parts = [0, 0, 0]
    for index in 0..<(seconds ? 3 : minutes ? 2 : 1) {
      if index > 0 && colon {
        let separator = try take(1)
        guard separator.first == UInt8(ascii: ":") else { throw Mismatch() }
      }
      parts[index] = try number(fixed: true)
    }
    if parts[0] > 24 { outOfRange = "time zone offset hour" }
    if parts[1] > 60 { outOfRange = "time zone offset minute" }
    if parts[2] > 60 { outOfRange = "time zone offset second" }
    let magnitude = (parts[0] * 60 + parts[1]) * 60 + parts[2]
    switch sign.first {
    case UInt8(ascii: "+"): zoneOffset = magnitude
    case UInt8(ascii: "-"): zoneOffset = -magnitude
    default: throw Mismatch()
    }
  }

  /// How long an abbreviation such as `CEST`, `GMT+3` or `-03` is; nil where none stands.
  private static func abbreviationLength(_ text: ArraySlice<UInt8>) -> Int? {
    guard text.count >= 3, let first = text.first else { return nil }
    if text.starts(with: "ChST".utf8) || text.starts(with: "MeST".utf8) { return 4 }
    if text.starts(with: "GMT".utf8) { return 3 + (text.count > 3 ? signedLength(text.dropFirst(3)) : 0) }
    if first == 43 || first == 45 {
      let length = signedLength(text)
      return length > 0 ? length : nil
    }
    let capitals = text.prefix(6).prefix { $0 >= 65 && $0 <= 90 }.count
    switch capitals {
    case 3: return 3
    case 4: return text[text.startIndex + 3] == UInt8(ascii: "T") || text.starts(with: "WITA".utf8) ? 4 : nil
    case 5: return text[text.startIndex + 4] == UInt8(ascii: "T") ? 5 : nil
    default: return nil
    }
  }

  private static func signedLength(_ text: ArraySlice<UInt8>) -> Int {
    guard text.first == 43 || text.first == 45 else { return 0 }
    let digits = text.dropFirst().prefix { isDigit($0) }
    guard !digits.isEmpty, digits.count < 4, value(digits) <= 23 else { return 0 }
    return 1 + digits.count
  }

  // MARK: - Result

  private mutating func result() throws(FunctionError) -> GoTime {
    if let isAfternoon {
      if isAfternoon && hour < 12 { hour += 12 }
      if !isAfternoon && hour == 12 { hour = 0 }
    }
    if let yearDay { try place(yearDay) }
    let (month, day) = (month ?? 1, day ?? 1)
    guard day >= 1 && day <= CivilTime.days(inMonth: month, year: year) else { throw failure(": day out of range") }
    let clock = CivilTime.seconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    if let zone { return GoTime(local: clock, nanoseconds: nanoseconds, zone: zone) }
    if let zoneOffset {
      let instant = clock - Int64(zoneOffset)
      let known = local.offset(at: instant)
      let isLocal = known.seconds == zoneOffset && (zoneName.isEmpty || known.abbreviation == zoneName)
      let zone = isLocal ? local : Zone.fixed(zoneOffset, abbreviation: zoneName)
      return GoTime(seconds: instant, nanoseconds: nanoseconds, zone: zone)
    }
    if !zoneName.isEmpty {
      if let offset = local.offset(named: zoneName, at: clock) {
        return GoTime(seconds: clock - Int64(offset), nanoseconds: nanoseconds, zone: local)
      }
      // An unknown abbreviation counts as UTC by another name; `GMT+3` is shown three hours later, as Go does it.
      let offset = zoneName.hasPrefix("GMT") ? (Int(zoneName.dropFirst(3)) ?? 0) * 3600 : 0
      return GoTime(seconds: clock, nanoseconds: nanoseconds, zone: .fixed(offset, abbreviation: zoneName))
    }
    return GoTime(local: clock, nanoseconds: nanoseconds, zone: local)
  }

  /// Month and day from the day of the year, which must agree with those that were read.
  private mutating func place(_ number: Int) throws(FunctionError) {
    guard number >= 1 && number <= (CivilTime.isLeap(year) ? 366 : 365) else { throw failure(": day-of-year out of range") }
    var foundMonth = 1
    while foundMonth < 12 && CivilTime.daysBefore(month: foundMonth + 1, year: year) < number { foundMonth += 1 }
    let foundDay = number - CivilTime.daysBefore(month: foundMonth, year: year)
    if let month, month != foundMonth { throw failure(": day-of-year does not match month") }
    if let day, day != foundDay { throw failure(": day-of-year does not match day") }
    (month, day) = (foundMonth, foundDay)
  }
}

import Document

/// Go's `time.Time`: an instant and the zone that it is shown in.
struct GoTime: TemplateObject {
  /// Since 1970.
  var seconds: Int64
  /// 0 to 999,999,999.
  var nanoseconds: Int
  var zone: Zone

  init(seconds: Int64, nanoseconds: Int = 0, zone: Zone) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.zone = zone
  }

  /// The first instant of the year 1, Go's zero value.
  static let zero = GoTime(seconds: -62_135_596_800, zone: .utc)

  var isZero: Bool { seconds == GoTime.zero.seconds && nanoseconds == 0 }

  var offset: Zone.Offset { zone.offset(at: seconds) }

  /// What the clock on the wall shows.
  var civil: CivilTime { CivilTime(seconds: seconds &+ Int64(offset.seconds)) }

  /// The same instant shown in another zone.
  func shown(in zone: Zone) -> GoTime { GoTime(seconds: seconds, nanoseconds: nanoseconds, zone: zone) }

  func adding(nanoseconds duration: Int64) -> GoTime {
    var seconds = seconds &+ duration / GoDuration.second
    var rest = nanoseconds + Int(duration % GoDuration.second)
    if rest < 0 {
      rest += Int(GoDuration.second)
      seconds &-= 1
    } else if rest >= Int(GoDuration.second) {
      rest -= Int(GoDuration.second)
      seconds &+= 1
    }
    return GoTime(seconds: seconds, nanoseconds: rest, zone: zone)
  }

  /// The nanoseconds from another instant to this one; the nearest number where they are too many.
  func since(_ other: GoTime) -> Int64 {
    let (difference, lost) = seconds.subtractingReportingOverflow(other.seconds)
    let (product, overflow) = difference.multipliedReportingOverflow(by: GoDuration.second)
    let (sum, carry) = product.addingReportingOverflow(Int64(nanoseconds - other.nanoseconds))
    if lost || overflow || carry { return seconds < other.seconds ? .min : .max }
    return sum
  }

  func order(_ other: GoTime) -> Int {
    (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
      ? -1 : (seconds, nanoseconds) > (other.seconds, other.nanoseconds) ? 1 : 0
  }

  // MARK: - As templates see it

  var type: GoType { .time }

  var text: String { TimeLayout("2006-01-02 15:04:05.999999999 -0700 MST").format(self) }

  func jsonValue() throws(FunctionError) -> Value {
    let year = civil.year
    guard year >= 0 && year <= 9999 else {
      throw FunctionError("json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]")
    }
    return .string(TimeLayout("2006-01-02T15:04:05.999999999Z07:00").format(self))
  }

  func isEqual(_ other: any TemplateObject) -> Bool {
    guard let other = other as? GoTime else { return false }
    return order(other) == 0 && zone === other.zone
  }

  func method(_ name: String) -> Function? {
    switch name {
    case "Format": return Function(name, [.string]) { call throws(FunctionError) in .string(try TimeLayout.formatted(self, &call)) }
    case "In": return Function(name, [.location]) { call throws(FunctionError) in .object(shown(in: call.zone(0))) }
    case "Add": return Function(name, [.duration]) { call throws(FunctionError) in .object(adding(nanoseconds: call.int64(0))) }
    case "AddDate":
      return Function(name, [.int, .int, .int]) { call throws(FunctionError) in
        .object(addingDate(years: call.int(0), months: call.int(1), days: call.int(2)))
      }
    case "Sub": return Function(name, [.time]) { call throws(FunctionError) in .integer(since(call.time(0)), .duration) }
    case "After": return Function(name, [.time]) { call throws(FunctionError) in .bool(order(call.time(0)) > 0) }
    case "Before": return Function(name, [.time]) { call throws(FunctionError) in .bool(order(call.time(0)) < 0) }
    case "Equal": return Function(name, [.time]) { call throws(FunctionError) in .bool(order(call.time(0)) == 0) }
    case "Compare": return Function(name, [.time]) { call throws(FunctionError) in .int(order(call.time(0))) }
    case "Truncate": return Function(name, [.duration]) { call throws(FunctionError) in .object(cut(to: call.int64(0), rounds: false)) }
    case "Round": return Function(name, [.duration]) { call throws(FunctionError) in .object(cut(to: call.int64(0), rounds: true)) }
    default:
      guard let value = plainMethod(name) else { return nil }
      return Function(name, []) { _ throws(FunctionError) in value }
    }
  }

  /// The methods without parameters.
  private func plainMethod(_ name: String) -> TemplateValue? {
    switch name {
    case "Year": .int(civil.year)
    case "Month": .integer(Int64(civil.month), .month)
    case "Day": .int(civil.day)
    case "Hour": .int(civil.hour)
    case "Minute": .int(civil.minute)
    case "Second": .int(civil.second)
    case "Nanosecond": .int(nanoseconds)
    case "Weekday": .integer(Int64(civil.weekday), .weekday)
    case "YearDay": .int(civil.yearDay)
    case "Unix": .int64(seconds)
    case "UnixMilli": .int64(seconds &* 1000 &+ Int64(nanoseconds / 1_000_000))
    case "UnixMicro": .int64(seconds &* 1_000_000 &+ Int64(nanoseconds / 1000))
    case "UnixNano": .int64(seconds &* 1_000_000_000 &+ Int64(nanoseconds))
    case "IsZero": .bool(isZero)
    case "IsDST": .bool(offset.isDaylight)
    case "String": .string(text)
    case "UTC": .object(shown(in: .utc))
    case "Local": .object(shown(in: .utc))
    case "Location": .object(GoLocation(zone: zone))
    default: nil
    }
  }

  private func addingDate(years: Int, months: Int, days: Int) -> GoTime {
    let clock = civil
    let local = CivilTime.seconds(
      year: clock.year &+ years, month: clock.month &+ months, day: clock.day &+ days, hour: clock.hour, minute: clock.minute,
      second: clock.second)
    return GoTime(local: local, nanoseconds: nanoseconds, zone: zone)
  }

  /// The instant at which a clock in a zone shows so many seconds since 1970.
  init(local: Int64, nanoseconds: Int, zone: Zone) {
    let guess = zone.offset(at: local)
    var seconds = local &- Int64(guess.seconds)
    let actual = zone.offset(at: seconds)
    // Near a change the guess may have been the other side's.
    if actual != guess { seconds = local &- Int64(actual.seconds) }
    self.init(seconds: seconds, nanoseconds: nanoseconds, zone: zone)
  }

  /// Cut or rounded to a multiple of a duration since the year 1.
  private func cut(to unit: Int64, rounds: Bool) -> GoTime {
    guard unit > 0 else { return self }
    let total = Int128(seconds &- GoTime.zero.seconds) * 1_000_000_000 + Int128(nanoseconds)
    var rest = total % Int128(unit)
    if rest < 0 { rest += Int128(unit) }
    let down = adding(nanoseconds: -Int64(rest))
    return rounds && rest * 2 >= Int128(unit) ? down.adding(nanoseconds: unit) : down
  }
}

/// Go's `*time.Location`.
struct GoLocation: TemplateObject {
  let zone: Zone
  var type: GoType { .location }
  var text: String { zone.name }

  func isEqual(_ other: any TemplateObject) -> Bool { (other as? GoLocation)?.zone === zone }

  func method(_ name: String) -> Function? {
    guard name == "String" else { return nil }
    return Function(name, []) { _ throws(FunctionError) in .string(zone.name) }
  }
}

extension Call {
  /// A `time.Time` argument. The executor has checked its type.
  func time(_ index: Int) -> GoTime {
    if case .object(let box) = self[index], let time = box.object as? GoTime { return time }
    return .zero
  }

  /// A `*time.Location` argument; nil stands for UTC.
  func zone(_ index: Int) -> Zone {
    if case .object(let box) = self[index], let location = box.object as? GoLocation { return location.zone }
    return .utc
  }

  /// An integer argument of any type. The executor has checked its type.
  func int64(_ index: Int) -> Int64 { Int64(int(index)) }
}

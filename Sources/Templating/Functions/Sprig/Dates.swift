/// Sprig: dates, durations and time zones.
extension Sprig {
  static let dates: [Function] =
    [
      Function("now", [], .nondeterministic) { call throws(FunctionError) in .object(call.world.now) },
      Function("ago", [.any], .nondeterministic) { call throws(FunctionError) in
        let now = call.world.now
        return .string(GoDuration.text(GoDuration.rounded(now.since(instant(call[0]) ?? now), to: GoDuration.second)))
      },
      Function("date", [.string, .any]) { call throws(FunctionError) in
        .string(try formatted(call.string(0), call[1], "Local", &call))
      },
      Function("htmlDate", [.any]) { call throws(FunctionError) in .string(try formatted("2006-01-02", call[0], "Local", &call)) },
      Function("htmlDateInZone", [.any, .string]) { call throws(FunctionError) in
        .string(try formatted("2006-01-02", call[0], call.string(1), &call))
      },
      Function("toDate", [.string, .string]) { call throws(FunctionError) in
        try call.budget.spend(bytes: call.string(0).utf8.count)
        return .object((try? TimeParser.parse(call.string(0), call.string(1), local: call.world.local)) ?? .zero)
      },
      Function("mustToDate", [.string, .string]) { call throws(FunctionError) in
        try call.budget.spend(bytes: call.string(0).utf8.count)
        return .object(try TimeParser.parse(call.string(0), call.string(1), local: call.world.local))
      },
      Function("unixEpoch", [.time]) { call throws(FunctionError) in .string(String(call.time(0).seconds)) },
      Function("duration", [.any]) { call throws(FunctionError) in
        let seconds: Int64
        switch call[0] {
        case .string(let text): seconds = GoNumber.parseInteger(text, base: 10) ?? 0
        case .integer(let value, .int64): seconds = value
        default: seconds = 0
        }
        return .string(GoDuration.text(seconds &* GoDuration.second))
      },
      Function("durationRound", [.any]) { call throws(FunctionError) in
        let duration: Int64
        switch call[0] {
        case .string(let text): duration = (try? GoDuration.parse(text)) ?? 0
        case .integer(let value, .int64): duration = value
        case .object(let box):
          let now = call.world.now
          duration = now.since(box.object as? GoTime ?? now)
        default: duration = 0
        }
        return .string(roughly(duration))
      },
    ]
    + alias(
      "dateInZone", "date_in_zone",
      of: Function("", [.string, .any, .string]) { call throws(FunctionError) in
        .string(try formatted(call.string(0), call[1], call.string(2), &call))
      })
    + alias(
      "dateModify", "date_modify",
      of: Function("", [.string, .time]) { call throws(FunctionError) in
        guard let duration = try? GoDuration.parse(call.string(0)) else { return call[1] }
        return .object(call.time(1).adding(nanoseconds: duration))
      })
    + alias(
      "mustDateModify", "must_date_modify",
      of: Function("", [.string, .time]) { call throws(FunctionError) in
        .object(call.time(1).adding(nanoseconds: try GoDuration.parse(call.string(0))))
      })

  /// A date as the date functions take it: a time, or seconds since 1970; nil for everything else, which means now.
  private static func instant(_ value: TemplateValue) -> GoTime? {
    switch value {
    case .object(let box): box.object as? GoTime
    case .int(let seconds): GoTime(seconds: Int64(seconds), zone: .utc)
    case .integer(let seconds, .int64), .integer(let seconds, .int32): GoTime(seconds: seconds, zone: .utc)
    default: nil
    }
  }

  private static func formatted(
    _ layout: String, _ date: TemplateValue, _ zone: String, _ call: inout Call
  ) throws(FunctionError) -> String {
    try call.budget.spend(bytes: layout.utf8.count * 9)
    let time = instant(date) ?? call.world.now
    return TimeLayout(layout).format(time.shown(in: call.world.zone(zone)))
  }

  /// The largest unit alone: `2h`, `16d`, `3mo`.
  private static func roughly(_ nanoseconds: Int64) -> String {
    let hour: UInt64 = 3_600_000_000_000
    let units = [
      (hour * 24 * 365, "y"), (hour * 24 * 30, "mo"), (hour * 24, "d"), (hour, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"),
    ]
    let magnitude = nanoseconds.magnitude
    for (unit, name) in units where magnitude > unit { return "\(magnitude / unit)\(name)" }
    return "0s"
  }
}

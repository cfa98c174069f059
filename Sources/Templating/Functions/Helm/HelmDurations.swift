/// Helm's duration functions: a duration is text such as `1h30m`, or a number of seconds.
extension Helm {
  static let durations: [Function] = [
    Function("mustToDuration", [.any]) { call throws(FunctionError) in .integer(try duration(call[0]), .duration) },
    reading("durationSeconds") { .float(GoDuration.parts($0, 1_000_000_000)) },
    reading("durationMilliseconds") { .int64($0 / 1_000_000) },
    reading("durationMicroseconds") { .int64($0 / 1000) },
    reading("durationNanoseconds") { .int64($0) },
    reading("durationMinutes") { .float(GoDuration.parts($0, 60_000_000_000)) },
    reading("durationHours") { .float(GoDuration.parts($0, hour)) },
    reading("durationDays") { .float(GoDuration.parts($0, hour) / 24) },
    reading("durationWeeks") { .float(GoDuration.parts($0, hour) / 24 / 7) },
    Function("durationRoundTo", [.any, .any]) { call throws(FunctionError) in
      guard let value = try? duration(call[0]) else { return .integer(0, .duration) }
      guard let unit = try? duration(call[1]) else { return .integer(value, .duration) }
      return .integer(GoDuration.rounded(value, to: unit), .duration)
    },
    Function("durationTruncateTo", [.any, .any]) { call throws(FunctionError) in
      guard let value = try? duration(call[0]) else { return .integer(0, .duration) }
      guard let unit = try? duration(call[1]), unit > 0 else { return .integer(value, .duration) }
      return .integer(value - value % unit, .duration)
    },
  ]

  private static let hour: Int64 = 3_600_000_000_000

  /// A function of one duration; what is none counts as zero.
  private static func reading(_ name: String, _ result: @escaping @Sendable (Int64) -> TemplateValue) -> Function {
    Function(name, [.any]) { call throws(FunctionError) in
      guard let value = try? duration(call[0]) else {
        // The type of the result does not depend on the error.
        return result(0)
      }
      return result(value)
    }
  }

  private static func duration(_ value: TemplateValue) throws(FunctionError) -> Int64 {
    switch value {
    case .missing, .null: throw FunctionError("invalid duration")
    case .integer(let nanoseconds, .duration): return nanoseconds
    case .string(let text):
      let trimmed = GoUnicode.trimSpace(text)
      if trimmed.isEmpty { throw FunctionError("empty duration") }
      if let value = try? GoDuration.parse(trimmed) { return value }
      if let seconds = GoNumber.parseFloat(trimmed) { return try fromSeconds(seconds) }
      throw FunctionError("could not parse duration \(GoQuote.quoted(text))")
    case .int, .integer:
      let seconds = Casting.integer(value)
      let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: GoDuration.second)
      if overflow { throw FunctionError("duration seconds overflow: \(seconds)") }
      return nanoseconds
    case .float(let seconds): return try fromSeconds(seconds)
    default: throw FunctionError("unsupported duration type \(value.type.name)")
    }
  }

  private static func fromSeconds(_ seconds: Double) throws(FunctionError) -> Int64 {
    guard seconds.isFinite else { throw FunctionError("invalid duration seconds: \(GoFormat.text(.float(seconds)))") }
    let nanoseconds = seconds * 1e9
    guard abs(nanoseconds) < 9.2233720368547e18 else {
      throw FunctionError("duration seconds overflow: \(GoFormat.text(.float(seconds)))")
    }
    return Int64(nanoseconds)
  }
}

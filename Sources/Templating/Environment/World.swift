#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An environment as one execution uses it: the time is read once, random bytes follow one another.
final class World {
  let environment: TemplateEnvironment
  private var source: RandomSource?
  private var time: (seconds: Int64, nanoseconds: Int)?
  private var expressions: [String: RegularExpression] = [:]

  init(_ environment: TemplateEnvironment) { self.environment = environment }

  /// A regular expression, compiled once for an execution that uses it again and again.
  func expression(_ pattern: String) throws(RegularExpression.SyntaxError) -> RegularExpression {
    if let known = expressions[pattern] { return known }
    let expression = try RegularExpression(pattern)
    if expressions.count < 100 { expressions[pattern] = expression }
    return expression
  }

  /// The zone of dates that name none.
  var local: Zone { environment.zones.zone(environment.localZone) ?? .utc }

  /// A zone by its name; what is unknown is UTC, as in Sprig.
  func zone(_ name: String) -> Zone { name == "Local" ? local : environment.zones.zone(name) ?? .utc }

  var now: GoTime {
    if time == nil {
      switch environment.clock {
      case .fixed(let seconds, let nanoseconds): time = (seconds, min(max(nanoseconds, 0), 999_999_999))
      case .system:
        var reading = timespec()
        clock_gettime(CLOCK_REALTIME, &reading)
        time = (Int64(reading.tv_sec), Int(reading.tv_nsec))
      }
    }
    return GoTime(seconds: time?.seconds ?? 0, nanoseconds: time?.nanoseconds ?? 0, zone: local)
  }

  /// Uses the random bytes.
  func withRandomness<Result, Failure: Error>(_ body: (inout RandomSource) throws(Failure) -> Result) throws(Failure) -> Result {
    var current = source ?? RandomSource(environment.randomness)
    defer { source = current }
    return try body(&current)
  }
}

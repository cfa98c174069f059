/// A moment on a cluster's clock: milliseconds since 1970.
///
/// The state machine never asks for the time; it comes in with every call.
public struct SimulatedTime: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64

  /// Makes a moment.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// The earlier one first.
  public static func < (left: SimulatedTime, right: SimulatedTime) -> Bool { left.milliseconds < right.milliseconds }

  /// The moment some time later.
  public func adding(_ duration: Duration) -> SimulatedTime {
    SimulatedTime(milliseconds: milliseconds + duration.wholeMilliseconds)
  }

  /// As objects carry it: `2026-11-21T10:49:38Z`.
  public var text: String {
    let seconds = milliseconds / 1000
    let days = Int(seconds / 86400)
    let rest = Int(seconds % 86400)
    // Days to a civil date, counted in eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }
}

extension SimulatedTime {
  /// As HTTP carries it: `Sat, 21 Nov 2026 10:49:38 GMT`.
  var httpText: String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split { !$0.isNumber }
    guard parts.count == 6, let month = Int(parts[1]), months.indices.contains(month - 1) else { return text }
    let day = days[Int(milliseconds / 86_400_000 % 7)]
    return "\(day), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
  }
}

extension Duration {
  /// The duration in milliseconds, rounded down.
  var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

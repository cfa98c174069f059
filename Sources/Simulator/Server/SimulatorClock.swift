import Foundation

/// Where simulated clusters take the time from.
public struct SimulatorClock: Sendable {
  /// The present moment.
  public var now: @Sendable () -> SimulatedTime

  /// Makes a clock from any source.
  public init(now: @escaping @Sendable () -> SimulatedTime) { self.now = now }

  /// The machine's clock.
  public static let system = SimulatorClock {
    SimulatedTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}

import Document

/// What goes wrong on purpose.
public struct SimulatorFaults: Sendable, Hashable {
  /// How a cluster is out of reach.
  public enum Outage: String, Sendable, Hashable {
    /// It is not.
    case none
    /// Connections are closed without an answer.
    case refuse
    /// Requests are taken and never answered.
    case hang
  }

  /// How long every answer is held back.
  public var latency: Duration
  /// The share of requests that fail with 500 (0 to 1).
  public var errorRate: Double
  /// The share of requests that are turned away with 429 and `Retry-After: 1` (0 to 1).
  public var throttleRate: Double
  /// Whether the cluster is out of reach.
  public var outage: Outage

  /// Makes faults; by default none.
  public init(latency: Duration = .zero, errorRate: Double = 0, throttleRate: Double = 0, outage: Outage = .none) {
    self.latency = latency
    self.errorRate = errorRate
    self.throttleRate = throttleRate
    self.outage = outage
  }

  /// Nothing goes wrong.
  public static let none = SimulatorFaults()

  /// Reads `{"latencyMilliseconds": 50, "errorRate": 0.1, "throttleRate": 0, "outage": "hang"}`; what is left out is off.
  init(_ value: Value) {
    self.init(
      latency: .milliseconds(value["latencyMilliseconds"]?.intValue ?? 0), errorRate: value["errorRate"]?.doubleValue ?? 0,
      throttleRate: value["throttleRate"]?.doubleValue ?? 0, outage: Outage(rawValue: value["outage"]?.stringValue ?? "") ?? .none)
  }

  var value: Value {
    [
      "latencyMilliseconds": .int(latency.wholeMilliseconds), "errorRate": .double(errorRate), "throttleRate": .double(throttleRate),
      "outage": .string(outage.rawValue),
    ]
  }
}

/// Time and chance, handed in so that tests decide about both.
public struct AgentEnvironment: Sendable {
  /// Milliseconds since 1970.
  public var now: @Sendable () -> Int64
  /// Waits; throws when cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to 1, for jitter.
  public var random: @Sendable () -> Double

  /// Makes an environment.
  public init(
    now: @escaping @Sendable () -> Int64, sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The environment with the system's chance and waiting, and a clock of the caller's.
  public static func system(now: @escaping @Sendable () -> Int64) -> AgentEnvironment {
    AgentEnvironment(
      now: now, sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })
  }
}

/// Limits of an agent.
public struct AgentSettings: Sendable, Hashable {
  /// How many writes and single reads are under way at once, over all applications of the cluster.
  public var maximumRequests = 8
  /// How often a request that may succeed later is sent within a sync, over what the client itself repeats.
  public var attempts = 2
  /// How many failures in a row make a cluster Offline.
  public var failuresUntilOffline = 3
  /// How long a sync waits for a kind to be served whose definition was just applied.
  public var definitionTimeout = Duration.seconds(20)
  /// How long a sync waits for the first list of the kinds that it needs.
  public var listTimeout = Duration.seconds(30)
  /// How long the cluster's garbage collector has for objects that are deleted in the foreground, before the agent looks whether they have
  /// dependants at all.
  public var collectorPatience = Duration.seconds(3)
  /// How many observations are kept until somebody takes them.
  public var maximumObservations = 1000

  /// The usual limits.
  public init() {}
}

/// Growing pauses with jitter: half of each is chance, so that many clients do not come back together.
enum Backoff {
  static func delay(_ attempt: Int, first: Duration = .milliseconds(500), most: Duration = .seconds(30), random: Double) -> Duration {
    var delay = first
    for _ in 0..<min(max(attempt - 1, 0), 16) where delay < most { delay = delay * 2 }
    delay = min(delay, most)
    return delay / 2 + delay * (random / 2)
  }
}

/// Whether a cluster answers: opens after some failures in a row, closes with the first answer.
public struct Connectivity: Sendable, Hashable, CustomStringConvertible {
  /// Whether a cluster answers.
  public enum State: String, Sendable, Hashable {
    /// Not tried yet.
    case unknown = "Unknown"
    /// It answers.
    case online = "Online"
    /// It does not.
    case offline = "Offline"
  }

  /// Whether the cluster answers.
  public private(set) var state = State.unknown
  /// When it last answered, in milliseconds since 1970; nil: never.
  public private(set) var lastContact: Int64?
  /// Why the last request failed; nil while it answers.
  public private(set) var lastError: String?
  private var failures = 0

  /// Nothing is known.
  public init() {}

  /// The cluster answered. True when that is news.
  mutating func answered(at now: Int64) -> Bool {
    let isNews = state != .online
    state = .online
    lastContact = now
    lastError = nil
    failures = 0
    return isNews
  }

  /// A request got no answer. True when the cluster became Offline by it.
  mutating func failed(_ message: String, limit: Int) -> Bool {
    failures += 1
    lastError = message
    guard failures >= limit, state != .offline else { return false }
    state = .offline
    return true
  }

  /// `Offline: message`.
  public var description: String { lastError.map { "\(state.rawValue): \($0)" } ?? state.rawValue }
}

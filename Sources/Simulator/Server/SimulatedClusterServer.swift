import Document
import Synchronization

/// One simulated cluster while it is served: its state machine behind a lock, and the streams of its open watches.
public final class SimulatedClusterServer: Sendable {
  /// The cluster's name.
  public let name: String
  private let boundPort = Atomic<Int>(0)
  /// When the cluster does something by itself, in milliseconds since 1970, so that idle clusters are not even locked.
  private let due = Atomic<Int64>(0)
  private let state: Mutex<State>

  private struct State {
    var cluster: SimulatedCluster
    var faults = SimulatorFaults.none
    var streams: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
    var random: RandomSource
  }

  init(name: String, cluster: SimulatedCluster) {
    self.name = name
    state = Mutex(State(cluster: cluster, random: RandomSource(seed: cluster.settings.seed ^ 0xFA17)))
  }

  /// The TCP port on 127.0.0.1.
  public var port: Int { boundPort.load(ordering: .acquiring) }

  /// Where it is reached: `http://127.0.0.1:PORT`.
  public var url: String { "http://127.0.0.1:\(port)" }

  func didBind(port: Int) { boundPort.store(port, ordering: .releasing) }

  /// Runs something on the state machine, alone, and sends the watch events that it caused.
  @discardableResult
  public func withCluster<Result: Sendable>(_ body: @Sendable (inout SimulatedCluster) -> Result) -> Result {
    state.withLock { state in
      let result = body(&state.cluster)
      deliver(&state)
      return result
    }
  }

  /// What goes wrong on purpose; takes effect with the next request.
  public var faults: SimulatorFaults {
    get { state.withLock { $0.faults } }
    set { state.withLock { $0.faults = newValue } }
  }

  /// How many requests came since the last reset.
  public var requests: Int { withCluster { $0.requests } }

  /// How many of them could write.
  public var writes: Int { withCluster { $0.writes } }

  /// The requests by verb.
  public var requestCounts: [String: Int] { withCluster { $0.requestCounts } }

  /// Sets the counters to zero.
  public func resetRequestCounts() { withCluster { $0.resetRequestCounts() } }

  /// What befalls one request.
  enum Fate: Sendable {
    case answer
    case fail(APIResponse)
    case close
    case hang
  }

  /// Draws what will go wrong with the next request.
  func fate() -> (Fate, Duration) {
    state.withLock { state in
      let faults = state.faults
      switch faults.outage {
      case .refuse: return (.close, .zero)
      case .hang: return (.hang, .zero)
      case .none: break
      }
      if faults.errorRate > 0 || faults.throttleRate > 0 {
        let draw = Double(state.random.next() >> 11) / Double(UInt64(1) << 53)
        if draw < faults.errorRate {
          state.cluster.count("other")
          return (.fail(SimulatedClusterServer.failure(500, "InternalError", "Internal error occurred: simulated failure")), faults.latency)
        }
        if draw < faults.errorRate + faults.throttleRate {
          state.cluster.count("other")
          var response = SimulatedClusterServer.failure(429, "TooManyRequests", "too many requests, please try again later")
          response.headers.append((name: "retry-after", value: "1"))
          return (.fail(response), faults.latency)
        }
      }
      return (.answer, faults.latency)
    }
  }

  private static func failure(_ code: Int, _ reason: String, _ message: String) -> APIResponse {
    APIResponse(status: code, body: JSON.encode(APIFailure(code, reason, message).body))
  }

  /// Answers a request; for a watch, with the stream of what follows.
  func answer(_ request: APIRequest, at now: SimulatedTime) -> (APIResponse, AsyncStream<[UInt8]>?) {
    state.withLock { state in
      let response = state.cluster.handle(request, at: now)
      guard let watch = response.watch else {
        deliver(&state)
        return (response, nil)
      }
      let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
      state.streams[watch] = continuation
      if !response.body.isEmpty { continuation.yield(response.body) }
      deliver(&state)
      return (response, stream)
    }
  }

  /// Forgets a watch whose client is gone.
  func closeWatch(_ watch: Int) {
    state.withLock { state in
      state.cluster.closeWatch(watch)
      state.streams.removeValue(forKey: watch)?.finish()
    }
  }

  /// Ends all watches, as an API server does when it goes away.
  public func dropWatches() {
    state.withLock { state in
      for (watch, stream) in state.streams {
        state.cluster.closeWatch(watch)
        stream.finish()
      }
      state.streams = [:]
    }
  }

  /// Lets everything happen that is due.
  func tick(_ now: SimulatedTime) {
    guard due.load(ordering: .relaxed) <= now.milliseconds else { return }
    state.withLock { state in
      state.cluster.advance(to: now)
      deliver(&state)
    }
  }

  /// Sends what the last step caused, and notes when the next one is due.
  private func deliver(_ state: inout State) {
    due.store(state.cluster.nextDeadline?.milliseconds ?? .max, ordering: .relaxed)
    for delivery in state.cluster.takeDeliveries() {
      guard let stream = state.streams[delivery.watch] else { continue }
      if !delivery.bytes.isEmpty { stream.yield(delivery.bytes) }
      if delivery.ends {
        stream.finish()
        state.streams[delivery.watch] = nil
      }
    }
  }
}

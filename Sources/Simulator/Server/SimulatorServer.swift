import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// A simulator that could not be started.
public struct SimulatorError: Error, Sendable, CustomStringConvertible {
  /// What went wrong.
  public var description: String
}

/// Simulated clusters served over HTTP, each on its own port of 127.0.0.1.
///
///     let simulator = try await SimulatorServer.start([SimulatedClusterSettings(name: "eu-1")])
///     let url = simulator["eu-1"]?.url
///     await simulator.stop()
public final class SimulatorServer: Sendable {
  /// The clusters by name.
  public let clusters: [String: SimulatedClusterServer]

  private typealias Listener = Server<HTTP1Channel>

  private let listeners: [Listener]
  private let task: Task<Void, Never>
  private let group: MultiThreadedEventLoopGroup

  private init(
    clusters: [String: SimulatedClusterServer], listeners: [Listener], task: Task<Void, Never>, group: MultiThreadedEventLoopGroup
  ) {
    self.clusters = clusters
    self.listeners = listeners
    self.task = task
    self.group = group
  }

  /// The cluster of a name.
  public subscript(name: String) -> SimulatedClusterServer? { clusters[name] }

  /// How often the clusters look at what is due.
  private static let tick = Duration.milliseconds(20)

  /// Starts a cluster for each of the settings and returns when all of them listen.
  /// - Parameters:
  ///   - settings: The clusters; their names must differ.
  ///   - threads: The number of event loop threads that all clusters share.
  ///   - clock: Where the clusters take the time from.
  public static func start(
    _ settings: [SimulatedClusterSettings], threads: Int = 1, clock: SimulatorClock = .system
  ) async throws(SimulatorError) -> SimulatorServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let (events, continuation) = AsyncStream.makeStream(of: StartEvent.self)
    var clusters: [String: SimulatedClusterServer] = [:]
    var ordered: [(SimulatedClusterServer, Listener)] = []
    for setting in settings {
      guard clusters[setting.name] == nil else { throw SimulatorError(description: "two simulated clusters are called \(setting.name)") }
      let server = SimulatedClusterServer(name: setting.name, cluster: SimulatedCluster(settings: setting, at: clock.now()))
      clusters[setting.name] = server
      ordered.append((server, listener(for: server, port: setting.port, group: group, clock: clock, events: continuation)))
    }
    let all = ordered
    let task = Task {
      await withDiscardingTaskGroup { tasks in
        for (server, listener) in all {
          tasks.addTask {
            do {
              try await listener.run()
            } catch {
              continuation.yield(.failed(server.name, "\(error)"))
            }
          }
        }
        tasks.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: tick)
            let now = clock.now()
            for (server, _) in all { server.tick(now) }
          }
        }
      }
    }
    let simulator = SimulatorServer(clusters: clusters, listeners: all.map(\.1), task: task, group: group)
    var waiting = all.count
    var iterator = events.makeAsyncIterator()
    while waiting > 0, let event = await iterator.next() {
      if case .failed(let name, let text) = event {
        await simulator.stop()
        throw SimulatorError(description: "simulated cluster \(name) cannot listen: \(text)")
      }
      waiting -= 1
    }
    return simulator
  }

  /// Runs `body` while the clusters are served, and stops them afterwards.
  public static func with<Result: Sendable>(
    _ settings: [SimulatedClusterSettings], clock: SimulatorClock = .system, _ body: (SimulatorServer) async throws -> Result
  ) async throws -> Result {
    let simulator = try await start(settings, clock: clock)
    do {
      let result = try await body(simulator)
      await simulator.stop()
      return result
    } catch {
      await simulator.stop()
      throw error
    }
  }

  /// Closes all connections and frees the ports.
  public func stop() async {
    // A listener that is cancelled while it accepts drops the connection in a way that NIO takes for a mistake: it is asked to end instead.
    let dropping = Task { [clusters] in
      while !Task.isCancelled {
        for cluster in clusters.values {
          cluster.faults = SimulatorFaults(outage: .refuse)
          cluster.dropWatches()
        }
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    await withDiscardingTaskGroup { group in
      for listener in listeners { group.addTask { try? await listener.shutdownGracefully() } }
    }
    dropping.cancel()
    task.cancel()
    await task.value
    try? await group.shutdownGracefully()
  }

  private enum StartEvent: Sendable {
    case listening
    case failed(String, String)
  }

  private static func listener(
    for server: SimulatedClusterServer, port: Int, group: MultiThreadedEventLoopGroup, clock: SimulatorClock,
    events: AsyncStream<StartEvent>.Continuation
  ) -> Listener {
    let front = HTTPFront(server: server, clock: clock)
    let channel = HTTP1Channel(
      responder: { request, writer, channel in try await front.respond(request, writer, channel) },
      configuration: HTTP1Channel.Configuration(additionalChannelHandlers: [HalfClosedConnectionHandler()]))
    return Server(
      childChannelSetup: channel, configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in
        server.didBind(port: channel.localAddress?.port ?? port)
        events.yield(.listening)
      }, eventLoopGroup: group, logger: Logger(label: "simulator", factory: { _ in SwiftLogNoOpLogHandler() }))
  }
}

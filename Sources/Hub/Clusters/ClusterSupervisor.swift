import Document
import FleetModel
import Foundation
import Kubernetes
import Logging
import Synchronization
import Syncing
import Transport

/// Keeps one agent for each registered cluster, and tells which of them have something new.
actor ClusterSupervisor {
  private let connections: ClusterConnections
  private let http: HTTPClient
  /// One for all clusters: what a credential plugin printed for one serves the next.
  private let plugins = ExecPluginHost()
  /// One for all clusters: most of them serve the same.
  private let library = DiscoveryLibrary()
  private let logger: Logger
  private let now: @Sendable () -> Date
  private var clusters: [String: Supervised] = [:]
  private nonisolated let dirty = DirtyClusters()
  private static let searchesAtOnce = 4
  /// Clusters that are still to be searched for managed objects.
  private var undiscovered: [String] = []
  private var searchers: [Int: Task<Void, Never>] = [:]

  /// One cluster: its agent, or why there is none.
  private struct Supervised {
    let agent: ClusterAgent?
    let client: ClusterClient?
    let problem: String?
    var version: String?
    var delivery: Task<Void, Never>?
  }

  init(connections: ClusterConnections, http: HTTPClient, logger: Logger, now: @escaping @Sendable () -> Date) {
    self.connections = connections
    self.http = http
    self.logger = logger
    self.now = now
  }

  /// The clusters that have changes to take; ends when the task is cancelled.
  nonisolated var marks: AsyncStream<Void> { dirty.stream }

  /// The clusters that were marked since the last time.
  nonisolated func takeMarks() -> [String] { dirty.take() }

  /// Connects to a cluster, or anew when its registration changed.
  ///
  /// The new agent knows nothing of what applications want: it has to be delivered again.
  ///
  /// - Parameters:
  ///   - kinds: what was managed there before, also by applications that nobody wants any more.
  ///   - health: judges objects as the Fleet definition says.
  ///   - discovers: whether the cluster is searched for managed objects of every kind: for a hub that knows nothing of what was managed.
  func start(_ cluster: Cluster, managing kinds: Set<GroupKind>, health: HealthRules, discovers: Bool) async {
    await stop(cluster.name)
    do {
      let client = ClusterClient(try connections.connection(to: cluster), http: http, plugins: plugins, library: library)
      let (dirty, now) = (dirty, now)
      let agent = ClusterAgent(
        name: cluster.name, api: ClusterClientSpoke(client, namespaces: cluster.namespaces),
        environment: .system(now: { Int64(now().timeIntervalSince1970 * 1000) }), notify: { dirty.mark($0) },
        health: { health.health(of: $0) })
      clusters[cluster.name] = Supervised(agent: agent, client: client, problem: nil)
      // In whatever version the server prefers: which one was used before may no longer be served.
      await agent.start(inventory: kinds.map { GroupVersionKind(group: $0.group, version: "", kind: $0.kind) })
      if discovers { discover(cluster.name) }
    } catch {
      logger.error("a cluster cannot be connected to", metadata: ["cluster": "\(cluster.name)", "error": "\(error)"])
      clusters[cluster.name] = Supervised(agent: nil, client: nil, problem: "\(error)")
    }
  }

  /// Has a cluster searched, after those that were asked for before: a few at a time, since a thousand at once would cost more memory than
  /// watching them.
  private func discover(_ name: String) {
    undiscovered.append(name)
    guard searchers.count < ClusterSupervisor.searchesAtOnce else { return }
    let number = (searchers.keys.max() ?? 0) + 1
    searchers[number] = Task { await search(number) }
  }

  private func search(_ number: Int) async {
    while !Task.isCancelled, !undiscovered.isEmpty {
      let name = undiscovered.removeFirst()
      guard let agent = clusters[name]?.agent else { continue }
      do throws(SpokeError) {
        try await agent.takeInventory()
      } catch {
        logger.info("a cluster cannot be searched for managed objects yet", metadata: ["cluster": "\(name)", "error": "\(error.message)"])
        undiscovered.append(name)
        try? await Task.sleep(for: .seconds(1))
      }
    }
    searchers[number] = nil
  }

  /// Ends the connection to a cluster; nothing in it is touched.
  func stop(_ name: String) async {
    guard let supervised = clusters.removeValue(forKey: name) else { return }
    supervised.delivery?.cancel()
    await supervised.agent?.stop()
  }

  /// Ends all connections.
  func stopAll() async {
    undiscovered = []
    for task in searchers.values { task.cancel() }
    for name in Array(clusters.keys) { await stop(name) }
  }

  /// Hands what applications want to the agent of a cluster, after what was handed to it before.
  ///
  /// An agent asks its API server about kinds that it does not know: a slow one must delay nobody else, so nobody waits here.
  func deliver(_ inputs: [DesiredInput], to name: String) {
    guard let agent = clusters[name]?.agent else { return }
    let previous = clusters[name]?.delivery
    clusters[name]?.delivery = Task {
      await previous?.value
      for input in inputs {
        guard !Task.isCancelled else { return }
        await agent.setDesired(input)
      }
    }
  }

  /// Returns once the agent of a cluster has all that was handed to it.
  func delivered(to name: String) async { await clusters[name]?.delivery?.value }

  /// The agent of a cluster; nil where there is none.
  func agent(of name: String) -> ClusterAgent? { clusters[name]?.agent }

  /// Why there is no agent; nil where there is one.
  func problem(of name: String) -> String? { clusters[name]?.problem }

  /// The version of a cluster's API server, asked once.
  func version(of name: String) async -> String? {
    guard let supervised = clusters[name] else { return nil }
    if let version = supervised.version { return version }
    guard let client = supervised.client, let answer = try? await client.version() else { return nil }
    let version = answer["gitVersion"]?.stringValue
    clusters[name]?.version = version
    return version
  }
}

/// Names of clusters that have changes to take. However often one is marked, it is taken once.
final class DirtyClusters: Sendable {
  let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let names = Mutex<Set<String>>([])

  init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func mark(_ name: String) {
    names.withLock { _ = $0.insert(name) }
    continuation.yield()
  }

  func take() -> [String] {
    names.withLock { names in
      defer { names = [] }
      return names.sorted(by: ByteOrder.less)
    }
  }
}

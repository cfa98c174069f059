import FleetModel
import Foundation
import Generators
import Logging
import ServiceLifecycle
import StateStore
import Transport

/// The running hub: everything is put together here, in the order in which it depends on each other.
public struct FlotillaHub: Service {
  /// What the console asks.
  public let controller: FleetController
  private let supervisor: ClusterSupervisor
  private let evaluation: EvaluationLoop
  private let store: StateStore

  /// Opens the state and loads it; nothing runs before ``run()``.
  public init(
    _ configuration: HubConfiguration, http: HTTPClient, metrics: Metrics, logger: Logger,
    environment: [String: String] = ProcessInfo.processInfo.environment, now: @escaping @Sendable () -> Date = { Date() }
  ) async throws {
    try FileManager.default.createDirectory(atPath: configuration.dataFolder, withIntermediateDirectories: true)
    HubMetrics.declare(in: metrics)
    store = try await StateStore.open(path: configuration.dataFolder + "/flotilla.sqlite", now: now())
    supervisor = ClusterSupervisor(
      connections: ClusterConnections(simulated: configuration.simulatedClusters, environment: environment), http: http, logger: logger,
      now: now)
    let secret = try PinSecret.load(from: configuration.dataFolder)
    controller = FleetController(store: store, supervisor: supervisor, pinSecret: secret, metrics: metrics, logger: logger, now: now)
    let provider = SourceProvider(
      folder: configuration.dataFolder + "/repositories", overrides: configuration.overrides, http: http, patience: .seconds(10))
    let secrets = SecretFolder(configuration.secretsFolder, pool: BlockingPool(name: "secrets", threads: 1))
    let plugins = PluginClient(http: http) { await secrets.text(namespace: $0, secret: $1.secret, key: $1.key) }
    let queries = RoutedProvider(plugins: plugins)
    evaluation = EvaluationLoop(
      configuration: configuration, provider: provider, pipeline: Pipeline(provider: provider, queries: queries), controller: controller,
      logger: logger)
    try await controller.load()
  }

  /// Runs until the service group shuts down. Operations that are under way then are taken up by the next start.
  public func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      await withDiscardingTaskGroup { group in
        group.addTask { await controller.run() }
        group.addTask { await evaluation.run() }
        group.addTask { await takeMarks() }
        group.addTask { await housekeeping() }
        group.addTask { await giveMemoryBack() }
      }
    }
    await supervisor.stopAll()
    try await store.close()
  }

  private func takeMarks() async {
    for await _ in supervisor.marks {
      for name in supervisor.takeMarks() {
        guard let agent = await supervisor.agent(of: name) else { continue }
        await controller.take(await agent.takeChanges(), from: name)
      }
    }
  }

  private func housekeeping() async {
    while !Task.isCancelled {
      await controller.forgetOldHistory()
      try? await Task.sleep(for: .seconds(3600))
    }
  }
}

extension FlotillaHub {
  /// Ten seconds are long enough for a burst to be over, and short for those who look at the figures.
  private func giveMemoryBack() async {
    let pool = BlockingPool(name: "memory", threads: 1)
    var memory = FreeMemory()
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(10))
      let before = memory
      memory = await pool.run {
        var memory = before
        memory.giveBack()
        return memory
      }
    }
    pool.shutdown()
  }
}

/// The names of all metrics, declared at zero.
enum HubMetrics {
  static func declare(in metrics: Metrics) {
    metrics.declare("flotilla_applications", .gauge, "Applications by sync and health status.")
    metrics.declare("flotilla_clusters", .gauge, "Clusters by state.")
    metrics.declare("flotilla_operations_running", .gauge, "Operations under way.")
    metrics.declare("flotilla_holds", .gauge, "Application sets whose removals are held.")
    metrics.declare("flotilla_syncs_started_total", .counter, "Syncs that began.")
    metrics.declare(
      "flotilla_syncs_total", .counter, "Syncs that ended, by result.", labels: [[("result", "succeeded")], [("result", "failed")]])
    metrics.declare("flotilla_drifts_total", .counter, "Times that a cluster was seen to differ from what was synced.")
    metrics.declare("flotilla_store_errors_total", .counter, "Writes that the state store refused.")
  }
}

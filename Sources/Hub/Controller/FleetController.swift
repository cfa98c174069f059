import Document
import FleetModel
import Foundation
import Generators
import Logging
import Scheduling
import StateStore
import Syncing

/// Holds what the hub knows and is the only place where it changes: events come in, the scheduler is asked, operations go out.
///
/// Every change is written to the state store before anything is done about it, so that a hub that is killed at any point goes on
/// from where it was.
public actor FleetController {
  let store: StateStore
  let supervisor: ClusterSupervisor
  let metrics: Metrics
  let logger: Logger
  private let pinSecret: [UInt8]
  let now: @Sendable () -> Date

  var board = FleetBoard()
  /// The last evaluation with its manifests; nil until there was one.
  var latest: (evaluated: EvaluatedFleet, rendered: RenderedFleet, revision: String)?
  /// The kinds of objects that the store knows to be managed, by cluster.
  var managedKinds: [String: Set<GroupKind>] = [:]
  /// The longest that one sync may take.
  var syncTimeout = Fleet.Limits().syncTimeout
  /// The longest that a sync waits for a wave to become healthy.
  var waveTimeout = Fleet.Limits().waveTimeout
  /// Whether the state was empty at the start: of a first hub, or of one that lost its state and finds by labels what it manages.
  var knewNothing = false
  /// How health is judged.
  var health = HealthRules(Fleet())
  /// Instances whose removal somebody approved.
  var approved: Set<InstanceID> = []
  /// When instances were removed, for the fleet's limit an hour.
  var removalTimes: [Date] = []
  /// What is wrong with the definitions, as it was last recorded.
  var problems: [String] = []
  var definitionsError: String?
  private let wakeups: AsyncStream<Void>
  private let wakeup: AsyncStream<Void>.Continuation
  private var armedWake: Date?

  /// Makes a controller over an open store.
  init(
    store: StateStore, supervisor: ClusterSupervisor, pinSecret: [UInt8], metrics: Metrics, logger: Logger,
    now: @escaping @Sendable () -> Date
  ) {
    self.store = store
    self.pinSecret = pinSecret
    self.supervisor = supervisor
    self.metrics = metrics
    self.logger = logger
    self.now = now
    (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Takes up what the store remembers.
  func load() async throws {
    let state = try await store.load()
    for stored in state.instances {
      guard let entry = FleetBoard.Entry(stored) else {
        logger.warning("a stored instance cannot be read and is evaluated anew", metadata: ["instance": "\(stored.id)"])
        continue
      }
      board.entries[stored.id] = entry
    }
    for (id, digest) in try await store.unfinishedSyncs() { board.entries[id]?.unfinished = digest }
    managedKinds = try await store.managedKinds()
    knewNothing = state.evaluation == nil && board.entries.isEmpty
    problems = state.evaluation?.problems ?? []
    board.rebuildGraph(applicationSets: Set(board.entries.keys.compactMap(\.set)))
    logger.info("state loaded", metadata: ["instances": "\(board.entries.count)", "lastEvent": "\(state.lastEvent)"])
  }

  /// What the templates of the next evaluation are told of time and chance.
  func pins() -> TemplatePins {
    TemplatePins(now: Int64(now().timeIntervalSince1970), secret: pinSecret, created: board.entries.mapValues(\.createdAt))
  }

  /// Has the scheduler asked again; calls that come close together are one.
  func signal() { wakeup.yield() }

  /// Decides and starts operations until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await _ in wakeups {
        guard !Task.isCancelled else { break }
        let (starts, removals, wake) = await begin()
        for start in starts { group.addTask { await self.sync(start) } }
        for removal in removals { group.addTask { await self.remove(removal) } }
        if let wake { group.addTask { await self.wake(at: wake) } }
        // Events come in bursts; a decision looks at all of them.
        try? await Task.sleep(for: .milliseconds(5))
      }
      group.cancelAll()
    }
  }

  private func wake(at time: Date) async {
    try? await Task.sleep(for: .seconds(max(0, time.timeIntervalSince(now()))))
    armedWake = nil
    signal()
  }

  /// Asks the scheduler and records what begins.
  private func begin() async -> ([SyncOperation], [RemovalOperation], Date?) {
    // Until the definitions were read there are no manifests to sync, and nothing may be taken for removed.
    guard latest != nil else { return ([], [], nil) }
    let decisions = board.decide(now: now())
    var starts: [SyncOperation] = []
    var removals: [RemovalOperation] = []
    for start in decisions.start {
      if let operation = await beginSync(start) { starts.append(operation) }
    }
    for start in decisions.removals {
      if let operation = await beginRemoval(start) { removals.append(operation) }
    }
    var wake: Date?
    if let due = decisions.wake, armedWake.map({ due < $0 }) ?? true {
      armedWake = due
      wake = due
    }
    return (starts, removals, wake)
  }

  /// Writes to the store; what cannot be written is logged, and the hub goes on with what it knows.
  func record(_ what: String, _ write: () async throws -> Void) async {
    do {
      try await write()
    } catch {
      metrics.add("flotilla_store_errors_total")
      logger.error("the state store refused a write", metadata: ["what": "\(what)", "error": "\(error)"])
    }
  }
}

extension FleetBoard.Entry {
  /// What the store remembers of an instance; nil where it cannot be read.
  init?(_ stored: StoredInstance) {
    guard let document = try? stored.application(), let application = try? Application(document),
      let provenance = try? stored.provenance(), let dependencies = try? stored.dependencies()
    else { return nil }
    let instance = ApplicationInstance(
      id: stored.id, name: stored.name, namespace: stored.namespace, application: document, dependsOn: dependencies, provenance: provenance)
    let automated = application.syncPolicy.automated
    self.init(
      instance: instance, application: application, cluster: stored.cluster, definitionDigest: PlannedApplication.digest(of: instance),
      rendered: nil, status: nil,
      scheduling: stored.state(
        isAutomated: automated?.enabled ?? false, healsDrift: automated?.selfHeal ?? false,
        retry: application.syncPolicy.retry ?? FleetModel.RetryPolicy()),
      operation: nil, cascades: PlannedApplication.cascades(document), createdAt: Int64(stored.createdAt.timeIntervalSince1970))
  }
}

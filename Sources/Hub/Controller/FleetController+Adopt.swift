import Document
import FleetModel
import Foundation
import Generators
import Scheduling
import StateStore
import Syncing

extension FleetController {
  /// Takes in a new evaluation: records what changes, tells the agents, and has the scheduler asked.
  func adopt(_ evaluated: EvaluatedFleet, rendered: RenderedFleet, revision: String) async {
    let time = now()
    definitionsError = nil
    if evaluated.definitions.isFleetReadable {
      board.limits = SyncLimits(evaluated.definitions.fleet.limits)
      syncTimeout = evaluated.definitions.fleet.limits.syncTimeout
      waveTimeout = evaluated.definitions.fleet.limits.waveTimeout
    }
    let restarted = await takeClusters(evaluated)
    removalTimes.removeAll { time.timeIntervalSince($0) > 3600 }
    let adoption = board.adoption(
      of: evaluated, rendered: rendered, approved: approved, removedInLastHour: removalTimes.count)
    let news = adoption.changed + otherEntries(besides: adoption, on: restarted)
    await recordEvaluation(adoption, evaluated, rendered, revision: revision, at: time)
    // Only now: who asks in between must not take the fleet of before, or none, for the one that these definitions make.
    latest = (evaluated, rendered, revision)
    board.take(adoption)
    rebuildGraph()
    await tellAgents(news)
    signal()
  }

  /// The definitions could not be read at all.
  func definitionsUnreadable(_ message: String) { definitionsError = message }

  func rebuildGraph() {
    let sets = latest.map { $0.evaluated.definitions.applicationSets.map(\.name) } ?? []
    board.rebuildGraph(applicationSets: Set(sets).union(board.entries.keys.compactMap(\.set)))
  }

  /// What has not changed and still has to be told to agents: after a restart of the hub they know nothing yet, and neither does the new
  /// agent of a cluster whose registration changed.
  private func otherEntries(besides adoption: FleetBoard.Adoption, on restarted: Set<String>) -> [FleetBoard.Entry] {
    let changed = Set(adoption.changed.map(\.instance.id))
    return board.entries.values.filter { entry in
      (entry.status == nil || restarted.contains(entry.cluster)) && entry.rendered != nil && !changed.contains(entry.instance.id)
    }
    .sorted { $0.instance.id < $1.instance.id }
  }

  /// Connects to clusters that are new or whose registration changed, or to all when health is judged in another way. Returns their names.
  private func takeClusters(_ evaluated: EvaluatedFleet) async -> Set<String> {
    let definitions = evaluated.definitions
    let clusters = evaluated.destinations.clusters
    let defined = Dictionary(clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let judgesAnew = definitions.isFleetReadable && health != evaluated.health
    if judgesAnew { health = evaluated.health }
    let news = clusters.filter { judgesAnew || board.clusters[$0.name]?.cluster != $0 }
    await record("clusters") {
      try await store.registerClusters(news.map { StateStore.ClusterRegistration($0) }, at: now())
    }
    for cluster in news {
      board.clusters[cluster.name] = .init(cluster: cluster)
      await supervisor.start(cluster, managing: managedKinds[cluster.name] ?? [], health: health, discovers: knewNothing)
    }
    let started = Set(news.map(\.name))
    // A cluster that is gone from readable definitions is no longer connected to; nothing in it is touched.
    guard definitions.brokenFiles.isEmpty else { return started }
    for name in Array(board.clusters.keys) where defined[name] == nil && !definitions.brokenSubjects.contains("Cluster \(name)") {
      board.clusters[name] = nil
      await supervisor.stop(name)
      await record("a cluster that is gone") { try await store.removeClusters([name], at: now()) }
    }
    return started
  }

  private func recordEvaluation(
    _ adoption: FleetBoard.Adoption, _ evaluated: EvaluatedFleet, _ rendered: RenderedFleet, revision: String, at time: Date
  ) async {
    let found = (evaluated.diagnostics + FleetOrder(evaluated.graph()).problems + rendered.instances.values.flatMap(\.diagnostics))
      .filter { $0.severity == .error }
    problems = Diagnostic.grouped(Array(Set(found)).sorted()).map(\.description)
    let evaluation = EvaluationRecord(
      revision: revision, instances: adoption.changed.map { EvaluationRecord.Entry($0.instance, cluster: $0.cluster) },
      removals: adoption.removals, problems: problems, evaluatedAt: Date(timeIntervalSince1970: TimeInterval(evaluated.time)))
    let targets = adoption.changed.compactMap { entry -> StateStore.RenderRecord? in
      if let problem = entry.scheduling.problem { return .init(entry.instance.id, problem: problem) }
      return entry.scheduling.desired.map { .init(entry.instance.id, target: $0) }
    }
    await record("an evaluation") {
      try await store.recordEvaluation(evaluation, at: time)
      try await store.recordDesired(targets, at: time)
    }
    for (set, hold) in adoption.holds where board.holds[set] != hold {
      logger.warning("removals are held", metadata: ["set": "\(set)", "reason": "\(hold.message)"])
      await record("a hold") { try await store.hold(set, subject: "removals of application set \(set)", reason: hold.message, at: time) }
    }
    let held = (try? await store.holds().map(\.id)) ?? []
    for set in held where adoption.holds[set] == nil {
      await record("a release") { try await store.release(set, at: time, actor: "hub") }
    }
  }

  private func tellAgents(_ entries: [FleetBoard.Entry]) async {
    var byCluster: [String: [DesiredInput]] = [:]
    for entry in entries {
      guard let rendered = entry.rendered, let target = entry.scheduling.desired, !entry.cluster.isEmpty, !entry.scheduling.isRemoved else {
        continue
      }
      byCluster[entry.cluster, default: []].append(
        DesiredInput(entry.instance, entry.application, rendered, revision: target.digest, policy: entry.policy))
    }
    for (cluster, inputs) in byCluster { await supervisor.deliver(inputs, to: cluster) }
  }
}

extension DesiredInput {
  /// What an application wants, for the agent of its cluster.
  init(
    _ instance: ApplicationInstance, _ application: Application, _ rendered: RenderedInstance, revision: String, policy: ProjectPolicy?
  ) {
    self.init(
      owner: Owner(id: instance.id, name: instance.name), revision: revision, manifests: rendered.objects,
      namespace: application.destination.namespace, syncOptions: application.syncPolicy.syncOptions,
      namespaceMetadata: application.syncPolicy.managedNamespaceMetadata.map {
        ["labels": StringMaps.value($0.labels), "annotations": StringMaps.value($0.annotations)]
      }, ignoreDifferences: application.ignoreDifferences, policy: policy)
  }
}

extension StateStore.ClusterRegistration {
  /// A registration by what identifies it; credentials go into the digest only.
  init(_ cluster: Cluster) {
    self.init(
      name: cluster.name, server: cluster.serverURL,
      digest: Digest(of: "\(cluster.labels.sorted { $0.key < $1.key })\(cluster.access)").description)
  }
}

extension Definitions {
  /// Whether the Fleet document says what it should: one that cannot be read must not count as one without settings.
  var isFleetReadable: Bool { brokenFiles.isEmpty && !brokenSubjects.contains { $0.hasPrefix("Fleet ") } }
}

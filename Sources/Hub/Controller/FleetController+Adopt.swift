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
    board.limits = SyncLimits(evaluated.definitions.fleet.limits)
    await takeClusters(evaluated.definitions)
    removalTimes.removeAll { time.timeIntervalSince($0) > 3600 }
    let adoption = board.adoption(
      of: evaluated, rendered: rendered, approved: approved, removedInLastHour: removalTimes.count)
    let news = adoption.changed + unseenEntries(besides: adoption)
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

  /// After a restart the agents know nothing yet, although nothing changed.
  private func unseenEntries(besides adoption: FleetBoard.Adoption) -> [FleetBoard.Entry] {
    let changed = Set(adoption.changed.map(\.instance.id))
    return board.entries.values.filter { $0.status == nil && $0.rendered != nil && !changed.contains($0.instance.id) }
      .sorted { $0.instance.id < $1.instance.id }
  }

  private func takeClusters(_ definitions: Definitions) async {
    let defined = Dictionary(definitions.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let news = definitions.clusters.filter { board.clusters[$0.name]?.cluster != $0 }
    await record("clusters") {
      try await store.registerClusters(news.map { StateStore.ClusterRegistration($0) }, at: now())
    }
    for cluster in news {
      board.clusters[cluster.name] = .init(cluster: cluster)
      await supervisor.start(cluster, managing: managedKinds[cluster.name] ?? [])
    }
    // A cluster that is gone from readable definitions is no longer connected to; nothing in it is touched.
    guard definitions.brokenFiles.isEmpty else { return }
    for name in Array(board.clusters.keys) where defined[name] == nil && !definitions.brokenSubjects.contains("Cluster \(name)") {
      board.clusters[name] = nil
      await supervisor.stop(name)
      await record("a cluster that is gone") { try await store.removeClusters([name], at: now()) }
    }
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
        DesiredInput(
          owner: Owner(id: entry.instance.id, name: entry.name), revision: target.digest, manifests: rendered.objects,
          namespace: entry.application.destination.namespace, syncOptions: entry.application.syncPolicy.syncOptions,
          namespaceMetadata: entry.application.syncPolicy.managedNamespaceMetadata.map {
            ["labels": StringMaps.value($0.labels), "annotations": StringMaps.value($0.annotations)]
          }, ignoreDifferences: entry.application.ignoreDifferences, policy: entry.policy))
    }
    for (cluster, inputs) in byCluster { await supervisor.deliver(inputs, to: cluster) }
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

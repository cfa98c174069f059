import Document
import FleetModel
import Foundation
import Scheduling
import StateStore
import Syncing

extension FleetController {
  /// Whether the hub can be asked: its state is loaded and its definitions were read once.
  public func readiness() -> (isReady: Bool, message: String) {
    if latest != nil { return (true, "ready: \(board.entries.count) applications") }
    return (false, definitionsError.map { "definitions cannot be read: \($0)" } ?? "the definitions were not read yet")
  }

  /// Applications with matching labels, sorted by name.
  public func applications(selector: LabelSelector? = nil) -> [ApplicationView] {
    let time = now()
    return board.entries.values
      .filter { selector?.matches($0.instance.labels) ?? true }
      .sorted { ByteOrder.less($0.name, $1.name) }
      .map { view($0, at: time) }
  }

  /// One application.
  public func application(named name: String) -> ApplicationView? {
    board.id(named: name).flatMap { board.entries[$0] }.map { view($0, at: now()) }
  }

  /// What to say of a name that is not known.
  public func unknownApplication(_ name: String) -> String {
    "application \"\(name)\" not found\(NearestName.hint(name, in: board.allNames))"
  }

  /// The objects of an application.
  public func objects(of id: InstanceID) async -> [ObjectView] {
    guard let entry = board.entries[id], let agent = await supervisor.agent(of: entry.cluster), let status = await agent.status(of: id)
    else {
      return []
    }
    return status.objects.map { object in
      ObjectView(
        identity: object.identity, sync: ObjectWords.sync(object.sync), health: object.health.status.rawValue,
        message: ObjectWords.message(object))
    }
  }

  /// Why an application is in its state; nil for a name that is not known.
  public func why(_ name: String) async -> WhyAnswer? {
    guard let id = board.id(named: name), let entry = board.entries[id] else { return nil }
    let time = now()
    let view = view(entry, at: time)
    var reasons: [String] = []
    let chain = board.decisions.chain(of: id, in: board.graph, now: time)
    reasons += chain
    if let problem = entry.scheduling.problem { reasons.append("cannot be synced: \(problem)") }
    if let drift = entry.scheduling.drift { reasons.append("the cluster differs from what was synced: \(drift)") }
    if entry.scheduling.runningSince != nil { reasons.append("a sync to \(Revisions.short(view.desiredRevision)) is under way") }
    for object in await objects(of: id) where !object.message.isEmpty { reasons.append("\(object.identity): \(object.message)") }
    if let failures = entry.scheduling.failures { reasons.append("failed \(failures.count) times, last: \(failures.message)") }
    let dependencies = board.graph.dependencies(of: id).compactMap { board.entries[$0]?.name }
    if !dependencies.isEmpty { reasons.append("depends on \(dependencies.joined(separator: ", "))") }
    let provenance = entry.instance.provenance
    if let set = provenance.applicationSet {
      reasons.append("made by application set \(set), \(provenance.generator): \(provenance.element)")
    }
    if let position = provenance.position { reasons.append("defined at \(position)") }
    if let commit = provenance.commit, !commit.hasPrefix("folder-") { reasons.append("from commit \(Revisions.short(commit))") }
    if let last = await lastSync(of: id) { reasons.append(last) }
    return WhyAnswer(summary: summary(view, waits: chain.first), reasons: reasons)
  }

  /// What the last sync was for, and what it did.
  private func lastSync(of id: InstanceID) async -> String? {
    guard let last = try? await store.operations(of: id, limit: 1).first else { return nil }
    var cause = last.cause
    if cause == SyncStart.Cause.drift.rawValue {
      let drifts = (try? await store.events(EventQuery(instance: id, kinds: [.driftDetected], limit: 1))) ?? []
      if let drift = drifts.last { cause += " (\(drift.event.message))" }
    }
    let time = Timestamps.text(last.finishedAt ?? last.startedAt)
    return
      "last \(last.kind.rawValue): \(last.phase.rawValue) \(time), because of \(cause)\(last.message.isEmpty ? "" : ": \(last.message)")"
  }

  private func summary(_ view: ApplicationView, waits: String?) -> String {
    if view.sync == "Synced", view.health == "Healthy" {
      return "\(view.name) is Synced and Healthy on \(view.cluster) at \(Revisions.short(view.desiredRevision))"
    }
    return "\(view.name) is \(view.sync) and \(view.health)" + (view.reason.isEmpty ? "" : ": \(view.reason)")
  }

  /// The clusters, sorted by name.
  public func clusters() async -> [ClusterView] {
    var views: [ClusterView] = []
    let byCluster = Dictionary(grouping: board.entries.values, by: \.cluster)
    for (name, entry) in board.clusters.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      let own = byCluster[name] ?? []
      let problem = await supervisor.problem(of: name)
      var view = ClusterView(
        name: name, labels: entry.cluster.labels, server: entry.cluster.serverURL, state: "Unknown", version: entry.version,
        lastContact: entry.lastContact.map(Timestamps.text), message: problem ?? "", applications: own.count,
        healthy: own.count { FleetController.isDone($0) })
      let contact = await supervisor.agent(of: name)?.connectivity.lastContact
      view.lastContact = contact.map { Timestamps.text(Date(timeIntervalSince1970: Double($0) / 1000)) } ?? view.lastContact
      switch entry.condition {
      case .online: view.state = "Online"
      case .offline(_, let message):
        view.state = "Offline"
        view.message = message
      case .unknown: break
      }
      views.append(view)
    }
    return views
  }

  /// The application sets, sorted by name.
  public func applicationSets() -> [ApplicationSetView] {
    guard let latest else { return [] }
    let bySet = Dictionary(grouping: board.entries.values, by: { "\($0.instance.namespace)/\($0.instance.id.set ?? "")" })
    return latest.evaluated.definitions.applicationSets.map { set in
      let id = "\(set.namespace)/\(set.name)"
      let own = bySet[id] ?? []
      let evaluation = latest.evaluated.evaluation.sets.first { $0.id == id }
      var found = evaluation?.errors.map(\.message) ?? []
      if let hold = board.holds[set.name] { found.insert(hold.message, at: 0) }
      return ApplicationSetView(
        name: set.name, namespace: set.namespace, applications: own.count, synced: own.count { FleetController.isSynced($0) },
        healthy: own.count { FleetController.isDone($0) }, problems: found)
    }
  }

  /// Events, oldest first.
  public func events(application: String?, cluster: String?, since: Int64?, limit: Int) async throws -> [StoredEvent] {
    let id = application.flatMap { board.id(named: $0) }
    return try await store.events(
      EventQuery(instance: id, cluster: cluster, after: since ?? 0, limit: limit, newest: since == nil))
  }

  /// Removals that wait for an approval, sorted by set.
  public func holds() -> [HoldView] {
    board.holds.sorted { ByteOrder.less($0.key, $1.key) }.map { set, hold in
      HoldView(
        set: set, message: hold.message,
        applications: hold.instances.compactMap { board.entries[$0]?.name }.sorted(by: ByteOrder.less))
    }
  }

  /// What the hub stands at, for plans.
  public func recorded() -> [PlannedApplication] {
    board.entries.values.filter { !$0.scheduling.isRemoved }.sorted { $0.instance.id < $1.instance.id }.map { entry in
      PlannedApplication(entry.instance, cluster: entry.cluster, rendered: entry.rendered)
    }
  }

  /// The fleet in one look.
  public func fleetStatus() -> FleetStatus {
    let entries = board.entries.values
    let done = entries.count { FleetController.isDone($0) }
    let all = problems + (definitionsError.map { [$0] } ?? [])
    return FleetStatus(
      definitionsRevision: latest?.revision ?? "", applications: entries.count, synced: entries.count { FleetController.isSynced($0) },
      healthy: done, running: entries.count { $0.scheduling.runningSince != nil },
      isConverged: latest != nil && done == entries.count && board.holds.isEmpty && all.isEmpty, problems: all)
  }

  /// Brings the gauges up to date.
  public func updateGauges() {
    var applications: [[String]: Double] = [:]
    for entry in board.entries.values {
      applications[[FleetController.syncWord(entry), FleetController.healthWord(entry)], default: 0] += 1
    }
    metrics.replace("flotilla_applications", applications.map { ([("sync", $0.key[0]), ("health", $0.key[1])], $0.value) })
    var clusters = ["Online": 0.0, "Offline": 0, "Unknown": 0]
    for entry in board.clusters.values {
      switch entry.condition {
      case .online: clusters["Online", default: 0] += 1
      case .offline: clusters["Offline", default: 0] += 1
      case .unknown: clusters["Unknown", default: 0] += 1
      }
    }
    metrics.replace("flotilla_clusters", clusters.map { ([("state", $0.key)], $0.value) })
    metrics.set("flotilla_operations_running", Double(board.entries.values.count { $0.scheduling.runningSince != nil }))
    metrics.set("flotilla_holds", Double(board.holds.count))
  }
}

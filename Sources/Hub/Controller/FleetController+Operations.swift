import Document
import FleetModel
import Foundation
import Scheduling
import StateStore
import Syncing

/// A sync that was recorded and is to run.
struct SyncOperation: Sendable {
  let id: OperationID
  let start: SyncStart
  let owner: Owner
  let request: SyncRequest
}

/// A removal that was recorded and is to run.
struct RemovalOperation: Sendable {
  let id: OperationID
  let start: RemovalStart
  let owner: Owner
  let cascades: Bool
  let request: SyncRequest
}

extension FleetController {
  func beginSync(_ start: SyncStart) async -> SyncOperation? {
    guard let known = board.entries[start.instance] else { return nil }
    // Healing repairs objects; as in Argo CD it is no new deployment, and no hook runs for it.
    var request = await request(for: known, hooks: start.cause != .drift)
    request.resumes = request.hooks && known.unfinished == start.target.digest
    // Looked at only now: the entry may have changed while the agent was asked.
    guard var entry = board.entries[start.instance], entry.scheduling.runningSince == nil else { return nil }
    let time = now()
    entry.scheduling.runningSince = time
    entry.scheduling.isRequested = false
    entry.wish = SyncWish()
    if request.hooks, request.selection == nil { entry.unfinished = start.target.digest }
    entry.operation = OperationView(
      phase: "Running", message: "", revision: start.target.revision, attempt: start.attempt, startedAt: Timestamps.text(time))
    board.entries[start.instance] = entry
    do {
      try await recordKinds(of: entry)
      let id = try await store.beginOperation(start, at: time)
      metrics.add("flotilla_syncs_started_total")
      return SyncOperation(id: id, start: start, owner: Owner(id: start.instance, name: entry.name), request: request)
    } catch {
      // What was not recorded must not begin: the next decision tries again.
      logger.error("a sync could not be recorded", metadata: ["application": "\(entry.name)", "error": "\(error)"])
      board.entries[start.instance]?.scheduling.runningSince = nil
      return nil
    }
  }

  /// Makes sure that the store knows the kinds that a sync may create before it creates any: a hub that is killed in the middle must find
  /// the objects again, even if nobody wants them by then.
  private func recordKinds(of entry: FleetBoard.Entry) async throws {
    let objects = entry.rendered?.objects.compactMap(\.objectIdentity) ?? []
    let news = objects.filter { managedKinds[entry.cluster]?.contains($0.groupKind) != true }
    guard !news.isEmpty else { return }
    let known = try await store.inventory(of: entry.instance.id)
    let intended = news.map { InventoryEntry(identity: $0, uid: "", digest: "") }
    try await store.recordInventory(entry.instance.id, known + intended, at: now())
    managedKinds[entry.cluster, default: []].formUnion(news.map(\.groupKind))
  }

  func sync(_ operation: SyncOperation) async {
    let result: SyncResult
    if let agent = await supervisor.agent(of: operation.start.cluster) {
      await supervisor.delivered(to: operation.start.cluster)
      let outcome = await withDeadline(syncTimeout) { await agent.sync(operation.start.instance, operation.request) }
      // A newer revision that came in between was synced by this operation without being asked for: it is judged by its own.
      result =
        outcome.isSuccess && outcome.revision != operation.start.target.digest
        ? .failed("a newer revision came in between", revision: outcome.revision) : outcome
    } else {
      result = .failed("cluster \(operation.start.cluster) is not registered", revision: operation.start.target.digest)
    }
    await finish(operation, result)
  }

  /// What a sync of an application is told to do.
  func request(for entry: FleetBoard.Entry, hooks: Bool = true, dryRun: Bool = false) async -> SyncRequest {
    let syncedAt = entry.scheduling.synced.map { Timestamps.seconds($0.at) }
    var request = SyncRequest(
      entry.application, confirmed: SyncOptions.isDeletionApproved(entry.instance.annotations, since: syncedAt))
    request.prune = request.prune || entry.wish.prune
    request.force = entry.wish.force
    request.selection = await selection(for: entry)
    request.hooks = hooks
    request.dryRun = dryRun
    request.waveTimeout = waveTimeout
    request.hookTimeout = syncTimeout
    return request
  }

  /// The objects that a selective sync is about, those that are to go among them; nil for all.
  private func selection(for entry: FleetBoard.Entry) async -> Set<ObjectIdentity>? {
    guard !entry.wish.resources.isEmpty else { return nil }
    let objects = await supervisor.agent(of: entry.cluster)?.status(of: entry.instance.id)?.objects ?? []
    return ResourceSelector.selection(entry.wish.resources, of: objects.map(\.identity))
  }

  /// Stops a sync that takes longer than one may; what it has done stays, and the next one goes on from there.
  private func withDeadline(_ limit: Duration, _ sync: @escaping @Sendable () async -> SyncResult) async -> SyncResult {
    await withTaskGroup(of: SyncResult?.self) { group in
      group.addTask { await sync() }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      var isLate = false
      while let next = await group.next() {
        guard let result = next else {
          isLate = true
          group.cancelAll()
          continue
        }
        group.cancelAll()
        guard isLate, !result.isSuccess else { return result }
        return .failed(
          "was stopped after \(limit.components.seconds) s, the fleet's limits.syncTimeout: \(result.message)", revision: result.revision)
      }
      return .failed("was stopped")
    }
  }

  private func finish(_ operation: SyncOperation, _ result: SyncResult) async {
    let id = operation.start.instance
    let time = now()
    let target = operation.start.target
    let counts = OperationCounts(result)
    let isPartial = operation.request.selection != nil
    let message = result.outcome == .succeeded ? counts.text : result.message
    let inventory = await supervisor.agent(of: operation.start.cluster)?.holdings(of: id).map {
      InventoryEntry(identity: $0.identity, uid: $0.uid, digest: $0.digest?.description ?? "")
    }
    await record("the end of a sync") {
      try await store.finishOperation(
        operation.id,
        // A sync that failed half-way may have made more than was seen yet: what it meant to make stays on record.
        OperationOutcome(
          succeeded: result.isSuccess, message: message, counts: counts, inventory: result.isSuccess ? inventory : nil,
          isPartial: isPartial), at: time)
    }
    guard var entry = board.entries[id] else { return }
    entry.scheduling.runningSince = nil
    entry.operation?.phase = result.isSuccess ? "Succeeded" : "Failed"
    entry.operation?.message = message
    entry.operation?.finishedAt = Timestamps.text(time)
    if result.isSuccess, isPartial {
      // What the rest of the objects are at is not known by this.
    } else if result.isSuccess {
      if operation.request.hooks { entry.unfinished = nil }
      // Another controller that undoes the same field again and again is answered ever more slowly.
      let fights =
        operation.start.cause == .drift
        && entry.scheduling.synced.map { board.limits.isSameFight(healedAt: $0.at, now: time) } ?? false
      entry.scheduling.heals = fights ? entry.scheduling.heals + 1 : 0
      entry.scheduling.synced = InstanceState.Synced(target, at: time)
      entry.scheduling.failures = nil
      entry.scheduling.drift = nil
    } else {
      let before = entry.scheduling.failures.flatMap { $0.digest == target.digest ? $0.count : nil } ?? 0
      entry.scheduling.failures = .init(count: before + 1, digest: target.digest, message: result.message, at: time)
    }
    board.entries[id] = entry
    metrics.add("flotilla_syncs_total", 1, [("result", result.isSuccess ? "succeeded" : "failed")])
    await observe([id], cluster: operation.start.cluster)
    signal()
  }

  func beginRemoval(_ start: RemovalStart) async -> RemovalOperation? {
    guard var entry = board.entries[start.instance], entry.scheduling.runningSince == nil else { return nil }
    let time = now()
    entry.scheduling.runningSince = time
    board.entries[start.instance] = entry
    do {
      let id = try await store.beginOperation(start, at: time)
      return RemovalOperation(
        id: id, start: start, owner: Owner(id: start.instance, name: entry.name), cascades: entry.cascades,
        request: SyncRequest(
          prune: true,
          // Who approves the end of an application does it before the definition goes, and not for ever.
          confirmed: SyncOptions.isDeletionApproved(
            entry.instance.annotations, since: Timestamps.seconds(time.addingTimeInterval(-86_400))),
          waveTimeout: waveTimeout,
          propagation: PlannedApplication.cascadesInBackground(entry.instance.application) ? .background : nil))
    } catch {
      logger.error("a removal could not be recorded", metadata: ["application": "\(entry.name)", "error": "\(error)"])
      board.entries[start.instance]?.scheduling.runningSince = nil
      return nil
    }
  }

  func remove(_ operation: RemovalOperation) async {
    let agent = await supervisor.agent(of: operation.start.cluster)
    let result: SyncResult
    switch (agent, operation.cascades) {
    case (.some(let agent), true): result = await agent.remove(operation.owner.id, operation.request)
    case (.some(let agent), false):
      await agent.forget(operation.owner.id)
      result = .unchanged("no finalizer asks for its objects to go: they stay")
    case (.none, _): result = .failed("cluster \(operation.start.cluster) is not registered")
    }
    let time = now()
    let id = operation.start.instance
    // The definitions may produce it again by now: then it stays known, and is synced anew.
    let isWanted = board.entries[id]?.scheduling.isRemoved == false
    let outcome = OperationOutcome(
      succeeded: result.isSuccess && !isWanted, message: isWanted ? "it is wanted again; \(result.message)" : result.message,
      counts: OperationCounts(result))
    await record("the end of a removal") { try await store.finishOperation(operation.id, outcome, at: time) }
    if isWanted {
      board.entries[id]?.scheduling.runningSince = nil
      board.entries[id]?.scheduling.synced = nil
    } else if result.isSuccess {
      board.entries[id] = nil
      approved.remove(id)
      removalTimes.append(time)
      rebuildGraph()
    } else {
      let before = board.entries[id]?.scheduling.failures?.count ?? 0
      let digest = board.entries[id]?.scheduling.desired?.digest ?? ""
      board.entries[id]?.scheduling.runningSince = nil
      board.entries[id]?.scheduling.failures = .init(count: before + 1, digest: digest, message: result.message, at: time)
    }
    signal()
  }
}

extension SyncRequest {
  /// A sync as an application's own policy has it.
  init(_ application: Application, confirmed: Bool) {
    let automated = application.syncPolicy.automated
    self.init(prune: automated?.prune ?? false, allowEmpty: automated?.allowEmpty ?? false, confirmed: confirmed)
  }
}

extension OperationCounts {
  /// `2 created, 1 changed`.
  var text: String {
    let parts = [(created, "created"), (changed, "changed"), (pruned, "pruned"), (failed, "failed")].filter { $0.0 > 0 }
    return parts.isEmpty ? "nothing to do" : parts.map { "\($0) \($1)" }.joined(separator: ", ")
  }

  init(_ result: SyncResult) {
    self.init()
    for object in result.objects {
      switch (object.isDone, object.action) {
      case (false, _): failed += 1
      case (true, .create): created += 1
      case (true, .update), (true, .hook): changed += 1
      case (true, .prune): pruned += 1
      }
    }
  }
}

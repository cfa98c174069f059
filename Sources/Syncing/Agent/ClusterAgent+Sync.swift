import Document
import FleetModel

extension ClusterAgent {
  /// Brings an application to what it wants here: the steps of its plan in order, each waited for before the next.
  ///
  /// Nothing is sent when nothing is to be done. Whatever stops it half-way, the next sync goes on from there: what is done is not done
  /// again, because the plan is made from what is in the cluster. Messages name cluster and object.
  public func sync(_ id: InstanceID, _ request: SyncRequest = SyncRequest()) async -> SyncResult {
    let label = Owner.label(for: id)
    guard let owner = index.desired(label)?.owner else {
      return outcome(.failed, "cluster \(name): application \(id) wants nothing here", nil)
    }
    return await operate(label, owner.name) { agent in await agent.syncNow(id, label, request) }
  }

  private func syncNow(_ id: InstanceID, _ label: String, _ request: SyncRequest) async -> SyncResult {
    guard let set = index.desired(label) else { return outcome(.failed, "cluster \(name): application \(id) wants nothing here", nil) }
    if let refusal = set.refusals.first {
      let more = set.refusals.count > 1 ? " (and \(set.refusals.count - 1) more)" : ""
      return outcome(.failed, "cluster \(name): \(refusal)\(more); nothing was sent", set)
    }
    if let problem = await learnState(of: set, label, request) { return problem }
    index.forgetForeigners(of: set)
    // Whether an Argo CD application holds an object is not in our lists: it is looked up where that must stop the sync.
    if set.objects.contains(where: \.options.failOnSharedResource), let problem = await lookForForeigners(set, request) { return problem }
    let plan = SyncPlan(set, index: index, request: request)
    let errors = plan.skipped.filter(\.isError).map(\.description) + set.problems.filter(\.isError).map(\.description)
    if plan.isEmpty {
      if let held = plan.held { return outcome(.failed, "cluster \(name): \(held)", set, plan) }
      if let first = errors.first { return outcome(.failed, "cluster \(name): \(first)", set, plan) }
      return outcome(.unchanged, "nothing to do", set, plan)
    }
    var run = SyncRun(label: label, set: set, plan: plan, request: request)
    if request.dryRun { await tryOut(&run) } else { await execute(&run) }
    if let failure = run.failure {
      return outcome(run.isCancelled ? .cancelled : .failed, "cluster \(name): \(failure)", set, plan, run)
    }
    if let first = errors.first ?? plan.held { return outcome(.failed, "cluster \(name): \(first)", set, plan, run) }
    return outcome(.succeeded, request.dryRun ? "dry run: \(plan.summary)" : plan.summary.replacing("to ", with: ""), set, plan, run)
  }

  private func outcome(
    _ outcome: SyncResult.Outcome, _ message: String, _ set: DesiredSet?, _ plan: SyncPlan? = nil, _ run: SyncRun? = nil,
    isRetryable: Bool = false
  ) -> SyncResult {
    SyncResult(
      outcome: outcome, message: message, isRetryable: isRetryable || run?.isRetryable == true, revision: set?.revision ?? "",
      objects: run?.results ?? [], skipped: plan?.skipped ?? [])
  }

  /// Waits until it is known what there is: the first list of every kind, and the content behind metadata.
  func learnState(of set: DesiredSet, _ label: String, _ request: SyncRequest) async -> SyncResult? {
    let kinds = Set(set.stateObjects.map(\.type.groupKind))
    let selection = request.selection
    _ = await wait(label, settings.listTimeout) { agent in
      agent.obstacle(to: kinds) != nil || agent.isKnown(kinds, set, selection)
    }
    if isKnown(kinds, set, selection) { return nil }
    if Task.isCancelled { return outcome(.cancelled, "cluster \(name): the sync of application \(set.owner.name) was stopped", set) }
    if let (kind, error) = obstacle(to: kinds) {
      return outcome(.failed, "cluster \(name): \(kind): what is there could not be read: \(error.message)", set, isRetryable: true)
    }
    let unseen = kinds.filter { !index.isListed($0) }.map(\.description).sorted().joined(separator: ", ")
    let why = connectivity.lastError.map { ": \($0)" } ?? ""
    return outcome(
      .failed, "cluster \(name): what is there could not be read (\(unseen.isEmpty ? "content" : unseen))\(why)", set, isRetryable: true)
  }

  private func isKnown(_ kinds: Set<GroupKind>, _ set: DesiredSet, _ selection: Set<ObjectIdentity>?) -> Bool {
    kinds.allSatisfy { index.isListed($0) } && !index.isUnknown(set, selection)
  }

  /// The first of some kinds that was never listed and will not be by waiting: the server refuses it.
  func obstacle(to kinds: some Collection<GroupKind>) -> (kind: GroupKind, error: SpokeError)? {
    let refused = kinds.filter { !index.isListed($0) && obstacles[$0].map { !$0.isRetryable } ?? false }
    guard let kind = refused.min(by: { $0.description < $1.description }), let error = obstacles[kind] else { return nil }
    return (kind, error)
  }

  // MARK: steps

  /// A sync that is under way.
  struct SyncRun {
    let label: String
    let set: DesiredSet
    let plan: SyncPlan
    let request: SyncRequest
    var results: [ObjectResult] = []
    /// What earlier steps applied.
    var applied: Set<ObjectIdentity> = []
    /// The names that this run gave to hooks without one.
    var hookNames: [ObjectIdentity: ObjectIdentity] = [:]
    /// Why it stops; nil while it goes on.
    var failure: String?
    var isRetryable = false
    var isCancelled = false

    mutating func fail(_ error: SpokeError, _ message: String) {
      guard failure == nil else { return }
      failure = message
      isRetryable = error.isRetryable || error.kind == .conflict
      isCancelled = error.kind == .cancelled
    }

    mutating func stopIfCancelled() {
      guard failure == nil, Task.isCancelled else { return }
      failure = "the sync of application \(set.owner.name) was stopped"
      isCancelled = true
    }
  }

  private func execute(_ run: inout SyncRun) async {
    if let namespace = run.plan.createsNamespace { await ensureNamespace(namespace, &run) }
    let steps = run.plan.steps.filter { $0.phase != .syncFail }
    for step in steps {
      run.stopIfCancelled()
      guard run.failure == nil else { break }
      await waitForHealth(before: step, &run)
      guard run.failure == nil else { break }
      await prune(step.prunes, &run)
      await applyAll(step.applies, &run)
      guard run.failure == nil else { break }
      await finishHooks(step, &run)
      run.applied.formUnion(step.applies.filter { $0.action != .hook }.map(\.identity))
    }
    // A sync of one step and without hooks is done once it is applied, as in Argo CD; others wait for their last step as for every other.
    if steps.count > 1, let last = steps.last, run.failure == nil {
      await waitForHealth(of: Set(last.applies.filter { $0.action != .hook }.map(\.identity)), &run)
    }
    guard run.failure != nil, !run.isCancelled else { return }
    for step in run.plan.steps where step.phase == .syncFail {
      var cleanup = SyncRun(label: run.label, set: run.set, plan: run.plan, request: run.request)
      await applyAll(step.applies, &cleanup)
      await finishHooks(step, &cleanup)
      run.results += cleanup.results
      if let failure = cleanup.failure { run.failure = "\(run.failure ?? ""); SyncFail hook: \(failure)" }
    }
  }

  /// Makes the namespace of the destination where it is missing, and gives it the labels and annotations that applications want on it.
  ///
  /// It is applied under a name of its own: an application that manages the namespace as one of its objects loses nothing by it. It bears
  /// no label of ours and is never deleted.
  private func ensureNamespace(_ namespace: String, _ run: inout SyncRun) async {
    let metadata = index.namespaceMetadata(namespace)
    let manifest: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": metadata]
    let digest = Digest(of: manifest)
    guard knownNamespaces[namespace] != digest else { return }
    let resource = ServedResource(type: ClusterAgent.namespaceType, plural: "namespaces", isNamespaced: false)
    do throws(SpokeError) {
      let live = try await persistently { api throws(SpokeError) in try await api.get(resource, namespace: "", name: namespace) }
      if live?[at: "status", "phase"]?.stringValue == "Terminating" {
        throw SpokeError(.unavailable, "it is being deleted")
      }
      let options = SpokeWriteOptions(force: true, dryRun: run.request.dryRun, manager: "flotilla-namespace")
      // A namespace that is there and on which nobody wants anything is not written to.
      if live == nil || metadata.objectValue?.count ?? 0 > 1 {
        _ = try await persistently { api throws(SpokeError) in try await api.apply(manifest, resource, options) }
      }
      if !run.request.dryRun { knownNamespaces[namespace] = digest }
    } catch {
      run.fail(error, "namespace \(namespace) could not be made: \(error.message)")
    }
  }

  private static let namespaceType = GroupVersionKind(group: "", version: "v1", kind: "Namespace")

  /// Waits until everything that comes before a step is healthy: what this sync applied, and what was as it should be already.
  ///
  /// Without the latter a sync that goes on where an earlier one stopped would apply the next wave beside an unhealthy one. A selective
  /// sync looks at its own objects only.
  private func waitForHealth(before step: SyncStep, _ run: inout SyncRun) async {
    var identities = run.applied
    if run.request.selection == nil {
      let others = Set(run.plan.operations.map(\.identity)).union(run.plan.skipped.map(\.identity))
      for object in run.set.objects where object.hook == nil && !others.contains(object.identity) {
        if step.phase > .sync || step.phase == .sync && object.wave < step.wave { identities.insert(object.identity) }
      }
    }
    await waitForHealth(of: identities, &run)
  }

  /// Waits until objects are healthy; one that is Degraded stops the sync.
  private func waitForHealth(of identities: Set<ObjectIdentity>, _ run: inout SyncRun) async {
    guard !identities.isEmpty else { return }
    let isDone = await wait(run.label, run.request.waveTimeout) { agent in
      var isHealthy = true
      for identity in identities {
        let status = agent.index.record(identity)?.health.status ?? .missing
        if status == .degraded { return true }
        if status != .healthy { isHealthy = false }
      }
      return isHealthy
    }
    run.stopIfCancelled()
    guard run.failure == nil else { return }
    let bad = identities.sorted().compactMap { identity -> (ObjectIdentity, Health)? in
      let health = index.record(identity)?.health ?? Health(.missing)
      return health.status == .degraded || !isDone && health.status != .healthy ? (identity, health) : nil
    }
    guard let (identity, health) = bad.first(where: { $0.1.status == .degraded }) ?? bad.first else { return }
    let wave = run.set.position(of: identity).map { run.set.objects[$0].wave } ?? 0
    let time = isDone ? "" : " within \(run.request.waveTimeout.components.seconds) s"
    let more = bad.count > 1 ? " (and \(bad.count - 1) more)" : ""
    run.failure = "wave \(wave) of phase Sync did not become healthy\(time): \(identity) is \(health)\(more)"
    run.isRetryable = true
  }

  // MARK: prunes

  private func prune(_ operations: [PlannedOperation], _ run: inout SyncRun) async {
    guard !operations.isEmpty else { return }
    let options = run.set.options
    let outcomes = await bounded(operations) { agent, operation in
      await agent.delete(operation.identity, operation.uid, options.propagation(for: operation.identity.groupKind))
    }
    for (operation, error) in zip(operations, outcomes) {
      run.results.append(
        ObjectResult(identity: operation.identity, action: .prune, isDone: error == nil, message: error?.message ?? ""))
      if let error { run.fail(error, "\(operation.identity) could not be deleted: \(error.message)") }
    }
    guard run.failure == nil else { return }
    if let stuck = await waitUntilGone(operations.map { ($0.identity, $0.uid) }, run.label, run.request.waveTimeout) {
      run.stopIfCancelled()
      guard run.failure == nil else { return }
      run.failure = stuck
      run.isRetryable = true
    }
  }

  /// Deletes one object and no later one of its name; nil when the deletion has begun or nothing is left to delete.
  func delete(
    _ identity: ObjectIdentity, _ uid: String, _ propagation: SyncOptions.Propagation, dryRun: Bool = false
  ) async -> SpokeError? {
    guard let type = type(of: identity) else { return SpokeError(.notFound, "its kind is not known") }
    guard !uid.isEmpty else {
      return SpokeError(.other, "its uid is not known, and without it another object of its name might be deleted")
    }
    do {
      try await persistently { api throws(SpokeError) in
        guard let resource = try await api.resource(for: type) else { return }
        try await api.delete(
          resource, namespace: identity.namespace, name: identity.name, uid: uid, propagation: propagation, dryRun: dryRun)
      }
      return nil
    } catch {
      return error.kind == .notFound ? nil : error
    }
  }

  /// Deleted means seen to be gone: waits for the watch to say so; else says what is stuck, and on which finalizer.
  func waitUntilGone(_ objects: [(ObjectIdentity, String)], _ label: String, _ timeout: Duration) async -> String? {
    let patience = min(timeout, settings.collectorPatience)
    var isGone = await wait(label, patience) { agent in objects.allSatisfy { agent.index.record($0.0)?.uid != $0.1 } }
    if !isGone, patience < timeout {
      await releaseUncollected(objects.filter { index.record($0.0)?.uid == $0.1 })
      isGone = await wait(label, timeout - patience) { agent in objects.allSatisfy { agent.index.record($0.0)?.uid != $0.1 } }
    }
    if isGone { return nil }
    let stuck = objects.filter { index.record($0.0)?.uid == $0.1 }
    guard let first = stuck.first else { return nil }
    let why = index.record(first.0)?.health.message ?? ""
    let more = stuck.count > 1 ? " (and \(stuck.count - 1) more)" : ""
    return "\(first.0) is not gone after \(timeout.components.seconds) s\(more)\(why.isEmpty ? "" : ": it \(why)")"
  }

  // MARK: parallel runs

  /// Runs an operation for each element with as many at a time as the cluster may have; answers in the order of the elements.
  func bounded<Element: Sendable, Answer: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (ClusterAgent, Element) async -> Answer
  ) async -> [Answer] {
    await withTaskGroup(of: (Int, Answer).self) { group in
      var answers: [(Int, Answer)] = []
      var next = 0
      func add() {
        guard next < elements.count else { return }
        let position = next
        let element = elements[position]
        group.addTask { (position, await body(self, element)) }
        next += 1
      }
      for _ in 0..<settings.maximumRequests { add() }
      for await answer in group {
        answers.append(answer)
        add()
      }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

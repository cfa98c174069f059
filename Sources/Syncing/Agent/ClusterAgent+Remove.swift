import Document
import FleetModel

extension ClusterAgent {
  /// Deletes all that an application has here, the last wave first, each object by its uid, and waits until it is seen to be gone; then
  /// forgets the application.
  ///
  /// Works as well for an application whose definition is long gone: the labels in the cluster say what it has. Objects marked
  /// `Delete=false` stay, those marked `Delete=confirm` unless the request says so; a namespace made by `CreateNamespace=true` is not the
  /// application's and stays. Stopped half-way, it can be called again.
  public func remove(_ id: InstanceID, _ request: SyncRequest = SyncRequest(prune: true)) async -> SyncResult {
    let label = Owner.label(for: id)
    let name = index.desired(label)?.owner.name ?? id.element
    return await operate(label, name) { agent in await agent.removeNow(id, label, request) }
  }

  private func removeNow(_ id: InstanceID, _ label: String, _ request: SyncRequest) async -> SyncResult {
    let set = index.desired(label) ?? DesiredSet(owner: Owner(id: id, name: id.element), manifests: [], namespace: "")
    let kinds = Set(set.objects.map(\.type.groupKind))
    // The application may have objects of any kind that is watched: before all of them were listed, nobody knows what it has. A kind that
    // the server refuses to list stops the removal only where the application wants it or something of it was managed here before.
    let needed = kinds.union(inventory.keys)
    let isRead = await wait(label, settings.listTimeout) { agent in
      agent.obstacle(to: needed) != nil || agent.unlistedKinds().allSatisfy { !needed.contains($0) && agent.obstacle(to: [$0]) != nil }
    }
    if let (kind, error) = obstacle(to: needed) {
      return .failed("cluster \(name): \(kind): what is there could not be read: \(error.message)", revision: set.revision)
    }
    guard isRead else {
      let why = connectivity.lastError.map { ": \($0)" } ?? ""
      if Task.isCancelled { return .cancelled("cluster \(name): the removal of application \(set.owner.name) was stopped") }
      return .failed("cluster \(name): what is there could not be read\(why)", revision: set.revision)
    }
    let plan = SyncPlan(removing: set, index: index, request: request)
    var run = SyncRun(label: label, set: set, plan: plan, request: request)
    await runHooks(set.objects.filter { $0.hook?.preDelete == true }, &run)
    for step in plan.steps where run.failure == nil {
      run.stopIfCancelled()
      guard run.failure == nil else { break }
      await deleteStep(step, &run)
    }
    if run.failure == nil {
      await runHooks(set.objects.filter { $0.hook?.postDelete == true }, &run)
    }
    if run.failure == nil {
      let hooks = index.holdings(of: label).filter { $0.record.flags.contains(.hook) }
      for hook in hooks { _ = await delete(hook.identity, hook.record.uid, .background) }
    }
    if run.failure == nil, !plan.skipped.contains(where: \.isError) { forget(id) }
    let outcome: SyncResult.Outcome =
      run.isCancelled ? .cancelled : run.failure != nil ? .failed : plan.isEmpty ? .unchanged : .succeeded
    return SyncResult(
      outcome: outcome, message: run.failure.map { "cluster \(name): \($0)" } ?? "\(run.results.count) objects deleted",
      isRetryable: run.isRetryable, revision: set.revision, objects: run.results, skipped: plan.skipped)
  }

  private func runHooks(_ hooks: [DesiredObject], _ run: inout SyncRun) async {
    guard !hooks.isEmpty, run.failure == nil else { return }
    // In the order of waves, each waited for: a deletion hook may need what an earlier one prepared.
    for wave in Set(hooks.map(\.wave)).sorted() where run.failure == nil {
      let operations = hooks.filter { $0.wave == wave }.sorted { SyncOrder.before($0.identity, $1.identity) }.map {
        PlannedOperation(action: .hook, identity: $0.identity, reason: "deletion hook", differences: [], object: $0, uid: "")
      }
      await applyAll(operations, &run)
      await finishHooks(SyncStep(phase: .sync, wave: wave, prunes: [], applies: operations), &run)
    }
  }

  private func deleteStep(_ step: SyncStep, _ run: inout SyncRun) async {
    let (options, asked) = (run.set.options, run.request.propagation)
    let outcomes = await bounded(step.prunes) { agent, operation in
      await agent.delete(operation.identity, operation.uid, asked ?? options.propagation(for: operation.identity.groupKind))
    }
    for (operation, error) in zip(step.prunes, outcomes) {
      run.results.append(
        ObjectResult(identity: operation.identity, action: .prune, isDone: error == nil, message: error?.message ?? ""))
      if let error { run.fail(error, "\(operation.identity) could not be deleted: \(error.message)") }
    }
    guard run.failure == nil else { return }
    if let stuck = await waitUntilGone(step.prunes.map { ($0.identity, $0.uid) }, run.label, run.request.waveTimeout) {
      run.stopIfCancelled()
      guard run.failure == nil else { return }
      run.failure = stuck
      run.isRetryable = true
    }
  }
}

extension SyncPlan {
  /// The plan that deletes all that an application has in a cluster, the last wave first.
  public init(removing set: DesiredSet, index: LiveIndex, request: SyncRequest) {
    var tasks: [SyncTask] = []
    var operations: [PlannedOperation] = []
    var skipped: [SkippedOperation] = []
    for (identity, record) in index.holdings(of: set.owner.label) where !record.flags.contains(.hook) {
      if record.flags.contains(.keepOnDelete) || set.options.delete == .never && !record.flags.contains(.delete) {
        skipped.append(SkippedOperation(identity: identity, reason: "kept because of Delete=false", isError: false))
      } else if record.flags.contains(.confirmDelete) || set.options.delete == .confirm && !record.flags.contains(.delete),
        !request.confirmed
      {
        skipped.append(SkippedOperation(identity: identity, reason: "waits for approval (Delete=confirm)", isError: true))
      } else {
        var task = SyncTask(identity, wave: record.wave, isPrune: true)
        task.reference = operations.count
        tasks.append(task)
        operations.append(
          PlannedOperation(
            action: .prune, identity: identity, reason: "the application is removed", differences: [], object: nil, uid: record.uid))
      }
    }
    var steps: [SyncStep] = []
    for task in SyncOrder.sort(tasks) {
      let operation = operations[task.reference]
      if let last = steps.last, last.wave == task.wave {
        steps[steps.count - 1] = SyncStep(phase: .sync, wave: last.wave, prunes: last.prunes + [operation], applies: [])
      } else {
        steps.append(SyncStep(phase: .sync, wave: task.wave, prunes: [operation], applies: []))
      }
    }
    owner = set.owner
    revision = set.revision
    createsNamespace = nil
    self.steps = steps
    self.skipped = skipped
    held = nil
    unknown = []
    refusals = []
  }
}

import Document

extension ClusterAgent {
  /// Waits until the hooks of a step have ended and deletes them as their policies say. A hook that failed stops the sync.
  func finishHooks(_ step: SyncStep, _ run: inout SyncRun) async {
    let hooks = step.applies.filter { $0.action == .hook }.compactMap(\.object)
    let names = run.hookNames
    await finishHooks(hooks.map { hook in (object: hook, identity: names[hook.identity] ?? hook.identity) }, &run)
  }

  /// - Parameter hooks: the hooks and the objects that this run made of them
  func finishHooks(_ hooks: [(object: DesiredObject, identity: ObjectIdentity)], _ run: inout SyncRun) async {
    guard !hooks.isEmpty, run.failure == nil else { return }
    let identities = hooks.map(\.identity)
    // A hook that is gone will not end any more: somebody deleted it, or its time to live was over.
    let isDone = await wait(run.label, run.request.hookTimeout) { agent in
      identities.allSatisfy { identity in
        let status = agent.index.record(identity)?.health.status
        return status == nil || status == .healthy || status == .degraded
      }
    }
    run.stopIfCancelled()
    guard run.failure == nil else { return }
    for (hook, identity) in hooks {
      let record = index.record(identity)
      let health = record?.health ?? Health(.missing, "it is gone, and was not seen to end")
      let succeeded = health.status == .healthy
      if succeeded || health.status == .degraded, let record {
        let policies = hook.hook?.deletePolicies ?? []
        if policies.contains(succeeded ? .hookSucceeded : .hookFailed) {
          _ = await delete(identity, record.uid, .background)
        }
      }
      if !succeeded, run.failure == nil {
        let time = isDone ? "failed" : "did not end within \(run.request.hookTimeout.components.seconds) s"
        run.failure = "hook \(identity) \(time): \(health)"
        run.isRetryable = true
      }
    }
  }
}

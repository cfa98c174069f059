import Document

extension ClusterAgent {
  /// Waits until the hooks of a step have ended and deletes them as their policies say. A hook that failed stops the sync.
  func finishHooks(_ step: SyncStep, _ run: inout SyncRun) async {
    await finishHooks(step.applies.filter { $0.action == .hook }.compactMap(\.object), &run)
  }

  func finishHooks(_ hooks: [DesiredObject], _ run: inout SyncRun) async {
    guard !hooks.isEmpty, run.failure == nil else { return }
    let identities = hooks.map(\.identity)
    let isDone = await wait(run.label, run.request.waveTimeout) { agent in
      identities.allSatisfy { identity in
        let status = agent.index.record(identity)?.health.status
        return status == .healthy || status == .degraded
      }
    }
    run.stopIfCancelled()
    guard run.failure == nil else { return }
    for hook in hooks {
      let record = index.record(hook.identity)
      let health = record?.health ?? Health(.missing)
      let succeeded = health.status == .healthy
      if succeeded || health.status == .degraded, let record {
        let policies = hook.hook?.deletePolicies ?? []
        if policies.contains(succeeded ? .hookSucceeded : .hookFailed) {
          _ = await delete(hook.identity, record.uid, .background)
        }
      }
      if !succeeded, run.failure == nil {
        let time = isDone ? "failed" : "did not end within \(run.request.waveTimeout.components.seconds) s"
        run.failure = "hook \(hook.identity) \(time): \(health)"
        run.isRetryable = true
      }
    }
  }
}

import Document

/// Jobs: pods until enough of them have succeeded.
extension SimulatedCluster {
  mutating func reconcileJob(_ stored: StoredObject, _ type: ResourceType) {
    let object = stored.value
    guard object[at: "metadata", "deletionTimestamp"] == nil, let template = object[at: "spec", "template"] else { return }
    let conditions = object[at: "status", "conditions"]?.arrayValue ?? []
    if conditions.contains(where: { ($0["type"] == "Complete" || $0["type"] == "Failed") && $0["status"] == "True" }) { return }
    let pods = owned(by: stored.uid, SimulatedCluster.podKey)
    let active = pods.filter(\.isActive)
    let succeeded = Int64(pods.count { $0.phase == "Succeeded" })
    let completions = object[at: "spec", "completions"]?.intValue ?? 1
    if object[at: "spec", "suspend"] == true {
      for pod in active { discard(pod, SimulatedCluster.podKey) }
      if !conditions.contains(where: { $0["type"] == "Suspended" && $0["status"] == "True" }),
        let status = WorkloadStatus.ready(object, type, now: now, seed: 0)
      {
        store(status: status, of: object, type)
      }
      return
    }
    if succeeded >= completions {
      if let status = WorkloadStatus.ready(object, type, now: now, seed: 0) { store(status: status, of: object, type) }
      return
    }
    let parallelism = object[at: "spec", "parallelism"]?.intValue ?? 1
    let missing = min(parallelism, completions - succeeded) - Int64(active.count)
    for _ in 0..<max(0, missing) { makePod(template, owner: object, type) }
    guard let latest = store.get(type.key, stored.namespace, stored.name) else { return }
    let now = owned(by: stored.uid, SimulatedCluster.podKey).filter(\.isActive)
    var status: Object = [
      "active": .int(Int64(now.count)), "ready": .int(Int64(now.count(where: \.isReady))), "terminating": 0, "uncountedTerminatedPods": [:],
      "startTime": latest.value[at: "status", "startTime"] ?? .string(self.now.text),
    ]
    if succeeded > 0 { status["succeeded"] = .int(succeeded) }
    store(status: .object(status), of: latest.value, type)
  }

  /// What is left to run of a job that failed goes.
  mutating func endPods(ofJob stored: StoredObject) {
    for pod in owned(by: stored.uid, SimulatedCluster.podKey) where pod.isActive { discard(pod, SimulatedCluster.podKey) }
  }
}

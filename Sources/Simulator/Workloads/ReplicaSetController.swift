import Document

/// ReplicaSets: as many pods as asked for.
extension SimulatedCluster {
  mutating func reconcileReplicaSet(_ stored: StoredObject, _ type: ResourceType) {
    let object = stored.value
    let isTerminating = object[at: "metadata", "deletionTimestamp"] != nil
    let wanted = Int(object[at: "spec", "replicas"]?.intValue ?? 1)
    if !isTerminating, let template = object[at: "spec", "template"] {
      let active = owned(by: stored.uid, SimulatedCluster.podKey).filter(\.isActive)
      for _ in 0..<max(0, wanted - active.count) { makePod(template, owner: object, type) }
      // Those that are not ready yet go first, then the youngest.
      let surplus = active.sorted { left, right in
        left.isReady != right.isReady ? !left.isReady : left.stored.resourceVersion > right.stored.resourceVersion
      }
      for pod in surplus.prefix(max(0, active.count - wanted)) { discard(pod, SimulatedCluster.podKey) }
    }
    guard let latest = store.get(type.key, stored.namespace, stored.name) else { return }
    let pods = owned(by: stored.uid, SimulatedCluster.podKey).filter(\.isActive)
    let ready = pods.count(where: \.isReady)
    var status: Object = [
      "observedGeneration": latest.value[at: "metadata", "generation"] ?? 1, "replicas": .int(Int64(pods.count)),
    ]
    for (name, count) in [("fullyLabeledReplicas", pods.count), ("readyReplicas", ready), ("availableReplicas", ready)] where count > 0 {
      status[name] = .int(Int64(count))
    }
    store(status: .object(status), of: latest.value, type)
  }
}

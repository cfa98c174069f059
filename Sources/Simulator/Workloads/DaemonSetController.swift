import Document

/// DaemonSets: a pod on the one node that there is.
extension SimulatedCluster {
  mutating func reconcileDaemonSet(_ stored: StoredObject, _ type: ResourceType) {
    let object = stored.value
    guard object[at: "metadata", "deletionTimestamp"] == nil, let template = object[at: "spec", "template"] else { return }
    let hash = TemplateHash.of(template)
    ensureRevision("\(stored.name)-\(hash)", hash: hash, object, type)
    let wanted = Int64(store.list(ResourceKey(group: "", plural: "nodes"), namespace: nil).count)
    let pods = owned(by: stored.uid, SimulatedCluster.podKey)
    if pods.isEmpty {
      let generation = object[at: "metadata", "generation"]?.intValue ?? 1
      for _ in 0..<wanted {
        makePod(
          template, owner: object, type,
          labels: [(SimulatedCluster.revisionLabel, hash), ("pod-template-generation", String(generation))])
      }
    } else if object[at: "spec", "updateStrategy", "type"] != "OnDelete" {
      for pod in pods where pod.isActive && pod.label(SimulatedCluster.revisionLabel) != hash { discard(pod, SimulatedCluster.podKey) }
    }
    guard let latest = store.get(type.key, stored.namespace, stored.name) else { return }
    let active = owned(by: stored.uid, SimulatedCluster.podKey).filter(\.isActive)
    let ready = Int64(active.count(where: \.isReady))
    let updated = Int64(active.count { $0.label(SimulatedCluster.revisionLabel) == hash })
    var status: Object = [
      "observedGeneration": latest.value[at: "metadata", "generation"] ?? 1, "desiredNumberScheduled": .int(wanted),
      "currentNumberScheduled": .int(Int64(active.count)), "numberMisscheduled": 0, "numberReady": .int(ready),
    ]
    for (name, count) in [("numberAvailable", ready), ("numberUnavailable", max(0, wanted - ready)), ("updatedNumberScheduled", updated)]
    where count > 0 { status[name] = .int(count) }
    store(status: .object(status), of: latest.value, type)
  }
}

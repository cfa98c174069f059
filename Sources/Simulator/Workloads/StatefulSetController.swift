import Document

/// StatefulSets: numbered pods, one after the other, with claims of their own.
extension SimulatedCluster {
  static let revisionLabel = "controller-revision-hash"

  mutating func reconcileStatefulSet(_ stored: StoredObject, _ type: ResourceType) {
    let object = stored.value
    guard object[at: "metadata", "deletionTimestamp"] == nil, let template = object[at: "spec", "template"] else { return }
    let revision = "\(stored.name)-\(TemplateHash.of(template))"
    ensureRevision(revision, hash: revision, object, type)
    let wanted = object[at: "spec", "replicas"]?.intValue ?? 1
    let isOrdered = object[at: "spec", "podManagementPolicy"] != "Parallel"
    let pods = numbered(stored.uid)
    if fill(object, type, pods: pods, wanted: wanted, revision: revision, isOrdered: isOrdered) {
      shrinkOrUpdate(object, pods: pods, wanted: wanted, revision: revision, isOrdered: isOrdered)
    }
    reportStatefulSet(stored, type, wanted: wanted, revision: revision)
  }

  private func numbered(_ uid: String) -> [Int64: OwnedObject] {
    var result: [Int64: OwnedObject] = [:]
    for pod in owned(by: uid, SimulatedCluster.podKey) {
      guard let dash = pod.stored.name.lastIndex(of: "-"), let number = Int64(pod.stored.name[pod.stored.name.index(after: dash)...]) else {
        continue
      }
      result[number] = pod
    }
    return result
  }

  /// Makes what is missing; false while something has to be waited for.
  private mutating func fill(
    _ object: Value, _ type: ResourceType, pods: [Int64: OwnedObject], wanted: Int64, revision: String, isOrdered: Bool
  ) -> Bool {
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let first = object[at: "spec", "ordinals", "start"]?.intValue ?? 0
    for number in first..<(first + max(0, wanted)) {
      if let pod = pods[number] {
        if isOrdered, !pod.isReady { return false }
        continue
      }
      var template = object[at: "spec", "template"] ?? [:]
      makeClaims(object, number: number, &template)
      template[at: "spec", "hostname"] = .string("\(name)-\(number)")
      if let service = object[at: "spec", "serviceName"]?.stringValue, !service.isEmpty {
        template[at: "spec", "subdomain"] = .string(service)
      }
      makePod(
        template, owner: object, type, name: "\(name)-\(number)",
        labels: [
          (SimulatedCluster.revisionLabel, revision), ("statefulset.kubernetes.io/pod-name", "\(name)-\(number)"),
          ("apps.kubernetes.io/pod-index", String(number)),
        ])
      if isOrdered { return false }
    }
    return true
  }

  private mutating func makeClaims(_ object: Value, number: Int64, _ template: inout Value) {
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let namespace = object[at: "metadata", "namespace"]?.stringValue ?? ""
    let key = ResourceKey(group: "", plural: "persistentvolumeclaims")
    for claim in object[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? [] {
      let volume = claim[at: "metadata", "name"]?.stringValue ?? ""
      let claimName = "\(volume)-\(name)-\(number)"
      var volumes = (template[at: "spec", "volumes"]?.arrayValue ?? []).filter { $0["name"] != .string(volume) }
      volumes.append(["name": .string(volume), "persistentVolumeClaim": ["claimName": .string(claimName)]])
      template[at: "spec", "volumes"] = .array(volumes)
      guard store.get(key, namespace, claimName) == nil else { continue }
      var metadata = claim["metadata"] ?? [:]
      metadata["name"] = .string(claimName)
      for member in object[at: "spec", "selector", "matchLabels"]?.objectValue ?? Object() {
        metadata[at: "labels", member.key] = member.value
      }
      make(
        ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim["spec"] ?? [:]], key, namespace: namespace
      )
    }
  }

  /// The highest number goes first, one at a time.
  private mutating func shrinkOrUpdate(
    _ object: Value, pods: [Int64: OwnedObject], wanted: Int64, revision: String, isOrdered: Bool
  ) {
    let last = (object[at: "spec", "ordinals", "start"]?.intValue ?? 0) + wanted
    let surplus = pods.keys.filter { $0 >= last }.sorted(by: >)
    for number in surplus {
      guard let pod = pods[number] else { continue }
      if !pod.isTerminating { discard(pod, SimulatedCluster.podKey) }
      if isOrdered { return }
    }
    guard surplus.isEmpty, object[at: "spec", "updateStrategy", "type"] != "OnDelete" else { return }
    let partition = object[at: "spec", "updateStrategy", "rollingUpdate", "partition"]?.intValue ?? 0
    for number in pods.keys.sorted(by: >) where number >= partition {
      guard let pod = pods[number] else { continue }
      if pod.isTerminating { return }
      if pod.label(SimulatedCluster.revisionLabel) != revision {
        discard(pod, SimulatedCluster.podKey)
        return
      }
      if !pod.isReady { return }
    }
  }

  private mutating func reportStatefulSet(_ place: StoredObject, _ type: ResourceType, wanted: Int64, revision: String) {
    guard let stored = store.get(type.key, place.namespace, place.name) else { return }
    let object = stored.value
    let pods = numbered(place.uid).values.filter(\.isActive)
    let ready = Int64(pods.count(where: \.isReady))
    let updated = Int64(pods.count { $0.label(SimulatedCluster.revisionLabel) == revision })
    let former = object[at: "status", "currentRevision"]?.stringValue ?? revision
    let isUpdated = updated == Int64(pods.count) && updated == wanted && ready == wanted
    let current = isUpdated ? revision : former
    var status: Object = [
      "observedGeneration": object[at: "metadata", "generation"] ?? 1, "replicas": .int(Int64(pods.count)),
      "availableReplicas": .int(ready),
      "collisionCount": 0, "currentRevision": .string(current), "updateRevision": .string(revision),
    ]
    let currents = Int64(pods.count { $0.label(SimulatedCluster.revisionLabel) == current })
    for (name, count) in [("readyReplicas", ready), ("currentReplicas", currents), ("updatedReplicas", updated)] where count > 0 {
      status[name] = .int(count)
    }
    store(status: .object(status), of: object, type)
  }

  /// The template's record, which `kubectl rollout history` and `undo` read.
  mutating func ensureRevision(_ name: String, hash: String, _ object: Value, _ type: ResourceType) {
    let key = ResourceKey(group: "apps", plural: "controllerrevisions")
    let namespace = object[at: "metadata", "namespace"]?.stringValue ?? ""
    let all = owned(by: object[at: "metadata", "uid"]?.stringValue ?? "", key)
    let newest = all.map { $0.number("revision") }.max() ?? 0
    if let present = all.first(where: { $0.stored.name == name }) {
      if present.number("revision") < newest { edit(present.stored, key) { $0["revision"] = .int(newest + 1) } }
      return
    }
    var template = object[at: "spec", "template"] ?? [:]
    template["$patch"] = "replace"
    make(
      [
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": [
          "name": .string(name), "labels": object[at: "spec", "template", "metadata", "labels"] ?? [:],
          "ownerReferences": [ownerReference(object, type)],
        ], "data": ["spec": ["template": template]], "revision": .int(newest + 1),
      ], key, namespace: namespace)
  }
}

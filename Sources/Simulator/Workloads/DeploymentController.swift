import Document

/// Deployments: a ReplicaSet for each template, rolled over step by step as `maxSurge` and `maxUnavailable` allow.
extension SimulatedCluster {
  private static let revision = "deployment.kubernetes.io/revision"
  private static let hashLabel = "pod-template-hash"

  mutating func reconcileDeployment(_ stored: StoredObject, _ type: ResourceType) {
    let object = stored.value
    guard object[at: "metadata", "deletionTimestamp"] == nil, let template = object[at: "spec", "template"] else { return }
    let desired = object[at: "spec", "replicas"]?.intValue ?? 1
    let hash = TemplateHash.of(template)
    var sets = owned(by: stored.uid, SimulatedCluster.replicaSetKey).filter { !$0.isTerminating }
    let isPaused = object[at: "spec", "paused"] == true
    if !isPaused { roll(object, stored, type, hash: hash, sets: sets, desired: desired) }
    if isPaused, let current = sets.first(where: { $0.label(SimulatedCluster.hashLabel) == hash }), sets.count == 1 {
      scale(current, to: desired)
    }
    sets = owned(by: stored.uid, SimulatedCluster.replicaSetKey).filter { !$0.isTerminating }
    report(stored, type, hash: hash, sets: sets, desired: desired, isPaused: isPaused)
    if !isPaused { forget(object, sets, hash) }
  }

  // MARK: Rolling

  private static func revision(_ object: Value) -> Int64 {
    object[["metadata", "annotations", revision]]?.stringValue.flatMap(Int64.init) ?? 0
  }

  /// A number of pods, or a share of the desired ones.
  private static func count(_ value: Value?, of desired: Int64, roundingUp: Bool) -> Int64 {
    if let number = value?.intValue { return number }
    guard let text = value?.stringValue, text.hasSuffix("%"), let share = Int64(text.dropLast()) else { return 0 }
    return (share * desired + (roundingUp ? 99 : 0)) / 100
  }

  private mutating func roll(
    _ object: Value, _ stored: StoredObject, _ type: ResourceType, hash: String, sets: [OwnedObject], desired: Int64
  ) {
    let current = sets.first { $0.label(SimulatedCluster.hashLabel) == hash }
    let others = sets.filter { $0.label(SimulatedCluster.hashLabel) != hash }
    let newest = sets.map { SimulatedCluster.revision($0.value) }.max() ?? 0
    // A template that comes back gets a new revision.
    let revision = current.map { SimulatedCluster.revision($0.value) == newest ? newest : newest + 1 } ?? newest + 1
    let rolling = object[at: "spec", "strategy", "rollingUpdate"]
    let recreates = object[at: "spec", "strategy", "type"] == "Recreate"
    let surge = recreates ? 0 : SimulatedCluster.count(rolling?["maxSurge"] ?? "25%", of: desired, roundingUp: true)
    var unavailable = recreates ? desired : SimulatedCluster.count(rolling?["maxUnavailable"] ?? "25%", of: desired, roundingUp: false)
    if surge == 0, unavailable == 0 { unavailable = 1 }

    let had = current?.number("spec", "replicas") ?? 0
    let total = sets.reduce(0) { $0 + $1.number("spec", "replicas") }
    var wanted = had > desired ? desired : min(desired, had + max(0, desired + surge - total))
    if recreates, others.contains(where: { $0.number("spec", "replicas") > 0 || hasPods($0) }) { wanted = min(had, desired) }
    if let current {
      scale(current, to: wanted, revision: revision)
    } else {
      makeReplicaSet(object, type, hash: hash, replicas: wanted, revision: revision)
    }
    if SimulatedCluster.revision(object) != revision {
      edit(stored, SimulatedCluster.deploymentKey) { deployment in
        Defaults.edit(&deployment, "metadata") { metadata in
          Defaults.edit(&metadata, "annotations") { $0[SimulatedCluster.revision] = .string(String(revision)) }
        }
      }
    }
    // The old ones go as the new ones become available.
    let available = current?.number("status", "availableReplicas") ?? 0
    let minimum = desired - unavailable
    var allowed = others.reduce(wanted) { $0 + $1.number("spec", "replicas") } - minimum - (wanted - min(wanted, available))
    var spare = sets.reduce(0) { $0 + $1.number("status", "availableReplicas") } - minimum
    for old in others.sorted(by: { SimulatedCluster.revision($0.value) < SimulatedCluster.revision($1.value) }) {
      let has = old.number("spec", "replicas")
      guard has > 0, allowed > 0 else { continue }
      let unhealthy = max(0, has - old.number("status", "availableReplicas"))
      let healthy = min(has - unhealthy, max(0, spare))
      let cut = min(allowed, unhealthy + healthy)
      scale(old, to: has - cut)
      allowed -= cut
      spare -= max(0, cut - unhealthy)
    }
  }

  private func hasPods(_ set: OwnedObject) -> Bool { !owned(by: set.stored.uid, SimulatedCluster.podKey).isEmpty }

  private mutating func makeReplicaSet(_ object: Value, _ type: ResourceType, hash: String, replicas: Int64, revision: Int64) {
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    var template = object[at: "spec", "template"] ?? [:]
    template[at: "metadata", "labels", SimulatedCluster.hashLabel] = .string(hash)
    var selector = object[at: "spec", "selector"] ?? [:]
    selector[at: "matchLabels", SimulatedCluster.hashLabel] = .string(hash)
    var annotations = object[at: "metadata", "annotations"]?.objectValue ?? Object()
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
    annotations[SimulatedCluster.revision] = .string(String(revision))
    annotations["deployment.kubernetes.io/desired-replicas"] = .string(String(object[at: "spec", "replicas"]?.intValue ?? 1))
    var spec: Value = ["replicas": .int(replicas), "selector": selector, "template": template]
    spec["minReadySeconds"] = object[at: "spec", "minReadySeconds"]
    make(
      [
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": [
          "name": .string("\(name)-\(hash)"), "labels": template[at: "metadata", "labels"] ?? [:], "annotations": .object(annotations),
          "ownerReferences": [ownerReference(object, type)],
        ], "spec": spec,
      ], SimulatedCluster.replicaSetKey, namespace: object[at: "metadata", "namespace"]?.stringValue ?? "")
  }

  private mutating func scale(_ set: OwnedObject, to replicas: Int64, revision: Int64? = nil) {
    edit(set.stored, SimulatedCluster.replicaSetKey) { object in
      object[at: "spec", "replicas"] = .int(replicas)
      if let revision { object[at: "metadata", "annotations", SimulatedCluster.revision] = .string(String(revision)) }
    }
  }

  /// Old ReplicaSets without pods go, but for as many as can be rolled back to.
  private mutating func forget(_ object: Value, _ sets: [OwnedObject], _ hash: String) {
    let limit = Int(object[at: "spec", "revisionHistoryLimit"]?.intValue ?? 10)
    let idle = sets.filter {
      $0.label(SimulatedCluster.hashLabel) != hash && $0.number("spec", "replicas") == 0 && $0.number("status", "replicas") == 0
    }
    guard idle.count > limit else { return }
    let oldest = idle.sorted { SimulatedCluster.revision($0.value) < SimulatedCluster.revision($1.value) }
    for set in oldest.prefix(idle.count - limit) { discard(set, SimulatedCluster.replicaSetKey) }
  }

  // MARK: Status

  private mutating func report(
    _ place: StoredObject, _ type: ResourceType, hash: String, sets: [OwnedObject], desired: Int64, isPaused: Bool
  ) {
    guard let stored = store.get(type.key, place.namespace, place.name), stored.uid == place.uid else { return }
    let object = stored.value
    func sum(_ field: String) -> Int64 { sets.reduce(0) { $0 + $1.number("status", field) } }
    let current = sets.first { $0.label(SimulatedCluster.hashLabel) == hash }
    let updated = current?.number("status", "replicas") ?? 0
    let replicas = sum("replicas")
    let available = sum("availableReplicas")
    let planned = sets.reduce(0) { $0 + $1.number("spec", "replicas") }
    var status: Object = ["observedGeneration": object[at: "metadata", "generation"] ?? 1]
    for (name, count) in [
      ("replicas", replicas), ("updatedReplicas", updated), ("readyReplicas", sum("readyReplicas")), ("availableReplicas", available),
      ("unavailableReplicas", max(0, planned - available)),
    ] where count != 0 { status[name] = .int(count) }
    var conditions = Conditions(object, now: now)
    let unavailable = SimulatedCluster.count(
      object[at: "spec", "strategy", "rollingUpdate", "maxUnavailable"], of: desired, roundingUp: false)
    if available >= desired - unavailable {
      conditions.set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    } else {
      conditions.set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    }
    let name = "ReplicaSet \"\(current?.stored.name ?? "")\""
    let done = "\(name) has successfully progressed."
    let former = conditions["Progressing"]
    let isComplete = updated == desired && replicas == desired && available == desired
    if isPaused {
      conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    } else if isComplete || (replicas == updated && former?["message"] == .string(done)) {
      conditions.set("Progressing", "True", "NewReplicaSetAvailable", done)
    } else if former?["reason"] != "ProgressDeadlineExceeded" || former?["message"] != .string("\(name) has timed out progressing.") {
      conditions.set("Progressing", "True", "ReplicaSetUpdated", "\(name) is progressing.")
    }
    status["conditions"] = .array(conditions.items)
    store(status: .object(status), of: object, type)
  }

  /// What the deployment controller says when the time for progress is over.
  mutating func reportTimeout(_ object: Value, _ type: ResourceType) {
    var conditions = Conditions(object, now: now)
    guard let progressing = conditions["Progressing"], progressing["reason"] == "ReplicaSetUpdated",
      let message = progressing["message"]?.stringValue
    else { return }
    conditions.set(
      "Progressing", "False", "ProgressDeadlineExceeded",
      message.hasSuffix(" is progressing.") ? message.dropLast(" is progressing.".count) + " has timed out progressing." : message)
    var status = object["status"] ?? [:]
    status["conditions"] = .array(conditions.items)
    store(status: status, of: object, type)
  }
}

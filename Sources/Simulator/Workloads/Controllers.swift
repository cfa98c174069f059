import Document

/// The controllers that make objects of their own, where ``SimulatedClusterSettings/makesPods`` asks for them.
///
/// They are level-triggered, as the real ones are: a change of an object, or of one that it owns, has the object looked at once more, and
/// each look brings it one step nearer to its specification. A look that finds nothing to do writes nothing, so that they come to rest.
extension SimulatedCluster {
  static let deploymentKey = ResourceKey(group: "apps", plural: "deployments")
  static let replicaSetKey = ResourceKey(group: "apps", plural: "replicasets")
  static let statefulSetKey = ResourceKey(group: "apps", plural: "statefulsets")
  static let daemonSetKey = ResourceKey(group: "apps", plural: "daemonsets")
  static let jobKey = ResourceKey(group: "batch", plural: "jobs")
  static let podKey = ResourceKey(group: "", plural: "pods")
  static let serviceKey = ResourceKey(group: "", plural: "services")
  private static let reconciled: Set<ResourceKey> = [deploymentKey, replicaSetKey, statefulSetKey, daemonSetKey, jobKey]

  /// Whether a kind's status comes from the pods that its objects own.
  func isReconciled(_ resource: ResourceType) -> Bool { settings.makesPods && SimulatedCluster.reconciled.contains(resource.key) }

  /// Called for every change.
  mutating func noteWorkload(_ event: HistoryEvent) {
    guard settings.makesPods, settings.controllers else { return }
    let key = event.resource
    if SimulatedCluster.reconciled.contains(key), event.kind != .deleted {
      scheduleReconcile(ObjectReference(resource: key, namespace: event.object.namespace, name: event.object.name))
    }
    guard key == SimulatedCluster.podKey || key == SimulatedCluster.replicaSetKey || key == SimulatedCluster.serviceKey else { return }
    if key != SimulatedCluster.serviceKey, let owner = controller(of: event.object.value) { scheduleReconcile(owner) }
    if key != SimulatedCluster.replicaSetKey {
      scheduleReconcile(ObjectReference(resource: SimulatedCluster.serviceKey, namespace: event.object.namespace, name: ""))
    }
  }

  private mutating func scheduleReconcile(_ place: ObjectReference) {
    guard pendingReconciles.insert(place).inserted else { return }
    timers.schedule(.reconcile(place), at: now)
  }

  mutating func reconcile(_ place: ObjectReference) {
    pendingReconciles.remove(place)
    if place.resource == SimulatedCluster.serviceKey { return reconcileEndpoints(place.namespace) }
    guard let stored = store.get(place.resource, place.namespace, place.name), let type = catalog.find(place.resource) else { return }
    switch place.resource {
    case SimulatedCluster.deploymentKey: reconcileDeployment(stored, type)
    case SimulatedCluster.replicaSetKey: reconcileReplicaSet(stored, type)
    case SimulatedCluster.statefulSetKey: reconcileStatefulSet(stored, type)
    case SimulatedCluster.daemonSetKey: reconcileDaemonSet(stored, type)
    case SimulatedCluster.jobKey: reconcileJob(stored, type)
    default: break
    }
  }

  // MARK: Owners and what they own

  /// Who made an object.
  private func controller(of object: Value) -> ObjectReference? {
    guard
      let owner = (object[at: "metadata", "ownerReferences"]?.arrayValue ?? []).first(where: { $0["controller"] == true }),
      let apiVersion = owner["apiVersion"]?.stringValue, let kind = owner["kind"]?.stringValue, let name = owner["name"]?.stringValue
    else { return nil }
    let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
    guard let type = catalog.find(group: group, kind: kind), SimulatedCluster.reconciled.contains(type.key) else { return nil }
    return ObjectReference(resource: type.key, namespace: object[at: "metadata", "namespace"]?.stringValue ?? "", name: name)
  }

  /// What an object has made of a kind, by name.
  func owned(by uid: String, _ resource: ResourceKey) -> [OwnedObject] {
    (dependents[uid] ?? []).filter { $0.resource == resource }.sorted { ByteOrder.less($0.name, $1.name) }
      .compactMap { store.get($0.resource, $0.namespace, $0.name).map(OwnedObject.init) }
  }

  func ownerReference(_ owner: Value, _ type: ResourceType) -> Value {
    [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "name": owner[at: "metadata", "name"] ?? "",
      "uid": owner[at: "metadata", "uid"] ?? "", "controller": true, "blockOwnerDeletion": true,
    ]
  }

  /// Creates an object as a controller does; one that is refused is simply not there, as after a failed call of a real controller.
  @discardableResult
  mutating func make(_ object: Value, _ resource: ResourceKey, namespace: String) -> Value? {
    guard let type = catalog.find(resource) else { return nil }
    return try? createObject(
      object, type, namespace: namespace, writer: Writer(manager: "kube-controller-manager", subresource: ""))
  }

  /// Changes an object as a controller does; nothing is written when nothing changes.
  mutating func edit(_ stored: StoredObject, _ resource: ResourceKey, _ body: (inout Value) -> Void) {
    guard let type = catalog.find(resource), let latest = store.get(resource, stored.namespace, stored.name), latest.uid == stored.uid
    else { return }
    let old = latest.value
    var new = old
    body(&new)
    guard new != old else { return }
    if Generations.isCounted(type), new["spec"] != old["spec"] {
      new[at: "metadata", "generation"] = .int((old[at: "metadata", "generation"]?.intValue ?? 0) + 1)
    }
    new = fieldManager(type, subresource: "").update(live: old, new: new, manager: "kube-controller-manager")
    _ = write(new, type)
  }

  mutating func discard(_ object: OwnedObject, _ resource: ResourceKey) {
    guard let type = catalog.find(resource), let latest = store.get(resource, object.stored.namespace, object.stored.name),
      latest.uid == object.stored.uid,
      let options = try? DeleteOptions(APIRequest(method: "DELETE", target: "/?propagationPolicy=Background"))
    else { return }
    _ = deleteObject(latest, type, options)
  }

  /// A pod as a template describes it.
  mutating func makePod(
    _ template: Value, owner: Value, _ type: ResourceType, name: String? = nil, labels: [(String, String)] = []
  ) {
    let ownerName = owner[at: "metadata", "name"]?.stringValue ?? ""
    let namespace = owner[at: "metadata", "namespace"]?.stringValue ?? ""
    var metadata: Value = ["ownerReferences": [ownerReference(owner, type)]]
    if let name { metadata["name"] = .string(name) } else { metadata["generateName"] = .string(ownerName + "-") }
    metadata["labels"] = template[at: "metadata", "labels"]
    metadata["annotations"] = template[at: "metadata", "annotations"]
    for (key, value) in labels { metadata[at: "labels", key] = .string(value) }
    make(
      ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] ?? [:]], SimulatedCluster.podKey,
      namespace: namespace)
  }
}

/// Something that a workload has made, with what its controller looks at.
struct OwnedObject: Sendable {
  let stored: StoredObject
  let value: Value

  init(_ stored: StoredObject) {
    self.stored = stored
    value = stored.value
  }

  var isTerminating: Bool { value[at: "metadata", "deletionTimestamp"] != nil }
  var phase: String { value[at: "status", "phase"]?.stringValue ?? "" }
  /// Whether a pod still counts: neither finished nor on its way out.
  var isActive: Bool { !isTerminating && phase != "Succeeded" && phase != "Failed" }
  var isReady: Bool { !isTerminating && DisruptionBudget.isReady(value) }

  func label(_ key: String) -> String { stored.labels[key]?.stringValue ?? "" }
  func number(_ path: String...) -> Int64 { value[path]?.intValue ?? 0 }
}

/// What tells one template from another, in the form that Kubernetes uses in names: without vowels, so that no words come out.
enum TemplateHash {
  static func of(_ template: Value) -> String {
    var hash: UInt32 = 0x811c_9dc5
    for byte in JSON.encode(template) { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    let letters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    return String(decoding: String(hash).utf8.map { letters[Int($0) % letters.count] }, as: UTF8.self)
  }
}

/// Conditions of a status.
struct Conditions {
  private(set) var items: [Value]
  private let now: SimulatedTime

  init(_ object: Value, now: SimulatedTime) {
    items = object[at: "status", "conditions"]?.arrayValue ?? []
    self.now = now
  }

  subscript(type: String) -> Value? { items.first { $0["type"] == .string(type) } }

  /// Sets a condition; its times change only with what they are the times of.
  mutating func set(_ type: String, _ status: String, _ reason: String, _ message: String) {
    let time = Value.string(now.text)
    let former = self[type]
    var new: Value = [
      "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
      "lastTransitionTime": former?["status"] == .string(status) ? former?["lastTransitionTime"] ?? time : time,
      "lastUpdateTime": former?["lastUpdateTime"] ?? time,
    ]
    if let former, former == new { return }
    new["lastUpdateTime"] = time
    // A condition that changes goes to the end, as in the real controller's list.
    items.removeAll { $0["type"] == .string(type) }
    items.append(new)
  }
}

import Document

/// What happens by itself after a write: the work of the controllers.
extension SimulatedCluster {
  private static let controller = Writer(manager: "kube-controller-manager", subresource: "")

  func reference(_ object: Value, _ resource: ResourceType) -> ObjectReference {
    ObjectReference(
      resource: resource.key, namespace: object[at: "metadata", "namespace"]?.stringValue ?? "",
      name: object[at: "metadata", "name"]?.stringValue ?? "")
  }

  mutating func created(_ object: Value, _ resource: ResourceType) {
    if resource.kind == "CustomResourceDefinition" { definitionCreated(object) }
    guard settings.controllers else { return }
    fillTokenSecret(object, resource)
    if settings.makesPods, resource.key == SimulatedCluster.podKey { startPod(object, resource) }
    scheduleProgress(object, resource)
    let owners = object[at: "metadata", "ownerReferences"]?.arrayValue ?? []
    if !owners.isEmpty, !owners.contains(where: ownerExists(object[at: "metadata", "namespace"]?.stringValue ?? "")) {
      let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
      timers.schedule(.collect(reference(object, resource), uid: uid), at: now.adding(.milliseconds(150)))
    }
  }

  mutating func changed(_ object: Value, old: Value, _ resource: ResourceType) {
    if resource.kind == "CustomResourceDefinition", object["spec"] != old["spec"] {
      acceptDefinition(object[at: "metadata", "name"]?.stringValue ?? "")
    }
    guard settings.controllers, object["spec"] != old["spec"] else { return }
    scheduleProgress(object, resource)
  }

  private mutating func scheduleProgress(_ object: Value, _ resource: ResourceType) {
    guard WorkloadStatus.isAnswered(resource, settings) else { return }
    let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
    let generation = object[at: "metadata", "generation"]?.intValue ?? 0
    let place = reference(object, resource)
    let isFailing = WorkloadStatus.isFailing(object, settings)
    if isReconciled(resource) {
      // Its status comes from its pods; only the end of patience comes by the clock.
      if isFailing, resource.key == SimulatedCluster.deploymentKey || resource.key == SimulatedCluster.jobKey {
        let own = object[at: "spec", "progressDeadlineSeconds"]?.intValue.map { Duration.seconds($0) } ?? .seconds(600)
        timers.schedule(.progressDeadline(place, uid: uid, generation: generation), at: now.adding(settings.progressDeadline ?? own))
      }
      return
    }
    if settings.makesPods, isFailing, resource.key == SimulatedCluster.podKey { return }
    // The first report says "progressing"; it is left out when readiness comes at once.
    if settings.readyAfter > .zero || isFailing, let begun = WorkloadStatus.progressing(object, resource, now: now) {
      store(status: begun, of: object, resource)
    }
    if isFailing {
      let own = object[at: "spec", "progressDeadlineSeconds"]?.intValue.map { Duration.seconds($0) } ?? .seconds(600)
      timers.schedule(.progressDeadline(place, uid: uid, generation: generation), at: now.adding(settings.progressDeadline ?? own))
    } else {
      timers.schedule(.progress(place, uid: uid, generation: generation), at: now.adding(settings.readyAfter))
    }
  }

  /// Writes a status the way controllers do: as an update of the status subresource.
  mutating func store(
    status: Value, of object: Value, _ resource: ResourceType, manager: String = "kube-controller-manager"
  ) {
    guard
      let stored = store.get(
        resource.key, object[at: "metadata", "namespace"]?.stringValue ?? "", object[at: "metadata", "name"]?.stringValue ?? "")
    else { return }
    let old = stored.value
    var new = old
    new["status"] = status
    guard new != old else { return }
    new = fieldManager(resource, subresource: "status").update(live: old, new: new, manager: manager)
    _ = write(new, resource)
  }

  mutating func runDueTimers() {
    while let action = timers.pop(dueBy: now) {
      switch action {
      case .progress(let place, let uid, let generation): progress(place, uid, generation, isStuck: false)
      case .progressDeadline(let place, let uid, let generation): progress(place, uid, generation, isStuck: true)
      case .graceElapsed(let place, let uid):
        if let stored = current(place, uid) { remove(stored.value, resourceOf(place.resource.group, place.resource.plural)) }
      case .definition(let name): acceptDefinition(name)
      case .definitionNames(let name): acceptNames(name)
      case .definitionGoes(let name): deleteInstances(ofDefinition: name)
      case .aggregation: checkAggregation()
      case .reconcile(let place): reconcile(place)
      case .budgets(let namespace): countBudgets(namespace)
      case .namespace(let name): finishNamespace(name)
      case .collect(let place, let uid): collect(place, uid)
      case .bookmark(let watch, let repeats):
        guard let watcher = watches[watch] else { continue }
        watches.send(watch, bookmark(watcher))
        if repeats { timers.schedule(.bookmark(watch: watch, repeats: true), at: now.adding(.seconds(60))) }
      case .watchTimeout(let watch):
        if watches[watch] != nil { watches.send(watch, [], ends: true) }
      }
    }
  }

  private func current(_ place: ObjectReference, _ uid: String) -> StoredObject? {
    guard let stored = store.get(place.resource, place.namespace, place.name), stored.uid == uid else { return nil }
    return stored
  }

  private mutating func progress(_ place: ObjectReference, _ uid: String, _ generation: Int64, isStuck: Bool) {
    guard let stored = current(place, uid) else { return }
    let object = stored.value
    guard object[at: "metadata", "generation"]?.intValue ?? 0 == generation else { return }
    guard let resource = catalog.find(place.resource) else { return }
    if isReconciled(resource), resource.key == SimulatedCluster.deploymentKey { return reportTimeout(object, resource) }
    if isReconciled(resource) { endPods(ofJob: stored) }
    if settings.makesPods, resource.key == SimulatedCluster.podKey, PodStatus.ends(object) {
      let status = PodStatus.succeeded(object, now: now, seed: UInt64(stored.resourceVersion))
      return store(status: status, of: object, resource, manager: "kubelet")
    }
    let status =
      isStuck
      ? WorkloadStatus.stuck(object, resource, now: now)
      : WorkloadStatus.ready(object, resource, now: now, seed: UInt64(stored.resourceVersion))
    if let status { store(status: status, of: object, resource) }
    if !isStuck, resource.key == ResourceKey(group: "", plural: "persistentvolumeclaims"), object[at: "spec", "volumeName"] == nil {
      bind(object, resource)
    }
  }

  /// A claim names the volume that it is bound to.
  private mutating func bind(_ object: Value, _ resource: ResourceType) {
    guard
      let stored = store.get(
        resource.key, object[at: "metadata", "namespace"]?.stringValue ?? "", object[at: "metadata", "name"]?.stringValue ?? "")
    else { return }
    let old = stored.value
    var new = old
    new[at: "spec", "volumeName"] = .string("pvc-\(stored.uid)")
    new = fieldManager(resource, subresource: "").update(live: old, new: new, manager: "kube-controller-manager")
    _ = write(new, resource)
  }

  func setCondition(_ object: inout Value, type: String, status: Bool) {
    var conditions = object[at: "status", "conditions"]?.arrayValue ?? []
    conditions.removeAll { $0["type"] == .string(type) }
    conditions.append(
      [
        "type": .string(type), "status": status ? "True" : "False", "lastProbeTime": .null, "lastTransitionTime": .string(now.text),
      ])
    object[at: "status", "conditions"] = .array(conditions)
  }
}

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
    if resource.kind == "CustomResourceDefinition" { establish(object, resource) }
    guard settings.controllers else { return }
    fillTokenSecret(object, resource)
    scheduleProgress(object, resource)
    let owners = object[at: "metadata", "ownerReferences"]?.arrayValue ?? []
    if !owners.isEmpty, !owners.contains(where: ownerExists(object[at: "metadata", "namespace"]?.stringValue ?? "")) {
      let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
      timers.schedule(.collect(reference(object, resource), uid: uid), at: now.adding(.milliseconds(500)))
    }
  }

  mutating func changed(_ object: Value, old: Value, _ resource: ResourceType) {
    if resource.kind == "CustomResourceDefinition", object["spec"] != old["spec"] { establish(object, resource) }
    guard settings.controllers, object["spec"] != old["spec"] else { return }
    scheduleProgress(object, resource)
  }

  private mutating func scheduleProgress(_ object: Value, _ resource: ResourceType) {
    guard WorkloadStatus.isAnswered(resource, settings) else { return }
    let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
    let generation = object[at: "metadata", "generation"]?.intValue ?? 0
    let place = reference(object, resource)
    let isFailing = WorkloadStatus.isFailing(object, settings)
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
  mutating func store(status: Value, of object: Value, _ resource: ResourceType) {
    guard
      let stored = store.get(
        resource.key, object[at: "metadata", "namespace"]?.stringValue ?? "", object[at: "metadata", "name"]?.stringValue ?? "")
    else { return }
    let old = stored.value
    var new = old
    new["status"] = status
    guard new != old else { return }
    new = fieldManager(resource, subresource: "status").update(live: old, new: new, manager: "kube-controller-manager")
    _ = write(new, resource)
  }

  mutating func runDueTimers() {
    while let action = timers.pop(dueBy: now) {
      switch action {
      case .progress(let place, let uid, let generation): progress(place, uid, generation, isStuck: false)
      case .progressDeadline(let place, let uid, let generation): progress(place, uid, generation, isStuck: true)
      case .graceElapsed(let place, let uid):
        if let stored = current(place, uid) { remove(stored.value, resourceOf(place.resource.group, place.resource.plural)) }
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
        "observedGeneration": object[at: "metadata", "generation"] ?? 1,
      ])
    object[at: "status", "conditions"] = .array(conditions)
  }

  // MARK: Definitions

  /// Serves what a definition describes, and says so in its status.
  private mutating func establish(_ definition: Value, _ resource: ResourceType) {
    let types = CustomDefinition.types(definition)
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    if let clash = types.first.flatMap({ catalog.find(group: $0.group, kind: $0.kind) }), clash.custom?.definition != name {
      store(status: CustomDefinitionStatus.clashing(definition, clash.kind, now: now), of: definition, resource)
      return
    }
    catalog.replace(definition: name, with: types)
    store(status: CustomDefinitionStatus.established(definition, now: now), of: definition, resource)
  }
}

/// The status of a CustomResourceDefinition.
enum CustomDefinitionStatus {
  static func established(_ definition: Value, now: SimulatedTime) -> Value {
    let old = definition[at: "status", "conditions"]?.arrayValue ?? []
    func condition(_ type: String, _ reason: String, _ message: String) -> Value {
      let since = old.first { $0["type"] == .string(type) && $0["status"] == "True" }?["lastTransitionTime"] ?? .string(now.text)
      return [
        "type": .string(type), "status": "True", "lastTransitionTime": since, "reason": .string(reason), "message": .string(message),
        "observedGeneration": definition[at: "metadata", "generation"] ?? 1,
      ]
    }
    var stored = definition[at: "status", "storedVersions"]?.arrayValue ?? []
    for version in CustomDefinition.storedVersions(definition).arrayValue ?? [] where !stored.contains(version) { stored.append(version) }
    return [
      "conditions": [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ], "acceptedNames": definition[at: "spec", "names"] ?? [:], "storedVersions": .array(stored),
    ]
  }

  static func clashing(_ definition: Value, _ kind: String, now: SimulatedTime) -> Value {
    let listKind = definition[at: "spec", "names", "listKind"]?.stringValue ?? "\(kind)List"
    return [
      "conditions": [
        [
          "type": "NamesAccepted", "status": "False", "lastTransitionTime": .string(now.text), "reason": "ListKindConflict",
          "message": .string("\"\(listKind)\" is already in use"), "observedGeneration": definition[at: "metadata", "generation"] ?? 1,
        ],
        [
          "type": "Established", "status": "False", "lastTransitionTime": .string(now.text), "reason": "NotAccepted",
          "message": "not all names are accepted", "observedGeneration": definition[at: "metadata", "generation"] ?? 1,
        ],
      ], "acceptedNames": ["plural": "", "kind": ""], "storedVersions": CustomDefinition.storedVersions(definition),
    ]
  }
}

import Document

/// Garbage collection and the end of namespaces.
extension SimulatedCluster {
  func ownerExists(_ namespace: String) -> (Value) -> Bool {
    { owner in
      let apiVersion = owner["apiVersion"]?.stringValue ?? ""
      let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
      guard let type = self.catalog.find(group: group, kind: owner["kind"]?.stringValue ?? "") else { return false }
      let stored = self.store.get(type.key, type.namespaced ? namespace : "", owner["name"]?.stringValue ?? "")
      return stored?.uid == owner["uid"]?.stringValue
    }
  }

  mutating func reindexOwners(old: Value?, new: Value?, _ resource: ResourceType) {
    let before = old?[at: "metadata", "ownerReferences"]?.arrayValue ?? []
    let after = new?[at: "metadata", "ownerReferences"]?.arrayValue ?? []
    guard !(before.isEmpty && after.isEmpty), let object = new ?? old else { return }
    let place = reference(object, resource)
    for owner in before { if let uid = owner["uid"]?.stringValue { dependents[uid]?.remove(place) } }
    for owner in after { if let uid = owner["uid"]?.stringValue { dependents[uid, default: []].insert(place) } }
  }

  /// After an object is gone: its dependents follow, its namespace or definition may be finished.
  mutating func removed(_ object: Value, _ resource: ResourceType) {
    if resource.kind == "CustomResourceDefinition" {
      definitionGone(object[at: "metadata", "name"]?.stringValue ?? "")
    }
    if let definition = resource.custom?.definition { finishDefinition(definition) }
    guard settings.controllers else { return }
    let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
    for place in dependents.removeValue(forKey: uid) ?? [] {
      guard let stored = store.get(place.resource, place.namespace, place.name) else { continue }
      timers.schedule(.collect(place, uid: stored.uid), at: now)
    }
    for owner in object[at: "metadata", "ownerReferences"]?.arrayValue ?? [] { finishForeground(owner, object) }
    if resource.namespaced, let namespace = object[at: "metadata", "namespace"]?.stringValue, isTerminating(namespace) {
      timers.schedule(.namespace(namespace), at: now.adding(settings.namespaceDeletionDelay))
    }
    if resource.key == ResourceKey(group: "", plural: "pods") { releaseClaims(object) }
  }

  private func isTerminating(_ namespace: String) -> Bool {
    store.get(ResourceKey(group: "", plural: "namespaces"), "", namespace)?.value[at: "metadata", "deletionTimestamp"] != nil
  }

  /// Removes an object whose owners are all gone; otherwise only the dead references.
  mutating func collect(_ place: ObjectReference, _ uid: String) {
    guard let stored = store.get(place.resource, place.namespace, place.name), stored.uid == uid,
      let resource = catalog.find(place.resource)
    else { return }
    var object = stored.value
    let owners = object[at: "metadata", "ownerReferences"]?.arrayValue ?? []
    let living = owners.filter(ownerExists(place.namespace))
    if living.count == owners.count { return }
    if living.isEmpty {
      if let options = try? DeleteOptions(APIRequest(method: "DELETE", target: "/?propagationPolicy=Background")) {
        _ = deleteObject(stored, resource, options)
      }
    } else {
      object[at: "metadata", "ownerReferences"] = .array(living)
      _ = write(object, resource)
    }
  }

  /// What follows from an object being marked as deleted.
  mutating func deletionStarted(_ object: Value, _ resource: ResourceType, grace: Int64) {
    if resource.kind == "CustomResourceDefinition" { definitionDeleted(object) }
    guard settings.controllers else { return }
    let finalizers = (object[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
    let uid = object[at: "metadata", "uid"]?.stringValue ?? ""
    if resource.key == ResourceKey(group: "", plural: "namespaces") {
      timers.schedule(
        .namespace(object[at: "metadata", "name"]?.stringValue ?? ""), at: now.adding(settings.namespaceDeletionDelay))
      return
    }
    if resource.key == ResourceKey(group: "", plural: "pods"), grace > 0 {
      // There is no kubelet; a simulated pod stops within a second.
      timers.schedule(.graceElapsed(reference(object, resource), uid: uid), at: now.adding(.seconds(min(grace, 1))))
    }
    if finalizers.contains("orphan") { orphanDependents(object, resource) }
    if finalizers.contains("foregroundDeletion") { deleteDependents(object, resource) }
    if finalizers.contains("kubernetes.io/pvc-protection"), !isClaimInUse(object) {
      drop(finalizer: "kubernetes.io/pvc-protection", of: reference(object, resource))
    }
    if finalizers.contains("kubernetes.io/pv-protection") {
      drop(finalizer: "kubernetes.io/pv-protection", of: reference(object, resource))
    }
  }

  /// Takes a finalizer away; the object goes with the last one.
  mutating func drop(finalizer: String, of place: ObjectReference) {
    guard let stored = store.get(place.resource, place.namespace, place.name), let resource = catalog.find(place.resource) else { return }
    var object = stored.value
    let left = (object[at: "metadata", "finalizers"]?.arrayValue ?? []).filter { $0 != .string(finalizer) }
    object[at: "metadata", "finalizers"] = left.isEmpty ? nil : .array(left)
    if left.isEmpty, object[at: "metadata", "deletionTimestamp"] != nil,
      object[at: "metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0 == 0
    {
      remove(stored.value, resource)
    } else {
      _ = write(object, resource)
    }
  }

  private mutating func orphanDependents(_ object: Value, _ resource: ResourceType) {
    let uid = object[at: "metadata", "uid"]
    for place in (dependents[uid?.stringValue ?? ""] ?? []).sorted(by: { $0.name < $1.name }) {
      guard let stored = store.get(place.resource, place.namespace, place.name), let type = catalog.find(place.resource) else { continue }
      var dependent = stored.value
      let left = (dependent[at: "metadata", "ownerReferences"]?.arrayValue ?? []).filter { $0["uid"] != uid }
      dependent[at: "metadata", "ownerReferences"] = left.isEmpty ? nil : .array(left)
      _ = write(dependent, type)
    }
    drop(finalizer: "orphan", of: reference(object, resource))
  }

  private mutating func deleteDependents(_ object: Value, _ resource: ResourceType) {
    let places = (dependents[object[at: "metadata", "uid"]?.stringValue ?? ""] ?? []).sorted { $0.name < $1.name }
    for place in places {
      guard let stored = store.get(place.resource, place.namespace, place.name), let type = catalog.find(place.resource),
        let options = try? DeleteOptions(APIRequest(method: "DELETE", target: "/?propagationPolicy=Foreground"))
      else { continue }
      _ = deleteObject(stored, type, options)
    }
    let left = dependents[object[at: "metadata", "uid"]?.stringValue ?? ""] ?? []
    if left.isEmpty { drop(finalizer: "foregroundDeletion", of: reference(object, resource)) }
  }

  /// An owner that waits for its dependents goes when the last of them is gone.
  private mutating func finishForeground(_ owner: Value, _ object: Value) {
    let apiVersion = owner["apiVersion"]?.stringValue ?? ""
    let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
    guard let uid = owner["uid"]?.stringValue, let type = catalog.find(group: group, kind: owner["kind"]?.stringValue ?? ""),
      (dependents[uid] ?? []).isEmpty
    else { return }
    let namespace = type.namespaced ? object[at: "metadata", "namespace"]?.stringValue ?? "" : ""
    guard let stored = store.get(type.key, namespace, owner["name"]?.stringValue ?? ""), stored.uid == uid else { return }
    let finalizers = stored.value[at: "metadata", "finalizers"]?.arrayValue ?? []
    if finalizers.contains("foregroundDeletion") { drop(finalizer: "foregroundDeletion", of: reference(stored.value, type)) }
  }

  // MARK: Claims

  private func isClaimInUse(_ claim: Value) -> Bool {
    let name = claim[at: "metadata", "name"]
    let pods = store.list(ResourceKey(group: "", plural: "pods"), namespace: claim[at: "metadata", "namespace"]?.stringValue ?? "")
    return pods.contains { stored in
      let pod = stored.value
      guard pod[at: "spec", "nodeName"] != nil else { return false }
      return (pod[at: "spec", "volumes"]?.arrayValue ?? []).contains { $0[at: "persistentVolumeClaim", "claimName"] == name }
    }
  }

  private mutating func releaseClaims(_ pod: Value) {
    let namespace = pod[at: "metadata", "namespace"]?.stringValue ?? ""
    for volume in pod[at: "spec", "volumes"]?.arrayValue ?? [] {
      guard let name = volume[at: "persistentVolumeClaim", "claimName"]?.stringValue else { continue }
      let place = ObjectReference(resource: ResourceKey(group: "", plural: "persistentvolumeclaims"), namespace: namespace, name: name)
      guard let claim = store.get(place.resource, namespace, name)?.value, claim[at: "metadata", "deletionTimestamp"] != nil,
        !isClaimInUse(claim)
      else { continue }
      drop(finalizer: "kubernetes.io/pvc-protection", of: place)
    }
  }

  // MARK: Namespaces and definitions

  /// Deletes what is left in a namespace; when nothing is, the namespace itself goes.
  mutating func finishNamespace(_ name: String) {
    let key = ResourceKey(group: "", plural: "namespaces")
    guard let resource = catalog.find(key), let stored = store.get(key, "", name), isTerminating(name) else { return }
    var left: [ResourceKey: [StoredObject]] = [:]
    for contentKey in store.resources {
      guard let type = catalog.find(contentKey), type.namespaced else { continue }
      for content in store.list(contentKey, namespace: name) {
        if content.value[at: "metadata", "deletionTimestamp"] == nil,
          let options = try? DeleteOptions(APIRequest(method: "DELETE", target: "/?propagationPolicy=Background&gracePeriodSeconds=0"))
        {
          _ = deleteObject(content, type, options)
        }
      }
      let rest = store.list(contentKey, namespace: name)
      if !rest.isEmpty { left[contentKey] = rest }
    }
    let failures = unavailableServices
    var object = store.get(key, "", name)?.value ?? stored.value
    let status = NamespaceStatus.terminating(left, failures: failures, now: now, old: object)
    store(status: status, of: object, resource)
    guard left.isEmpty, failures.isEmpty else { return }
    object = store.get(key, "", name)?.value ?? object
    remove(object, resource)
  }
}

/// The status of a namespace that waits for its contents.
enum NamespaceStatus {
  static func terminating(
    _ left: [ResourceKey: [StoredObject]], failures: [AggregatedService], now: SimulatedTime, old: Value
  ) -> Value {
    var finalizers: [String: Int] = [:]
    for stored in left.values.flatMap({ $0 }) {
      for finalizer in stored.value[at: "metadata", "finalizers"]?.arrayValue ?? [] {
        finalizers[finalizer.stringValue ?? "", default: 0] += 1
      }
    }
    let resources = left.sorted { $0.key.plural < $1.key.plural }
      .map { "\($0.key.plural).\($0.key.group) has \($0.value.count) resource instances" }.joined(separator: ", ")
    let holders = finalizers.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }.joined(separator: ", ")
    func condition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) -> Value {
      let status: Value = isTrue ? "True" : "False"
      let since = (old[at: "status", "conditions"]?.arrayValue ?? []).first {
        $0["type"] == .string(type) && $0["status"] == status
      }?["lastTransitionTime"]
      return [
        "type": .string(type), "status": isTrue ? "True" : "False", "lastTransitionTime": since ?? .string(now.text),
        "reason": .string(reason),
        "message": .string(message),
      ]
    }
    let down = failures.map { "\($0.group)/\($0.version)" }
    let discovery =
      down.isEmpty
      ? condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered")
      : condition(
        "NamespaceDeletionDiscoveryFailure", true, "DiscoveryFailed",
        "Discovery failed for some groups, \(down.count) failing: unable to retrieve the complete list of server APIs: "
          + down.map { "\($0): stale GroupVersion discovery: \($0)" }.joined(separator: ", "))
    return [
      "phase": "Terminating",
      "conditions": [
        discovery,
        condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
        condition(
          "NamespaceDeletionContentFailure", false, "ContentDeleted",
          "All content successfully deleted, may be waiting on finalization"),
        left.isEmpty
          ? condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
          : condition("NamespaceContentRemaining", true, "SomeResourcesRemain", "Some resources are remaining: \(resources)"),
        finalizers.isEmpty
          ? condition(
            "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
          : condition(
            "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: \(holders)"),
      ],
    ]
  }
}

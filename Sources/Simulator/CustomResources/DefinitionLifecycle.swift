import Document

/// The life of a definition: accepted, established, and at its end cleaned up. The API server itself does this, so it happens
/// with and without controllers.
extension SimulatedCluster {
  private static let definitions = ResourceKey(group: "apiextensions.k8s.io", plural: "customresourcedefinitions")

  mutating func definitionCreated(_ definition: Value) {
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    if settings.definitionsEstablishAfter > .zero {
      // Names are decided on soon, serving takes longer.
      timers.schedule(.definitionNames(name), at: now.adding(settings.definitionsEstablishAfter / 4))
      timers.schedule(.definition(name), at: now.adding(settings.definitionsEstablishAfter))
    } else {
      acceptDefinition(name)
    }
  }

  /// Serves what a definition describes, unless its names are taken, and says so in its status.
  mutating func acceptDefinition(_ name: String) {
    guard acceptNames(name), let resource = catalog.find(SimulatedCluster.definitions),
      let definition = store.get(SimulatedCluster.definitions, "", name)?.value
    else { return }
    catalog.replace(definition: name, with: CustomDefinition.types(definition))
    store(
      status: CustomDefinitionStatus.accepted(definition, isEstablished: true, now: now), of: definition, resource,
      manager: "kube-apiserver")
  }

  /// Reports whether a definition may have its names.
  @discardableResult
  mutating func acceptNames(_ name: String) -> Bool {
    guard let resource = catalog.find(SimulatedCluster.definitions),
      let definition = store.get(SimulatedCluster.definitions, "", name)?.value
    else { return false }
    let types = CustomDefinition.types(definition)
    if let clash = types.first.flatMap({ catalog.find(group: $0.group, kind: $0.kind) }), clash.custom?.definition != name {
      let status = CustomDefinitionStatus.clashing(definition, clash.kind, now: now)
      store(status: status, of: definition, resource, manager: "kube-apiserver")
      return false
    }
    store(
      status: CustomDefinitionStatus.accepted(definition, isEstablished: false, now: now), of: definition, resource,
      manager: "kube-apiserver")
    return true
  }

  /// A definition was marked as deleted: nothing new of its kind, and its instances go next.
  mutating func definitionDeleted(_ definition: Value) {
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    if catalog.custom.contains(where: { $0.custom?.definition == name }) {
      catalog.replace(definition: name, with: CustomDefinition.types(definition))
    }
    timers.schedule(.definitionGoes(name), at: now)
  }

  mutating func deleteInstances(ofDefinition name: String) {
    guard let resource = catalog.find(SimulatedCluster.definitions),
      var definition = store.get(SimulatedCluster.definitions, "", name)?.value
    else { return }
    let type = catalog.custom.first { $0.custom?.definition == name }
    if let type, !store.list(type.key, namespace: nil).isEmpty {
      CustomDefinitionStatus.terminate(&definition, isBegun: true, now: now)
      store(status: definition["status"] ?? .null, of: definition, resource, manager: "kube-apiserver")
      for stored in store.list(type.key, namespace: nil) {
        guard let options = try? DeleteOptions(APIRequest(method: "DELETE", target: "/")) else { continue }
        _ = deleteObject(stored, type, options)
      }
    }
    finishDefinition(name)
  }

  /// Lets a definition go once nothing of its kind is left.
  mutating func finishDefinition(_ name: String) {
    let key = SimulatedCluster.definitions
    guard let definition = store.get(key, "", name)?.value, definition[at: "metadata", "deletionTimestamp"] != nil else { return }
    if let type = catalog.custom.first(where: { $0.custom?.definition == name }), !store.list(type.key, namespace: nil).isEmpty { return }
    drop(finalizer: CustomDefinition.finalizer, of: ObjectReference(resource: key, namespace: "", name: name))
  }

  /// Its kind is served no longer, and nobody can watch it.
  mutating func definitionGone(_ name: String) {
    if let type = catalog.custom.first(where: { $0.custom?.definition == name }) { watches.end(type.key) }
    catalog.replace(definition: name, with: [])
  }
}

extension CustomDefinition {
  /// Holds a definition until its instances are gone.
  static let finalizer = "customresourcecleanup.apiextensions.k8s.io"
}

/// The status of a CustomResourceDefinition.
enum CustomDefinitionStatus {
  private static func condition(
    _ definition: Value, _ type: String, _ isTrue: Bool, _ reason: String, _ message: String, _ now: SimulatedTime
  ) -> Value {
    let status: Value = isTrue ? "True" : "False"
    let old = (definition[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == .string(type) && $0["status"] == status }
    return [
      "type": .string(type), "status": status, "lastTransitionTime": old?["lastTransitionTime"] ?? .string(now.text),
      "reason": .string(reason), "message": .string(message),
    ]
  }

  static func accepted(_ definition: Value, isEstablished: Bool, now: SimulatedTime) -> Value {
    var stored = definition[at: "status", "storedVersions"]?.arrayValue ?? []
    for version in CustomDefinition.storedVersions(definition).arrayValue ?? [] where !stored.contains(version) { stored.append(version) }
    let wasEstablished = (definition[at: "status", "conditions"]?.arrayValue ?? []).contains {
      $0["type"] == "Established" && $0["status"] == "True"
    }
    let isReady = isEstablished || wasEstablished
    var conditions = [
      condition(definition, "NamesAccepted", true, "NoConflicts", "no conflicts found", now),
      condition(
        definition, "Established", isReady, isReady ? "InitialNamesAccepted" : "Installing", "the initial names have been accepted", now),
    ]
    conditions += (definition[at: "status", "conditions"]?.arrayValue ?? []).filter { $0["type"] == "Terminating" }
    return [
      "conditions": .array(conditions), "acceptedNames": definition[at: "spec", "names"] ?? [:], "storedVersions": .array(stored),
    ]
  }

  static func clashing(_ definition: Value, _ kind: String, now: SimulatedTime) -> Value {
    let listKind = definition[at: "spec", "names", "listKind"]?.stringValue ?? "\(kind)List"
    return [
      "conditions": [
        condition(definition, "NamesAccepted", false, "ListKindConflict", "\"\(listKind)\" is already in use", now),
        condition(definition, "Established", false, "NotAccepted", "not all names are accepted", now),
      ], "acceptedNames": ["plural": definition[at: "spec", "names", "plural"] ?? "", "kind": ""],
      "storedVersions": CustomDefinition.storedVersions(definition),
    ]
  }

  /// Adds the condition under which a definition is deleted.
  static func terminate(_ definition: inout Value, isBegun: Bool, now: SimulatedTime) {
    let terminating = condition(
      definition, "Terminating", true, isBegun ? "InstanceDeletionInProgress" : "InstanceDeletionPending",
      isBegun
        ? "CustomResource deletion is in progress"
        : "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now)
    let others = (definition[at: "status", "conditions"]?.arrayValue ?? []).filter { $0["type"] != "Terminating" }
    definition[at: "status", "conditions"] = .array(others + [terminating])
  }
}

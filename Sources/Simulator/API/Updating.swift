import Document

extension SimulatedCluster {
  /// Kinds whose PUT makes a missing object.
  private static let createdByUpdate: Set<String> = [
    "services", "leases", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "endpoints", "limitranges", "events",
    "runtimeclasses",
    "priorityclasses",
  ]

  /// Kinds whose PUT needs a resourceVersion.
  private static func needsVersion(_ resource: ResourceType) -> Bool {
    resource.custom != nil || ["leases", "poddisruptionbudgets", "customresourcedefinitions"].contains(resource.plural)
  }

  mutating func update(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    let options = try WriteOptions(request, kind: "UpdateOptions")
    if target.subresource == "scale" { return try writeScale(request, target, options) }
    let body = try decodeBody(request, resource, options)
    var object = body.object
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    guard name == target.name else {
      throw APIFailure.badRequest(
        name.isEmpty
          ? "name must be provided" : "the name of the object (\(name)) does not match the name on the URL (\(target.name))")
    }
    try checkNamespace(&object, resource, target.namespace)
    let writer = options.writer(request, subresource: target.subresource)
    guard let stored = store.get(resource.key, target.namespace, target.name) else {
      guard target.subresource.isEmpty, SimulatedCluster.createdByUpdate.contains(resource.plural) else {
        throw APIFailure.notFound(resource, target.name)
      }
      object[at: "metadata", "resourceVersion"] = nil
      let created = try createObject(object, resource, namespace: target.namespace, writer: writer)
      return respond(object: created, resource, status: 201, request, warnings: body.warnings)
    }
    if target.subresource == "finalize" { return try finalize(object, stored, request, target) }
    let version = object[at: "metadata", "resourceVersion"]?.stringValue ?? ""
    if version.isEmpty || version == "0", SimulatedCluster.needsVersion(resource) {
      throw APIFailure.invalid(
        group: resource.group, kind: resource.plural, name: target.name,
        [.invalid("metadata.resourceVersion", 0, "must be specified for an update")])
    }
    if !version.isEmpty, UInt64(version) == nil {
      throw APIFailure.internalError("strconv.ParseUint: parsing \"\(version)\": invalid syntax")
    }
    try checkPreconditions(object, stored, resource)
    let old = read(stored, resource)
    let result = try updateObject(object, old: old, resource, writer: writer)
    return respond(object: result, resource, request, warnings: body.warnings)
  }

  /// The version and uid that a write expects.
  func checkPreconditions(_ object: Value, _ stored: StoredObject, _ resource: ResourceType) throws(APIFailure) {
    if let uid = object[at: "metadata", "uid"]?.stringValue, !uid.isEmpty, uid != stored.uid {
      throw APIFailure.conflict(
        resource, stored.name,
        "StorageError: invalid object, Code: 4, Key: \(storageKey(stored, resource)), ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), UID in object meta: \(stored.uid)"
      )
    }
    if let version = object[at: "metadata", "resourceVersion"]?.stringValue, !version.isEmpty, version != String(stored.resourceVersion) {
      throw APIFailure.modified(resource, stored.name)
    }
  }

  func storageKey(_ stored: StoredObject, _ resource: ResourceType) -> String {
    let place = stored.namespace.isEmpty ? stored.name : "\(stored.namespace)/\(stored.name)"
    let group = resource.custom != nil ? "\(resource.group)/" : ""
    return "/registry/\(group)\(resource.plural)/\(place)"
  }

  /// Stores a changed object, or returns it unchanged when nothing differs.
  mutating func updateObject(
    _ sent: Value, old: Value, _ resource: ResourceType, writer: Writer, applied: Bool = false
  ) throws(APIFailure) -> Value {
    var object = sent
    Defaults.edit(&object, "metadata") { metadata in
      for key in ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "uid", "selfLink"] {
        metadata[key] = old[at: "metadata", key]
      }
      metadata["resourceVersion"] = old[at: "metadata", "resourceVersion"]
    }
    if resource.key == ResourceKey(group: "", plural: "namespaces") { Defaults.apply(to: &object, resource: resource) }
    if !applied {
      object = fieldManager(resource, subresource: writer.subresource).update(live: old, new: object, manager: writer.manager)
    }
    try checkEscalation(object, old: old, resource, user: user)
    try allocate(&object, old: old, resource)
    separate(&object, old: old, resource, subresource: writer.subresource)
    let name = old[at: "metadata", "name"]?.stringValue ?? ""
    var errors = Validation.update(object, old: old, resource, subresource: writer.subresource)
    if resource.custom != nil, errors.isEmpty { errors = CustomResourceValidation.errors(object, resource, old: old) }
    if !errors.isEmpty { throw APIFailure.invalid(resource, name, errors) }
    if Generations.isCounted(resource), writer.subresource.isEmpty || writer.subresource == "scale",
      changesGeneration(object, old, resource)
    {
      object[at: "metadata", "generation"] = .int((old[at: "metadata", "generation"]?.intValue ?? 0) + 1)
    }
    if isSame(object, old), !(applied && isFirstReapply(old, resource)) { return old }
    guard !writer.dryRun else { return object }
    if resource.key != ResourceKey(group: "", plural: "namespaces"), finishesDeletion(object) {
      // Watchers see the last stored form, which still has the finalizer.
      remove(old, resource)
      return object
    }
    object = write(object, resource)
    changed(object, old: old, resource)
    return object
  }

  /// Status is written through its subresource, all else through the resource itself.
  private func separate(_ object: inout Value, old: Value, _ resource: ResourceType, subresource: String) {
    switch subresource {
    case "status":
      var result = old
      result["status"] = object["status"]
      Defaults.edit(&result, "metadata") { metadata in
        if resource.custom == nil {
          metadata["annotations"] = object[at: "metadata", "annotations"]
          metadata["finalizers"] = object[at: "metadata", "finalizers"]
          if resource.group != "apps" { metadata["labels"] = object[at: "metadata", "labels"] }
        }
        metadata["managedFields"] = object[at: "metadata", "managedFields"]
      }
      object = result
    case "scale": break
    default:
      if resource.hasStatus { object["status"] = old["status"] }
      if resource.key == ResourceKey(group: "", plural: "namespaces") { object[at: "spec", "finalizers"] = old[at: "spec", "finalizers"] }
    }
  }

  private func changesGeneration(_ object: Value, _ old: Value, _ resource: ResourceType) -> Bool {
    if resource.custom == nil { return object["spec"] != old["spec"] }
    func relevant(_ value: Value) -> Value {
      var value = value
      value["metadata"] = nil
      if resource.hasStatus { value["status"] = nil }
      return value
    }
    return relevant(object) != relevant(old)
  }

  /// The first repeated apply of a job or claim is stored although nothing visible changes: a known oddity of the real server.
  private func isFirstReapply(_ old: Value, _ resource: ResourceType) -> Bool {
    guard resource.kind == "Job" || resource.kind == "PersistentVolumeClaim",
      let version = old[at: "metadata", "resourceVersion"]?.stringValue.flatMap(Int64.init)
    else { return false }
    return store.history.contains { $0.resourceVersion == version && $0.kind == .added }
  }

  /// Whether nothing differs but the times of managed fields.
  private func isSame(_ new: Value, _ old: Value) -> Bool {
    var left = new
    var right = old
    left[at: "metadata", "managedFields"] = nil
    right[at: "metadata", "managedFields"] = nil
    return left == right && ManagedFields(of: new).withoutTimes == ManagedFields(of: old).withoutTimes
  }

  private func finishesDeletion(_ object: Value) -> Bool {
    guard object[at: "metadata", "deletionTimestamp"] != nil else { return false }
    return (object[at: "metadata", "finalizers"]?.arrayValue ?? []).isEmpty
      && object[at: "metadata", "deletionGracePeriodSeconds"]?.intValue ?? 0 == 0
  }

  // MARK: The store

  /// The object in the version that is asked for.
  func read(_ stored: StoredObject, _ resource: ResourceType) -> Value {
    var value = stored.value
    if resource.custom != nil { value = CustomResourcePruner.withDefaults(value, resource) }
    value["apiVersion"] = .string(resource.apiVersion)
    return value
  }

  /// Writes an object under a new version and tells the watchers.
  mutating func write(_ object: Value, _ resource: ResourceType) -> Value {
    var object = object
    let version = store.nextVersion()
    object[at: "metadata", "resourceVersion"] = .string(String(version))
    let stored = encodeForStore(object, resource, version)
    reindexOwners(old: store.get(resource.key, stored.namespace, stored.name)?.value, new: object, resource)
    publish(store.put(resource.key, stored))
    return object
  }

  private func encodeForStore(_ object: Value, _ resource: ResourceType, _ version: Int64) -> StoredObject {
    var object = object
    object["apiVersion"] = .string(catalog.find(resource.key)?.apiVersion ?? resource.apiVersion)
    return StoredObject(
      namespace: object[at: "metadata", "namespace"]?.stringValue ?? "", name: object[at: "metadata", "name"]?.stringValue ?? "",
      uid: object[at: "metadata", "uid"]?.stringValue ?? "", resourceVersion: version,
      labels: object[at: "metadata", "labels"]?.objectValue ?? Object(), bytes: JSON.encode(object, escapeHTML: true))
  }

  mutating func publish(_ event: HistoryEvent) {
    if event.resource.group == SimulatedCluster.accessGroup { grantsAreStale = true }
    noteAggregation(event.resource)
    noteBudgets(event.resource, event.object.namespace)
    noteWorkload(event)
    watches.publish(event, encoder: WatchEncoder(now: now))
  }

  /// Takes an object out of the store; watchers see its last form under a new version.
  @discardableResult
  mutating func remove(_ object: Value, _ resource: ResourceType) -> Value {
    var object = object
    let version = store.nextVersion()
    object[at: "metadata", "resourceVersion"] = .string(String(version))
    let stored = encodeForStore(object, resource, version)
    reindexOwners(old: store.get(resource.key, stored.namespace, stored.name)?.value, new: nil, resource)
    guard let event = store.remove(resource.key, stored) else { return object }
    publish(event)
    removed(object, resource)
    return object
  }
}

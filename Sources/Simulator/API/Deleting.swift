import Document

/// The options of a delete, from the body and the query.
struct DeleteOptions: Sendable {
  var uid: String?
  var resourceVersion: String?
  var gracePeriodSeconds: Int64?
  var propagationPolicy: String?
  var orphanDependents: Bool?
  var dryRun = false

  init(_ request: APIRequest) throws(APIFailure) {
    var dryRuns = request.query.filter { $0.name == "dryRun" }.map(\.value)
    propagationPolicy = request.parameter("propagationPolicy")
    gracePeriodSeconds = request.parameter("gracePeriodSeconds").flatMap(Int64.init)
    if !request.body.isEmpty {
      let body: Value
      do {
        switch request.mediaType {
        case "application/yaml": body = try YAML.decode(String(decoding: request.body, as: UTF8.self))
        case ProtobufBody.mediaType: body = try ProtobufBody.decode(request.body)
        default: body = try JSON.decode(request.body)
        }
      } catch {
        throw APIFailure.badRequest("couldn't get version/kind; json parse error: \(error.message)")
      }
      if let kind = body["kind"]?.stringValue, kind != "DeleteOptions", !kind.isEmpty {
        throw APIFailure.badRequest(
          "no kind \"\(kind)\" is registered for version \"\(body["apiVersion"]?.stringValue ?? "")\" in scheme \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\""
        )
      }
      uid = body[at: "preconditions", "uid"]?.stringValue
      resourceVersion = body[at: "preconditions", "resourceVersion"]?.stringValue
      gracePeriodSeconds = body["gracePeriodSeconds"]?.intValue ?? gracePeriodSeconds
      propagationPolicy = body["propagationPolicy"]?.stringValue ?? propagationPolicy
      orphanDependents = body["orphanDependents"]?.boolValue
      dryRuns += (body["dryRun"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
    dryRun = dryRuns.contains("All")
    var errors: [FieldError] = []
    if propagationPolicy != nil, orphanDependents != nil {
      errors.append(
        .invalid("propagationPolicy", .string(propagationPolicy ?? ""), "orphanDependents and deletionPropagation cannot be both set"))
    }
    if let policy = propagationPolicy, !["Foreground", "Background", "Orphan"].contains(policy) {
      errors.append(.notSupported("propagationPolicy", .string(policy), ["Foreground", "Background", "Orphan", "nil"]))
    }
    if !errors.isEmpty { throw APIFailure.invalid(group: "meta.k8s.io", kind: "DeleteOptions", name: "", errors) }
  }
}

extension SimulatedCluster {
  /// Kinds whose DELETE answers with the object although it is gone.
  private static let returnsObject: Set<String> = [
    "services", "serviceaccounts", "resourcequotas", "podtemplates", "storageclasses", "csidrivers", "resourceclaims", "pods",
    "resourceclaimtemplates", "volumeattachments", "csinodes", "deviceclasses",
  ]

  mutating func delete(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    let options = try DeleteOptions(request)
    if resource.key == ResourceKey(group: "", plural: "namespaces"), ["default", "kube-system", "kube-public"].contains(target.name) {
      throw APIFailure.forbidden(resource, target.name, "this namespace may not be deleted")
    }
    guard let stored = store.get(resource.key, target.namespace, target.name) else { throw APIFailure.notFound(resource, target.name) }
    try checkDelete(options, stored, resource)
    let (object, isGone) = deleteObject(stored, resource, options)
    if isGone, !SimulatedCluster.returnsObject.contains(resource.plural) {
      var details: Object = ["name": .string(target.name), "kind": .string(resource.plural), "uid": .string(stored.uid)]
      if !resource.group.isEmpty { details["group"] = .string(resource.group) }
      return respond(
        ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details)], request,
        warnings: jobWarning(resource, options))
    }
    return respond(object: object, resource, request, warnings: jobWarning(resource, options))
  }

  private func jobWarning(_ resource: ResourceType, _ options: DeleteOptions) -> [String] {
    guard resource.group == "batch", resource.kind == "Job", options.propagationPolicy == nil else { return [] }
    return [
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"
    ]
  }

  private func checkDelete(_ options: DeleteOptions, _ stored: StoredObject, _ resource: ResourceType) throws(APIFailure) {
    if let uid = options.uid, uid != stored.uid {
      throw APIFailure.precondition(
        resource, stored.name,
        "the UID in the precondition (\(uid)) does not match the UID in record (\(stored.uid)). The object might have been deleted and then recreated"
      )
    }
    if let version = options.resourceVersion, version != String(stored.resourceVersion) {
      throw APIFailure.precondition(
        resource, stored.name,
        "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record (\(stored.resourceVersion)). The object might have been modified"
      )
    }
  }

  /// Marks an object as being deleted, or removes it when nothing holds it.
  mutating func deleteObject(_ stored: StoredObject, _ resource: ResourceType, _ options: DeleteOptions) -> (Value, isGone: Bool) {
    let old = read(stored, resource)
    var object = old
    var finalizers = (object[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
    let policy = options.orphanDependents == true ? "Orphan" : options.propagationPolicy ?? defaultPolicy(resource)
    finalizers.removeAll { $0 == "orphan" || $0 == "foregroundDeletion" }
    if policy == "Orphan" { finalizers.append("orphan") }
    if policy == "Foreground" { finalizers.append("foregroundDeletion") }
    let isDefinition = resource.kind == "CustomResourceDefinition" && resource.group == "apiextensions.k8s.io"
    if isDefinition, !finalizers.contains(CustomDefinition.finalizer) { finalizers.append(CustomDefinition.finalizer) }
    let isNamespace = resource.key == ResourceKey(group: "", plural: "namespaces")
    var grace = gracePeriod(object, resource, options)
    let isTerminating = object[at: "metadata", "deletionTimestamp"] != nil
    if isTerminating, let former = object[at: "metadata", "deletionGracePeriodSeconds"]?.intValue { grace = min(grace, former) }
    let isPod = resource.key == ResourceKey(group: "", plural: "pods")
    if finalizers.isEmpty, grace == 0, !isNamespace {
      // A pod is marked first, so that whoever watches sees why it goes.
      if isPod { markDeleted(&object, grace: 0, isTerminating: isTerminating) }
      guard !options.dryRun else { return (object, true) }
      if isPod { object = write(object, resource) }
      return (remove(object, resource), true)
    }
    Defaults.edit(&object, "metadata") { metadata in
      metadata["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) })
      guard !isTerminating || metadata["deletionGracePeriodSeconds"]?.intValue ?? 0 != grace else { return }
      let start = isTerminating ? SimulatedTime(milliseconds: now.milliseconds) : now
      metadata["deletionTimestamp"] = .string(start.adding(.seconds(grace)).text)
      if !isNamespace, !isDefinition { metadata["deletionGracePeriodSeconds"] = .int(grace) }
      if let generation = metadata["generation"]?.intValue, !isTerminating, !isDefinition { metadata["generation"] = .int(generation + 1) }
    }
    if isNamespace { object[at: "status", "phase"] = "Terminating" }
    if isDefinition, !isTerminating { CustomDefinitionStatus.terminate(&object, isBegun: false, now: now) }
    guard object != old, !options.dryRun else { return (object, false) }
    object = write(object, resource)
    deletionStarted(object, resource, grace: grace)
    return (object, false)
  }

  private func markDeleted(_ object: inout Value, grace: Int64, isTerminating: Bool) {
    Defaults.edit(&object, "metadata") { metadata in
      metadata["deletionTimestamp"] = .string(now.adding(.seconds(grace)).text)
      metadata["deletionGracePeriodSeconds"] = .int(grace)
      if let generation = metadata["generation"]?.intValue, !isTerminating { metadata["generation"] = .int(generation + 1) }
    }
  }

  private func defaultPolicy(_ resource: ResourceType) -> String {
    resource.group == "batch" && resource.kind == "Job" ? "Orphan" : "Background"
  }

  private func gracePeriod(_ object: Value, _ resource: ResourceType, _ options: DeleteOptions) -> Int64 {
    guard resource.key == ResourceKey(group: "", plural: "pods") else { return 0 }
    guard let node = object[at: "spec", "nodeName"]?.stringValue, !node.isEmpty else { return 0 }
    let phase = object[at: "status", "phase"]?.stringValue
    if phase == "Succeeded" || phase == "Failed" { return 0 }
    let wanted = options.gracePeriodSeconds ?? object[at: "spec", "terminationGracePeriodSeconds"]?.intValue ?? 30
    return wanted < 0 ? 1 : wanted
  }

  mutating func deleteCollection(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let options = try DeleteOptions(request)
    let selection = try Selection(request, target)
    var items: [Value] = []
    for stored in store.list(target.resource.key, namespace: target.path.namespace) where selection.matches(stored) {
      // What is gone is shown as it was stored, what stays with its mark.
      let (object, isGone) = deleteObject(stored, target.resource, options)
      items.append(isGone ? read(stored, target.resource) : object)
    }
    return respond(
      listBody(items, target.resource, metadata: ["resourceVersion": .string(String(store.resourceVersion))]), request)
  }
}

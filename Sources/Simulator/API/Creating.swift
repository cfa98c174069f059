import Document

extension SimulatedCluster {
  mutating func create(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    let options = try WriteOptions(request, kind: "CreateOptions")
    if let answer = try review(request, resource, options) { return answer }
    let body = try decodeBody(request, resource, options)
    let writer = options.writer(request, subresource: "")
    let object = try createObject(body.object, resource, namespace: target.namespace, writer: writer)
    return respond(object: object, resource, status: 201, request, warnings: body.warnings)
  }

  /// Stores a new object that already has its type's form, or with `normalized` false brings it into it.
  mutating func createObject(
    _ sent: Value, _ resource: ResourceType, namespace: String, writer: Writer, applied: Bool = false
  ) throws(APIFailure) -> Value {
    var object = sent
    if resource.custom == nil, writer.manager == "kube-apiserver" || writer.manager == "kube-controller-manager" {
      object = try convert(sent, resource, validation: .ignore, failure: { APIFailure.internalError($0) }).object
    }
    if object[at: "metadata", "resourceVersion"]?.stringValue.map({ !$0.isEmpty }) ?? false {
      guard applied else {
        throw APIFailure.internalError("resourceVersion should not be set on objects to be created")
      }
      object[at: "metadata", "resourceVersion"] = nil
    }
    try checkNamespace(&object, resource, namespace)
    try admitCreate(resource, namespace, object)
    try checkEscalation(object, old: nil, resource, user: user)
    if resource.custom?.isTerminating == true {
      throw APIFailure.forbidden(
        resource, object[at: "metadata", "name"]?.stringValue ?? "",
        "create not allowed while custom resource definition is terminating")
    }
    prepareMetadata(&object, resource)
    if !applied { object[at: "metadata", "managedFields"] = nil }
    if !applied {
      object = fieldManager(resource, subresource: "").update(live: nil, new: object, manager: writer.manager)
    }
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    // Names are checked after admission, so that a missing namespace is found first.
    let errors = Validation.create(object, resource)
    if !errors.isEmpty { throw APIFailure.invalid(resource, name, errors) }
    if let present = store.get(resource.key, namespace, name) {
      throw APIFailure.alreadyExists(resource, name, isDeleting: present.value[at: "metadata", "deletionTimestamp"] != nil)
    }
    try allocate(&object, old: nil, resource)
    finishCreate(&object, resource)
    guard !writer.dryRun else { return object }
    object = write(object, resource)
    created(object, resource)
    return object
  }

  func checkNamespace(_ object: inout Value, _ resource: ResourceType, _ namespace: String) throws(APIFailure) {
    let sent = object[at: "metadata", "namespace"]?.stringValue ?? ""
    guard resource.namespaced else {
      object[at: "metadata", "namespace"] = nil
      return
    }
    if !sent.isEmpty, sent != namespace {
      throw APIFailure.badRequest("the namespace of the provided object does not match the namespace sent on the request")
    }
    object[at: "metadata", "namespace"] = .string(namespace)
  }

  /// Namespaces must exist and must not be on their way out.
  func admitCreate(_ resource: ResourceType, _ namespace: String, _ object: Value) throws(APIFailure) {
    guard resource.namespaced else { return }
    let namespaces = resourceOf("", "namespaces")
    guard let space = store.get(namespaces.key, "", namespace) else { throw APIFailure.notFound(namespaces, namespace) }
    guard let deleted = space.value[at: "metadata", "deletionTimestamp"], !deleted.isNull else { return }
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let text = "unable to create new content in namespace \(namespace) because it is being terminated"
    throw APIFailure.forbidden(
      resource, name, text,
      causes: [
        APIFailure.Cause(reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated", field: "metadata.namespace")
      ])
  }

  private mutating func prepareMetadata(_ object: inout Value, _ resource: ResourceType) {
    Defaults.edit(&object, "metadata") { metadata in
      for key in ["selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion"] { metadata[key] = nil }
      let name = metadata["name"]?.stringValue ?? ""
      if name.isEmpty, let prefix = metadata["generateName"]?.stringValue, !prefix.isEmpty {
        metadata["name"] = .string(prefix + random.suffix())
      }
      metadata["uid"] = .string(random.uid())
      metadata["creationTimestamp"] = .string(now.text)
    }
    if resource.key == ResourceKey(group: "", plural: "namespaces") { Defaults.apply(to: &object, resource: resource) }
  }

  /// What the strategies set on a new object: the first generation, no status but the initial one.
  private func finishCreate(_ object: inout Value, _ resource: ResourceType) {
    if Generations.isCounted(resource) { object[at: "metadata", "generation"] = 1 }
    if resource.hasStatus { object["status"] = InitialStatus.of(object, resource) }
  }

  func fieldManager(_ resource: ResourceType, subresource: String) -> FieldManager {
    FieldManager(
      schema: resource.schema, empty: resource.custom == nil ? GoZeroValues.empty(resource.schema) : ["metadata": [:]],
      reset: Generations.reset(resource, subresource: subresource), apiVersion: resource.apiVersion, subresource: subresource, now: now.text
    )
  }
}

/// Which kinds count generations, and which fields a path never writes.
enum Generations {
  static func isCounted(_ resource: ResourceType) -> Bool {
    if resource.custom != nil { return true }
    switch resource.group {
    case "apps": return resource.kind != "ControllerRevision"
    case "batch", "flowcontrol.apiserver.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io": return true
    case "networking.k8s.io": return ["Ingress", "NetworkPolicy", "IngressClass"].contains(resource.kind)
    case "policy": return resource.kind == "PodDisruptionBudget"
    case "": return ["Pod", "ReplicationController"].contains(resource.kind)
    default: return false
    }
  }

  static func reset(_ resource: ResourceType, subresource: String) -> FieldSet {
    switch subresource {
    case "status":
      var object: Object = ["f:spec": [:]]
      if resource.custom != nil { object["f:metadata"] = [:] }
      if resource.group == "apps" { object["f:metadata"] = ["f:labels": [:]] }
      return FieldSet(object)
    default: return resource.hasStatus ? FieldSet(["f:status": [:]]) : FieldSet()
    }
  }
}

/// The status of an object that was just created.
enum InitialStatus {
  static func of(_ object: Value, _ resource: ResourceType) -> Value? {
    if resource.custom != nil { return nil }
    switch resource.group + "/" + resource.kind {
    case "/Namespace": return ["phase": "Active"]
    case "/Pod": return ["phase": "Pending", "qosClass": .string(qualityOfService(object))]
    case "/PersistentVolumeClaim", "/PersistentVolume": return ["phase": "Pending"]
    case "/Service", "networking.k8s.io/Ingress": return ["loadBalancer": [:]]
    case "apps/StatefulSet": return ["replicas": 0, "availableReplicas": 0]
    case "apps/ReplicaSet", "/ReplicationController": return ["replicas": 0]
    case "apps/DaemonSet":
      return ["currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0]
    case "policy/PodDisruptionBudget":
      return ["currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0]
    case "autoscaling/HorizontalPodAutoscaler":
      return resource.version == "v2" ? ["currentMetrics": .null, "desiredReplicas": 0] : ["currentReplicas": 0, "desiredReplicas": 0]
    case "/Node": return object["status"] ?? [:]
    case "apiextensions.k8s.io/CustomResourceDefinition":
      return ["acceptedNames": ["kind": "", "plural": ""], "conditions": .null, "storedVersions": CustomDefinition.storedVersions(object)]
    default: return [:]
    }
  }

  private static func qualityOfService(_ pod: Value) -> String {
    var hasAny = false
    for container in pod[at: "spec", "containers"]?.arrayValue ?? [] {
      let resources = container["resources"]
      if resources?["limits"] != nil || resources?["requests"] != nil { hasAny = true }
    }
    return hasAny ? "Burstable" : "BestEffort"
  }
}

import Document

extension SimulatedCluster {
  /// POST to something beneath an object: bindings, evictions, tokens.
  mutating func createSubresource(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    guard let stored = store.get(target.resource.key, target.namespace, target.name) else {
      if target.path.subresource == nil { throw APIFailure.methodNotAllowed }
      throw APIFailure.notFound(target.resource, target.name)
    }
    let success: Value = ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201]
    switch target.subresource {
    case "binding":
      let body = try parse(request)
      var pod = stored.value
      if let node = pod[at: "spec", "nodeName"]?.stringValue, !node.isEmpty {
        throw APIFailure(
          409, "Conflict",
          "Operation cannot be fulfilled on pods/binding \"\(target.name)\": pod \(target.name) is already assigned to node \"\(node)\"",
          details: ["name": .string(target.name), "kind": "pods/binding"])
      }
      pod[at: "spec", "nodeName"] = body[at: "target", "name"]
      setCondition(&pod, type: "PodScheduled", status: true)
      _ = write(pod, target.resource)
      return respond(success, status: 201, request)
    case "eviction":
      try checkEviction(stored)
      _ = deleteObject(stored, target.resource, try DeleteOptions(APIRequest(method: "DELETE", target: request.path)))
      return respond(success, status: 201, request)
    case "exec", "attach", "portforward", "proxy": throw SimulatedCluster.noContainers(target)
    case "token": return try requestToken(request, stored, target)
    default: throw APIFailure.methodNotAllowed
    }
  }

  /// What a kubelet would answer: there are no containers.
  func runtimeAnswer(_ target: Target) throws(APIFailure) -> APIResponse? {
    switch target.subresource {
    case "exec", "attach", "portforward", "proxy": throw SimulatedCluster.noContainers(target)
    case "log" where target.resource.key == SimulatedCluster.podKey:
      return APIResponse(
        status: 200, contentType: "text/plain",
        body: Array("(simulated: the containers of \(target.name) run nothing and log nothing)\n".utf8))
    default: return nil
    }
  }

  static func noContainers(_ target: Target) -> APIFailure {
    APIFailure.badRequest("the simulated cluster runs no containers: \(target.subresource) is not possible")
  }

  /// PUT to a namespace's `finalize`: with no finalizer left the namespace goes.
  mutating func finalize(
    _ sent: Value, _ stored: StoredObject, _ request: APIRequest, _ target: Target
  ) throws(APIFailure) -> APIResponse {
    var object = stored.value
    object[at: "spec", "finalizers"] = sent[at: "spec", "finalizers"]
    let left = sent[at: "spec", "finalizers"]?.arrayValue ?? []
    if left.isEmpty { object["spec"] = [:] }
    if left.isEmpty, object[at: "metadata", "deletionTimestamp"] != nil {
      remove(object, target.resource)
    } else {
      object = write(object, target.resource)
    }
    return respond(object: object, target.resource, request)
  }

  // MARK: Scale

  private func scalePaths(_ resource: ResourceType) -> (spec: [String], status: [String], selector: [String]?) {
    guard let scale = resource.custom?.scale else { return (["spec", "replicas"], ["status", "replicas"], nil) }
    func path(_ text: String) -> [String] { text.split(separator: ".").map(String.init) }
    return (path(scale.spec), path(scale.status), scale.selector.map(path))
  }

  func scaleObject(_ object: Value, _ resource: ResourceType) throws(APIFailure) -> Value {
    let paths = scalePaths(resource)
    var metadata = Object()
    for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] { metadata[key] = object[at: "metadata", key] }
    guard let replicas = object[paths.spec]?.intValue else {
      throw APIFailure(
        500, "InternalError", "Internal error occurred: the spec replicas field \".\(paths.spec.joined(separator: "."))\" does not exist",
        details: ["causes": [["message": .string("the spec replicas field \".\(paths.spec.joined(separator: "."))\" does not exist")]]])
    }
    var status: Object = ["replicas": object[paths.status] ?? 0]
    if let selector = paths.selector {
      status["selector"] = object[selector]
    } else if let labels = object[at: "spec", "selector", "matchLabels"]?.objectValue {
      status["selector"] = .string(labels.map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ","))
    }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
      "spec": replicas == 0 ? [:] : ["replicas": .int(replicas)], "status": .object(status),
    ]
  }

  func readScale(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    guard let stored = store.get(target.resource.key, target.namespace, target.name) else {
      throw APIFailure.notFound(target.resource, target.name)
    }
    return respond(try scaleObject(stored.value, target.resource), request)
  }

  /// A write to `scale` changes the number of replicas of the object itself.
  mutating func writeScale(_ request: APIRequest, _ target: Target, _ options: WriteOptions) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    guard let stored = store.get(resource.key, target.namespace, target.name) else { throw APIFailure.notFound(resource, target.name) }
    let old = read(stored, resource)
    let scale = try scaleObject(old, resource)
    let paths = scalePaths(resource)
    let changed: Value
    if request.method == "PUT" {
      changed = try parse(request)
    } else if request.mediaType == "application/apply-patch+yaml" {
      return try applyScale(request, target, options, old: old)
    } else {
      changed = try patched(scale, request, Schema(table: .untyped, index: 0), isCustom: true, resource: resource, name: target.name)
    }
    try checkPreconditions(changed, stored, resource)
    let wanted = changed[at: "spec", "replicas"]?.intValue ?? 0
    var object = old
    object[paths.spec] = .int(wanted)
    var writer = options.writer(request, subresource: "scale")
    // A scale carries the entries that own the replicas only; without any, nothing is booked.
    let isTracked = ManagedFields(of: old).entries.contains {
      !$0.fields.intersection(FieldSet(["f:spec": ["f:replicas": [:]]])).isEmpty
    }
    let result: Value
    // Go leaves a zero out of the scale, so nobody owns it.
    if isTracked, wanted != 0 {
      result = try updateObject(object, old: old, resource, writer: writer)
    } else {
      if isTracked { object = withoutReplicasOwner(object) }
      writer.subresource = "scale"
      result = try updateObject(object, old: old, resource, writer: writer, applied: true)
    }
    return respond(try scaleObject(result, resource), request)
  }

  private func withoutReplicasOwner(_ object: Value) -> Value {
    var object = object
    var fields = ManagedFields(of: object)
    for index in fields.entries.indices {
      fields.entries[index].fields = fields.entries[index].fields.difference(FieldSet(["f:spec": ["f:replicas": [:]]]))
    }
    fields.store(in: &object)
    return object
  }

  private mutating func applyScale(
    _ request: APIRequest, _ target: Target, _ options: WriteOptions, old: Value
  ) throws(APIFailure) -> APIResponse {
    let (sent, _) = try parseApplied(request, options)
    let document: Value = [
      "apiVersion": .string(target.resource.apiVersion), "kind": .string(target.resource.kind),
      "metadata": ["name": .string(target.name), "namespace": .string(target.namespace)],
      "spec": ["replicas": sent[at: "spec", "replicas"] ?? .null],
    ]
    let writer = options.writer(request, subresource: "scale")
    let merged = try mergeApplied(
      document, old: old, fieldManager(target.resource, subresource: "scale"), writer: writer, force: options.force ?? false)
    let result = try updateObject(merged, old: old, target.resource, writer: writer, applied: true)
    return respond(try scaleObject(result, target.resource), request)
  }
}

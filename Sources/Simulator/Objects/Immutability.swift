import Document

/// What may not change once an object is there, for the kinds on which clients meet it.
enum Immutability {
  static func errors(_ object: Value, old: Value, _ resource: ResourceType) -> [FieldError] {
    switch resource.group + "/" + resource.kind {
    case "/ConfigMap", "/Secret": return sealed(object, old: old, resource)
    case "apps/StatefulSet": return selector(object, old: old) + statefulSet(object, old: old)
    case "apps/Deployment", "apps/DaemonSet", "apps/ReplicaSet": return selector(object, old: old)
    case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding": return roleReference(object, old: old)
    case "batch/Job": return job(object, old: old)
    case "/Service": return address(object, old: old)
    case "/PersistentVolumeClaim": return claim(object, old: old)
    case "/Pod": return pod(object, old: old)
    default: return []
    }
  }

  private static func sealed(_ object: Value, old: Value, _ resource: ResourceType) -> [FieldError] {
    guard old["immutable"] == true else {
      guard resource.kind == "Secret", object["type"] != old["type"] else { return [] }
      return [.invalid("type", object["type"] ?? "", "field is immutable")]
    }
    var errors: [FieldError] = []
    if object["immutable"] != true { errors.append(.forbidden("immutable", "field is immutable when `immutable` is set")) }
    if object["data"] != old["data"] { errors.append(.forbidden("data", "field is immutable when `immutable` is set")) }
    if object["binaryData"] != old["binaryData"] { errors.append(.forbidden("binaryData", "field is immutable when `immutable` is set")) }
    return errors
  }

  private static func selector(_ object: Value, old: Value) -> [FieldError] {
    guard object[at: "spec", "selector"] != old[at: "spec", "selector"] else { return [] }
    return [.invalid("spec.selector", object[at: "spec", "selector"] ?? .null, "field is immutable")]
  }

  private static func statefulSet(_ object: Value, old: Value) -> [FieldError] {
    let free = [
      "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
      "minReadySeconds", "selector",
    ]
    func rest(_ value: Value) -> Value {
      var spec = value["spec"] ?? .null
      for key in free { spec[key] = nil }
      return spec
    }
    guard rest(object) != rest(old) else { return [] }
    return [
      .forbidden(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
      )
    ]
  }

  private static func roleReference(_ object: Value, old: Value) -> [FieldError] {
    guard object["roleRef"] != old["roleRef"] else { return [] }
    let role: Value = [
      "APIGroup": object[at: "roleRef", "apiGroup"] ?? "", "Kind": object[at: "roleRef", "kind"] ?? "",
      "Name": object[at: "roleRef", "name"] ?? "",
    ]
    return [.invalid("roleRef", role, "cannot change roleRef")]
  }

  /// The server quotes the whole template as its own program holds it; here it is quoted as it was sent.
  private static func job(_ object: Value, old: Value) -> [FieldError] {
    var errors: [FieldError] = []
    for key in ["completions", "selector", "completionMode"] where object[at: "spec", key] != old[at: "spec", key] {
      errors.append(.invalid("spec.\(key)", object[at: "spec", key] ?? .null, "field is immutable"))
    }
    let template = object[at: "spec", "template", "spec"]
    if template != old[at: "spec", "template", "spec"] {
      errors.append(.invalid("spec.template.spec", template ?? .null, "field is immutable"))
    }
    return errors
  }

  private static func address(_ object: Value, old: Value) -> [FieldError] {
    let before = old[at: "spec", "clusterIP"]?.stringValue ?? ""
    guard let after = object[at: "spec", "clusterIP"]?.stringValue, !before.isEmpty, after != before else { return [] }
    return [.invalid("spec.clusterIPs[0]", .array([.string(after)]), "may not change once set")]
  }

  /// A claim may only grow, and only once it is bound. The server adds what differs as its own program prints it.
  private static func claim(_ object: Value, old: Value) -> [FieldError] {
    func fixed(_ value: Value) -> Value {
      var spec = value["spec"] ?? .null
      // Binding names the volume.
      if old[at: "spec", "volumeName"] == nil { spec["volumeName"] = nil }
      if old[at: "spec", "storageClassName"] == nil { spec["storageClassName"] = nil }
      if old[at: "status", "phase"] == "Bound" {
        spec[at: "resources", "requests"] = nil
        spec["volumeAttributesClassName"] = nil
      }
      return spec
    }
    guard fixed(object) != fixed(old) else { return [] }
    return [
      .forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")
    ]
  }

  private static func pod(_ object: Value, old: Value) -> [FieldError] {
    func fixed(_ value: Value) -> Value {
      var spec = value["spec"] ?? .null
      for key in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName", "schedulingGates"] {
        spec[key] = nil
      }
      for key in ["containers", "initContainers"] { Defaults.each(&spec, key) { $0["image"] = nil } }
      return spec
    }
    guard fixed(object) != fixed(old) else { return [] }
    return [
      .forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
      )
    ]
  }
}

import Document

/// The checks of built-in kinds that clients meet most, with the server's texts.
enum Validation {
  static func create(_ object: Value, _ resource: ResourceType) -> [FieldError] {
    var errors: [FieldError] = []
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    if name.isEmpty {
      errors.append(.required("metadata.name", "name or generateName is required"))
    } else {
      errors += NameRules.errors(name: name, resource: resource)
    }
    errors += metadata(object)
    errors += content(object, resource)
    if resource.custom != nil, errors.isEmpty { errors += CustomResourceValidation.errors(object, resource) }
    return errors
  }

  static func update(_ object: Value, old: Value, _ resource: ResourceType, subresource: String) -> [FieldError] {
    var errors = metadata(object)
    if old[at: "metadata", "deletionTimestamp"] != nil {
      let before = Set((old[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue))
      let added = (object[at: "metadata", "finalizers"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !before.contains($0) }
      if !added.isEmpty {
        let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
        // The server checks metadata twice, for all kinds and for the kind itself.
        for _ in 0..<2 {
          errors.append(
            .forbidden(
              "metadata.finalizers",
              "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"))
        }
      }
    }
    if subresource == "status" { return errors }
    errors += Immutability.errors(object, old: old, resource)
    errors += content(object, resource)
    return errors
  }

  private static func metadata(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    for member in object[at: "metadata", "labels"]?.objectValue ?? Object() {
      let text = member.value.stringValue ?? ""
      if !NameRules.isQualifiedName(member.key) {
        errors.append(
          .invalid(
            "metadata.labels", .string(member.key),
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
          ))
      }
      if !NameRules.isLabelValue(text) {
        errors.append(
          .invalid(
            "metadata.labels", .string(text),
            text.utf8.count > 63
              ? "must be no more than 63 bytes"
              : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
          ))
      }
    }
    for (index, finalizer) in (object[at: "metadata", "finalizers"]?.arrayValue ?? []).enumerated() {
      let text = finalizer.stringValue ?? ""
      if !NameRules.isQualifiedName(text) {
        errors.append(
          .invalid(
            "metadata.finalizers", finalizer,
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
          ))
      }
      if !text.contains("/"), !["orphan", "foregroundDeletion", "kubernetes"].contains(text) {
        errors.append(
          .invalid("metadata.finalizers[\(index)]", finalizer, "name is neither a standard finalizer name nor is it fully qualified"))
      }
    }
    return errors + owners(object)
  }

  private static func owners(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    var controller: Value?
    for owner in object[at: "metadata", "ownerReferences"]?.arrayValue ?? [] {
      let path = "metadata.ownerReferences"
      for key in ["apiVersion", "kind", "name"] where (owner[key]?.stringValue ?? "").isEmpty {
        errors.append(.invalid("\(path).\(key)", "", "must not be empty"))
      }
      if (owner["uid"]?.stringValue ?? "").isEmpty { errors.append(.invalid("\(path).uid", "", "must not be empty")) }
      guard owner["controller"] == true else { continue }
      if let first = controller {
        let names = "\(first["kind"]?.stringValue ?? "")/\(first["name"]?.stringValue ?? "")"
        let other = "\(owner["kind"]?.stringValue ?? "")/\(owner["name"]?.stringValue ?? "")"
        errors.append(
          FieldError(
            field: "metadata.ownerReferences", reason: "FieldValueInvalid",
            message:
              "Invalid value: \(ownerText(object)): Only one reference can have Controller set to true. Found \"true\" in references for \(names) and \(other)"
          ))
      }
      controller = owner
    }
    return errors
  }

  /// The owner references with their members in the order of the Go structure.
  private static func ownerText(_ object: Value) -> String {
    let owners = (object[at: "metadata", "ownerReferences"]?.arrayValue ?? []).map { owner in
      let members = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"].compactMap { key in
        owner[key].map { "\"\(key)\":\(JSON.string($0))" }
      }
      return "{\(members.joined(separator: ","))}"
    }
    return "[\(owners.joined(separator: ","))]"
  }

  private static func content(_ object: Value, _ resource: ResourceType) -> [FieldError] {
    switch resource.group + "/" + resource.kind {
    case "/ConfigMap": return configMap(object)
    case "/Secret":
      let required: [String: [String]] = [
        "kubernetes.io/tls": ["tls.crt", "tls.key"], "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
        "kubernetes.io/ssh-auth": ["ssh-privatekey"],
      ]
      let missing = (required[object["type"]?.stringValue ?? ""] ?? []).filter { object[at: "data", $0] == nil }
      return keys(object["data"], "data") + missing.map { .required("data[\($0)]") }
    case "coordination.k8s.io/Lease": return lease(object)
    case "batch/CronJob": return SmallKindValidation.cronJob(object)
    case "networking.k8s.io/Ingress": return SmallKindValidation.ingress(object)
    case "apiextensions.k8s.io/CustomResourceDefinition": return DefinitionValidation.errors(object)
    case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet": return workload(object)
    case "batch/Job": return containers(object[at: "spec", "template", "spec"], "spec.template.spec")
    case "/Pod": return containers(object["spec"], "spec") + restartPolicy(object["spec"], "spec")
    case "/Service": return service(object)
    default: return []
    }
  }

  private static func keys(_ value: Value?, _ path: String) -> [FieldError] {
    (value?.objectValue ?? Object()).compactMap { member in
      NameRules.isConfigKey(member.key) ? nil : .invalid("\(path)[\(member.key)]", .string(member.key), NameRules.configKeyText)
    }
  }

  private static func lease(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    if let seconds = object[at: "spec", "leaseDurationSeconds"], seconds.intValue ?? 0 <= 0 {
      errors.append(.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    }
    if let count = object[at: "spec", "leaseTransitions"], count.intValue ?? 0 < 0 {
      errors.append(.invalid("spec.leaseTransitions", count, "must be greater than or equal to 0"))
    }
    return errors
  }

  private static func configMap(_ object: Value) -> [FieldError] {
    var errors = keys(object["data"], "data")
    for member in object["binaryData"]?.objectValue ?? Object() where object[at: "data", member.key] != nil {
      errors.append(.invalid("data[\(member.key)]", .string(member.key), "duplicate of key present in binaryData"))
    }
    return errors + keys(object["binaryData"], "binaryData")
  }

  private static func workload(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    let labels = object[at: "spec", "template", "metadata", "labels"]
    let selector = object[at: "spec", "selector", "matchLabels"]?.objectValue
    if object[at: "spec", "selector"]?.objectValue == nil {
      errors.append(.required("spec.selector"))
    } else if let selector, selector.contains(where: { labels?[$0.key] != $0.value }) {
      let shown = labels ?? .null
      errors.append(
        .invalid("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"))
    }
    if let replicas = object[at: "spec", "replicas"], let number = replicas.intValue, number < 0 {
      errors.insert(.invalid("spec.replicas", replicas, "must be greater than or equal to 0"), at: 0)
    }
    return errors
      + containers(
        object[at: "spec", "template", "spec"], "spec.template.spec", isClaimTemplate: object[at: "spec", "volumeClaimTemplates"] != nil)
  }

  /// The order in which volume sources are looked at.
  private static let volumeOrder = [
    "emptyDir", "hostPath", "gitRepo", "secret", "nfs", "persistentVolumeClaim", "configMap", "downwardAPI", "projected", "csi",
    "ephemeral",
  ]

  private static func restartPolicy(_ spec: Value?, _ path: String) -> [FieldError] {
    guard let policy = spec?["restartPolicy"], !["Always", "OnFailure", "Never"].contains(policy) else { return [] }
    return [.notSupported("\(path).restartPolicy", policy, ["Always", "OnFailure", "Never"])]
  }

  /// - Parameter isClaimTemplate: Whether volumes may also come from the claim templates of a StatefulSet.
  private static func containers(_ spec: Value?, _ path: String, isClaimTemplate: Bool = false) -> [FieldError] {
    var errors: [FieldError] = []
    for (index, volume) in (spec?["volumes"]?.arrayValue ?? []).enumerated() {
      let present = volume.objectValue?.keys.filter { $0 != "name" } ?? []
      let sources = present.sorted { (volumeOrder.firstIndex(of: $0) ?? 99) < (volumeOrder.firstIndex(of: $1) ?? 99) }
      for extra in sources.dropFirst() {
        errors.append(.forbidden("\(path).volumes[\(index)].\(extra)", "may not specify more than 1 volume type"))
      }
    }
    let containers = spec?["containers"]?.arrayValue ?? []
    if containers.isEmpty { errors.append(.required("\(path).containers")) }
    let volumeNames = Set((spec?["volumes"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
    var names: Set<String> = []
    for (index, container) in containers.enumerated() {
      let place = "\(path).containers[\(index)]"
      let name = container["name"]?.stringValue ?? ""
      if name.isEmpty {
        errors.append(.required("\(place).name"))
      } else if !NameRules.isLabel(name.utf8) {
        errors.append(.invalid("\(place).name", .string(name), NameRules.labelText))
      } else if !names.insert(name).inserted {
        errors.append(.duplicate("\(place).name", .string(name)))
      }
      if (container["image"]?.stringValue ?? "").isEmpty { errors.append(.required("\(place).image")) }
      for (index, port) in (container["ports"]?.arrayValue ?? []).enumerated() {
        guard let number = port["containerPort"]?.intValue, !(1...65535).contains(number) else { continue }
        errors.append(
          .invalid("\(place).ports[\(index)].containerPort", .int(number), "must be between 1 and 65535, inclusive"))
      }
      for (index, mount) in (container["volumeMounts"]?.arrayValue ?? []).enumerated() {
        guard let volume = mount["name"]?.stringValue, !volumeNames.contains(volume), !isClaimTemplate else { continue }
        errors.append(.notFound("\(place).volumeMounts[\(index)].name", .string(volume)))
      }
    }
    return errors
  }

  private static let serviceTypes = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

  private static func service(_ object: Value) -> [FieldError] {
    var errors: [FieldError] = []
    let ports = object[at: "spec", "ports"]?.arrayValue ?? []
    let type = object[at: "spec", "type"]?.stringValue ?? ""
    if ports.isEmpty, type != "ExternalName", object[at: "spec", "clusterIP"] != "None" { errors.append(.required("spec.ports")) }
    if !type.isEmpty, !serviceTypes.contains(type) { errors.append(.notSupported("spec.type", .string(type), serviceTypes)) }
    if ports.count > 1 {
      for (index, port) in ports.enumerated() where (port["name"]?.stringValue ?? "").isEmpty {
        errors.append(.required("spec.ports[\(index)].name"))
      }
    }
    return errors
  }
}

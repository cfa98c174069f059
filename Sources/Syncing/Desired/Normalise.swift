import Document

extension DesiredSet {
  /// A manifest that can be applied.
  struct Normal {
    var manifest: Value
    var type: GroupVersionKind
    var identity: ObjectIdentity
  }

  /// Why a manifest cannot be applied.
  struct Refusal: Error {
    var message: String
  }

  /// Fields that only the server writes; an apply that carries some of them is refused.
  private static let serverFields = [
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink",
    "uid",
  ]

  /// Turns a manifest as written into one that can be applied in the namespace.
  static func normalise(_ manifest: Value, namespace: String, scopes: Scopes) -> Result<Normal, Refusal> {
    guard case .object(var object) = manifest else {
      return .failure(Refusal(message: "is a \(manifest.kindName), not a Kubernetes object"))
    }
    guard let type = manifest.groupVersionKind else {
      let missing = manifest["apiVersion"]?.stringValue ?? "" == "" ? "apiVersion" : "kind"
      return .failure(Refusal(message: "has no \(missing); every Kubernetes object needs apiVersion, kind and metadata.name"))
    }
    guard case .object(var metadata)? = object["metadata"] else { return .failure(Refusal(message: "has no metadata")) }
    let name: String
    switch (metadata["name"]?.stringValue ?? "", metadata["generateName"]?.stringValue ?? "") {
    case ("", ""): return .failure(Refusal(message: "has no metadata.name"))
    case ("", let prefix):
      // A star is no letter of a name: this one is made at each run of the hook.
      guard Hook(manifest) != nil else {
        return .failure(Refusal(message: "has only a generateName, which cannot be tracked: give it a name"))
      }
      name = prefix + "*"
    case (let given, _): name = given
    }
    for field in serverFields { metadata[field] = nil }
    object["status"] = nil
    for field in ["labels", "annotations"] { metadata[field] = strings(metadata[field]) }
    // kubectl's memory of an earlier apply; applied again it would keep the values of Secrets in clear text.
    if let annotations = metadata["annotations"], annotations["kubectl.kubernetes.io/last-applied-configuration"] != nil {
      var kept = annotations
      kept["kubectl.kubernetes.io/last-applied-configuration"] = nil
      metadata["annotations"] = kept
    }

    let given = metadata["namespace"]?.stringValue ?? ""
    var place = ""
    switch scopes.isNamespaced(type.groupKind) {
    case .some(false): metadata["namespace"] = nil
    case .some(true):
      place = given.isEmpty ? namespace : given
      guard !place.isEmpty else {
        return .failure(Refusal(message: "has no namespace, and the application's destination names none"))
      }
      metadata["namespace"] = .string(place)
    case nil:
      // A kind that nobody told of: most custom resources are namespaced. Discovery settles it once the kind is served.
      place = given.isEmpty ? namespace : given
      metadata["namespace"] = place.isEmpty ? Value?.none : .string(place)
    }
    object["metadata"] = .object(metadata)
    if type.group.isEmpty, type.kind == "Secret" { encodeStringData(&object) }
    // The rules of an aggregated role are gathered by the cluster: whatever a manifest says of them would be fought over for ever.
    if type.group == "rbac.authorization.k8s.io", type.kind == "ClusterRole",
      object["aggregationRule"]?["clusterRoleSelectors"]?.arrayValue?.isEmpty == false
    {
      object["rules"] = nil
    }
    return .success(
      Normal(
        manifest: .object(object), type: type,
        identity: ObjectIdentity(group: type.group, kind: type.kind, namespace: place, name: name)))
  }

  /// Labels and annotations written as numbers or booleans become the text they stand for, nulls are left out.
  private static func strings(_ map: Value?) -> Value? {
    guard case .object(let object)? = map else { return nil }
    let members = object.members.compactMap { member -> Member? in
      switch member.value {
      case .null: nil
      case .bool(let flag): Member(key: member.key, value: .string(flag ? "true" : "false"))
      case .int(let number): Member(key: member.key, value: .string(String(number)))
      default: member
      }
    }
    return .object(Object(sortedMembers: members))
  }

  private static func encodeStringData(_ object: inout Object) {
    guard case .object(let plain)? = object["stringData"] else { return }
    var data = object["data"]?.objectValue ?? Object()
    for member in plain.members {
      guard let text = member.value.stringValue else { return }
      data[member.key] = .string(Base64.encode(text.utf8))
    }
    object["data"] = .object(data)
    object["stringData"] = nil
  }
}

import Document

/// Which objects of a namespace count as orphaned: there, and managed by nobody (`AppProject.spec.orphanedResources`).
public struct OrphanRules: Sendable, Hashable {
  /// Whether orphans are worth a warning on the application.
  public let warns: Bool
  private let ignored: [Ignored]

  private struct Ignored: Sendable, Hashable {
    let group: Glob?
    let kind: Glob?
    let name: Glob?

    init(_ value: Value) {
      func glob(_ field: String) -> Glob? {
        let text = value[field]?.stringValue ?? ""
        return text.isEmpty ? nil : Glob(text)
      }
      group = glob("group")
      kind = glob("kind")
      name = glob("name")
    }

    func matches(_ identity: ObjectIdentity) -> Bool {
      // The core group is the empty text: a rule that names no group means it, as in Argo CD, unless it names no kind either.
      let isGroup = group?.matches(identity.group) ?? (kind == nil || identity.group.isEmpty)
      return isGroup && kind?.matches(identity.kind) ?? true && name?.matches(identity.name) ?? true
    }
  }

  /// Reads `{warn, ignore: [{group, kind, name}]}`.
  public init(_ value: Value) {
    warns = value["warn"]?.boolValue ?? true
    ignored = (value["ignore"]?.arrayValue ?? []).map(Ignored.init)
  }

  /// Whether a live object, or its metadata, is orphaned: owned by no other object, tracked by nobody, not the cluster's own.
  public func isOrphan(_ object: Value) -> Bool {
    guard let identity = object.objectIdentity, !identity.namespace.isEmpty else { return false }
    let metadata = object["metadata"]
    if metadata?["ownerReferences"]?.arrayValue?.isEmpty == false { return false }
    if case .flotilla = Tracking.claim(on: object) { return false }
    if OrphanRules.isOfTheCluster(identity, metadata) { return false }
    return !ignored.contains { $0.matches(identity) }
  }

  /// What Kubernetes itself puts into every namespace, and what comes and goes by itself.
  private static func isOfTheCluster(_ identity: ObjectIdentity, _ metadata: Value?) -> Bool {
    switch (identity.group, identity.kind) {
    case ("", "Event"), ("events.k8s.io", "Event"), ("", "Endpoints"), ("discovery.k8s.io", "EndpointSlice"),
      ("coordination.k8s.io", "Lease"):
      return true
    case ("", "ServiceAccount"): return identity.name == "default"
    case ("", "ConfigMap"): return identity.name == "kube-root-ca.crt" || identity.name == "openshift-service-ca.crt"
    case ("", "Secret"): return metadata?[at: "annotations", "kubernetes.io/service-account.name"]?.stringValue != nil
    default: return false
    }
  }
}

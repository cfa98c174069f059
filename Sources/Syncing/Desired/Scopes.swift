import Document

/// Which kinds live in namespaces and which in the cluster as a whole.
///
/// Built-in kinds are known; kinds that a set of manifests defines itself are read from its CustomResourceDefinitions; discovery of the
/// cluster has the last word where it has been asked.
public struct Scopes: Sendable, Hashable {
  private var namespaced: [GroupKind: Bool] = [:]

  /// The built-in kinds only.
  public init() {}

  /// Adds what discovery of a cluster said.
  public mutating func learn(_ kind: GroupKind, namespaced: Bool) { self.namespaced[kind] = namespaced }

  /// Adds the kinds that CustomResourceDefinitions among these manifests define.
  mutating func learn(definitionsIn manifests: [Value]) {
    for manifest in manifests where manifest.groupVersionKind?.kind == "CustomResourceDefinition" {
      guard let group = manifest[at: "spec", "group"]?.stringValue, let kind = manifest[at: "spec", "names", "kind"]?.stringValue else {
        continue
      }
      namespaced[GroupKind(group: group, kind: kind)] = manifest[at: "spec", "scope"]?.stringValue != "Cluster"
    }
  }

  /// Whether a kind lives in namespaces; nil for kinds that nobody told of.
  public func isNamespaced(_ kind: GroupKind) -> Bool? {
    if let known = namespaced[kind] { return known }
    if Scopes.clusterKinds.contains(kind) { return false }
    return Scopes.isBuiltIn(kind.group) ? true : nil
  }

  /// Whether an API group is one that Kubernetes itself serves.
  static func isBuiltIn(_ group: String) -> Bool {
    !group.contains(".") || builtInGroups.contains(group)
  }

  private static let builtInGroups: Set<String> = [
    "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
    "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io",
    "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
  ]

  private static let clusterKinds: Set<GroupKind> = {
    let names: [String: [String]] = [
      "": ["Namespace", "Node", "PersistentVolume", "ComponentStatus"],
      "admissionregistration.k8s.io": [
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
      ],
      "apiextensions.k8s.io": ["CustomResourceDefinition"],
      "apiregistration.k8s.io": ["APIService"],
      "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
      "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
      "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
      "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
      "networking.k8s.io": ["IPAddress", "IngressClass", "ServiceCIDR"],
      "node.k8s.io": ["RuntimeClass"],
      "policy": ["PodSecurityPolicy"],
      "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
      "resource.k8s.io": ["DeviceClass", "ResourceSlice", "DeviceTaintRule"],
      "scheduling.k8s.io": ["PriorityClass"],
      "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
      "storagemigration.k8s.io": ["StorageVersionMigration"],
    ]
    return Set(names.flatMap { group, kinds in kinds.map { GroupKind(group: group, kind: $0) } })
  }()
}

import Document

/// One rule of a role.
public struct AccessRule: Sendable, Hashable {
  /// API groups.
  public var groups: [String]
  /// Plurals, with a slash for subresources, or `*`.
  public var resources: [String]
  /// What may be done.
  public var verbs: [String]
  /// The only names that it is good for; empty for all.
  public var names: [String]
  /// Paths outside of the objects, such as `/version`.
  public var nonResourceURLs: [String]

  /// What managing an object takes. No `deletecollection`: the hub deletes one by one, each by its uid.
  public static let manage = ["create", "delete", "get", "list", "patch", "update", "watch"]
  /// What following an object takes.
  public static let read = ["get", "list", "watch"]

  /// A rule about objects.
  public init(_ resources: [String], _ verbs: [String], group: String = "", names: [String] = []) {
    groups = [group]
    self.resources = resources
    self.verbs = verbs
    self.names = names
    nonResourceURLs = []
  }

  /// A rule about paths.
  public init(nonResourceURLs: [String], verbs: [String]) {
    groups = []
    resources = []
    self.verbs = verbs
    names = []
    self.nonResourceURLs = nonResourceURLs
  }

  /// As an element of a role's `rules`.
  var document: Value {
    func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
    guard nonResourceURLs.isEmpty else { return ["nonResourceURLs": list(nonResourceURLs), "verbs": list(verbs)] }
    var value: Value = ["apiGroups": list(groups), "resources": list(resources), "verbs": list(verbs)]
    if !names.isEmpty { value["resourceNames"] = list(names) }
    return value
  }

  /// What the rule grants, thing by thing; paths are left out.
  func needs(in namespace: String?) -> [AccessNeed] {
    groups.flatMap { group in
      resources.flatMap { resource in
        verbs.flatMap { verb -> [AccessNeed] in
          guard !names.isEmpty else { return [AccessNeed(verb, resource, group: group, namespace: namespace)] }
          return names.map { AccessNeed(verb, resource, group: group, namespace: namespace, name: $0) }
        }
      }
    }
  }
}

/// The rules of ``SpokeAccount``'s roles.
enum SpokeRules {
  /// What a server of Kubernetes 1.36 comes with; all other groups are of custom resources or of aggregated servers.
  static let builtInGroups: Set<String> = [
    "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "authentication.k8s.io",
    "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
    "extensions", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "policy",
    "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
  ]

  /// Finding one's way. Most clusters grant the first three to everybody; hardened ones do not.
  static let base: [AccessRule] = [
    AccessRule(
      nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"], verbs: ["get"]),
    AccessRule(["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"], group: "authorization.k8s.io"),
    AccessRule(["selfsubjectreviews"], ["create"], group: "authentication.k8s.io"),
    AccessRule(["namespaces", "nodes"], AccessRule.read),
    AccessRule(["customresourcedefinitions"], AccessRule.read, group: "apiextensions.k8s.io"),
  ]

  private static let coreInNamespace = [
    "configmaps", "endpoints", "limitranges", "persistentvolumeclaims", "pods", "podtemplates", "replicationcontrollers", "resourcequotas",
    "secrets", "serviceaccounts", "services",
  ]

  /// Groups whose every resource may be managed: none of them reaches into containers or hands out permissions.
  private static let wholeGroupsInNamespace = ["apps", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io", "policy"]
  private static let wholeGroupsInCluster = [
    "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "resource.k8s.io",
    "scheduling.k8s.io", "storage.k8s.io",
  ]

  static let writeInNamespace: [AccessRule] =
    [
      AccessRule(coreInNamespace, AccessRule.manage), AccessRule(["events"], AccessRule.read),
      AccessRule(["ingresses", "networkpolicies"], AccessRule.manage, group: "networking.k8s.io"),
      AccessRule(["roles", "rolebindings"], AccessRule.manage, group: "rbac.authorization.k8s.io"),
    ] + wholeGroupsInNamespace.map { AccessRule(["*"], AccessRule.manage, group: $0) }

  static let write: [AccessRule] =
    [
      AccessRule(coreInNamespace + ["namespaces", "persistentvolumes"], AccessRule.manage), AccessRule(["events"], AccessRule.read),
      AccessRule(["customresourcedefinitions"], AccessRule.manage, group: "apiextensions.k8s.io"),
      AccessRule(["apiservices"], AccessRule.manage, group: "apiregistration.k8s.io"),
      AccessRule(
        ["clusterrolebindings", "clusterroles", "rolebindings", "roles"], AccessRule.manage, group: "rbac.authorization.k8s.io"),
    ] + (wholeGroupsInNamespace + wholeGroupsInCluster).map { AccessRule(["*"], AccessRule.manage, group: $0) }

  /// What ``write`` writes, for reading, but for Secrets.
  static let readable: [AccessRule] = write.map { rule in
    var rule = rule
    rule.verbs = AccessRule.read
    rule.resources.removeAll { $0 == "secrets" }
    return rule
  }

  static func custom(_ groups: [String], _ verbs: [String]) -> [AccessRule] { groups.map { AccessRule(["*"], verbs, group: $0) } }
}

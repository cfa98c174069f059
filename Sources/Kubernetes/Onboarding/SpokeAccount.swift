import Document

/// The account under which the hub works on a spoke cluster: its names, and what it may do. Pure values; ``ClusterOnboarding`` applies them.
///
/// | object | name | what for |
/// |---|---|---|
/// | Namespace | `flotilla-system` | home of the account |
/// | ServiceAccount | `flotilla-hub` | the hub's identity |
/// | ClusterRole, ClusterRoleBinding | `flotilla-hub-read` | discovery, version, its own permissions, namespaces, nodes and CRDs: always |
/// | ClusterRole, ClusterRoleBinding | `flotilla-hub-write` | what applications consist of; with ``Scope/cluster`` and ``Scope/readOnly`` |
/// | Role, RoleBinding | `flotilla-hub-write` | the same in single namespaces; with ``Scope/namespaces(_:)`` |
/// | Role, RoleBinding | `flotilla-hub-self` | renewing its own token |
/// | Secret | `flotilla-hub-token` | a token without end, only when asked for |
///
/// Never granted, except by ``Scope/administrator``: exec, attach, port-forward and proxy, tokens of other accounts, impersonation, signing and
/// approving certificates, `bind` and `escalate`. The API server therefore lets the hub hand on no permission that it does not have itself.
public struct SpokeAccount: Sendable, Hashable {
  /// How far the account reaches.
  public enum Scope: Sendable, Hashable {
    /// Every built-in kind that applications consist of, in all namespaces, and the custom resources in ``SpokeAccount/customGroups``.
    case cluster
    /// The namespaced kinds among them, in these namespaces only.
    case namespaces([String])
    /// Reading all that ``cluster`` writes, but for Secrets: enough for plans and drift of everything else.
    case readOnly
    /// Everything: for clusters whose applications hand out permissions of any kind. The same as `cluster-admin`.
    case administrator
  }

  /// Where the account lives.
  public var namespace: String
  /// The account's name, with which the names of its roles begin.
  public var name: String
  /// How far it reaches.
  public var scope: Scope
  /// API groups of custom resources that it manages, such as `cert-manager.io`. RBAC cannot say "all groups but these": a group that comes
  /// later has to be added, by onboarding again.
  public var customGroups: [String]

  /// Makes an account.
  public init(namespace: String = "flotilla-system", name: String = "flotilla-hub", scope: Scope = .cluster, customGroups: [String] = []) {
    self.namespace = namespace
    self.name = name
    self.scope = scope
    self.customGroups = Array(Set(customGroups)).sorted()
  }

  /// The account as RBAC and the API server's log name it.
  public var user: String { "system:serviceaccount:\(namespace):\(name)" }
  /// The Secret of a token without end.
  public var tokenSecret: String { name + "-token" }

  /// A label on all objects of this account, by which they are found again.
  public var label: (key: String, value: String) { ("flotilla.dev/account", "\(namespace).\(name)") }

  /// The groups of a server's custom resources: those that it does not come with and whose objects can be created and deleted.
  public static func customGroups(in resources: [APIResource]) -> [String] {
    let groups = resources.filter { $0.verbs.isSuperset(of: ["create", "delete"]) && !SpokeRules.builtInGroups.contains($0.group) }.map(
      \.group)
    return Array(Set(groups)).sorted()
  }

  // MARK: - what it may do

  /// What holds in the whole cluster.
  public var clusterRules: [AccessRule] {
    switch scope {
    case .cluster: SpokeRules.write + SpokeRules.custom(customGroups, AccessRule.manage)
    case .namespaces: []
    case .readOnly: SpokeRules.readable + SpokeRules.custom(customGroups, AccessRule.read)
    case .administrator: [AccessRule(["*"], ["*"], group: "*"), AccessRule(nonResourceURLs: ["*"], verbs: ["*"])]
    }
  }

  /// What holds in each of the namespaces of ``Scope/namespaces(_:)``.
  public var namespaceRules: [AccessRule] { SpokeRules.writeInNamespace + SpokeRules.custom(customGroups, AccessRule.manage) }

  /// All that the hub needs, for checking an account, however it came to be. Groups with `*` are asked for by that name.
  public var needs: [AccessNeed] {
    var needs = SpokeRules.base.flatMap { $0.needs(in: nil) } + clusterRules.flatMap { $0.needs(in: nil) }
    if case .namespaces(let names) = scope {
      for name in names { needs += namespaceRules.flatMap { $0.needs(in: name) } }
    }
    return needs
  }

  // MARK: - objects

  /// All objects of the account, in the order in which they are applied.
  /// - Parameter longLivedToken: whether the Secret of a token without end is one of them
  public func manifests(longLivedToken: Bool = false) -> [Value] {
    var objects: [Value] = [
      object("v1", "Namespace", namespace, in: nil),
      object("v1", "ServiceAccount", name, in: namespace),
    ]
    objects += grant(name + "-read", SpokeRules.base, in: nil)
    if !clusterRules.isEmpty { objects += grant(name + "-write", clusterRules, in: nil) }
    if case .namespaces(let names) = scope {
      for place in Set(names).sorted() { objects += grant(name + "-write", namespaceRules, in: place) }
    }
    objects += grant(name + "-self", [AccessRule(["serviceaccounts/token"], ["create"], names: [name])], in: namespace)
    if longLivedToken {
      var secret = object("v1", "Secret", tokenSecret, in: namespace)
      secret[at: "metadata", "annotations"] = ["kubernetes.io/service-account.name": .string(name)]
      secret["type"] = "kubernetes.io/service-account-token"
      objects.append(secret)
    }
    return objects
  }

  /// A role with its binding, in a namespace or in the cluster.
  private func grant(_ role: String, _ rules: [AccessRule], in place: String?) -> [Value] {
    let version = "rbac.authorization.k8s.io/v1"
    let kind = place == nil ? "ClusterRole" : "Role"
    var definition = object(version, kind, role, in: place)
    definition["rules"] = .array(rules.map(\.document))
    var binding = object(version, kind + "Binding", role, in: place)
    binding["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(role)]
    binding["subjects"] = [["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]]
    return [definition, binding]
  }

  private func object(_ version: String, _ kind: String, _ name: String, in place: String?) -> Value {
    var metadata: Value = [
      "name": .string(name), "labels": ["app.kubernetes.io/managed-by": "flotilla", "app.kubernetes.io/part-of": "flotilla"],
    ]
    metadata[at: "labels", label.key] = .string(label.value)
    if let place { metadata["namespace"] = .string(place) }
    return ["apiVersion": .string(version), "kind": .string(kind), "metadata": metadata]
  }
}

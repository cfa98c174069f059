/// Somebody with an own bearer token and limited rights, for trying out what a client does with 403.
///
/// The cluster gets a ClusterRole and a binding (or a Role and a RoleBinding in each of ``namespaces``) called
/// `simulator:<user>` that hold ``rules``, and bindings of ``roles``; they can be read and changed like any other.
public struct SimulatedAccount: Sendable, Hashable {
  /// What somebody may do, in the terms of a role.
  public struct Rule: Sendable, Hashable {
    /// API groups; `""` is the core group, `*` all.
    public var apiGroups: [String]
    /// Plurals, with their subresource as `deployments/scale`; `*` all.
    public var resources: [String]
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; `*` all.
    public var verbs: [String]
    /// The names that the rule is limited to; empty for all.
    public var resourceNames: [String]

    /// Makes a rule.
    public init(apiGroups: [String] = [""], resources: [String], verbs: [String], resourceNames: [String] = []) {
      self.apiGroups = apiGroups
      self.resources = resources
      self.verbs = verbs
      self.resourceNames = resourceNames
    }
  }

  /// The user's name, as refusals quote it.
  public var user: String
  /// Groups besides `system:authenticated`; `system:masters` may do everything.
  public var groups: [String]
  /// The bearer token.
  public var token: String
  /// What the account may do beyond what everybody may.
  public var rules: [Rule]
  /// Cluster roles that the account is bound to, such as `view`, `edit`, `admin` and `cluster-admin`.
  public var roles: [String]
  /// Where rules and roles hold; empty for the whole cluster.
  public var namespaces: [String]
  /// Whether the account may send requests in its own name explicitly (`--as`). kubectl sends no token over plain HTTP, so that a
  /// kubeconfig has to say who one is twice: by token for others, and by `as` for kubectl, which an open cluster takes for the administrator.
  public var mayImpersonateItself: Bool

  /// Makes an account.
  public init(
    user: String, groups: [String] = [], token: String, rules: [Rule] = [], roles: [String] = [], namespaces: [String] = [],
    mayImpersonateItself: Bool = false
  ) {
    self.user = user
    self.groups = groups
    self.token = token
    self.rules = rules
    self.roles = roles
    self.namespaces = namespaces
    self.mayImpersonateItself = mayImpersonateItself
  }
}

/// On whose behalf a request is made.
struct UserInfo: Sendable, Hashable {
  var name: String
  var uid = ""
  var groups: [String]
  var extra: [String: [String]] = [:]

  static let admin = UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"])
  static let anonymous = UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])

  static func serviceAccount(_ namespace: String, _ name: String, uid: String = "", credential: String? = nil) -> UserInfo {
    UserInfo(
      name: "system:serviceaccount:\(namespace):\(name)", uid: uid,
      groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"],
      extra: credential.map { ["authentication.kubernetes.io/credential-id": ["JTI=\($0)"]] } ?? [:])
  }

  /// Whether every check is passed without looking at roles.
  var isMaster: Bool { groups.contains("system:masters") }

  /// The namespace and name of a service account.
  var serviceAccount: (namespace: String, name: String)? {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return nil }
    return (String(parts[2]), String(parts[3]))
  }
}

import Document

/// What a request wants to do, in the terms of roles.
struct AccessAttributes: Sendable, Hashable {
  var verb: String
  var namespace = ""
  var group = ""
  var resource = ""
  var subresource = ""
  var name = ""
  /// Set for everything that is no object, such as `/version`.
  var path: String?

  init(verb: String, namespace: String = "", group: String = "", resource: String = "", subresource: String = "", name: String = "") {
    self.verb = verb
    self.namespace = namespace
    self.group = group
    self.resource = resource
    self.subresource = subresource
    self.name = name
  }

  /// The attributes of a request.
  init(_ request: APIRequest) {
    let verbs = ["GET": "get", "HEAD": "get", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete", "OPTIONS": "options"]
    verb = verbs[request.method] ?? request.method.lowercased()
    var parts = request.path.split(separator: "/").map { APIRequest.decode($0) }
    var isWatch = request.flag("watch")
    if parts.count > 2, let index = parts.firstIndex(of: "watch"), index == (parts.first == "api" ? 2 : 3) {
      parts.remove(at: index)
      isWatch = true
    }
    guard let place = ObjectPath(parts) else {
      path = request.path
      return
    }
    group = place.group
    resource = place.plural
    name = place.name ?? ""
    subresource = place.subresource ?? ""
    namespace = place.namespace ?? ""
    if group.isEmpty, resource == "namespaces", !name.isEmpty { namespace = name }
    switch request.method {
    case "GET", "HEAD":
      if !name.isEmpty, !isWatch {
        verb = "get"
      } else {
        verb = isWatch ? "watch" : "list"
        // A list that is limited to one name is allowed to whom that name is.
        if name.isEmpty, let text = request.parameter("fieldSelector"), text.hasPrefix("metadata.name="), !text.contains(",") {
          name = String(text.dropFirst("metadata.name=".count).drop { $0 == "=" })
        }
      }
    case "POST": verb = "create"
    case "PUT": verb = "update"
    case "PATCH": verb = "patch"
    case "DELETE": verb = name.isEmpty ? "deletecollection" : "delete"
    default: break
    }
  }

  /// The resource with its subresource, as rules name it.
  var combined: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }

  /// The refusal, in the server's words.
  func refusal(_ user: UserInfo) -> APIFailure {
    if let path {
      return APIFailure(403, "Forbidden", "forbidden: User \"\(user.name)\" cannot \(verb) path \"\(path)\"", details: [:])
    }
    let qualified = group.isEmpty ? resource : "\(resource).\(group)"
    let shownName = verb == "list" || verb == "watch" || verb == "create" ? (verb == "create" ? name : "") : name
    let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
    var details = Object()
    if !shownName.isEmpty { details["name"] = .string(shownName) }
    if !group.isEmpty { details["group"] = .string(group) }
    details["kind"] = .string(resource)
    return APIFailure(
      403, "Forbidden",
      "\(qualified)\(shownName.isEmpty ? "" : " \"\(shownName)\"") is forbidden: User \"\(user.name)\" cannot \(verb) resource \"\(combined)\" in API group \"\(group)\" \(place)",
      details: .object(details))
  }
}

/// One rule of a role.
struct AccessRule: Sendable, Hashable {
  var verbs: [String]
  var apiGroups: [String]
  var resources: [String]
  var resourceNames: [String]
  var paths: [String]

  init(_ value: Value) {
    func strings(_ key: String) -> [String] { (value[key]?.arrayValue ?? []).compactMap(\.stringValue) }
    verbs = strings("verbs")
    apiGroups = strings("apiGroups")
    resources = strings("resources")
    resourceNames = strings("resourceNames")
    paths = strings("nonResourceURLs")
  }

  func allows(_ wanted: AccessAttributes) -> Bool {
    guard verbs.contains("*") || verbs.contains(wanted.verb) else { return false }
    if let path = wanted.path {
      return paths.contains { $0 == "*" || $0 == path || ($0.hasSuffix("*") && path.hasPrefix($0.dropLast())) }
    }
    guard apiGroups.contains("*") || apiGroups.contains(wanted.group) else { return false }
    guard
      resources.contains(where: {
        $0 == "*" || $0 == wanted.combined || (!wanted.subresource.isEmpty && $0 == "*/\(wanted.subresource)")
      })
    else { return false }
    return resourceNames.isEmpty || resourceNames.contains(wanted.name)
  }
}

/// A binding with the rules of its role, read once.
struct AccessGrant: Sendable {
  /// Empty for the whole cluster.
  var namespace: String
  var subjects: [Value]
  var rules: [AccessRule]
  /// `RoleBinding "reader/t08" of Role "reader"`.
  var origin: String

  /// The subject that a user is; nil when the binding does not concern him.
  func subject(for user: UserInfo) -> String? {
    for subject in subjects {
      let name = subject["name"]?.stringValue ?? ""
      switch subject["kind"]?.stringValue {
      case "User" where name == user.name: return "User \"\(name)\""
      case "Group" where user.groups.contains(name): return "Group \"\(name)\""
      case "ServiceAccount":
        let space = subject["namespace"]?.stringValue ?? namespace
        if user.name == "system:serviceaccount:\(space):\(name)" { return "ServiceAccount \"\(name)/\(space)\"" }
      default: break
      }
    }
    return nil
  }
}

extension SimulatedCluster {
  static let accessGroup = "rbac.authorization.k8s.io"

  /// Whether somebody may do something, and thanks to what.
  func decide(_ user: UserInfo, _ wanted: AccessAttributes) -> (allowed: Bool, reason: String) {
    if user.isMaster { return (true, "") }
    for grant in grants where grant.namespace.isEmpty || (wanted.path == nil && grant.namespace == wanted.namespace) {
      guard let subject = grant.subject(for: user), grant.rules.contains(where: { $0.allows(wanted) }) else { continue }
      return (true, "RBAC: allowed by \(grant.origin) to \(subject)")
    }
    return (false, "")
  }

  /// The rules that hold for somebody, in a namespace (all that hold in the whole cluster included).
  func rules(of user: UserInfo, in namespace: String) -> [AccessRule] {
    grants.filter { $0.namespace.isEmpty || $0.namespace == namespace }.filter { $0.subject(for: user) != nil }.flatMap(\.rules)
  }

  /// Reads all bindings anew; called when one of them or a role changed.
  mutating func readGrants() {
    func all(_ plural: String) -> [StoredObject] {
      store.list(ResourceKey(group: SimulatedCluster.accessGroup, plural: plural), namespace: nil)
    }
    func rules(_ plural: String, _ namespace: String, _ name: String) -> [AccessRule] {
      let role = store.get(ResourceKey(group: SimulatedCluster.accessGroup, plural: plural), namespace, name)?.value
      return (role?["rules"]?.arrayValue ?? []).map(AccessRule.init)
    }
    var result: [AccessGrant] = []
    for stored in all("clusterrolebindings") {
      let binding = stored.value
      let role = binding[at: "roleRef", "name"]?.stringValue ?? ""
      result.append(
        AccessGrant(
          namespace: "", subjects: binding["subjects"]?.arrayValue ?? [], rules: rules("clusterroles", "", role),
          origin: "ClusterRoleBinding \"\(stored.name)\" of ClusterRole \"\(role)\""))
    }
    for stored in all("rolebindings") {
      let binding = stored.value
      let role = binding[at: "roleRef", "name"]?.stringValue ?? ""
      let isCluster = binding[at: "roleRef", "kind"] == "ClusterRole"
      result.append(
        AccessGrant(
          namespace: stored.namespace, subjects: binding["subjects"]?.arrayValue ?? [],
          rules: isCluster ? rules("clusterroles", "", role) : rules("roles", stored.namespace, role),
          origin:
            "RoleBinding \"\(stored.name)/\(stored.namespace)\" of \(isCluster ? "ClusterRole" : "Role") \"\(role)\""))
    }
    grants = result
  }
}

import Document

extension SimulatedCluster {
  /// Nobody may grant what he does not hold himself: checked for roles and bindings as they are written.
  func checkEscalation(_ object: Value, old: Value?, _ resource: ResourceType, user: UserInfo) throws(APIFailure) {
    guard resource.group == SimulatedCluster.accessGroup, !user.isMaster else { return }
    let namespace = object[at: "metadata", "namespace"]?.stringValue ?? ""
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let granted: [AccessRule]
    let bypass: AccessAttributes
    switch resource.kind {
    case "Role", "ClusterRole":
      if let old, old["rules"] == object["rules"] { return }
      granted = (object["rules"]?.arrayValue ?? []).map(AccessRule.init)
      bypass = AccessAttributes(
        verb: "escalate", namespace: namespace, group: resource.group, resource: resource.plural, name: name)
    default:
      if let old, old["roleRef"] == object["roleRef"], old["subjects"] == object["subjects"] { return }
      let isCluster = object[at: "roleRef", "kind"] == "ClusterRole"
      let role = object[at: "roleRef", "name"]?.stringValue ?? ""
      let plural = isCluster ? "clusterroles" : "roles"
      let key = ResourceKey(group: resource.group, plural: plural)
      guard let stored = store.get(key, isCluster ? "" : namespace, role) else {
        throw APIFailure.notFound(resourceOf(resource.group, plural), role)
      }
      granted = (stored.value["rules"]?.arrayValue ?? []).map(AccessRule.init)
      bypass = AccessAttributes(verb: "bind", namespace: namespace, group: resource.group, resource: plural, name: role)
    }
    if decide(user, bypass).allowed { return }
    let held = rules(of: user, in: namespace)
    let missing = granted.filter { !AccessCover.covers($0, by: held) }
    guard !missing.isEmpty else { return }
    let groups = user.groups.map { "\"\($0)\"" }.joined(separator: " ")
    let shown = missing.map(AccessCover.text).joined(separator: "\n")
    throw APIFailure.forbidden(
      resource, name,
      "user \"\(user.name)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently held:\n\(shown)")
  }
}

/// Whether rules are within other rules.
enum AccessCover {
  static func covers(_ rule: AccessRule, by held: [AccessRule]) -> Bool {
    for verb in rule.verbs {
      for path in rule.paths {
        var wanted = AccessAttributes(verb: verb)
        wanted.path = path
        if !held.contains(where: { $0.allows(wanted) }) { return false }
      }
      for group in rule.apiGroups {
        for resource in rule.resources {
          for name in rule.resourceNames.isEmpty ? [""] : rule.resourceNames {
            let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
            let wanted = AccessAttributes(
              verb: verb, group: group, resource: parts.first ?? "", subresource: parts.count > 1 ? parts[1] : "", name: name)
            if !held.contains(where: { $0.allows(wanted) }) { return false }
          }
        }
      }
    }
    return true
  }

  static func text(_ rule: AccessRule) -> String {
    func list(_ items: [String]) -> String { "[" + items.map { "\"\($0)\"" }.joined(separator: " ") + "]" }
    var parts: [String] = []
    if !rule.apiGroups.isEmpty { parts.append("APIGroups:\(list(rule.apiGroups))") }
    if !rule.resources.isEmpty { parts.append("Resources:\(list(rule.resources))") }
    if !rule.resourceNames.isEmpty { parts.append("ResourceNames:\(list(rule.resourceNames))") }
    if !rule.paths.isEmpty { parts.append("NonResourceURLs:\(list(rule.paths))") }
    parts.append("Verbs:\(list(rule.verbs))")
    return "{\(parts.joined(separator: ", "))}"
  }
}

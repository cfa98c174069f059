import Document

/// What the hub's account may do in a namespace, as the server tells before anything is tried.
public struct AccessRules: Sendable, Hashable {
  /// One permission.
  public struct Rule: Sendable, Hashable {
    /// Such as `get`, or `*`.
    public var verbs: Set<String>
    /// API groups, or `*`.
    public var groups: Set<String>
    /// Plurals, `plural/subresource`, or `*`.
    public var resources: Set<String>
    /// The only names that it is good for; empty for all.
    public var names: Set<String>
  }

  /// The permissions.
  public var rules: [Rule]
  /// Whether the server cannot list them all, as with an external authorizer: then a missing rule proves nothing.
  public var incomplete: Bool

  /// Reads the status of a `SelfSubjectRulesReview`.
  public init(_ review: Value) {
    let status = review["status"] ?? .null
    incomplete = status["incomplete"]?.boolValue ?? false
    rules = (status["resourceRules"]?.arrayValue ?? []).map { rule in
      func strings(_ key: String) -> Set<String> { Set((rule[key]?.arrayValue ?? []).compactMap(\.stringValue)) }
      return Rule(verbs: strings("verbs"), groups: strings("apiGroups"), resources: strings("resources"), names: strings("resourceNames"))
    }
  }

  /// Whether a verb is allowed on a resource; without a name, only a rule for all names counts.
  public func allows(_ verb: String, _ resource: APIResource, subresource: String? = nil, name: String? = nil) -> Bool {
    let full = subresource.map { "\(resource.plural)/\($0)" } ?? resource.plural
    return rules.contains { rule in
      (rule.verbs.contains("*") || rule.verbs.contains(verb)) && (rule.groups.contains("*") || rule.groups.contains(resource.group))
        && (rule.resources.contains("*") || rule.resources.contains(full)
          || subresource.map { rule.resources.contains("*/\($0)") } ?? false)
        && (rule.names.isEmpty || name.map { rule.names.contains($0) } ?? false)
    }
  }
}

extension ClusterClient {
  /// Asks what the hub's account may do in a namespace (and, as far as the rules are the cluster's, outside of all).
  public func accessRules(namespace: String = "default") async throws(KubernetesError) -> AccessRules {
    var call = Call("review the access rules of namespace \(namespace)", "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
    // Nothing is stored.
    call.isIdempotent = true
    call.contentType = "application/json"
    let review: Value = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": ["namespace": .string(namespace)],
    ]
    call.body = JSON.encode(review)
    return AccessRules(try await decode(try await perform(call), operation: call.operation))
  }
}

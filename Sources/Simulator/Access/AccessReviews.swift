import Document

extension SimulatedCluster {
  /// Answers reviews of access and identity, which are never stored; nil for all other kinds.
  func review(_ request: APIRequest, _ resource: ResourceType, _ options: WriteOptions) throws(APIFailure) -> APIResponse? {
    guard resource.verbs == ["create"], resource.group == "authorization.k8s.io" || resource.group == "authentication.k8s.io" else {
      return nil
    }
    let decoded = try decodeBody(request, resource, options)
    var body = decoded.object
    body["status"] = nil
    let namespace = body[at: "spec", "namespace"]?.stringValue ?? ""
    var isTracked = true
    switch resource.kind {
    case "SelfSubjectReview":
      isTracked = false
      body["metadata"] = ["creationTimestamp": .string(now.text)]
      body["status"] = ["userInfo": AccessReview.value(of: user)]
    case "SelfSubjectRulesReview":
      guard !namespace.isEmpty else { throw APIFailure.badRequest("no namespace on request") }
      isTracked = false
      body["metadata"] = [:]
      body["spec"] = [:]
      body["status"] = rulesStatus(namespace)
    case "TokenReview":
      let audiences = (body[at: "spec", "audiences"]?.arrayValue ?? []).compactMap(\.stringValue)
      let token = body[at: "spec", "token"]?.stringValue ?? ""
      if let owner = self.user(ofToken: token, audience: audiences.first ?? ServiceAccountToken.audience) {
        body["status"] = [
          "authenticated": true, "user": AccessReview.value(of: owner),
          "audiences": [.string(audiences.first ?? ServiceAccountToken.audience)],
        ]
      } else {
        body["status"] = ["user": [:], "error": "invalid bearer token"]
      }
    default: body["status"] = try accessStatus(body["spec"] ?? .null, resource)
    }
    if isTracked {
      let writer = options.writer(request, subresource: "")
      let status = body["status"]
      body["status"] = nil
      body[at: "metadata", "creationTimestamp"] = nil
      body = fieldManager(resource, subresource: "").update(live: nil, new: body, manager: writer.manager)
      body["status"] = status
    }
    return respond(body, status: 201, request, warnings: decoded.warnings)
  }

  private func accessStatus(_ spec: Value, _ resource: ResourceType) throws(APIFailure) -> Value {
    let object = spec["resourceAttributes"]
    let path = spec["nonResourceAttributes"]
    guard (object == nil) != (path == nil) else {
      throw APIFailure.invalid(
        group: resource.group, kind: "", name: "",
        [
          .invalid(
            "spec.resourceAttributes", .null, "exactly one of nonResourceAttributes or resourceAttributes must be specified")
        ])
    }
    func text(_ value: Value?, _ key: String) -> String { value?[key]?.stringValue ?? "" }
    var wanted = AccessAttributes(
      verb: text(object ?? path, "verb"), namespace: text(object, "namespace"), group: text(object, "group"),
      resource: text(object, "resource"), subresource: text(object, "subresource"), name: text(object, "name"))
    if path != nil { wanted.path = text(path, "path") }
    var subject = user
    if resource.kind != "SelfSubjectAccessReview" {
      subject = UserInfo(name: text(spec, "user"), groups: (spec["groups"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
    let (allowed, reason) = decide(subject, wanted)
    var status: Object = ["allowed": .bool(allowed)]
    if !reason.isEmpty { status["reason"] = .string(reason) }
    return .object(status)
  }

  private func rulesStatus(_ namespace: String) -> Value {
    var resources: [Value] = []
    var paths: [Value] = []
    func strings(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
    for rule in rules(of: user, in: namespace) {
      if !rule.resources.isEmpty {
        var entry: Object = ["verbs": strings(rule.verbs), "apiGroups": strings(rule.apiGroups), "resources": strings(rule.resources)]
        if !rule.resourceNames.isEmpty { entry["resourceNames"] = strings(rule.resourceNames) }
        resources.append(.object(entry))
      }
      if !rule.paths.isEmpty { paths.append(["verbs": strings(rule.verbs), "nonResourceURLs": strings(rule.paths)]) }
    }
    return ["resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": false]
  }
}

/// How users are shown.
enum AccessReview {
  static func value(of user: UserInfo) -> Value {
    var result: Object = ["username": .string(user.name), "groups": .array(user.groups.map { .string($0) })]
    if !user.uid.isEmpty { result["uid"] = .string(user.uid) }
    if !user.extra.isEmpty {
      result["extra"] = .object(
        Object(user.extra.map { Member(key: $0.key, value: .array($0.value.map { .string($0) })) }))
    }
    return .object(result)
  }
}

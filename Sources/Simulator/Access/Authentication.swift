import Document

extension SimulatedCluster {
  static let unauthorized = APIFailure(401, "Unauthorized", "Unauthorized")

  /// Who sends a request: by token, by impersonation, or the one whom an open cluster takes everybody for.
  func authenticate(_ request: APIRequest) throws(APIFailure) -> UserInfo {
    var user = try bearer(request)
    let wanted = request.headers["impersonate-user"] ?? ""
    let groups = SimulatedCluster.list(request.headers["impersonate-group"])
    let uid = request.headers["impersonate-uid"] ?? ""
    if wanted.isEmpty {
      guard groups.isEmpty, uid.isEmpty else {
        let shown = groups.map { "\"\($0)\"" }.joined(separator: ", ")
        throw APIFailure.badRequest(
          "requested &user.DefaultInfo{Name:\"\", UID:\"\(uid)\", Groups:[]string{\(shown)}, Extra:map[string][]string(nil)} without impersonating a user name"
        )
      }
      return user
    }
    try checkImpersonation(user, request, wanted, groups)
    user = UserInfo(name: wanted, uid: uid, groups: groups)
    if groups.isEmpty, let account = user.serviceAccount {
      user.groups = ["system:serviceaccounts", "system:serviceaccounts:\(account.namespace)"]
    }
    if wanted == UserInfo.anonymous.name {
      user.groups = UserInfo.anonymous.groups
    } else if !user.groups.contains("system:authenticated") {
      user.groups.append("system:authenticated")
    }
    for (name, value) in request.headers where name.hasPrefix("impersonate-extra-") {
      user.extra[String(name.dropFirst("impersonate-extra-".count))] = SimulatedCluster.list(value)
    }
    return user
  }

  private static func list(_ header: String?) -> [String] {
    (header ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }

  private func bearer(_ request: APIRequest) throws(APIFailure) -> UserInfo {
    guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else {
      return settings.bearerToken == nil ? .admin : .anonymous
    }
    let token = String(header.dropFirst("Bearer ".count))
    guard let user = user(ofToken: token, audience: ServiceAccountToken.audience) else { throw SimulatedCluster.unauthorized }
    return user
  }

  /// Whose token it is; nil when it is nobody's any more.
  func user(ofToken token: String, audience: String) -> UserInfo? {
    if token == settings.bearerToken { return .admin }
    if let account = settings.accounts.first(where: { $0.token == token }) {
      return UserInfo(name: account.user, groups: account.groups + ["system:authenticated"])
    }
    guard let claims = ServiceAccountToken.verified(token, secret: settings.seed),
      claims.audiences.isEmpty || claims.audiences.contains(audience), claims.expires.map({ now < $0 }) ?? true,
      let account = store.get(ResourceKey(group: "", plural: "serviceaccounts"), claims.namespace, claims.name), account.uid == claims.uid
    else { return nil }
    if let secret = claims.secret, store.get(ResourceKey(group: "", plural: "secrets"), claims.namespace, secret) == nil { return nil }
    return UserInfo.serviceAccount(claims.namespace, claims.name, uid: claims.uid, credential: claims.identifier)
  }

  private func checkImpersonation(
    _ user: UserInfo, _ request: APIRequest, _ name: String, _ groups: [String]
  ) throws(APIFailure) {
    if user.isMaster { return }
    func may(_ resource: String, _ name: String, namespace: String = "") -> Bool {
      let attributes = AccessAttributes(verb: "impersonate", namespace: namespace, resource: resource, name: name)
      return decide(user, attributes).allowed
    }
    let account = UserInfo(name: name, groups: []).serviceAccount
    let isAllowed = account.map { may("serviceaccounts", $0.name, namespace: $0.namespace) } ?? may("users", name)
    guard isAllowed, groups.allSatisfy({ may("groups", $0) }) else {
      var attributes = AccessAttributes(request)
      attributes.verb = "impersonate-on:user-info:\(attributes.verb)"
      throw attributes.refusal(user)
    }
  }
}

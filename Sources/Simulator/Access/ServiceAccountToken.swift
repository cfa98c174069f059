import Document

/// Tokens of service accounts: JSON web tokens that the cluster itself signs and verifies (HS256 with a key from its seed).
struct ServiceAccountToken: Sendable {
  static let audience = "https://kubernetes.default.svc"

  var namespace: String
  var name: String
  var uid: String
  /// Empty for the tokens of secrets, which hold for every audience.
  var audiences: [String]
  var issued: SimulatedTime
  var expires: SimulatedTime?
  var identifier: String
  /// The secret that holds the token and whose deletion ends it.
  var secret: String?

  func text(secret key: UInt64) -> String {
    var account: Object = ["name": .string(name), "uid": .string(uid)]
    var kubernetes: Object = ["namespace": .string(namespace)]
    if let secret { account["secret"] = .string(secret) }
    kubernetes["serviceaccount"] = .object(account)
    var claims: Object = [
      "iss": .string(ServiceAccountToken.audience), "sub": .string("system:serviceaccount:\(namespace):\(name)"),
      "iat": .int(issued.milliseconds / 1000), "nbf": .int(issued.milliseconds / 1000), "jti": .string(identifier),
      "kubernetes.io": .object(kubernetes),
    ]
    if !audiences.isEmpty { claims["aud"] = .array(audiences.map { .string($0) }) }
    if let expires { claims["exp"] = .int(expires.milliseconds / 1000) }
    let head = ServiceAccountToken.encode(JSON.encode(["alg": "HS256", "typ": "JWT"]))
    let signed = "\(head).\(ServiceAccountToken.encode(JSON.encode(.object(claims))))"
    return "\(signed).\(ServiceAccountToken.signature(signed, key))"
  }

  /// What a token says, when this cluster signed it.
  static func verified(_ token: String, secret key: UInt64) -> ServiceAccountToken? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, String(parts[2]) == signature("\(parts[0]).\(parts[1])", key), let bytes = decode(parts[1]),
      let claims = try? JSON.decode(bytes), let account = claims[at: "kubernetes.io", "serviceaccount"]
    else { return nil }
    return ServiceAccountToken(
      namespace: claims[at: "kubernetes.io", "namespace"]?.stringValue ?? "", name: account["name"]?.stringValue ?? "",
      uid: account["uid"]?.stringValue ?? "", audiences: (claims["aud"]?.arrayValue ?? []).compactMap(\.stringValue),
      issued: SimulatedTime(milliseconds: (claims["iat"]?.intValue ?? 0) * 1000),
      expires: claims["exp"]?.intValue.map { SimulatedTime(milliseconds: $0 * 1000) }, identifier: claims["jti"]?.stringValue ?? "",
      secret: account["secret"]?.stringValue)
  }

  private static func encode(_ bytes: [UInt8]) -> String {
    String(
      decoding: Base64.encode(bytes).utf8.compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: UTF8.self)
  }

  private static func decode(_ text: Substring) -> [UInt8]? {
    var bytes = text.utf8.map { byte -> UInt8 in
      byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
    }
    while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
    return Base64.decode(bytes)
  }

  /// HMAC-SHA256; the key is short enough to be padded with zeros alone.
  private static func signature(_ text: String, _ key: UInt64) -> String {
    var block = [UInt8](repeating: 0, count: 64)
    for index in 0..<8 { block[index] = UInt8(truncatingIfNeeded: key >> (8 * UInt64(index))) }
    var inner = SHA256()
    for byte in block { inner.update(byte ^ 0x36) }
    inner.update(text)
    var outer = SHA256()
    for byte in block { outer.update(byte ^ 0x5c) }
    for byte in bytes(inner.finish()) { outer.update(byte) }
    return encode(bytes(outer.finish()))
  }

  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }
}

extension SimulatedCluster {
  /// POST to a service account's `token`: TokenRequest.
  mutating func requestToken(_ request: APIRequest, _ stored: StoredObject, _ target: Target) throws(APIFailure) -> APIResponse {
    let kind = GroupVersionKind(group: "authentication.k8s.io", version: "v1", kind: "TokenRequest")
    var body = try parse(request)
    if body.isNull { body = .object(Object()) }
    body["apiVersion"] = "authentication.k8s.io/v1"
    body["kind"] = "TokenRequest"
    if let seconds = body[at: "spec", "expirationSeconds"], seconds.intValue ?? 0 < 600 {
      throw APIFailure.invalid(
        group: kind.group, kind: kind.kind, name: "",
        [.invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")])
    }
    let sentAudiences = (body[at: "spec", "audiences"]?.arrayValue ?? []).compactMap(\.stringValue)
    let schema = SchemaTable.builtIn.schema(for: kind) ?? Schema(table: .untyped, index: 0)
    let manager = FieldManager(
      schema: schema, empty: ["metadata": [:], "spec": [:], "status": [:]], reset: FieldSet(["f:status": [:]]),
      apiVersion: "authentication.k8s.io/v1", subresource: "token", now: now.text)
    let writer = try WriteOptions(request, kind: "CreateOptions").writer(request, subresource: "token")
    body["status"] = nil
    body = manager.update(live: nil, new: body, manager: writer.manager)
    let seconds = body[at: "spec", "expirationSeconds"]?.intValue ?? 3600
    let expires = now.adding(.seconds(seconds))
    let token = ServiceAccountToken(
      namespace: stored.namespace, name: stored.name, uid: stored.uid,
      audiences: sentAudiences.isEmpty ? [ServiceAccountToken.audience] : sentAudiences, issued: now, expires: expires,
      identifier: random.uid())
    Defaults.edit(&body, "metadata") { metadata in
      metadata["name"] = .string(stored.name)
      metadata["namespace"] = .string(stored.namespace)
      metadata["uid"] = .string(stored.uid)
      metadata["creationTimestamp"] = .string(now.text)
    }
    Defaults.edit(&body, "spec") { spec in
      spec["audiences"] = .array(token.audiences.map { .string($0) })
      spec.fill("boundObjectRef", .null)
      spec["expirationSeconds"] = .int(seconds)
    }
    body["status"] = ["token": .string(token.text(secret: settings.seed)), "expirationTimestamp": .string(expires.text)]
    return respond(body, status: 201, request)
  }

  /// What the token controller does for a secret that asks for the token of a service account.
  mutating func fillTokenSecret(_ object: Value, _ resource: ResourceType) {
    guard resource.key == ResourceKey(group: "", plural: "secrets"), object["type"] == "kubernetes.io/service-account-token",
      object[at: "data", "token"] == nil, let namespace = object[at: "metadata", "namespace"]?.stringValue,
      let name = object[at: "metadata", "name"]?.stringValue,
      let account = object[["metadata", "annotations", "kubernetes.io/service-account.name"]]?.stringValue,
      let stored = store.get(ResourceKey(group: "", plural: "serviceaccounts"), namespace, account)
    else { return }
    let token = ServiceAccountToken(
      namespace: namespace, name: account, uid: stored.uid, audiences: [], issued: now, expires: nil, identifier: random.uid(), secret: name
    )
    var new = object
    new[["metadata", "annotations", "kubernetes.io/service-account.uid"]] = .string(stored.uid)
    new[at: "data", "namespace"] = .string(Base64.encode(Array(namespace.utf8)))
    new[at: "data", "token"] = .string(Base64.encode(Array(token.text(secret: settings.seed).utf8)))
    new = fieldManager(resource, subresource: "").update(live: object, new: new, manager: "kube-controller-manager")
    _ = write(new, resource)
  }
}

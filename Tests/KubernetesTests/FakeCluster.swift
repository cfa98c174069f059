import Document
import Synchronization
import Transport

@testable import Kubernetes

/// A small API server for tests of onboarding and checking: keeps objects, and judges accesses by the roles and bindings among them.
/// Fields are not owned here: an apply replaces the object.
final class FakeCluster: Sendable {
  struct State {
    var objects: [String: Value] = [:]
    var version = 0
    var tokens: [String: String] = [:]
    var log: [String] = []
    /// Headers that every answer carries.
    var headers: [String] = []
    var gitVersion = "v1.36.0"
    var groups = ["apps", "batch", "rbac.authorization.k8s.io"]
    var rulesAreIncomplete = false
    var staleGroup: String?
  }

  private let box: Box
  let server: TestServer

  /// The server's closure holds this, so that the cluster itself can go.
  private final class Box: Sendable {
    let state = Mutex(State())
  }

  init() {
    let box = Box()
    self.box = box
    server = TestServer { request, connection in
      let (status, headers, body) = box.state.withLock { FakeCluster.answer(request, &$0) }
      connection.answer(status, headers: ["Content-Type: application/json"] + headers, JSON.string(body))
    }
  }

  deinit { server.stop() }

  func change(_ body: (inout State) -> Void) { box.state.withLock { body(&$0) } }
  func read<Result: Sendable>(_ body: (State) -> Result) -> Result { box.state.withLock { body($0) } }

  func client(token: String = "admin", retry: RetryPolicy = .never) -> ClusterClient {
    ClusterClient(
      ClusterConnection(name: "east", server: server.url, credential: .bearerToken(token)), http: HTTPClient(), retry: retry,
      random: { 0.5 })
  }

  private static func answer(_ request: TestServer.Request, _ state: inout State) -> (String, [String], Value) {
    state.log.append("\(request.method) \(request.target)")
    let parts = request.target.split(separator: "?", maxSplits: 1)
    let path = String(parts[0])
    let query = parts.count > 1 ? String(parts[1]) : ""
    let token = request.headers["authorization"].map { String($0.dropFirst("Bearer ".count)) } ?? ""
    guard let user = token == "admin" ? "admin" : state.tokens[token] else { return refuse(401, "Unauthorized", "Unauthorized", state) }
    let body = (try? JSON.decode(request.body)) ?? .null
    switch (request.method, path) {
    case ("GET", "/version"):
      let minor = state.gitVersion.split(separator: ".").dropFirst().first ?? "0"
      return ("200 OK", state.headers, ["major": "1", "minor": .string(String(minor)), "gitVersion": .string(state.gitVersion)])
    case ("GET", "/api"): return ("200 OK", state.headers, discovery([""], state))
    case ("GET", "/apis"): return ("200 OK", state.headers, discovery(state.groups, state))
    case ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews"):
      return ("201 Created", state.headers, ["status": ["userInfo": ["username": .string(user)]]])
    case ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"):
      let wanted = body[at: "spec", "resourceAttributes"] ?? .null
      func text(_ key: String) -> String? { wanted[key]?.stringValue }
      let resource = (text("resource") ?? "") + (text("subresource").map { "/\($0)" } ?? "")
      let need = AccessNeed(
        text("verb") ?? "", resource, group: text("group") ?? "", namespace: text("namespace"), name: text("name"))
      return ("201 Created", state.headers, ["status": ["allowed": .bool(rules(of: user, in: need.namespace, state).allows(need))]])
    case ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"):
      let granted = rules(of: user, in: body[at: "spec", "namespace"]?.stringValue, state)
      let list = state.rulesAreIncomplete ? [] : granted.documents
      return ("201 Created", state.headers, ["status": ["incomplete": .bool(state.rulesAreIncomplete), "resourceRules": .array(list)]])
    case ("POST", let path) where path.hasSuffix("/token"):
      guard state.objects[String(path.dropLast("/token".count))] != nil else {
        return refuse(404, "NotFound", "no such account", state)
      }
      let words = path.split(separator: "/")
      let text = "token-\(state.tokens.count + 1)"
      state.tokens[text] = "system:serviceaccount:\(words[3]):\(words[5])"
      return ("201 Created", state.headers, ["status": ["token": .string(text), "expirationTimestamp": "2027-11-21T00:00:00Z"]])
    case ("PATCH", _):
      return apply(path, body, dryRun: query.contains("dryRun=All"), user, &state)
    case ("DELETE", _):
      guard state.objects.removeValue(forKey: path) != nil else { return missing(path, state) }
      return ("200 OK", state.headers, ["kind": "Status", "status": "Success"])
    case ("GET", _):
      if let object = state.objects[path] { return ("200 OK", state.headers, object) }
      let last = path.split(separator: "/").last.map(String.init) ?? ""
      let plurals: Set<String> = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]
      guard plurals.contains(last) else { return missing(path, state) }
      let items = state.objects.filter { $0.key.split(separator: "/").dropLast().last.map(String.init) == last }
      let sorted = items.sorted { $0.key < $1.key }.map(\.value)
      return ("200 OK", state.headers, ["metadata": ["resourceVersion": "1"], "items": .array(sorted)])
    default: return refuse(405, "MethodNotAllowed", "no", state)
    }
  }

  private static func apply(_ path: String, _ object: Value, dryRun: Bool, _ user: String, _ state: inout State) -> (
    String, [String], Value
  ) {
    let old = state.objects[path]
    var new = object
    new[at: "metadata", "uid"] = old?[at: "metadata", "uid"] ?? .string("u\(state.version)")
    new[at: "metadata", "resourceVersion"] = old?[at: "metadata", "resourceVersion"]
    if new != old {
      state.version += 1
      new[at: "metadata", "resourceVersion"] = .string("\(state.version)")
    }
    // The controller manager's part.
    if new["type"] == "kubernetes.io/service-account-token", !dryRun {
      let words = path.split(separator: "/")
      state.tokens["forever"] = "system:serviceaccount:\(words[3]):" + (words[5].hasSuffix("-token") ? words[5].dropLast(6) : words[5])
      new["data"] = ["token": .string(Base64.encode(Array("forever".utf8)))]
    }
    if !dryRun { state.objects[path] = new }
    return (old == nil ? "201 Created" : "200 OK", state.headers, new)
  }

  private static func missing(_ path: String, _ state: State) -> (String, [String], Value) {
    let words = path.split(separator: "/")
    let kind = String(words.dropLast().last ?? "")
    let name = String(words.last ?? "")
    var (status, headers, body) = refuse(404, "NotFound", "\(kind) \"\(name)\" not found", state)
    body["details"] = ["name": .string(name), "kind": .string(kind)]
    return (status, headers, body)
  }

  private static func refuse(_ code: Int, _ reason: String, _ message: String, _ state: State) -> (String, [String], Value) {
    (
      "\(code) \(reason)", state.headers,
      ["kind": "Status", "status": "Failure", "code": .int(Int64(code)), "reason": .string(reason), "message": .string(message)]
    )
  }

  /// All that a user is allowed to in a namespace, or, without one, in the whole cluster.
  private static func rules(of user: String, in namespace: String?, _ state: State) -> AccessRules {
    if user == "admin" { return AccessRules(["status": ["resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]]]]) }
    var rules: [Value] = []
    let root = "/apis/rbac.authorization.k8s.io/v1"
    for (path, binding) in state.objects.sorted(by: { $0.key < $1.key }) {
      let subject = binding["subjects"]?.arrayValue?.first ?? .null
      guard "system:serviceaccount:\(subject["namespace"]?.stringValue ?? ""):\(subject["name"]?.stringValue ?? "")" == user else {
        continue
      }
      let role = binding[at: "roleRef", "name"]?.stringValue ?? ""
      if path.hasPrefix(root + "/clusterrolebindings/") {
        rules += state.objects["\(root)/clusterroles/\(role)"]?["rules"]?.arrayValue ?? []
      } else if let namespace, path.hasPrefix("\(root)/namespaces/\(namespace)/rolebindings/") {
        rules += state.objects["\(root)/namespaces/\(namespace)/roles/\(role)"]?["rules"]?.arrayValue ?? []
      }
    }
    return AccessRules(["status": ["resourceRules": .array(rules.filter { $0["nonResourceURLs"] == nil })]])
  }

  private static func discovery(_ groups: [String], _ state: State) -> Value {
    let items = groups.map { group -> Value in
      var version: Value = [
        "version": "v1",
        "resources": [
          [
            "resource": "things", "responseKind": ["kind": "Thing"], "scope": "Namespaced",
            "verbs": ["create", "delete", "get", "list"],
          ]
        ],
      ]
      if state.staleGroup == group { version["freshness"] = "Stale" }
      return ["metadata": ["name": .string(group)], "versions": [version]]
    }
    return ["kind": "APIGroupDiscoveryList", "items": .array(items)]
  }
}

extension AccessRules {
  /// As a server lists them.
  var documents: [Value] {
    rules.map { rule in
      func list(_ texts: Set<String>) -> Value { .array(texts.sorted().map { .string($0) }) }
      return [
        "verbs": list(rule.verbs), "apiGroups": list(rule.groups), "resources": list(rule.resources), "resourceNames": list(rule.names),
      ]
    }
  }
}

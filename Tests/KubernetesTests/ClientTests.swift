import Document
import Synchronization
import Testing
import Transport

@testable import Kubernetes

/// Answers by method and path, and what was asked.
final class Canned: Sendable {
  typealias Answer = @Sendable (TestServer.Request) -> (status: String, headers: [String], body: String)

  let server: TestServer
  let client: ClusterClient

  init(
    credential: Credential = .none, retry: RetryPolicy = RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(1)),
    _ answer: @escaping Answer
  ) {
    let sink = Sink()
    server = TestServer { request, connection in
      sink.add(request)
      let (status, headers, body) = answer(request)
      connection.answer(status, headers: ["Content-Type: application/json"] + headers, body)
    }
    self.sink = sink
    client = ClusterClient(
      ClusterConnection(name: "east", server: server.url + "/", credential: credential), http: HTTPClient(), retry: retry, random: { 0.5 })
  }

  final class Sink: Sendable {
    let requests = Mutex<[TestServer.Request]>([])
    func add(_ request: TestServer.Request) { requests.withLock { $0.append(request) } }
  }

  private let sink: Sink
  var requests: [TestServer.Request] { sink.requests.withLock { $0 } }
  var lines: [String] { requests.map { "\($0.method) \($0.target)" } }

  deinit { server.stop() }
}

@Suite("calls to a cluster")
struct ClientTests {
  static let missing = ErrorTests.status(404, "NotFound", "configmaps not found", details: #"{"name":"a","kind":"configmaps"}"#)

  @Test("get tells a missing object from a missing resource and from a proxy's page")
  func get() async throws {
    let canned = Canned { request in
      switch request.target {
      case "/api/v1/namespaces/n/configmaps/a": ("404 Not Found", [], ClientTests.missing)
      case "/api/v1/namespaces/n/configmaps/b": ("200 OK", [], #"{"kind":"ConfigMap","metadata":{"name":"b"}}"#)
      case "/api/v1/namespaces/n/configmaps/c":
        ("404 Not Found", [], ErrorTests.status(404, "NotFound", "the server could not find the requested resource"))
      default: ("404 Not Found", [], "page not found")
      }
    }
    #expect(try await canned.client.get(Kinds.configMaps, namespace: "n", name: "a") == nil)
    #expect(try await canned.client.get(Kinds.configMaps, namespace: "n", name: "b")?[at: "metadata", "name"] == "b")
    for name in ["c", "d"] {
      let error = await ClientTests.failure { () async throws(KubernetesError) in
        _ = try await canned.client.get(Kinds.configMaps, namespace: "n", name: name)
      }
      #expect(error?.isNotFound == true)
    }
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.get(Kinds.configMaps, name: "a")
    }
    #expect(error?.description == "cluster east: get v1 ConfigMap a: a namespace is needed")
  }

  @Test("a list is read page by page; its items say what they are")
  func pages() async throws {
    let canned = Canned { request in
      let second = request.target.contains("continue=t1")
      return (
        "200 OK", [],
        #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"9"\#(second ? "" : #","continue":"t1""#)},"items":[{"metadata":{"name":"\#(second ? "b" : "a")"}}]}"#
      )
    }
    let list = try await canned.client.list(Kinds.configMaps, Selection(namespace: "n", labelSelector: "app=x"))
    #expect(list.resourceVersion == "9")
    #expect(list.items.map { $0.objectIdentity?.description } == ["ConfigMap/a", "ConfigMap/b"])
    #expect(
      canned.lines == [
        "GET /api/v1/namespaces/n/configmaps?labelSelector=app%3Dx&limit=500",
        "GET /api/v1/namespaces/n/configmaps?labelSelector=app%3Dx&limit=500&continue=t1",
      ])
  }

  @Test("a continue token that has run out starts the list afresh, once")
  func expired() async throws {
    let count = Counter()
    let canned = Canned { request in
      if request.target.contains("continue") && count.next() == 1 { return ("410 Gone", [], ErrorTests.status(410, "Expired", "too old")) }
      let last = request.target.contains("continue")
      return (
        "200 OK", [],
        #"{"metadata":{"resourceVersion":"9"\#(last ? "" : #","continue":"t""#)},"items":[{"metadata":{"name":"a"}}]}"#
      )
    }
    #expect(try await canned.client.list(Kinds.configMaps).items.count == 2)
    #expect(canned.lines.count == 4)
  }

  @Test(
    "an incomplete list is an error, never a shorter list",
    arguments: [
      #"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}}"#, #"{"metadata":{"resourceVersion":"9"}}"#, "{}", "",
      #"{"metadata":{},"items":[]}"#, #"{"metadata":{"resourceVersion":"9"},"items":{}}"#,
      #"{"metadata":{"resourceVersion":"9"},"items":[1]}"#, #"{"metadata":{"resourceVersion":"9","continue":"x"},"items":[]}"#,
    ])
  func incomplete(_ body: String) async {
    let canned = Canned { _ in ("200 OK", [], body) }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await canned.client.list(Kinds.configMaps) }
    #expect(error?.description.hasPrefix("cluster east: list v1 ConfigMap: the server") == true)
  }

  @Test("what is repeated and how often")
  func retries() async {
    let busy = Canned { _ in ("503 Service Unavailable", [], "busy") }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await busy.client.version() }
    #expect(error?.description.hasPrefix("cluster east: get the version: busy (503): the API server") == true)
    #expect(busy.lines.count == 3)
    let object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "n"]]
    _ = await ClientTests.failure { () async throws(KubernetesError) in _ = try await busy.client.create(object, in: Kinds.configMaps) }
    #expect(busy.lines.count == 4)
    _ = await ClientTests.failure { () async throws(KubernetesError) in _ = try await busy.client.applying(object, to: Kinds.configMaps) }
    #expect(busy.lines.count == 7)
    let throttled = Canned { _ in ("429 Too Many Requests", ["Retry-After: 0"], "slow") }
    _ = await ClientTests.failure { () async throws(KubernetesError) in _ = try await throttled.client.create(object, in: Kinds.configMaps)
    }
    #expect(throttled.lines.count == 3)
    let wrong = Canned { _ in ("500 Internal Server Error", [], #"{"kind":"Status","message":"expected string","code":500}"#) }
    _ = await ClientTests.failure { () async throws(KubernetesError) in _ = try await wrong.client.applying(object, to: Kinds.configMaps) }
    #expect(wrong.lines.count == 1)
  }

  @Test("writes ask for what they should")
  func writes() async throws {
    let canned = Canned { request in
      (
        request.method == "POST" ? "201 Created" : "200 OK", [#"Warning: 299 - "unknown field \"x\"""#],
        #"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web"}}"#
      )
    }
    let object: Value = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "n", "managedFields": [["manager": "x"]]],
    ]
    let options = ClusterClient.WriteOptions(dryRun: true, fieldValidation: .strict)
    let outcome = try await canned.client.applying(object, to: Kinds.deployments, force: true, options: options)
    #expect(outcome.warnings == [#"unknown field "x""#] && !outcome.created)
    _ = try await canned.client.create(object, in: Kinds.deployments)
    _ = try await canned.client.update(object, in: Kinds.deployments)
    _ = try await canned.client.patch(Kinds.deployments, namespace: "n", name: "web", .merge, ["spec": ["replicas": 2]])
    try await canned.client.delete(Kinds.deployments, namespace: "n", name: "web", uid: "u", resourceVersion: "7", propagation: .foreground)
    let path = "/apis/apps/v1/namespaces/n/deployments"
    #expect(
      canned.lines == [
        "PATCH \(path)/web?fieldManager=flotilla&dryRun=All&fieldValidation=Strict&force=true", "POST \(path)?fieldManager=flotilla",
        "PUT \(path)/web?fieldManager=flotilla", "PATCH \(path)/web?fieldManager=flotilla", "DELETE \(path)/web",
      ])
    let requests = canned.requests
    #expect(
      requests.map { $0.headers["content-type"] } == [
        "application/apply-patch+yaml", "application/json", "application/json", "application/merge-patch+json", "application/json",
      ])
    #expect(
      String(decoding: requests[0].body, as: UTF8.self)
        == #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"n"}}"#)
    #expect(
      String(decoding: requests[4].body, as: UTF8.self)
        == #"{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"resourceVersion":"7","uid":"u"},"propagationPolicy":"Foreground"}"#
    )
  }

  @Test("credentials and impersonation become headers; a refused token file is read again once")
  func credentials() async throws {
    let canned = Canned(credential: .bearerToken("abc")) { _ in
      ("401 Unauthorized", [], ErrorTests.status(401, "Unauthorized", "Unauthorized"))
    }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await canned.client.version() }
    #expect(error?.isUnauthorized == true)
    #expect(canned.requests.map { $0.headers["authorization"] } == ["Bearer abc"])
  }

  @Test("discovery: aggregated, asked again only when something is missing, unchanged documents not sent again")
  func discovery() async throws {
    let installed = Counter()
    let canned = Canned { request in
      let widgets =
        #"{"metadata":{"name":"example.com"},"versions":[{"version":"v1","resources":[{"resource":"widgets","responseKind":{"kind":"Widget"},"scope":"Namespaced","verbs":["get"]}]}]}"#
      switch request.target {
      case "/api":
        if request.headers["if-none-match"] == "\"1\"" { return ("304 Not Modified", ["ETag: \"1\""], "") }
        return (
          "200 OK", ["ETag: \"1\""],
          #"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[{"resource":"configmaps","responseKind":{"kind":"ConfigMap"},"scope":"Namespaced","verbs":["get"]}]}]}]}"#
        )
      default: return ("200 OK", [], #"{"kind":"APIGroupDiscoveryList","items":[\#(installed.value > 0 ? widgets : "")]}"#)
      }
    }
    let widget = GroupVersionKind(group: "example.com", version: "v1", kind: "Widget")
    #expect(try await canned.client.resource(for: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"))?.plural == "configmaps")
    #expect(canned.lines.count == 2)
    #expect(try await canned.client.resource(for: GroupKind(group: "", kind: "ConfigMap")) != nil)
    #expect(canned.lines.count == 2)
    #expect(try await canned.client.resource(for: widget) == nil)
    _ = installed.next()
    #expect(try await canned.client.resource(for: widget)?.plural == "widgets")
    #expect(try await canned.client.resources().count == 2)
    #expect(canned.lines.count == 6)
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.apply(["apiVersion": "nope/v1", "kind": "Nope", "metadata": ["name": "x"]])
    }
    #expect(
      error?.description
        == "cluster east: apply nope/v1 Nope x: the server does not serve nope/v1 Nope: is its CustomResourceDefinition installed?")
  }

  @Test("an older server's discovery, with one group that is down")
  func legacyDiscovery() async throws {
    let canned = Canned { request in
      switch request.target {
      case "/api": ("200 OK", [], #"{"kind":"APIVersions","versions":["v1"]}"#)
      case "/apis":
        (
          "200 OK", [],
          #"{"kind":"APIGroupList","groups":[{"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1"}],"preferredVersion":{"groupVersion":"metrics.k8s.io/v1"}}]}"#
        )
      case "/api/v1":
        (
          "200 OK", [],
          #"{"resources":[{"name":"nodes","kind":"Node","namespaced":false,"verbs":["get"]},{"name":"nodes/status","kind":"Node"}]}"#
        )
      default: ("503 Service Unavailable", [], "down")
      }
    }
    #expect(try await canned.client.resource(for: GroupVersionKind(group: "", version: "v1", kind: "Node"))?.subresources == ["status"])
    #expect(try await canned.client.resource(for: GroupVersionKind(group: "other", version: "v1", kind: "X")) == nil)
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.resource(for: GroupVersionKind(group: "metrics.k8s.io", version: "v1", kind: "PodMetrics"))
    }
    #expect(error?.message == "the server cannot tell at present what the group metrics.k8s.io holds: its API service is down")
  }

  @Test("a watch: events, the end, a refusal")
  func watch() async throws {
    let canned = Canned { request in
      if request.target.contains("resourceVersion=1") { return ("410 Gone", [], ErrorTests.status(410, "Expired", "too old")) }
      return ("200 OK", [], WatchTests.text)
    }
    let stream = try await canned.client.watch(Kinds.configMaps, Selection(labelSelector: "a", metadataOnly: true), from: "9")
    var versions: [String?] = []
    for try await event in stream { versions.append(event.resourceVersion) }
    #expect(versions == ["1", "2", "5", "6"])
    #expect(
      canned.lines == ["GET /api/v1/configmaps?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&labelSelector=a&resourceVersion=9"])
    #expect(canned.requests[0].headers["accept"]?.hasPrefix("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1") == true)
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.watch(Kinds.configMaps, from: "1")
    }
    #expect(error?.isGone == true)
  }

  @Test("access rules")
  func access() async throws {
    let canned = Canned { _ in
      (
        "201 Created", [],
        #"{"status":{"incomplete":false,"resourceRules":[{"verbs":["get","list"],"apiGroups":[""],"resources":["configmaps"]},{"verbs":["*"],"apiGroups":["apps"],"resources":["*/scale","deployments"],"resourceNames":["web"]}]}}"#
      )
    }
    let rules = try await canned.client.accessRules(namespace: "n")
    #expect(rules.allows("get", Kinds.configMaps) && !rules.allows("patch", Kinds.configMaps))
    #expect(!rules.allows("patch", Kinds.deployments) && rules.allows("patch", Kinds.deployments, name: "web"))
    #expect(rules.allows("patch", Kinds.deployments, subresource: "scale", name: "web"))
    #expect(!rules.allows("patch", Kinds.deployments, subresource: "status", name: "web"))
  }

  @Test("metadata only: asked for in lists too, and the objects still say what they are")
  func metadataOnly() async throws {
    let canned = Canned { _ in
      (
        "200 OK", [],
        #"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"9"},"items":[{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}]}"#
      )
    }
    let list = try await canned.client.list(Kinds.deployments, Selection(metadataOnly: true))
    #expect(list.items.map { $0.groupVersionKind?.description } == ["apps/v1 Deployment"])
    #expect(canned.requests[0].headers["accept"] == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json")
  }

  @Test("what a real server says of an account's rules", .enabled(if: Recordings.folder != nil, "needs the recordings"))
  func recordedRules() throws {
    let reviews = try Recordings.read("08-errors-and-auth").filter { $0.path.hasSuffix("/selfsubjectrulesreviews") && $0.status == 201 }
    let limited = AccessRules(try JSON.decode(try #require(reviews.first).body))
    let rows: [(AccessNeed, Bool)] = [
      (AccessNeed("watch", "configmaps", namespace: "t08"), true), (AccessNeed("delete", "configmaps", namespace: "t08"), false),
      (AccessNeed("get", "secrets", namespace: "t08", name: "only-this"), true), (AccessNeed("get", "secrets", namespace: "t08"), false),
      (AccessNeed("create", "selfsubjectreviews", group: "authentication.k8s.io"), true),
      (AccessNeed("update", "deployments/scale", group: "apps", namespace: "t08"), false),
    ]
    for (need, allowed) in rows { #expect(limited.allows(need) == allowed, "\(need)") }
    let admin = AccessRules(try JSON.decode(try #require(reviews.last).body))
    #expect(SpokeAccount(scope: .administrator).needs.allSatisfy { admin.allows($0) })
    #expect(SpokeAccount().needs.allSatisfy { admin.allows($0) })
  }

  @Test("no more requests are under way than allowed, and waiting can be cancelled")
  func budget() async {
    let semaphore = AsyncSemaphore(limit: 2)
    #expect(await semaphore.acquire())
    #expect(await semaphore.acquire())
    let waiting = Task { await semaphore.acquire() }
    #expect(await eventually { semaphore.waitingCount == 1 })
    let other = Task { await semaphore.acquire() }
    #expect(await eventually { semaphore.waitingCount == 2 })
    waiting.cancel()
    #expect(await waiting.value == false)
    semaphore.release()
    #expect(await other.value)
    #expect(semaphore.waitingCount == 0)
  }

  static func failure(_ body: () async throws(KubernetesError) -> Void) async -> KubernetesError? {
    do throws(KubernetesError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }
}

/// Counts.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

import Document
import Foundation
import Glibc
import Synchronization
import Testing
import Transport

@testable import Kubernetes

/// Every way in which a cluster fails us: each ends in a message that names cluster and object and says what to do.
@Suite("faults")
struct FaultTests {
  static let quick = RetryPolicy(maximumAttempts: 3, baseDelay: .milliseconds(1), maximumDelay: .seconds(2))

  static func client(_ server: TestServer, _ limits: ClusterClient.Limits = ClusterClient.Limits(), retry: RetryPolicy = quick)
    -> ClusterClient
  {
    ClusterClient(ClusterConnection(name: "east", server: server.url), http: HTTPClient(), limits: limits, retry: retry, random: { 0 })
  }

  static func object(_ name: String = "a", _ data: Value = ["k": "v"]) -> Value {
    ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "n"], "data": data]
  }

  // MARK: - refusals

  @Test("401 in mid-run: a rotated token file is read again, for requests and for watches")
  func credentialRotates() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try "old".write(toFile: file, atomically: true, encoding: .utf8)
    let accepted = Mutex("old")
    let refused = Counter()
    let server = TestServer { request, connection in
      guard request.headers["authorization"] == "Bearer \(accepted.withLock { $0 })" else {
        _ = refused.next()
        return connection.answer("401 Unauthorized", ErrorTests.status(401, "Unauthorized", "Unauthorized"))
      }
      connection.answer("200 OK", request.target.contains("watch") ? "" : #"{"kind":"ConfigMap","metadata":{"name":"a"}}"#)
    }
    defer { server.stop() }
    let client = ClusterClient(
      ClusterConnection(name: "east", server: server.url, credential: .tokenFile(file)), http: HTTPClient(), retry: Self.quick)
    #expect(try await client.get(Kinds.configMaps, namespace: "n", name: "a") != nil)
    accepted.withLock { $0 = "new" }
    // Not rotated yet: there is nothing new to try.
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await client.create(FaultTests.object(), in: Kinds.configMaps)
    }
    #expect(
      error?.description
        == "cluster east: create v1 ConfigMap n/a: the server does not accept the credentials (401 Unauthorized): renew the token or certificate in the cluster's definition"
    )
    #expect(refused.value == 1)
    try "new".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try await client.create(FaultTests.object(), in: Kinds.configMaps)["kind"] == "ConfigMap")
    #expect(refused.value == 2)
    accepted.withLock { $0 = "newer" }
    try "newer".write(toFile: file, atomically: true, encoding: .utf8)
    _ = try await client.watch(Kinds.configMaps, from: "1")
    #expect(refused.value == 3)
  }

  @Test("403 on one kind: the others go on")
  func forbiddenKind() async throws {
    let canned = Canned { request in
      request.target.contains("secrets")
        ? (
          "403 Forbidden", [], ErrorTests.status(403, "Forbidden", #"secrets is forbidden: User \"hub\" cannot list resource \"secrets\""#)
        )
        : ("200 OK", [], #"{"metadata":{"resourceVersion":"9"},"items":[]}"#)
    }
    let secrets = APIResource(
      groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Secret"), plural: "secrets", namespaced: true)
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await canned.client.list(secrets) }
    #expect(
      error?.description
        == #"cluster east: list v1 Secret: secrets is forbidden: User "hub" cannot list resource "secrets" (403 Forbidden): grant it to the account that asks; `flotilla cluster check` lists all that is missing"#
    )
    #expect(canned.lines.count == 1)
    #expect(try await canned.client.list(Kinds.configMaps).items.isEmpty)
  }

  struct Refusal: Sendable {
    var status: Int
    var body: String
    var text: String
  }

  static let refusals: [Refusal] = [
    Refusal(
      status: 409,
      body: ErrorTests.status(
        409, "Conflict", #"Apply failed with 1 conflict: conflict with \"kubectl\": .data.k"#,
        details:
          #"{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".data.k"}]}"#),
      text:
        #"Apply failed with 1 conflict: conflict with "kubectl": .data.k (409 Conflict): take the fields out of the definition, take them over by force, or make the other manager let go of them"#
    ),
    Refusal(
      status: 409, body: ErrorTests.status(409, "Conflict", "the object has been modified"),
      text: "the object has been modified (409 Conflict): someone else wrote it meanwhile: read it again and repeat"),
    Refusal(
      status: 409, body: ErrorTests.status(409, "AlreadyExists", "it exists"),
      text: "it exists (409 AlreadyExists): choose another name, or adopt the object"),
    Refusal(
      status: 422,
      body: ErrorTests.status(
        422, "Invalid", "two fields are invalid",
        details:
          #"{"name":"a","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.a"},{"reason":"FieldValueInvalid","message":"no","field":"spec.b"}]}"#
      ),
      text: "two fields are invalid (422 Invalid): correct spec.a, spec.b"),
    Refusal(
      status: 413, body: ErrorTests.status(413, "RequestEntityTooLarge", "too large"),
      text:
        "too large (413 RequestEntityTooLarge): make the object smaller: an API server takes about 1.5 MiB, an annotation 256 KiB"),
    Refusal(
      status: 404, body: "404 page not found\n",
      text:
        "404 page not found (404): the server does not serve this path: is the kind's CustomResourceDefinition installed, and its version served?"
    ),
  ]

  @Test("409, 413, 422 with causes, 404: said once, never repeated", arguments: refusals.indices)
  func refused(_ index: Int) async {
    let row = FaultTests.refusals[index]
    let canned = Canned { _ in ("\(row.status) No", [], row.body) }
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.applying(FaultTests.object(), to: Kinds.configMaps)
    }
    #expect(error?.description == "cluster east: apply v1 ConfigMap n/a: " + row.text)
    #expect(canned.lines.count == 1)
  }

  @Test("410 in mid-list, every time: in the end all is asked for at once")
  func goneInList() async throws {
    let canned = Canned { request in
      if request.target.contains("continue=") { return ("410 Gone", [], ErrorTests.status(410, "Expired", "too old")) }
      let token = request.target.contains("limit=") ? #","continue":"t""# : ""
      return ("200 OK", [], #"{"metadata":{"resourceVersion":"9"\#(token)},"items":[{"metadata":{"name":"a"}}]}"#)
    }
    let list = try await canned.client.list(Kinds.configMaps, at: .notOlderThan("5"))
    #expect(list.items.count == 1)
    let path = "GET /api/v1/configmaps?"
    let first = path + "limit=500&resourceVersion=5&resourceVersionMatch=NotOlderThan"
    #expect(
      canned.lines == [
        first, path + "limit=500&continue=t", first, path + "limit=500&continue=t",
        path + "resourceVersion=5&resourceVersionMatch=NotOlderThan",
      ])
  }

  @Test("a storm of 429: every call gets through, writes too, and no more at once than allowed")
  func storm() async throws {
    let load = Mutex((now: 0, most: 0, calls: 0))
    let server = TestServer { _, connection in
      let number = load.withLock { load -> Int in
        load.now += 1
        load.most = max(load.most, load.now)
        load.calls += 1
        return load.calls
      }
      usleep(1000)
      load.withLock { $0.now -= 1 }
      if number % 2 == 1 {
        connection.answer("429 Too Many Requests", headers: ["Retry-After: 0"], ErrorTests.status(429, "TooManyRequests", "slow down"))
      } else {
        connection.answer("201 Created", headers: ["Content-Type: application/json"], #"{"kind":"ConfigMap"}"#)
      }
    }
    defer { server.stop() }
    let limits = ClusterClient.Limits(requestsInFlight: 3)
    let client = FaultTests.client(server, limits, retry: RetryPolicy(maximumAttempts: 30, baseDelay: .milliseconds(1)))
    let succeeded = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<60 {
        group.addTask { (try? await client.create(FaultTests.object("o\(index)"), in: Kinds.configMaps)) != nil }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(succeeded == 60)
    #expect(load.withLock { $0.most } <= 3)
    #expect(load.withLock { $0.calls } >= 120)
  }

  @Test("a server that wants to be left alone for long is left alone: the error says so at once")
  func longWait() async {
    let canned = Canned { _ in ("429 Too Many Requests", ["Retry-After: 600"], ErrorTests.status(429, "TooManyRequests", "slow down")) }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await canned.client.version() }
    #expect(error?.retryAfter == .seconds(600) && canned.lines.count == 1)
    #expect(
      error?.description
        == "cluster east: get the version: slow down (429 TooManyRequests): the server is overloaded, asks to wait 600 s: spread the load, or raise its limits for the hub"
    )
  }

  @Test("5xx: what may be repeated is repeated, a create is not", arguments: [500, 502, 503, 504])
  func serverErrors(_ status: Int) async throws {
    let count = Counter()
    let canned = Canned { request in
      if request.method != "POST" && count.next() == 3 { return ("200 OK", [], #"{"kind":"ConfigMap"}"#) }
      return ("\(status) Broken", [], ErrorTests.status(status, "InternalError", "etcd is away"))
    }
    #expect(try await canned.client.applying(FaultTests.object(), to: Kinds.configMaps).object["kind"] == "ConfigMap")
    #expect(canned.lines.count == 3)
    let before = canned.lines.count
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.create(FaultTests.object(), in: Kinds.configMaps)
    }
    #expect(canned.lines.count == before + 1)
    #expect(
      error?.isRetryable == true && error?.description.hasPrefix("cluster east: create v1 ConfigMap n/a: etcd is away (\(status)") == true)
    #expect(error?.advice != nil)
  }

  // MARK: - broken answers

  static let bodies: [(name: String, body: String)] = [
    ("truncated JSON", #"{"kind":"ConfigMap","metadata":{"na"#), ("no JSON", "<html>welcome to the hotel</html>"), ("nothing", ""),
    ("bytes that are no UTF-8", "{\"kind\":\"\u{FFFD}"),
  ]

  @Test("malformed bodies with a good status", arguments: bodies.indices)
  func malformed(_ index: Int) async {
    let canned = Canned { _ in ("200 OK", [], FaultTests.bodies[index].body) }
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.applying(FaultTests.object(), to: Kinds.configMaps)
    }
    #expect(error?.description.hasPrefix("cluster east: apply v1 ConfigMap n/a: the server's answer cannot be read") == true)
    #expect(canned.lines.count == 1)
  }

  @Test("a body that breaks off: reads and applies are sent again, a create is not")
  func truncated() async {
    let count = Counter()
    let server = TestServer { _, connection in
      _ = count.next()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"kind\":")
      connection.reset()
    }
    defer { server.stop() }
    let client = FaultTests.client(server)
    let read = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await client.get(Kinds.configMaps, namespace: "n", name: "a")
    }
    #expect(read?.isUnreachable == true && count.value == 3)
    #expect(read?.description.hasPrefix("cluster east: get v1 ConfigMap n/a: 127.0.0.1:\(server.port): ") == true)
    #expect(read?.advice?.hasPrefix("it can be tried again") == true)
    _ = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await client.create(FaultTests.object(), in: Kinds.configMaps)
    }
    #expect(count.value == 4)
  }

  @Test("an answer that is larger than allowed is not taken in")
  func tooLarge() async {
    let canned = Canned { _ in ("200 OK", [], String(repeating: " ", count: 100_000)) }
    let client = ClusterClient(
      canned.client.connection, http: HTTPClient(), limits: ClusterClient.Limits(maximumBodyBytes: 50_000), retry: Self.quick)
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await client.list(Kinds.configMaps) }
    #expect(error?.transport == .tooLarge && error?.isRetryable == false)
    #expect(error?.description.contains("larger than the 50000 bytes allowed") == true)
  }

  @Test("an object of 1 MiB goes there and comes back, in an answer, a list and a watch")
  func megabyte() async throws {
    let data = String(repeating: "0123456789abcdef", count: 65536)
    let server = TestServer { request, connection in
      let object = request.body.isEmpty ? FaultTests.object("a", ["k": .string(data)]) : (try? JSON.decode(request.body)) ?? .null
      if request.target.contains("watch") {
        connection.write("HTTP/1.1 200 OK\r\n\r\n" + JSON.string(["type": "ADDED", "object": object]) + "\n")
        connection.waitForEnd()
      } else if request.target.contains("limit") {
        connection.answer("200 OK", JSON.string(["metadata": ["resourceVersion": "1"], "items": [object]]))
      } else {
        connection.answer("200 OK", JSON.string(object))
      }
    }
    defer { server.stop() }
    let client = FaultTests.client(server)
    let sent = FaultTests.object("a", ["k": .string(data)])
    #expect(try await client.applying(sent, to: Kinds.configMaps).object == sent)
    #expect(try await client.list(Kinds.configMaps).items == [sent])
    var events = try await client.watch(Kinds.configMaps, from: "1").makeAsyncIterator()
    #expect(try await events.next(isolation: nil)?.object == sent)
  }

  // MARK: - silence and loss

  @Test("a silent peer: requests, lists and watches are given up within their deadline")
  func silent() async {
    let server = TestServer { _, connection in connection.waitForEnd() }
    defer { server.stop() }
    var limits = ClusterClient.Limits(timeout: .milliseconds(200))
    limits.watchOpening = .seconds(1)
    let client = FaultTests.client(server, limits)
    let read = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await client.get(Kinds.configMaps, namespace: "n", name: "a")
    }
    #expect(
      read?.description
        == "cluster east: get v1 ConfigMap n/a: 127.0.0.1:\(server.port): no answer within 0.2 seconds: the server, or a firewall before it, is silent: check the way from here to there"
    )
    let write = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await client.applying(FaultTests.object(), to: Kinds.configMaps)
    }
    #expect(write?.transport == .timeout && write?.isRetryable == true)
    let watch = await ClientTests.failure { () async throws(KubernetesError) in _ = try await client.watch(Kinds.configMaps, from: "1") }
    #expect(
      watch?.description.hasPrefix("cluster east: watch v1 ConfigMap: 127.0.0.1:\(server.port): no answer within 1.0 seconds") == true)
  }

  @Test("a silent cluster delays no other one")
  func bulkhead() async throws {
    let dead = TestServer { _, connection in connection.waitForEnd() }
    let alive = Canned { _ in ("200 OK", [], #"{"gitVersion":"v1.36.0"}"#) }
    defer { dead.stop() }
    let http = HTTPClient()
    let silent = ClusterClient(ClusterConnection(name: "west", server: dead.url), http: http, retry: .never)
    let client = ClusterClient(alive.client.connection, http: http, retry: .never)
    let waiting = (0..<100).map { _ in Task { try? await silent.version() } }
    #expect(await eventually { dead.connections == 8 })
    for _ in 0..<50 { #expect(try await client.version()["gitVersion"] == "v1.36.0") }
    for task in waiting { task.cancel() }
    for task in waiting { #expect(await task.value == nil) }
  }

  @Test("nobody listens, then someone does: the call that is repeated arrives")
  func restart() async throws {
    let port = ReservedPort()
    let client = ClusterClient(
      ClusterConnection(name: "east", server: "http://127.0.0.1:\(port.number)"), http: HTTPClient(),
      retry: RetryPolicy(maximumAttempts: 200, baseDelay: .milliseconds(5), maximumDelay: .milliseconds(20)), random: { 0 })
    let call = Task { try await client.create(FaultTests.object(), in: Kinds.configMaps) }
    try await Task.sleep(for: .milliseconds(50))
    let second = TestServer(port: port.number) { _, connection in connection.answer("201 Created", #"{"kind":"ConfigMap"}"#) }
    defer { second.stop() }
    // The connection was refused, so nothing can have been done: even a create is repeated.
    #expect(try await call.value["kind"] == "ConfigMap")
  }

  // MARK: - kinds that come and go

  @Test("a kind that goes: its path is gone, and what the server serves is asked for again")
  func kindGoes() async throws {
    let installed = Mutex(true)
    let canned = Canned { request in
      switch request.target {
      case "/api": return ("200 OK", [], #"{"kind":"APIGroupDiscoveryList","items":[]}"#)
      case "/apis":
        let widgets =
          #"{"metadata":{"name":"example.com"},"versions":[{"version":"v1","resources":[{"resource":"widgets","responseKind":{"kind":"Widget"},"scope":"Namespaced","verbs":["get"],"shortNames":["wd"]}]}]}"#
        return ("200 OK", [], #"{"kind":"APIGroupDiscoveryList","items":[\#(installed.withLock { $0 } ? widgets : "")]}"#)
      default:
        return installed.withLock { $0 }
          ? ("200 OK", [], #"{"kind":"Widget","metadata":{"name":"w"}}"#) : ("404 Not Found", [], "404 page not found\n")
      }
    }
    let type = GroupVersionKind(group: "example.com", version: "v1", kind: "Widget")
    let resource = try #require(try await canned.client.resource(named: "wd"))
    #expect(try await canned.client.get(resource, namespace: "n", name: "w") != nil)
    installed.withLock { $0 = false }
    // Nobody has noticed yet.
    #expect(try await canned.client.resource(for: type) == resource)
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.get(resource, namespace: "n", name: "w")
    }
    #expect(error?.isNotFound == true && error?.advice?.contains("CustomResourceDefinition") == true)
    #expect(try await canned.client.resource(for: type) == nil)
    #expect(try await canned.client.resource(named: "widgets.example.com") == nil)
    installed.withLock { $0 = true }
    canned.client.invalidateDiscovery()
    #expect(try await canned.client.resources() == [resource])
  }

  // MARK: - secrets

  @Test("what a server or proxy repeats of a credential or a Secret does not get into the message")
  func secrets() async {
    let canned = Canned(credential: .bearerToken("s3cr3t-token")) { request in
      request.target.contains("secrets")
        ? (
          "422 Invalid", [],
          ErrorTests.status(
            422, "Invalid", #"Secret \"a\" is invalid: data[k]: Invalid value: \"aHVudGVyMg==\": no"#,
            details: #"{"causes":[{"reason":"FieldValueInvalid","message":"Invalid value: \"aHVudGVyMg==\": no","field":"data[k]"}]}"#)
        ) : ("400 Bad Request", [], "you sent Authorization: \(request.headers["authorization"] ?? "")")
    }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await canned.client.version() }
    #expect(
      error?.description
        == "cluster east: get the version: you sent Authorization: Bearer (redacted) (400): correct the object")
    let secrets = APIResource(
      groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Secret"), plural: "secrets", namespaced: true)
    let object: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "a", "namespace": "n"]]
    let invalid = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await canned.client.applying(object, to: secrets)
    }
    #expect(invalid?.message == #"Secret "a" is invalid: data[k]: Invalid value: (redacted): no"#)
    #expect(invalid?.causes.map(\.message) == ["Invalid value: (redacted): no"])
  }
}

@Suite("TLS faults of a cluster", .enabled(if: TLSFixture.isAvailable, "needs nghttpd (package nghttp2-server) and openssl"), .serialized)
struct ClusterTLSTests {
  static func version(_ fixture: TLSFixture, _ settings: ConnectionSettings, files: CertificateFiles? = nil) async -> Result<
    Value, KubernetesError
  > {
    var connection = ClusterConnection(name: "east", server: fixture.url, settings: settings)
    connection.certificateFiles = files
    let client = ClusterClient(connection, http: HTTPClient(), retry: FaultTests.quick)
    do throws(KubernetesError) { return .success(try await client.version()) } catch { return .failure(error) }
  }

  static func failure(_ fixture: TLSFixture, _ settings: ConnectionSettings, files: CertificateFiles? = nil) async -> KubernetesError? {
    guard case .failure(let error) = await version(fixture, settings, files: files) else { return nil }
    return error
  }

  @Test("an expired certificate")
  func expiredCertificate() async throws {
    let fixture = try TLSFixture(verifyClient: false, certificateDays: -1)
    #expect(await fixture.ready(HTTPClient()))
    let error = await Self.failure(fixture, ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test"))
    #expect(error?.certificate == .expired && error?.isUnreachable == true && error?.isRetryable == false)
    #expect(
      error?.description
        == "cluster east: get the version: 127.0.0.1:\(fixture.port): SSL certificate problem: certificate has expired: the certificate of the server, or of its authority, has run out: renew it, and check the clock here"
    )
  }

  @Test("a wrong authority, a wrong host name")
  func wrongAuthorityAndName() async throws {
    let fixture = try TLSFixture(verifyClient: false)
    #expect(await fixture.ready(HTTPClient()))
    let authority = try fixture.pem("ca.pem")
    let good = ConnectionSettings(caPEM: authority, serverName: "flotilla.test")
    #expect(try await Self.version(fixture, good).get()["gitVersion"] == "v1.36.0")
    let wrong = await Self.failure(fixture, ConnectionSettings(caPEM: try fixture.pem("other.pem"), serverName: "flotilla.test"))
    #expect(wrong?.certificate == .unknownAuthority)
    #expect(wrong?.advice?.contains("certificate-authority-data") == true)
    let name = await Self.failure(fixture, ConnectionSettings(caPEM: authority))
    #expect(name?.certificate == .wrongHost)
    #expect(name?.advice?.contains("tls-server-name") == true)
  }

  @Test("client certificates from files, which are read again when they are due")
  func certificateFiles() async throws {
    let fixture = try TLSFixture(verifyClient: true)
    #expect(await fixture.ready(HTTPClient()))
    let settings = ConnectionSettings(caPEM: try fixture.pem("ca.pem"), serverName: "flotilla.test")
    let files = CertificateFiles(certificate: fixture.folder + "/client.pem", key: fixture.folder + "/client.key")
    #expect(try await Self.version(fixture, settings, files: files).get()["major"] == "1")
    let missing = CertificateFiles(certificate: fixture.folder + "/gone.pem", key: fixture.folder + "/client.key")
    #expect(
      await Self.failure(fixture, settings, files: missing)?.description
        == "cluster east: get the version: cannot read \(fixture.folder)/gone.pem of the client certificate")
    let unfit = CertificateFiles(certificate: fixture.folder + "/client.pem", key: fixture.folder + "/server.key")
    #expect(await Self.failure(fixture, settings, files: unfit)?.advice == "check address, certificate and key in the cluster's definition")
  }
}

import Document
import Foundation
import Glibc
import Synchronization
import Testing
import Transport

@testable import Kubernetes

/// A folder with a script that stands for a credential plugin, and a clock that the test moves.
final class PluginFixture: Sendable {
  let folder: String
  let time = Mutex<Int64>(1_800_000_000)
  let host: ExecPluginHost

  init(_ script: String, timeout: Duration = .seconds(10), interactive: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-plugin-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let clock = Clock()
    self.clock = clock
    host = ExecPluginHost(
      environment: ["PATH": "\(folder):/usr/bin:/bin", "HOME": "/nowhere", "FOLDER": folder], isInteractive: interactive, timeout: timeout,
      now: { clock.now })
    // Not with Foundation, which leaves the file open to the programs that other tests start: it could not be run as long as they live.
    let script = Array("#!/bin/sh\necho run >>\"$FOLDER/runs\"\n\(script)\n".utf8)
    let descriptor = open(folder + "/login", O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
    defer { close(descriptor) }
    #expect(write(descriptor, script, script.count) == script.count)
  }

  final class Clock: Sendable {
    private let time = Mutex<Int64>(1_800_000_000)
    var now: Int64 { time.withLock { $0 } }
    func move(_ seconds: Int64) { time.withLock { $0 += seconds } }
  }

  let clock: Clock

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var runs: Int { (try? String(contentsOfFile: folder + "/runs", encoding: .utf8))?.split(separator: "\n").count ?? 0 }

  func store(_ plugin: ExecPlugin, server: String = "https://east:6443") -> CredentialStore {
    CredentialStore(ClusterConnection(name: "east", server: server, credential: .exec(plugin)), plugins: host)
  }

  static func token(_ text: String, expires: Int64? = nil, version: String = "v1") -> String {
    let expiry = expires.map { #","expirationTimestamp":"\#(DateText.rfc3339($0))""# } ?? ""
    return
      #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/\#(version)","status":{"token":"'\#(text)'"\#(expiry)}}'"#
  }
}

@Suite("credential plugins")
struct CredentialPluginTests {
  static let start: Int64 = 1_800_000_000
  static let plugin = ExecPlugin(command: "login")

  static func failure(_ store: CredentialStore) async -> KubernetesError? {
    await ClientTests.failure { () async throws(KubernetesError) in _ = try await store.resolve() }
  }

  @Test("it is told what it should know: arguments, environment, the cluster", arguments: ["v1", "v1beta1"])
  func input(_ version: String) async throws {
    let fixture = try PluginFixture(
      """
      printf '%s' "$KUBERNETES_EXEC_INFO" >"$FOLDER/info"; printf '%s' "$1-$EXTRA-$HOME-$(cat | wc -c)" >"$FOLDER/words"
      \(PluginFixture.token("t", version: version))
      """)
    var plugin = ExecPlugin(
      command: "login", arguments: ["get it"], environment: ["EXTRA": "more"], apiVersion: "client.authentication.k8s.io/\(version)",
      provideClusterInfo: true)
    plugin.clusterConfig = ["audience": "a"]
    let settings = ConnectionSettings(caPEM: Array("ca".utf8), serverName: "kube", proxy: "http://p:1")
    let connection = ClusterConnection(name: "east", server: "https://east", settings: settings, credential: .exec(plugin))
    let store = CredentialStore(connection, plugins: fixture.host)
    #expect(try await store.resolve().authorization == "Bearer t")
    #expect(try String(contentsOfFile: fixture.folder + "/words", encoding: .utf8) == "get it-more-/nowhere-0")
    let info = try JSON.decode(try String(contentsOfFile: fixture.folder + "/info", encoding: .utf8))
    let expected: Value = [
      "apiVersion": .string("client.authentication.k8s.io/\(version)"), "kind": "ExecCredential",
      "spec": [
        "interactive": false,
        "cluster": [
          "server": "https://east", "tls-server-name": "kube", "certificate-authority-data": "Y2E=", "proxy-url": "http://p:1",
          "config": ["audience": "a"],
        ],
      ],
    ]
    #expect(info == expected)
  }

  @Test("it runs once for all who wait, and again only when its credential has run out or was refused")
  func caching() async throws {
    let fixture = try PluginFixture("sleep 0.1\n" + PluginFixture.token("$(wc -l <\"$FOLDER/runs\")", expires: Self.start + 600))
    // Of two clients of one cluster, such as before and after a change of its definition, the second finds the credential.
    let stores = [fixture.store(Self.plugin), fixture.store(Self.plugin)]
    let answers = await withTaskGroup(of: String?.self) { group in
      for index in 0..<20 { group.addTask { try? await stores[index % 2].resolve().authorization } }
      return await group.reduce(into: Set<String?>()) { $0.insert($1) }
    }
    #expect(answers == ["Bearer 1"] && fixture.runs == 1)
    fixture.clock.move(599)
    let current = try await stores[0].resolve()
    #expect(current.authorization == "Bearer 1")
    fixture.clock.move(1)
    // What is printed is as old as before: it counts once, and the next call asks again.
    #expect(try await stores[0].resolve().authorization == "Bearer 2")
    #expect(try await stores[0].resolve().authorization == "Bearer 3")
    #expect(stores[0].invalidate(current))
    #expect(fixture.runs == 3)
    // Another cluster is another credential, if the plugin is told which one it is.
    var informed = Self.plugin
    informed.provideClusterInfo = true
    _ = try await fixture.store(informed, server: "https://west").resolve()
    _ = try await fixture.store(informed, server: "https://east").resolve()
    #expect(fixture.runs == 5)
  }

  @Test("a refused credential is renewed, but a fresh one is not thrown away")
  func refused() async throws {
    let fixture = try PluginFixture(PluginFixture.token("$(wc -l <\"$FOLDER/runs\")"))
    let store = fixture.store(Self.plugin)
    let first = try await store.resolve()
    #expect(!store.invalidate(first))
    fixture.clock.move(60)
    #expect(store.invalidate(first))
    let second = try await store.resolve()
    #expect(second.authorization == "Bearer 2")
    // A second call that was refused with the old one.
    #expect(store.invalidate(first))
    #expect(try await store.resolve().authorization == "Bearer 2")
    #expect(fixture.runs == 2)
  }

  @Test("certificates from a plugin take the place of the connection's")
  func certificates() async throws {
    let fixture = try PluginFixture(
      #"printf '%s' 'kind: ExecCredential'; printf '\napiVersion: client.authentication.k8s.io/v1\nstatus: {clientCertificateData: "crt", clientKeyData: "key"}\n'"#
    )
    let connection = ClusterConnection(
      name: "east", server: "https://east", settings: ConnectionSettings(serverName: "kube"), credential: .exec(Self.plugin))
    let client = ClusterClient(connection, http: HTTPClient(), plugins: fixture.host)
    let resolved = try await client.credentials.resolve()
    #expect(resolved.authorization == nil)
    let settings = client.settings(resolved)
    #expect(
      settings
        == ConnectionSettings(clientCertificatePEM: Array("crt".utf8), clientKeyPEM: Array("key".utf8), serverName: "kube"))
  }

  static let failures: [(script: String, message: String)] = [
    ("exit 3", "failed with exit code 3: run it by hand to see why: get it from there"),
    (
      #"echo 'first' >&2; echo 'no session for eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.x: log in' >&2; exit 1"#,
      "failed with exit code 1 (no session for (redacted).x: log in): run it by hand to see why: get it from there"
    ),
    ("kill -9 $$", "failed with exit code 137: run it by hand to see why: get it from there"),
    ("", "printed nothing"), ("echo token-abc", "printed something that is no ExecCredential"),
    ("head -c 2000000 /dev/zero", "printed more than 1 MiB"),
    (
      PluginFixture.token("t", version: "v1beta1"),
      "answers in client.authentication.k8s.io/v1beta1 where its entry says client.authentication.k8s.io/v1: make the entry's apiVersion the plugin's own"
    ),
    (#"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'"#, "printed no status"),
    (PluginFixture.token(""), "printed neither token nor certificate"),
    (PluginFixture.token("a b"), "printed a token with characters that no header can carry"),
    (
      #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"soon"}}'"#,
      "printed an expirationTimestamp that is no RFC 3339 time"
    ),
    (
      #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"k"}}'"#,
      "printed a certificate without its key, or a key without its certificate"
    ),
  ]

  @Test("what goes wrong says why, without the secret", arguments: failures)
  func failing(_ row: (script: String, message: String)) async throws {
    let fixture = try PluginFixture(row.script)
    let plugin = ExecPlugin(command: "login", installHint: "get it\nfrom there")
    let store = fixture.store(plugin)
    #expect(await Self.failure(store)?.message == "the credential plugin login " + row.message)
    // Calls that follow at once do not start it again.
    _ = await Self.failure(store)
    #expect(fixture.runs == 1)
    fixture.clock.move(10)
    _ = await Self.failure(store)
    #expect(fixture.runs == 2)
  }

  @Test("a plugin that hangs is killed with what it has started; one that leaves a child behind is not waited for")
  func hanging() async throws {
    let fixture = try PluginFixture("sleep 60 & echo $! >\"$FOLDER/child\"; wait", timeout: .milliseconds(300))
    let message = await Self.failure(fixture.store(Self.plugin))?.message
    #expect(message == "the credential plugin login did not end within 1 seconds and was killed: run it by hand to see why")
    let child = try #require(pid_t(try String(contentsOfFile: fixture.folder + "/child", encoding: .utf8).dropLast()))
    // Orphans are reaped by the system, not by us: a zombie counts as ended.
    #expect(
      await eventually {
        let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
        return state == nil || state?.contains(") Z ") == true
      })
    let leaving = try PluginFixture("sleep 60 &\n" + PluginFixture.token("t"))
    #expect(try await leaving.store(Self.plugin).resolve().authorization == "Bearer t")
  }

  @Test("a call that is cancelled does not wait for the plugin, and does not end it for the others")
  func cancelled() async throws {
    let fixture = try PluginFixture("while [ ! -e \"$FOLDER/go\" ]; do sleep 0.02; done\n" + PluginFixture.token("t"))
    let store = fixture.store(Self.plugin)
    let other = Task { try await store.resolve().authorization }
    #expect(await eventually { fixture.runs == 1 })
    let call = Task { await Self.failure(store) }
    call.cancel()
    #expect(await call.value?.isCancelled == true)
    #expect(FileManager.default.createFile(atPath: fixture.folder + "/go", contents: nil))
    #expect(try await other.value == "Bearer t")
    #expect(fixture.runs == 1)
  }

  @Test("programs that are not there, and questions that nobody could answer")
  func unusable() async throws {
    let fixture = try PluginFixture("exit 0")
    let rows: [(ExecPlugin, String)] = [
      (ExecPlugin(command: "no-such-program"), "is not installed: install it where this program runs, or give its full path"),
      (ExecPlugin(command: "/no/such/program", installHint: "brew install it"), "is not installed: brew install it"),
      (ExecPlugin(command: fixture.folder), "is not installed: install it where this program runs, or give its full path"),
      (
        ExecPlugin(command: "login", interactiveMode: .always),
        "needs a person at a terminal (interactiveMode: Always): give the cluster a token or a service account"
      ),
    ]
    for (plugin, message) in rows {
      #expect(await Self.failure(fixture.store(plugin))?.message == "the credential plugin \(plugin.command) \(message)")
    }
    #expect(fixture.runs == 0)
  }

  @Test("401 in mid-run: the plugin is asked again, the call repeated once")
  func renewed() async throws {
    let fixture = try PluginFixture(PluginFixture.token("t$(wc -l <\"$FOLDER/runs\")"))
    let server = TestServer { request, connection in
      let good = request.headers["authorization"] == "Bearer t2"
      connection.answer(good ? "200 OK" : "401 Unauthorized", good ? #"{"major":"1"}"# : "no")
    }
    defer { server.stop() }
    let connection = ClusterConnection(name: "east", server: server.url, credential: .exec(Self.plugin))
    let client = ClusterClient(connection, http: HTTPClient(), plugins: fixture.host)
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await client.version() }
    #expect(error?.isUnauthorized == true && fixture.runs == 1)
    fixture.clock.move(60)
    #expect(try await client.version()["major"] == "1")
    #expect(fixture.runs == 2)
  }

  @Test(
    "suspects are taken out of texts, names and addresses are not",
    arguments: [
      ("https://ABCDEF0123456789ABCDEF0123456789.gr7.us-east-1.eks.amazonaws.com: no", nil),
      ("arn:aws:iam::123456789012:role/some-quite-long-role-name: denied", nil),
      ("key wJalrXUtnFEMI+K7MDENG+bPxRfiCYEXAMPLEKEYabcdef here", "key (redacted) here"),
      ("Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.short", "Bearer (redacted).(redacted).short"),
    ] as [(String, String?)])
  func suspects(_ text: String, _ expected: String?) { #expect(Redaction.removeSuspects(from: text) == expected ?? text) }
}

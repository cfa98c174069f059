import Crypto
import Document
import Foundation
import Kubernetes
import Transport

/// One etcd and several API servers over it, each with a prefix of its own: the spokes of all suites. Started once in a test process.
///
/// There is no controller manager: Deployments get no status and namespaces stay Terminating, unless a test does what a controller would.
actor ControlPlane {
  /// `east` and `west` stay as they are; `edge` may be killed, restarted and robbed of its history.
  static let names = ["east", "west", "edge"]
  private static let starting = Task { try await ControlPlane() }

  /// The control plane of this process; throws for every test alike when it cannot be started.
  static var shared: ControlPlane { get async throws { try await starting.value } }

  nonisolated let folder: String
  nonisolated let http = HTTPClient()
  nonisolated let spokes: [String: Spoke]
  private nonisolated let etcdPort: ReservedPort
  private let etcdPeerPort: ReservedPort
  private let etcd: ServerProcess
  private var servers: [String: ServerProcess] = [:]
  private nonisolated let ports: [String: ReservedPort]

  private init() async throws {
    let (etcdProgram, _) = (try Binaries.path("etcd"), try Binaries.path("kube-apiserver"))
    folder = NSTemporaryDirectory() + "flotilla-real-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    etcdPort = try ReservedPort()
    etcdPeerPort = try ReservedPort()
    let clients = "http://127.0.0.1:\(etcdPort.number)"
    let peers = "http://127.0.0.1:\(etcdPeerPort.number)"
    etcd = try ServerProcess(
      "etcd",
      [
        etcdProgram, "--data-dir=\(folder)/etcd", "--unsafe-no-fsync", "--socket-reuse-port", "--listen-client-urls=\(clients)",
        "--advertise-client-urls=\(clients)", "--listen-peer-urls=\(peers)", "--initial-advertise-peer-urls=\(peers)",
        "--initial-cluster=default=\(peers)", "--log-level=warn",
      ], log: folder + "/etcd.log", trash: folder)
    let authority = try TestAuthority()
    let server = try authority.server()
    let accounts = P256.Signing.PrivateKey()
    let files = [
      "ca.pem": authority.certificate, "server.pem": server.certificate, "server.key": server.key,
      "accounts.key": accounts.pemRepresentation, "accounts.pub": accounts.publicKey.pemRepresentation,
    ]
    for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    let admin = try authority.client(user: "admin", group: "system:masters")
    var ports: [String: ReservedPort] = [:]
    var spokes: [String: Spoke] = [:]
    for name in ControlPlane.names {
      let port = try ReservedPort()
      ports[name] = port
      spokes[name] = Spoke(name: name, port: port.number, authority: authority.certificate, admin: admin)
    }
    self.ports = ports
    self.spokes = spokes
    for name in ControlPlane.names { try start(name) }
    for name in ControlPlane.names { try await waitUntilReady(name) }
  }

  private func start(_ name: String, _ extra: [String] = []) throws {
    guard let port = ports[name] else { throw ControlPlaneError("there is no spoke \(name)") }
    servers[name] = try ServerProcess(
      "kube-apiserver \(name)",
      [
        try Binaries.path("kube-apiserver"), "--etcd-servers=http://127.0.0.1:\(etcdPort.number)", "--etcd-prefix=/\(name)",
        "--etcd-compaction-interval=0", "--bind-address=127.0.0.1", "--secure-port=\(port.number)", "--permit-port-sharing",
        "--tls-cert-file=\(folder)/server.pem", "--tls-private-key-file=\(folder)/server.key", "--client-ca-file=\(folder)/ca.pem",
        "--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=\(folder)/accounts.pub",
        "--service-account-signing-key-file=\(folder)/accounts.key", "--endpoint-reconciler-type=none",
        "--shutdown-delay-duration=0s",
        // As envtest has it: nobody makes the account `default` that every pod would need.
        "--disable-admission-plugins=ServiceAccount",
      ] + extra, log: "\(folder)/\(name).log")
  }

  /// Waits until a server says that it is ready.
  func waitUntilReady(_ name: String, within limit: Duration = .seconds(90)) async throws {
    guard let spoke = spokes[name], let server = servers[name] else { throw ControlPlaneError("there is no spoke \(name)") }
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
      for process in [etcd, server] {
        if let code = process.exitCode {
          throw ControlPlaneError("\(process.name) ended with code \(code); its last words:\n\(process.lastWords)")
        }
      }
      if let answer = try? await http.send(HTTPRequest("GET", spoke.url + "/readyz"), settings: spoke.connection.settings),
        answer.status == 200
      {
        return
      }
      guard clock.now < deadline else {
        throw ControlPlaneError(
          "\(server.name) was not ready within \(limit); its last words:\n\(server.lastWords)\nand those of etcd:\n\(etcd.lastWords)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Kills an API server as a power failure would: nothing is said to anybody.
  func kill(_ name: String) async { await servers.removeValue(forKey: name)?.kill() }

  /// Starts a killed API server again, with further flags where they are given, and waits until it is ready.
  func restart(_ name: String, _ extra: [String] = []) async throws {
    await kill(name)
    try start(name, extra)
    try await waitUntilReady(name)
  }

  /// Has etcd forget every version before the present one.
  func compact() async throws {
    func ask(_ path: String, _ body: Value) async throws -> Value {
      let response = try await http.send(
        HTTPRequest(
          "POST", "http://127.0.0.1:\(etcdPort.number)/v3/kv/\(path)", headers: [("Content-Type", "application/json")],
          body: JSON.encode(body)),
        settings: ConnectionSettings())
      guard response.status == 200 else { throw ControlPlaneError("etcd answered \(response.status): \(response.text)") }
      return try JSON.decode(response.body)
    }
    let revision = try await ask("range", ["key": "AA==", "limit": "1"])[at: "header", "revision"]?.stringValue ?? ""
    _ = try await ask("compaction", ["revision": .string(revision), "physical": true])
  }
}

/// One API server.
struct Spoke: Sendable {
  let name: String
  let port: Int
  let authority: String
  let admin: TestAuthority.Identity

  var url: String { "https://127.0.0.1:\(port)" }

  /// The way there, without an identity.
  var anonymous: ClusterConnection {
    ClusterConnection(name: name, server: url, settings: ConnectionSettings(caPEM: Array(authority.utf8)))
  }

  /// A connection of the cluster's administrator.
  var connection: ClusterConnection {
    var connection = anonymous
    connection.settings.clientCertificatePEM = Array(admin.certificate.utf8)
    connection.settings.clientKeyPEM = Array(admin.key.utf8)
    return connection
  }

  func client(_ http: HTTPClient) -> ClusterClient { ClusterClient(connection, http: http) }

  /// The `flotilla.dev/v1alpha1` Cluster that registers the spoke, as a user would write it.
  func definition(labels: String) -> String {
    """
    apiVersion: flotilla.dev/v1alpha1
    kind: Cluster
    metadata: {name: \(name), labels: {\(labels)}}
    spec:
      server: \(url)
      tls:
        caData: \(Base64.encode(Array(authority.utf8)))
        certData: \(Base64.encode(Array(admin.certificate.utf8)))
        keyData: \(Base64.encode(Array(admin.key.utf8)))
    ---

    """
  }

  /// A kubeconfig of the administrator.
  var kubeconfig: String {
    """
    apiVersion: v1
    kind: Config
    current-context: \(name)
    contexts: [{name: \(name), context: {cluster: \(name), user: admin}}]
    clusters: [{name: \(name), cluster: {server: "\(url)", certificate-authority-data: \(Base64.encode(Array(authority.utf8)))}}]
    users:
    - name: admin
      user:
        client-certificate-data: \(Base64.encode(Array(admin.certificate.utf8)))
        client-key-data: \(Base64.encode(Array(admin.key.utf8)))
    """
  }
}

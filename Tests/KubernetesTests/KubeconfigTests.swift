import Document
import Foundation
import Testing
import Transport

@testable import Kubernetes

@Suite("kubeconfigs")
struct KubeconfigTests {
  static let basic = """
    apiVersion: v1
    kind: Config
    current-context: east
    clusters:
    - name: east
      cluster: {server: "https://east:6443/", certificate-authority-data: Y2E=}
    - name: west
      cluster: {server: "https://west:6443", insecure-skip-tls-verify: true, certificate-authority-data: Y2E=, tls-server-name: kube, proxy-url: "http://p:1"}
    users:
    - name: cert
      user: {client-certificate-data: Y3J0, client-key-data: a2V5}
    - name: token
      user: {token: abc, as: jane, as-groups: [dev, ops]}
    - name: file
      user: {tokenFile: tokens/a, token: fallback}
    - name: basic
      user: {username: me, password: secret}
    - name: exec
      user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/login, args: [a, b], env: [{name: X, value: "1"}], installHint: get it}}
    - name: gcp
      user: {auth-provider: {name: gcp}}
    - name: broken
      user: {client-certificate-data: "%%"}
    contexts:
    - {name: east, context: {cluster: east, user: cert, namespace: apps}}
    - {name: west, context: {cluster: west, user: token}}
    - {name: file, context: {cluster: west, user: file}}
    - {name: basic, context: {cluster: west, user: basic}}
    - {name: exec, context: {cluster: west, user: exec}}
    - {name: gcp, context: {cluster: west, user: gcp}}
    - {name: broken, context: {cluster: west, user: broken}}
    - {name: nobody, context: {cluster: west, user: ghost}}
    - {name: nowhere, context: {cluster: ghost, user: cert}}
    """

  static func config(_ text: String = basic, file: String = "/etc/k/config") throws -> Kubeconfig {
    var config = Kubeconfig()
    try config.merge(Array(text.utf8), file: file)
    return config
  }

  static let insecure = ConnectionSettings(insecureSkipVerify: true, serverName: "kube", proxy: "http://p:1")

  static let connections: [(context: String?, expected: ClusterConnection)] = [
    (
      nil,
      ClusterConnection(
        name: "east", server: "https://east:6443",
        settings: ConnectionSettings(
          caPEM: Array("ca".utf8), clientCertificatePEM: Array("crt".utf8), clientKeyPEM: Array("key".utf8)), namespace: "apps")
    ),
    (
      "west",
      ClusterConnection(
        name: "west", server: "https://west:6443", settings: insecure, credential: .bearerToken("abc"),
        impersonation: Impersonation(user: "jane", groups: ["dev", "ops"]))
    ),
    ("file", ClusterConnection(name: "file", server: "https://west:6443", settings: insecure, credential: .tokenFile("/etc/k/tokens/a"))),
    (
      "basic",
      ClusterConnection(name: "basic", server: "https://west:6443", settings: insecure, credential: .basic(user: "me", password: "secret"))
    ),
    (
      "exec",
      ClusterConnection(
        name: "exec", server: "https://west:6443", settings: insecure,
        credential: .exec(
          ExecPlugin(
            command: "/etc/k/./bin/login", arguments: ["a", "b"], environment: ["X": "1"],
            apiVersion: "client.authentication.k8s.io/v1beta1", installHint: "get it", interactiveMode: .ifAvailable)))
    ),
  ]

  @Test("what a context describes", arguments: connections)
  func connection(_ row: (context: String?, expected: ClusterConnection)) throws {
    #expect(try KubeconfigTests.config().connection(context: row.context) == row.expected)
  }

  @Test(
    "what cannot be used says why",
    arguments: [
      (
        "gcp",
        "/etc/k/config: user gcp uses auth-provider gcp, which Kubernetes clients no longer have: use the exec plugin gke-gcloud-auth-plugin"
      ),
      ("broken", "/etc/k/config: client-certificate-data of user broken is no base64"),
      ("nobody", "/etc/k/config: context nobody names the user ghost, which is not there"),
      ("nowhere", "/etc/k/config: context nowhere names the cluster ghost, which is not there"),
      ("absent", "no context absent: there are basic, broken, east, exec, file, gcp, nobody, nowhere, west"),
    ])
  func refused(_ context: String, _ message: String) throws {
    let config = try KubeconfigTests.config()
    #expect {
      try config.connection(context: context)
    } throws: {
      "\($0)" == message
    }
  }

  @Test(
    "files that are no kubeconfig",
    arguments: [
      ("- a", "f: not a kubeconfig: a mapping is expected"), ("kind: Secret", "f: not a kubeconfig: kind is Secret"),
      ("users: {}", "f: users is no list"), ("clusters: [{}]", "f: clusters[0] has no name"),
    ])
  func malformed(_ text: String, _ message: String) {
    #expect {
      try KubeconfigTests.config(text, file: "f")
    } throws: {
      "\($0)" == message
    }
  }

  @Test("of several files the first to name something wins; missing ones are skipped")
  func merged() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubeconfig-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "contexts: [{name: east, context: {cluster: west, user: token}}]".write(toFile: folder + "/a", atomically: true, encoding: .utf8)
    try KubeconfigTests.basic.write(toFile: folder + "/b", atomically: true, encoding: .utf8)
    try "".write(toFile: folder + "/empty", atomically: true, encoding: .utf8)
    let environment = ["KUBECONFIG": "\(folder)/missing:\(folder)/empty:\(folder)/a:\(folder)/b"]
    let connection = try ClusterConnection.fromKubeconfig(nil, environment: environment)
    #expect(connection.server == "https://west:6443" && connection.credential == .bearerToken("abc"))
    // Each file's relative paths start from its own folder; of an entry that is there twice, nothing of the second one is taken over.
    try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
    try "users: [{name: token, user: {tokenFile: t, as: joe}}]\ncurrent-context: file".write(
      toFile: folder + "/sub/c", atomically: true, encoding: .utf8)
    let lists = [
      ("sub/c:a:b", "west", "\(folder)/sub/t"), ("a:sub/c:b", "west", "\(folder)/sub/t"), ("b:sub/c", "file", "\(folder)/tokens/a"),
    ]
    for (list, context, file) in lists {
      let paths = list.split(separator: ":").map { "\(folder)/\($0)" }
      let merged = try ClusterConnection.fromKubeconfig(
        nil, context: context, environment: ["KUBECONFIG": (paths + paths).joined(separator: ":")])
      #expect(merged.credential == .tokenFile(file), "\(list)")
    }
    #expect(throws: KubeconfigError.self) { try ClusterConnection.fromKubeconfig(nil, environment: ["KUBECONFIG": folder + "/missing"]) }
    #expect(throws: KubeconfigError.self) { try ClusterConnection.fromKubeconfig(folder + "/missing") }
  }

  @Test(
    "what client-go refuses is refused, with what to do",
    arguments: [
      ("{token: a, username: b}", "", "f: user u has token and username, of which only one can be used: remove the others"),
      (
        "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}", "",
        "f: interactiveMode of the exec plugin of user u must be Never, IfAvailable or Always"
      ),
      (
        "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}", "",
        #"f: user u has an exec plugin of apiVersion "client.authentication.k8s.io/v1alpha1": client.authentication.k8s.io/v1 or v1beta1 is expected"#
      ),
      ("{exec: {apiVersion: client.authentication.k8s.io/v1}}", "", "f: user u has an exec plugin without command"),
      ("{as-groups: [a]}", "", "f: user u has as-groups, as-uid or as-user-extra, but no as: name the user"),
      (
        "{auth-provider: {name: oidc}}", "",
        "f: user u uses auth-provider oidc, which Kubernetes clients no longer have: use the exec plugin kubectl-oidc_login"
      ),
      ("{}", "proxy-url: 'ftp://p'", "f: proxy-url of cluster c is no http://, https:// or socks5:// address"),
      ("{client-certificate: gone.pem, client-key: gone.key}", "", "f: client-certificate of user u: cannot read gone.pem"),
    ])
  func refusedUsers(_ user: String, _ cluster: String, _ message: String) throws {
    let text = """
      current-context: x
      clusters: [{name: c, cluster: {server: "https://h"\(cluster.isEmpty ? "" : ", " + cluster)}}]
      users: [{name: u, user: \(user)}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """
    let config = try KubeconfigTests.config(text, file: "f")
    #expect {
      try config.connection()
    } throws: {
      "\($0)" == message
    }
  }

  @Test("impersonation with everything, the plugin's own part of the cluster, no packing")
  func everything() throws {
    let text = """
      current-context: x
      clusters:
      - name: c
        cluster:
          server: https://h
          disable-compression: true
          extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: me}}]
      users:
      - name: u
        user:
          as: jane
          as-uid: u-1
          as-user-extra: {"example.com/scope": [view, edit]}
          exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, provideClusterInfo: true}
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """
    let connection = try KubeconfigTests.config(text).connection()
    #expect(!connection.acceptsCompression)
    #expect(
      connection.impersonation?.headers.map { "\($0): \($1)" } == [
        "Impersonate-User: jane", "Impersonate-Uid: u-1", "Impersonate-Extra-example.com%2Fscope: view",
        "Impersonate-Extra-example.com%2Fscope: edit",
      ])
    guard case .exec(let plugin) = connection.credential else {
      Issue.record("no plugin")
      return
    }
    #expect(plugin.clusterConfig == ["audience": "me"])
    let input = ExecProtocol.input(plugin, cluster: ExecClusterInfo(connection, config: plugin.clusterConfig), interactive: false)
    #expect(
      input
        == #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{"config":{"audience":"me"},"disable-compression":true,"server":"https://h"},"interactive":false}}"#
    )
  }

  @Test("the same name twice in one file; a secret does not show in what is printed of a connection")
  func twiceAndPrinted() throws {
    #expect {
      try KubeconfigTests.config("users: [{name: a, user: {}}, {name: a, user: {}}]", file: "f")
    } throws: {
      "\($0)" == "f: two users are named a: remove or rename one"
    }
    let config = try KubeconfigTests.config()
    for context in ["east", "west", "basic"] {
      let connection = try config.connection(context: context)
      var dumped = ""
      dump(connection, to: &dumped)
      for text in ["\(connection)", String(reflecting: connection), dumped] {
        #expect(!text.contains("abc") && !text.contains("secret") && !text.contains("107"), "\(text)")
      }
    }
  }

  @Test("a pod's own cluster")
  func inCluster() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("account-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in ["token": "t\n", "ca.crt": "ca", "namespace": "flotilla"] {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    let connection = try ClusterConnection.inCluster(
      environment: ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"], folder: folder)
    #expect(connection.server == "https://[fd00::1]:443" && connection.namespace == "flotilla")
    let store = CredentialStore(connection, plugins: ExecPluginHost(environment: [:]))
    let first = try await store.resolve()
    #expect(first.authorization == "Bearer t")
    #expect(!store.invalidate(first))
    try "rotated".write(toFile: folder + "/token", atomically: true, encoding: .utf8)
    #expect(try await store.resolve().authorization == "Bearer t")
    #expect(store.invalidate(first))
    let second = try await store.resolve()
    #expect(second.authorization == "Bearer rotated")
    // Many calls are refused at once: all but one find the credential renewed.
    #expect(store.invalidate(first) && !store.invalidate(second))
    // In the midst of a rotation the file is not there.
    try FileManager.default.removeItem(atPath: folder + "/token")
    #expect(!store.invalidate(second))
    #expect(try await store.resolve().authorization == "Bearer rotated")
    #expect(throws: KubeconfigError.self) { try ClusterConnection.inCluster(environment: [:]) }
  }
}

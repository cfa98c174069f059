import Document
import Transport

/// What a credential plugin printed.
struct ExecCredential: Sendable, Hashable {
  var token: String?
  var certificatePEM: [UInt8]?
  var keyPEM: [UInt8]?
  /// When it runs out, in seconds since 1970; nil: it is good until a server refuses it.
  var expires: Int64?
}

/// What a credential plugin is told about the cluster when the kubeconfig says so.
struct ExecClusterInfo: Sendable, Hashable {
  var server: String
  var serverName: String?
  var insecure: Bool
  var authority: [UInt8]?
  var proxy: String?
  var disableCompression: Bool
  var config: Value

  init(_ connection: ClusterConnection, config: Value) {
    server = connection.server
    serverName = connection.settings.serverName
    insecure = connection.settings.insecureSkipVerify
    authority = connection.settings.caPEM
    proxy = connection.settings.proxy
    disableCompression = !connection.acceptsCompression
    self.config = config
  }

  /// As `spec.cluster` of an `ExecCredential`.
  var document: Value {
    var value: Value = ["server": .string(server)]
    if let serverName { value["tls-server-name"] = .string(serverName) }
    if insecure { value["insecure-skip-tls-verify"] = true }
    if let authority { value["certificate-authority-data"] = .string(Base64.encode(authority)) }
    if let proxy, !proxy.isEmpty { value["proxy-url"] = .string(proxy) }
    if disableCompression { value["disable-compression"] = true }
    value["config"] = config
    return value
  }
}

/// The two documents of the plugin protocol, `client.authentication.k8s.io`: what goes in and what comes out.
enum ExecProtocol {
  /// The versions that are spoken; v1alpha1 is gone from Kubernetes since 1.24.
  static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

  /// The value of `KUBERNETES_EXEC_INFO`.
  static func input(_ plugin: ExecPlugin, cluster: ExecClusterInfo?, interactive: Bool) -> String {
    var spec: Value = ["interactive": .bool(interactive)]
    if plugin.provideClusterInfo, let cluster { spec["cluster"] = cluster.document }
    return JSON.string(["apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": spec])
  }

  /// What is wrong with a plugin's output; never quotes it.
  struct Malformed: Error, Hashable { var message: String }

  /// Reads a plugin's output, JSON or YAML.
  static func output(_ bytes: [UInt8], plugin: ExecPlugin) throws(Malformed) -> ExecCredential {
    guard let value = (try? JSON.decode(bytes)) ?? (try? YAML.decode(String(decoding: bytes, as: UTF8.self))), value.objectValue != nil
    else {
      throw Malformed(message: bytes.isEmpty ? "printed nothing" : "printed something that is no ExecCredential")
    }
    guard value["kind"]?.stringValue == "ExecCredential" else { throw Malformed(message: "printed something that is no ExecCredential") }
    let version = value["apiVersion"]?.stringValue ?? ""
    guard version == plugin.apiVersion else {
      throw Malformed(
        message: "answers in \(Redaction.removeSuspects(from: String(version.prefix(80)))) where its entry says \(plugin.apiVersion): "
          + "make the entry's apiVersion the plugin's own")
    }
    guard let status = value["status"], status.objectValue != nil else { throw Malformed(message: "printed no status") }
    func text(_ key: String) -> String? {
      guard let text = status[key]?.stringValue, !text.isEmpty else { return nil }
      return text
    }
    var credential = ExecCredential()
    credential.token = text("token")
    credential.certificatePEM = text("clientCertificateData").map { Array($0.utf8) }
    credential.keyPEM = text("clientKeyData").map { Array($0.utf8) }
    guard (credential.certificatePEM == nil) == (credential.keyPEM == nil) else {
      throw Malformed(message: "printed a certificate without its key, or a key without its certificate")
    }
    guard credential.token != nil || credential.certificatePEM != nil else {
      throw Malformed(message: "printed neither token nor certificate")
    }
    if let token = credential.token, !token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      throw Malformed(message: "printed a token with characters that no header can carry")
    }
    if let expiry = text("expirationTimestamp") {
      guard let seconds = DateText.rfc3339(expiry) else {
        throw Malformed(message: "printed an expirationTimestamp that is no RFC 3339 time")
      }
      credential.expires = seconds
    }
    return credential
  }
}

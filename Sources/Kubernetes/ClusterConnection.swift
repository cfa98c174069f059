import Document
import Transport

/// Where a cluster's API server is and how to speak to it.
public struct ClusterConnection: Sendable, Hashable {
  /// The cluster's name for messages.
  public var name: String
  /// The server's URL, which may have a path; without a slash at the end.
  public var server: String
  /// Trust, client certificate, proxy.
  public var settings: ConnectionSettings
  /// Who asks.
  public var credential: Credential
  /// Files of the client certificate, where it came from files: read again as they are rotated, in place of the one in ``settings``.
  public var certificateFiles: CertificateFiles?
  /// Whether answers may be packed; off for networks in which packing costs more than it saves (`disable-compression`).
  public var acceptsCompression = true
  /// In whose name.
  public var impersonation: Impersonation?
  /// The namespace that the kubeconfig's context names.
  public var namespace: String?

  /// Makes a connection; a server without scheme is taken to speak https.
  public init(
    name: String, server: String, settings: ConnectionSettings = ConnectionSettings(), credential: Credential = .none,
    impersonation: Impersonation? = nil, namespace: String? = nil
  ) {
    self.name = name
    var server = server
    if !server.contains("://") { server = "https://" + server }
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
    self.settings = settings
    self.credential = credential
    self.impersonation = impersonation
    self.namespace = namespace
  }

  /// The connection of a pod to its own cluster: its service account.
  /// - Parameters:
  ///   - environment: where `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` are looked up
  ///   - folder: where the account's token and the authority's certificate lie
  public static func inCluster(
    name: String = "in-cluster", environment: [String: String], folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) throws(KubeconfigError) -> ClusterConnection {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty, let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
    else {
      throw KubeconfigError("not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
    }
    guard SmallFile.exists(folder + "/token") else {
      throw KubeconfigError("the service account has no token: is automountServiceAccountToken off?", file: folder + "/token")
    }
    let authority = SmallFile.read(folder + "/ca.crt", maximumBytes: 1 << 20)
    let namespace = SmallFile.read(folder + "/namespace", maximumBytes: 1024).map { String(decoding: $0, as: UTF8.self) }
    return ClusterConnection(
      name: name, server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)", settings: ConnectionSettings(caPEM: authority),
      credential: .tokenFile(folder + "/token"), namespace: namespace)
  }
}

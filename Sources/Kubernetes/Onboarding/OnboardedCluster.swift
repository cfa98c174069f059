import Document
import Transport

/// What onboarding brought: all that a Cluster definition needs.
public struct OnboardedCluster: Sendable {
  /// How the hub reaches the cluster with its new account; for ``ClusterCheck`` right away.
  public var connection: ClusterConnection
  /// The account.
  public var account: SpokeAccount
  /// Its token.
  public var token: IssuedToken
  /// What was done, in order.
  public var steps: [ClusterOnboarding.Step]
  /// Whether the token is the one that the account had before.
  public internal(set) var keepsToken = false

  /// Makes one.
  /// - Parameter connection: the way of the person who onboards; of its identity nothing is taken over
  public init(connection: ClusterConnection, account: SpokeAccount, token: IssuedToken, steps: [ClusterOnboarding.Step]) {
    // The way is the person's, the identity is the account's.
    var settings = connection.settings
    settings.clientCertificatePEM = nil
    settings.clientKeyPEM = nil
    self.connection = ClusterConnection(
      name: connection.name, server: connection.server, settings: settings, credential: .bearerToken(token.text))
    self.connection.acceptsCompression = connection.acceptsCompression
    self.account = account
    self.token = token
    self.steps = steps
  }

  mutating func use(_ token: IssuedToken) {
    self.token = token
    connection.credential = .bearerToken(token.text)
  }

  /// Where the token is kept.
  public enum TokenPlace: Sendable, Hashable {
    /// In a file by itself; the definition only names it and can go into Git.
    case file(String)
    /// In a kubeconfig, which the definition names.
    case kubeconfig(path: String, context: String)
    /// In the definition itself, for everybody to read who can read that.
    case definition
  }

  /// The `flotilla.dev/v1alpha1` Cluster, with the token where there is no file for it.
  public func definition(
    name: String? = nil, labels: [String: String] = [:], project: String? = nil, tokenFile: String?
  ) -> Value {
    definition(name: name, labels: labels, project: project, token: tokenFile.map(TokenPlace.file) ?? .definition)
  }

  /// The `flotilla.dev/v1alpha1` Cluster.
  /// - Parameters:
  ///   - server: the address for the hub where it is not the person's
  ///   - place: where the token is kept
  public func definition(
    name: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:], project: String? = nil, server: String? = nil,
    token place: TokenPlace
  ) -> Value {
    var metadata: Value = ["name": .string(name ?? connection.name)]
    for (key, value) in labels { metadata[at: "labels", key] = .string(value) }
    for (key, value) in annotations { metadata[at: "annotations", key] = .string(value) }
    var spec: Value
    switch place {
    case .kubeconfig(let path, let context): spec = ["kubeconfig": ["path": .string(path), "context": .string(context)]]
    case .file(let path):
      spec = address(server)
      spec[at: "auth", "bearerTokenFile"] = .string(path)
    case .definition:
      spec = address(server)
      spec[at: "auth", "bearerToken"] = .string(token.text)
    }
    if let project, !project.isEmpty { spec["project"] = .string(project) }
    if case .namespaces(let names) = account.scope { spec["namespaces"] = .array(Set(names).sorted().map { .string($0) }) }
    return ["apiVersion": "flotilla.dev/v1alpha1", "kind": "Cluster", "metadata": metadata, "spec": spec]
  }

  private func address(_ server: String?) -> Value {
    var spec: Value = ["server": .string(server ?? connection.server)]
    let settings = connection.settings
    if settings.insecureSkipVerify {
      spec[at: "tls", "insecure"] = true
    } else if let authority = settings.caPEM {
      spec[at: "tls", "caData"] = .string(Base64.encode(authority))
    }
    if let serverName = settings.serverName { spec[at: "tls", "serverName"] = .string(serverName) }
    if let proxy = settings.proxy, !proxy.isEmpty { spec["proxyURL"] = .string(proxy) }
    if !connection.acceptsCompression { spec["disableCompression"] = true }
    return spec
  }

  /// A kubeconfig for the account, with one context.
  public func kubeconfig(context: String, server: String? = nil) -> Value {
    var cluster: Value = ["server": .string(server ?? connection.server)]
    let settings = connection.settings
    if settings.insecureSkipVerify {
      cluster["insecure-skip-tls-verify"] = true
    } else if let authority = settings.caPEM {
      cluster["certificate-authority-data"] = .string(Base64.encode(authority))
    }
    if let serverName = settings.serverName { cluster["tls-server-name"] = .string(serverName) }
    if let proxy = settings.proxy, !proxy.isEmpty { cluster["proxy-url"] = .string(proxy) }
    if !connection.acceptsCompression { cluster["disable-compression"] = true }
    let name = Value.string(context)
    return [
      "apiVersion": "v1", "kind": "Config", "current-context": name, "clusters": [["name": name, "cluster": cluster]],
      "contexts": [["name": name, "context": ["cluster": name, "user": name]]],
      "users": [["name": name, "user": ["token": .string(token.text)]]],
    ]
  }
}

/// How a server is reached and trusted. Requests with equal settings to one server share connections.
public struct ConnectionSettings: Sendable, Hashable {
  /// Certificates of the authorities that may have signed the server's, as PEM; nil for those of the system.
  public var caPEM: [UInt8]?
  /// The client's certificate chain as PEM.
  public var clientCertificatePEM: [UInt8]?
  /// The key of the client's certificate as PEM; nil when it stands in the same text as the certificate.
  public var clientKeyPEM: [UInt8]?
  /// Accepts any server certificate.
  public var insecureSkipVerify: Bool
  /// The name to ask for (SNI) and to verify in place of the URL's host.
  public var serverName: String?
  /// A proxy's URL (`http`, `https`, `socks5`); an empty text for none; nil for what the environment says.
  public var proxy: String?
  /// Hosts that ``proxy`` is not used for, as in `NO_PROXY`.
  public var noProxy: String?
  /// The most that connecting may take, name resolution and TLS included.
  public var connectTimeout: Duration

  /// Settings for a public server; change what differs.
  public init(
    caPEM: [UInt8]? = nil, clientCertificatePEM: [UInt8]? = nil, clientKeyPEM: [UInt8]? = nil, insecureSkipVerify: Bool = false,
    serverName: String? = nil, proxy: String? = nil, noProxy: String? = nil, connectTimeout: Duration = .seconds(10)
  ) {
    self.caPEM = caPEM
    self.clientCertificatePEM = clientCertificatePEM
    self.clientKeyPEM = clientKeyPEM
    self.insecureSkipVerify = insecureSkipVerify
    self.serverName = serverName
    self.proxy = proxy
    self.noProxy = noProxy
    self.connectTimeout = connectTimeout
  }
}

extension ConnectionSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What matters to a person: certificates and keys only by their presence.
  public var description: String {
    var parts: [String] = []
    if insecureSkipVerify { parts.append("unverified") }
    if caPEM != nil { parts.append("own authority") }
    if clientCertificatePEM != nil { parts.append("client certificate") }
    if let serverName { parts.append("server name \(serverName)") }
    if let proxy { parts.append(proxy.isEmpty ? "no proxy" : "proxy \(URLParts.presentable(proxy))") }
    return "ConnectionSettings(\(parts.joined(separator: ", ")))"
  }

  /// As ``description``: a key must not come out of a debugger's print into a log either.
  public var debugDescription: String { description }

  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

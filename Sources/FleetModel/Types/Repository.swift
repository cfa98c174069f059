import Document

/// Credentials and settings for Git repositories whose address starts with ``url``.
public struct Repository: Sendable, Hashable {
  /// The name of the document.
  public var name: String
  /// The address; the longest one that an application's address starts with is used.
  public var url: String
  /// Where to fetch from instead of ``url``; what follows ``url`` in an address is appended.
  public var mirror: String?
  /// Who to log in as.
  public var credentials: CredentialReference?
  /// A proxy for this repository alone.
  public var proxyURL: String?
  /// Certificates to trust instead of the system's, as PEM.
  public var caData: String?
  /// Whether the server's certificate or host key is not checked.
  public var insecure: Bool
  /// How many commits to fetch; 0: all of the history.
  public var depth: Int
  /// How often to ask for new commits; nil: as the Fleet says.
  public var pollInterval: Duration?
  /// Where it is defined.
  public var position: SourcePosition?

  /// Makes a repository.
  public init(name: String, url: String) {
    self.name = name
    self.url = url
    insecure = false
    depth = 0
  }

  /// The address to fetch an application's address from; nil where this repository is not meant.
  public func fetchURL(for address: String) -> String? {
    guard address.utf8.starts(with: url.utf8) else { return nil }
    let rest = address.utf8.dropFirst(url.utf8.count)
    // "https://h/team" is meant for "https://h/team/app.git", not for "https://h/teamwork".
    if let next = rest.first, next != UInt8(ascii: "/"), url.utf8.last != UInt8(ascii: "/"), Substring(rest) != ".git" { return nil }
    guard let mirror else { return address }
    return mirror + String(Substring(rest))
  }
}

/// Where a credential is kept: definition files hold references, never the credential.
public enum CredentialReference: Sendable, Hashable {
  /// User name and password or token, from files on the hub.
  case passwordFile(username: String, path: String)
  /// User name and password or token, from variables of the hub's environment.
  case passwordVariable(username: String, variable: String)
  /// A private key for ssh, from a file on the hub.
  case sshKeyFile(path: String)
  /// Entries `username`, `password`, `sshPrivateKey` of a Secret in the hub's cluster.
  case secret(namespace: String, name: String)
}

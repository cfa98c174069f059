import Transport

/// How a repository is reached.
public struct GitSettings: Sendable, Hashable {
  /// Certificates, proxies and trust for `https`.
  public var connection: ConnectionSettings
  /// The most that a fetch may take.
  public var fetchTimeout: Duration
  /// The most that the cheap check of references may take.
  public var checkTimeout: Duration
  /// The other side may be silent for this long before it is given up.
  public var idleTimeout: Duration
  /// The most bytes that one fetch may bring.
  public var maximumPackBytes: Int
  /// The command in place of `ssh`, as in `GIT_SSH_COMMAND`, which is asked when this is nil.
  public var sshCommand: String?
  /// What is mirrored besides branches and tags, such as `refs/pull/*/head`.
  public var additionalReferences: [String]

  /// Settings for a public server; change what differs.
  public init(
    connection: ConnectionSettings = ConnectionSettings(), fetchTimeout: Duration = .seconds(600), checkTimeout: Duration = .seconds(60),
    idleTimeout: Duration = .seconds(60), maximumPackBytes: Int = 8 << 30, sshCommand: String? = nil, additionalReferences: [String] = []
  ) {
    self.connection = connection
    self.fetchTimeout = fetchTimeout
    self.checkTimeout = checkTimeout
    self.idleTimeout = idleTimeout
    self.maximumPackBytes = maximumPackBytes
    self.sshCommand = sshCommand
    self.additionalReferences = additionalReferences
  }
}

/// What a repository wants to know about who asks. Printing it never shows a secret.
public struct GitCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The user's name for `https` (for tokens mostly any) or `ssh`.
  public var username: String?
  /// The password, or a token in its place.
  public var password: String?
  /// A token that is sent as `Authorization: Bearer` instead of user and password.
  public var bearerToken: String?
  /// A private key for `ssh`, as text.
  public var sshPrivateKey: String?
  /// A private key for `ssh`, as a file.
  public var sshPrivateKeyFile: String?
  /// The lines of a `known_hosts` file that the server must match; nil for the user's own file.
  public var knownHosts: String?
  /// Accepts any host key: only for tests.
  public var ignoresHostKey: Bool

  /// Makes credentials of the parts that there are.
  public init(
    username: String? = nil, password: String? = nil, bearerToken: String? = nil, sshPrivateKey: String? = nil,
    sshPrivateKeyFile: String? = nil, knownHosts: String? = nil, ignoresHostKey: Bool = false
  ) {
    self.username = username
    self.password = password
    self.bearerToken = bearerToken
    self.sshPrivateKey = sshPrivateKey
    self.sshPrivateKeyFile = sshPrivateKeyFile
    self.knownHosts = knownHosts
    self.ignoresHostKey = ignoresHostKey
  }

  /// Which kinds of credentials there are.
  public var description: String {
    let parts = [
      username == nil ? nil : "user", password == nil ? nil : "password", bearerToken == nil ? nil : "token",
      sshPrivateKey == nil && sshPrivateKeyFile == nil ? nil : "ssh key",
    ].compactMap(\.self)
    return parts.isEmpty ? "no credentials" : parts.joined(separator: ", ")
  }

  /// As ``description``.
  public var debugDescription: String { description }

  /// Hides the parts from `dump` and string interpolation.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

import Document
import Synchronization
import Transport

/// What a cluster is told about who asks. Client certificates are part of ``ConnectionSettings``.
public enum Credential: Sendable, Hashable {
  /// Nothing but a client certificate, if there is one.
  case none
  /// A token.
  case bearerToken(String)
  /// A file with a token, read again as it is rotated.
  case tokenFile(String)
  /// User and password.
  case basic(user: String, password: String)
  /// A program that prints a credential.
  case exec(ExecPlugin)
}

/// A program that prints an `ExecCredential`, as a kubeconfig names it.
public struct ExecPlugin: Sendable, Hashable {
  /// The program.
  public var command: String
  /// Its arguments.
  public var arguments: [String]
  /// Variables that are added to its environment.
  public var environment: [String: String]
  /// `client.authentication.k8s.io/v1` or `v1beta1`.
  public var apiVersion: String
  /// What to tell the user when the program is missing.
  public var installHint: String
  /// Whether the cluster's address and authority are passed on to the program.
  public var provideClusterInfo: Bool

  /// Makes a description.
  public init(
    command: String, arguments: [String] = [], environment: [String: String] = [:], apiVersion: String = "client.authentication.k8s.io/v1",
    installHint: String = "", provideClusterInfo: Bool = false
  ) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.apiVersion = apiVersion
    self.installHint = installHint
    self.provideClusterInfo = provideClusterInfo
  }
}

/// In whose name calls are made, where the hub's own account may do so.
public struct Impersonation: Sendable, Hashable {
  /// The user.
  public var user: String
  /// Its groups.
  public var groups: [String]
  /// Its unique id; may be empty.
  public var uid: String

  /// Makes an impersonation.
  public init(user: String, groups: [String] = [], uid: String = "") {
    self.user = user
    self.groups = groups
    self.uid = uid
  }

  var headers: [(String, String)] {
    [("Impersonate-User", user)] + groups.map { ("Impersonate-Group", $0) } + (uid.isEmpty ? [] : [("Impersonate-Uid", uid)])
  }
}

/// Turns a credential into a header, reading files when they are due.
final class CredentialStore: Sendable {
  private struct Token {
    var text: String
    var readAt: ContinuousClock.Instant
  }

  private let credential: Credential
  private let token = Mutex<Token?>(nil)
  /// How long a token that was read from a file is taken as current, as in client-go.
  private static let freshness: Duration = .seconds(60)

  init(_ credential: Credential) { self.credential = credential }

  /// The value of `Authorization`; nil for none.
  func authorization() throws(KubernetesError) -> String? {
    switch credential {
    case .none: return nil
    case .bearerToken(let token): return "Bearer \(token)"
    case .basic(let user, let password): return "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
    case .tokenFile(let path): return "Bearer \(try tokenFromFile(path))"
    case .exec(let plugin):
      throw KubernetesError(
        "the credential plugin \(plugin.command) cannot be run yet: give the cluster a token, a token file or a client certificate",
        reason: "ExecCredential")
    }
  }

  /// Forgets what was read; true when there is something to read anew, so that a refused call is worth repeating.
  func invalidate() -> Bool {
    guard case .tokenFile = credential else { return false }
    return token.withLock { token in
      defer { token = nil }
      return token != nil
    }
  }

  private func tokenFromFile(_ path: String) throws(KubernetesError) -> String {
    let now = ContinuousClock.now
    if let known = token.withLock({ $0 }), now - known.readAt < CredentialStore.freshness { return known.text }
    guard let bytes = SmallFile.read(path, maximumBytes: 1 << 20) else {
      throw KubernetesError("cannot read the token file \(path)", reason: "TokenFile")
    }
    let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
    guard !text.isEmpty else { throw KubernetesError("the token file \(path) is empty", reason: "TokenFile") }
    token.withLock { $0 = Token(text: text, readAt: now) }
    return text
  }
}

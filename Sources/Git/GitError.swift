/// Why a repository, a tree or a file of it could not be read.
///
/// The message never holds a credential: addresses are cleaned before they enter it.
public struct GitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, so that callers can decide what comes next without reading the text.
  public enum Kind: String, Sendable, Hashable {
    /// The repository itself is not there (or not visible with these credentials).
    case repositoryNotFound
    /// No branch, tag or commit answers to the name.
    case revisionNotFound
    /// The tree has no such file.
    case fileNotFound
    /// The credentials were refused, or some are needed.
    case authentication
    /// The other side's certificate or host key was not accepted.
    case untrusted
    /// The other side did not answer, or the connection broke.
    case network
    /// It took longer than allowed.
    case timeout
    /// The caller gave up.
    case cancelled
    /// The file is larger than the reader allows.
    case tooLarge
    /// The path names something that is no regular file: a symbolic link, a submodule, a folder.
    case notRegular
    /// The input makes no sense: an address, a path or a pattern that cannot be.
    case invalid
    /// The local copy is damaged.
    case corrupt
    /// The disk or the system refused.
    case system
  }

  /// What went wrong.
  public var kind: Kind
  /// The explanation, in lower case, without a full stop; says what was tried and what to do.
  public var message: String
  /// The repository's address without credentials; nil where none is involved.
  public var repository: String?

  /// Makes an error.
  public init(_ kind: Kind, _ message: String, repository: String? = nil) {
    self.kind = kind
    self.message = message
    self.repository = repository
  }

  /// `repository https://…: message`.
  public var description: String {
    guard let repository else { return message }
    return "repository \(repository): \(message)"
  }

  /// Whether the same call may succeed later without anybody changing anything.
  public var isTransient: Bool {
    switch kind {
    case .network, .timeout, .cancelled, .system: true
    default: false
    }
  }

  func at(_ repository: String) -> GitError {
    GitError(kind, message, repository: self.repository ?? repository)
  }
}

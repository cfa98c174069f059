/// A repository URL that is read from somewhere else: `--repo URL=PATH[@REVISION]`.
///
/// Definitions stay as they are while a laptop, a CI job or the demo reads the content from a local folder.
public struct RepositoryOverride: Sendable, Hashable {
  /// What is read at the path.
  public enum Content: Sendable, Hashable {
    /// At the revision that each definition asks for, where the path is a Git repository; a plain folder as it is.
    case asRequested
    /// Always at this revision.
    case revision(String)
    /// The files as they are in the folder, committed or not.
    case workTree
  }

  /// The URL as definitions write it.
  public let url: String
  /// The folder, or another URL.
  public let path: String
  /// What is read there.
  public let content: Content

  /// Makes an override.
  public init(url: String, path: String, content: Content = .asRequested) {
    self.url = url
    self.path = path
    self.content = content
  }

  /// Reads `URL=PATH[@REVISION]`; the revision `worktree` stands for the files as they are. Nil where there is no `=`.
  ///
  /// The URL may hold `=` itself (a query), the path may not.
  public init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else { return nil }
    url = String(argument[..<equals])
    let rest = argument[argument.index(after: equals)...]
    guard !rest.isEmpty else { return nil }
    guard let at = rest.lastIndex(of: "@"), at != rest.startIndex, !rest[at...].contains("/") || rest.contains("@refs/") else {
      path = String(rest)
      content = .asRequested
      return
    }
    path = String(rest[..<at])
    let revision = String(rest[rest.index(after: at)...])
    content = revision == "worktree" ? .workTree : revision.isEmpty ? .asRequested : .revision(revision)
  }
}

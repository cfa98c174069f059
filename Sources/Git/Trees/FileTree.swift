/// What a path of a tree stands for.
public enum FileKind: Sendable, Hashable {
  /// A regular file.
  case file
  /// A regular file with the executable bit.
  case executable
  /// A symbolic link that leads to no regular file of the same tree. Such links are listed and never followed; those that stay inside
  /// count as the file they lead to, as they do for Argo CD.
  case symbolicLink
  /// Another repository's commit; its files are not part of the tree.
  case submodule
}

/// The files of a folder or of a commit, read-only.
///
/// The one view that generators and renderers have of the world's files, so that a folder on disk, a commit in an object
/// store and a table in a test are the same to them.
public protocol FileTree: Sendable {
  /// The full id of the commit that the tree belongs to; nil for a tree without history.
  var commit: String? { get }

  /// Every file (symbolic links too, submodules not), `/`-separated, sorted by bytes.
  func paths() throws(GitError) -> [String]

  /// The files below a folder (all of them when it is empty or `.`), in the order of ``paths()``; none when there is no such folder.
  func paths(under folder: String) throws(GitError) -> [String]

  /// Whether a folder with at least one file exists; the root always does.
  func hasFolder(_ folder: String) throws(GitError) -> Bool

  /// What stands at a path; nil when there is no file, link or submodule.
  func kind(of path: String) throws(GitError) -> FileKind?

  /// The bytes of a regular file. An error when there is none, or when it has more than `maximumBytes`.
  func read(_ path: String, maximumBytes: Int) throws(GitError) -> [UInt8]

  /// The paths of submodules, sorted by bytes: what a checkout would have and this tree has not.
  func submodules() throws(GitError) -> [String]

  /// A name for a file's content that is equal only for equal bytes, found without reading them; nil where the tree keeps none.
  func contentID(_ path: String) throws(GitError) -> String?
}

extension FileTree {
  /// Trees without submodules need not say so.
  public func submodules() throws(GitError) -> [String] { [] }

  /// Trees that keep no names for contents need not say so.
  public func contentID(_ path: String) throws(GitError) -> String? { nil }

  /// Trees without links and modes need not say so.
  public func kind(of path: String) throws(GitError) -> FileKind? {
    TreePaths.contains(path, in: try paths()) ? .file : nil
  }

  /// The files below a folder, from the whole listing.
  public func paths(under folder: String) throws(GitError) -> [String] {
    Array(TreePaths.slice(try paths(), under: folder))
  }

  /// Whether a folder with at least one file exists, from its listing.
  public func hasFolder(_ folder: String) throws(GitError) -> Bool {
    let clean = TreePaths.normalized(folder)
    if clean.isEmpty { return true }
    return try !paths(under: clean).isEmpty
  }
}

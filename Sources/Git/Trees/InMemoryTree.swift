/// A tree made of a table: for tests, examples and generated input.
public struct InMemoryTree: FileTree {
  /// The commit that the tree plays.
  public let commit: String?
  private let sorted: [String]
  private let files: [String: [UInt8]]
  private let kinds: [String: FileKind]

  /// A tree of text files by path.
  public init(_ files: [String: String], commit: String? = nil) {
    self.init(bytes: files.mapValues { Array($0.utf8) }, commit: commit)
  }

  /// A tree of files by path; `kinds` names those that are not regular files.
  public init(bytes files: [String: [UInt8]], kinds: [String: FileKind] = [:], commit: String? = nil) {
    self.commit = commit
    self.files = files
    self.kinds = kinds
    sorted = Set(files.keys).union(kinds.keys).filter { kinds[$0] != .submodule }.sorted(by: TreePaths.less)
  }

  /// Every path, sorted by bytes.
  public func paths() throws(GitError) -> [String] { sorted }

  /// What stands at a path.
  public func kind(of path: String) throws(GitError) -> FileKind? {
    let path = TreePaths.normalized(path)
    return kinds[path] ?? (files[path] == nil ? nil : .file)
  }

  /// The paths that were declared submodules.
  public func submodules() throws(GitError) -> [String] {
    kinds.filter { $0.value == .submodule }.keys.sorted(by: TreePaths.less)
  }

  /// The bytes of a file.
  public func read(_ path: String, maximumBytes: Int) throws(GitError) -> [UInt8] {
    let path = TreePaths.normalized(path)
    if let kind = kinds[path], kind == .symbolicLink || kind == .submodule { throw .notRegular(path, kind) }
    guard let bytes = files[path] else { throw .fileNotFound(path, commit) }
    guard bytes.count <= maximumBytes else { throw .tooLarge(path, bytes.count, maximumBytes) }
    return bytes
  }
}

extension GitError {
  static func fileNotFound(_ path: String, _ commit: String?) -> GitError {
    GitError(.fileNotFound, "file `\(path)` does not exist" + (commit.map { " at commit \($0)" } ?? ""))
  }

  static func tooLarge(_ path: String, _ size: Int, _ maximum: Int) -> GitError {
    GitError(.tooLarge, "file `\(path)` has \(size) bytes, more than the \(maximum) that are read")
  }

  static func notRegular(_ path: String, _ kind: FileKind) -> GitError {
    switch kind {
    case .symbolicLink:
      GitError(.notRegular, "`\(path)` is a symbolic link that leads to no regular file of the repository; put the file itself there")
    case .submodule:
      GitError(.notRegular, "`\(path)` is a submodule, whose files are not read; name its repository as a source of its own")
    case .file, .executable:
      GitError(.notRegular, "`\(path)` is not a regular file")
    }
  }
}

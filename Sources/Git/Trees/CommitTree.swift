import CGit2

/// The files of one commit, read from the object store; there is no work tree.
///
/// The listing is made once, when the tree is opened; bytes are read when asked for.
public final class CommitTree: FileTree {
  /// The full id of the commit.
  public let commit: String?
  private let sortedPaths: [String]
  private let files: [File]
  private let submodulePaths: [String]
  private let store: ObjectStore

  private struct File: Sendable {
    let id: ObjectID
    let kind: FileKind
  }

  /// What may be in one tree: more is an attack or an accident.
  struct Limits: Sendable {
    var files = 2_000_000
    var depth = 256
  }

  init(commit: ObjectID, in store: ObjectStore, limits: Limits = Limits()) throws(GitError) {
    let listing = try store.borrow { handle throws(GitError) in
      var listing = Listing(handle: handle, limits: limits)
      try listing.add(try handle.rootTree(commit), folder: "", depth: 0)
      listing.sortIfNeeded()
      return (listing.paths, listing.files, listing.submodules)
    }
    self.commit = commit.description
    self.store = store
    (sortedPaths, files, submodulePaths) = listing
  }

  /// Every file, in Git's own order, which is that of bytes.
  public func paths() throws(GitError) -> [String] { sortedPaths }

  /// The paths of submodules.
  public func submodules() throws(GitError) -> [String] { submodulePaths }

  /// What stands at a path.
  public func kind(of path: String) throws(GitError) -> FileKind? {
    let path = TreePaths.normalized(path)
    if let index = TreePaths.index(of: path, in: sortedPaths) { return files[index].kind }
    return TreePaths.contains(path, in: submodulePaths) ? .submodule : nil
  }

  /// The bytes of a file as they were committed: no line ending is changed, no filter is run.
  public func read(_ path: String, maximumBytes: Int) throws(GitError) -> [UInt8] {
    let path = TreePaths.normalized(path)
    guard let index = TreePaths.index(of: path, in: sortedPaths) else {
      if TreePaths.contains(path, in: submodulePaths) { throw .notRegular(path, .submodule) }
      throw .fileNotFound(path, commit)
    }
    let file = files[index]
    guard file.kind != .symbolicLink else { throw .notRegular(path, .symbolicLink) }
    return try store.borrow { handle throws(GitError) in try handle.blob(file.id, path: path, maximumBytes: maximumBytes) }
  }

  /// The id of a file's content: equal for equal bytes, in whatever commit. Nil when there is no such file.
  public func contentID(_ path: String) throws(GitError) -> String? {
    TreePaths.index(of: TreePaths.normalized(path), in: sortedPaths).map { files[$0].id.description }
  }

  private struct Listing {
    let handle: RepositoryHandle
    let limits: Limits
    var paths: [String] = []
    var files: [File] = []
    var submodules: [String] = []

    init(handle: RepositoryHandle, limits: Limits) {
      self.handle = handle
      self.limits = limits
    }

    /// Git sorts a folder's entries as if folders ended in `/`, so going down at each gives the order of whole paths.
    mutating func add(_ id: ObjectID, folder: String, depth: Int) throws(GitError) {
      guard depth <= limits.depth else { throw GitError(.tooLarge, "folders are nested more than \(limits.depth) deep at `\(folder)`") }
      var raw = id.raw
      let tree: Owned
      do throws(GitError) {
        tree = try Owned("cannot list `\(folder)`", free: { git_tree_free($0) }) { git_tree_lookup($0, handle.pointer, &raw) }
      } catch {
        throw handle.damaged(error)
      }
      for index in 0..<git_tree_entrycount(tree.pointer) {
        guard let entry = git_tree_entry_byindex(tree.pointer, index), let name = git_tree_entry_name(entry),
          let id = git_tree_entry_id(entry)
        else { continue }
        let step = String(cString: name)
        guard !step.isEmpty, step != ".", step != "..", step.lowercased() != ".git", !step.utf8.contains(UInt8(ascii: "/")) else {
          throw GitError(.invalid, "folder `\(folder)` holds an entry `\(GitLibrary.presentable(step))`, which no honest commit has")
        }
        let path = folder.isEmpty ? step : folder + "/" + step
        switch git_tree_entry_filemode(entry) {
        case GIT_FILEMODE_TREE: try add(ObjectID(id.pointee), folder: path, depth: depth + 1)
        case GIT_FILEMODE_COMMIT: submodules.append(path)
        case GIT_FILEMODE_LINK: append(path, id.pointee, .symbolicLink)
        case GIT_FILEMODE_BLOB_EXECUTABLE: append(path, id.pointee, .executable)
        default: append(path, id.pointee, .file)
        }
        guard paths.count <= limits.files else { throw GitError(.tooLarge, "the commit holds more than \(limits.files) files") }
      }
    }

    /// Names that are no UTF-8 are repaired, which can move them.
    mutating func sortIfNeeded() {
      guard zip(paths, paths.dropFirst()).contains(where: { !TreePaths.less($0, $1) }) else { return }
      let order = paths.indices.sorted { TreePaths.less(paths[$0], paths[$1]) }
      (paths, files) = (order.map { paths[$0] }, order.map { files[$0] })
      submodules.sort(by: TreePaths.less)
    }

    private mutating func append(_ path: String, _ id: git_oid, _ kind: FileKind) {
      paths.append(path)
      files.append(File(id: ObjectID(id), kind: kind))
    }
  }
}

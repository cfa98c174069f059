import CGit2
import Synchronization

/// The files of one commit, read from the object store; there is no work tree.
///
/// Folders are read when something in them is asked for, and kept by what they hold, for all commits of the repository. Its calls block:
/// they read files and unpack.
public final class CommitTree: FileTree {
  /// The full id of the commit.
  public let commit: String?
  private let root: ObjectID
  private let store: ObjectStore
  private let limits: Limits
  private let whole = Mutex<Listing?>(nil)

  /// What may be in one tree: more is an attack or an accident.
  struct Limits: Sendable {
    var files = 2_000_000
    /// Files, folders and submodules. A few small objects can spell a tree of folders without end.
    var entries = 4_000_000
    var depth = 256
    var links = 40
  }

  private struct Listing {
    var paths: [String] = []
    var submodules: [String] = []
    var entries = 0
  }

  /// Opens the tree of a commit; an error of kind `revisionNotFound` when the object is no commit, `corrupt` when it or its tree is missing.
  init(commit: ObjectID, in store: ObjectStore, limits: Limits = Limits()) throws(GitError) {
    root = try store.borrow { handle throws(GitError) in try handle.rootTree(commit) }
    self.commit = commit.description
    self.store = store
    self.limits = limits
    _ = try folder(root, path: "")
  }

  /// Every file, in Git's own order, which is that of bytes.
  public func paths() throws(GitError) -> [String] { try all().paths }

  /// The files below a folder; only that folder is read.
  public func paths(under folder: String) throws(GitError) -> [String] {
    let clean = TreePaths.normalized(folder)
    if clean.isEmpty { return try paths() }
    if let whole = whole.withLock({ $0 }) { return Array(TreePaths.slice(whole.paths, under: clean)) }
    guard let entry = try entry(clean), entry.kind == nil else { return [] }
    var listing = Listing()
    try list(entry.id, path: clean, depth: 0, into: &listing)
    return listing.paths
  }

  /// Whether a folder with at least one file exists; the root always does.
  public func hasFolder(_ folder: String) throws(GitError) -> Bool {
    let clean = TreePaths.normalized(folder)
    if clean.isEmpty { return true }
    guard let entry = try entry(clean), entry.kind == nil else { return false }
    var visited = 0
    return try hasFile(entry.id, path: clean, depth: 0, visited: &visited)
  }

  /// The paths of submodules.
  public func submodules() throws(GitError) -> [String] { try all().submodules }

  /// What stands at a path. A symbolic link to a regular file of the same commit counts as that file.
  public func kind(of path: String) throws(GitError) -> FileKind? {
    let clean = TreePaths.normalized(path)
    guard let entry = try entry(clean), let kind = entry.kind else { return nil }
    guard kind == .symbolicLink else { return kind }
    return try target(of: clean)?.kind ?? .symbolicLink
  }

  /// The bytes of a file as they were committed: no line ending is changed, no filter is run.
  public func read(_ path: String, maximumBytes: Int) throws(GitError) -> [UInt8] {
    let clean = TreePaths.normalized(path)
    guard let found = try entry(clean), let kind = found.kind else { throw .fileNotFound(clean, commit) }
    guard let entry = kind == .symbolicLink ? try target(of: clean) : found, entry.kind != .submodule else {
      throw .notRegular(clean, kind)
    }
    guard !entry.isAmbiguous else {
      throw GitError(.invalid, "`\(clean)` stands for several files whose names are not UTF-8; rename them")
    }
    return try store.borrow { handle throws(GitError) in try handle.blob(entry.id, path: clean, maximumBytes: maximumBytes) }
  }

  /// The id of a file's content: equal for equal bytes, in whatever commit. Nil when there is no such file.
  public func contentID(_ path: String) throws(GitError) -> String? {
    let clean = TreePaths.normalized(path)
    guard let found = try entry(clean), let kind = found.kind, kind != .submodule, !found.isAmbiguous else { return nil }
    return try (kind == .symbolicLink ? target(of: clean) : found)?.id.description
  }

  /// The entry at a path, links not followed: what stands below a link is no part of the commit.
  private func entry(_ path: String) throws(GitError) -> Folder.Entry? {
    guard !path.isEmpty else { return nil }
    var current = root
    var rest = path[...]
    while true {
      let end = rest.utf8.firstIndex(of: UInt8(ascii: "/"))
      let folder = try folder(current, path: path)
      guard let entry = folder.entry(end.map { rest[..<$0] } ?? rest) else { return nil }
      guard let end else { return entry }
      guard entry.kind == nil, !entry.isAmbiguous else { return nil }
      current = entry.id
      rest = rest[rest.utf8.index(after: end)...]
    }
  }

  /// The regular file that a link leads to, through further links if need be; nil when it leads out of the commit, to nothing or in circles.
  ///
  /// Found by names within the commit alone, so nothing outside of it can be reached, whatever the link says.
  private func target(of link: String) throws(GitError) -> Folder.Entry? {
    var steps = link.split(separator: "/").map(String.init)
    var rest: [String] = steps.reversed()
    steps = []
    var links = 0
    while let step = rest.popLast() {
      if step == "." || step.isEmpty { continue }
      if step == ".." {
        guard steps.popLast() != nil else { return nil }
        continue
      }
      steps.append(step)
      guard let entry = try entry(steps.joined(separator: "/")), !entry.isAmbiguous else { return nil }
      switch entry.kind {
      case nil: continue
      case .file, .executable: return rest.isEmpty ? entry : nil
      case .submodule: return nil
      case .symbolicLink:
        links += 1
        guard links <= limits.links else { return nil }
        let bytes = try store.borrow { handle throws(GitError) in try handle.blob(entry.id, path: link, maximumBytes: 1 << 16) }
        guard bytes.count <= 4096, bytes.first != UInt8(ascii: "/"), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        steps.removeLast()
        rest += text.split(separator: "/").map(String.init).reversed()
      }
    }
    return nil
  }

  private func all() throws(GitError) -> Listing {
    if let known = whole.withLock({ $0 }) { return known }
    var listing = Listing()
    try list(root, path: "", depth: 0, into: &listing)
    listing.submodules.sort(by: TreePaths.less)
    whole.withLock { $0 = listing }
    return listing
  }

  /// Git sorts a folder's entries as if folders ended in `/`, so going down at each gives the order of whole paths.
  private func list(_ id: ObjectID, path: String, depth: Int, into listing: inout Listing) throws(GitError) {
    try check(depth, path)
    let folder = try folder(id, path: path)
    listing.entries += folder.entries.count
    guard listing.entries <= limits.entries else { throw GitError(.tooLarge, "the commit holds more than \(limits.entries) entries") }
    for entry in folder.entries {
      let full = path.isEmpty ? entry.name : path + "/" + entry.name
      switch entry.kind {
      case nil: try list(entry.id, path: full, depth: depth + 1, into: &listing)
      case .submodule: listing.submodules.append(full)
      default: listing.paths.append(full)
      }
    }
    guard listing.paths.count <= limits.files else { throw GitError(.tooLarge, "the commit holds more than \(limits.files) files") }
  }

  private func hasFile(_ id: ObjectID, path: String, depth: Int, visited: inout Int) throws(GitError) -> Bool {
    try check(depth, path)
    let entries = try folder(id, path: path).entries
    visited += entries.count
    guard visited <= limits.entries else { throw GitError(.tooLarge, "the commit holds more than \(limits.entries) entries") }
    if entries.contains(where: { $0.kind != nil && $0.kind != .submodule }) { return true }
    for entry in entries where entry.kind == nil {
      if try hasFile(entry.id, path: path + "/" + entry.name, depth: depth + 1, visited: &visited) { return true }
    }
    return false
  }

  private func check(_ depth: Int, _ path: String) throws(GitError) {
    guard depth <= limits.depth else { throw GitError(.tooLarge, "folders are nested more than \(limits.depth) deep at `\(path)`") }
  }

  private func folder(_ id: ObjectID, path: String) throws(GitError) -> Folder {
    if let known = store.folders.folder(id) { return known }
    let read = try store.borrow { handle throws(GitError) in try Folder(id, path: path, in: handle) }
    store.folders.add(read, id)
    return read
  }
}

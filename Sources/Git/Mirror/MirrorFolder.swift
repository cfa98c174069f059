import CGit2
import Foundation
import Synchronization

/// A bare repository on disk that holds what a remote has. Its calls block.
///
/// Objects come in packs, references in one `packed-refs` file that is renamed into place: a reader, or a restart after a kill, sees either
/// the old references or the new ones, never some of each.
final class MirrorFolder: Sendable {
  let folder: String
  let store: ObjectStore
  private let origin: String

  private struct State {
    var references: References?
    var isChecked = false
  }

  private let state = Mutex(State())
  /// Each fetch leaves a pack behind; with this many of them a fresh copy is faster to read.
  private static let maximumPacks = 250

  init(folder: String, origin: String) {
    self.folder = folder
    self.origin = origin
    store = ObjectStore(path: folder)
  }

  /// The references as of the last fetch, in this process or an earlier one.
  func references() throws(GitError) -> References {
    if let known = state.withLock({ $0.references }) { return known }
    guard isOurs else {
      throw GitError(.network, "the repository was not fetched yet", repository: origin)
    }
    return try load()
  }

  /// Makes the folder equal to the remote. Only one thread at a time.
  /// - Returns: whether anything changed
  func fetch(_ operation: Operation) throws(GitError) -> Bool {
    guard let known = usable(), packCount() < Self.maximumPacks else {
      try clone(operation)
      return true
    }
    do throws(GitError) {
      guard let changed = try update(folder, known: known, operation) else { return false }
      state.withLock { $0.references = changed }
      return true
    } catch  where error.kind == .corrupt {
      try clone(operation)
      return true
    }
  }

  /// The references, when the folder is in order; what is not gets replaced by a fresh copy.
  private func usable() -> References? {
    guard isOurs, !store.isDamaged else { return nil }
    if let known = state.withLock({ $0.isChecked ? $0.references : nil }) { return known }
    removeLeftovers()
    guard let known = try? load(), (try? check(known)) != nil else { return nil }
    state.withLock { $0.isChecked = true }
    return known
  }

  private func load() throws(GitError) -> References {
    let loaded = try store.borrow { handle throws(GitError) in try References(of: handle) }
    state.withLock { $0.references = loaded }
    return loaded
  }

  private func check(_ references: References) throws(GitError) {
    try store.borrow { handle throws(GitError) in
      for (name, id) in references.targets {
        guard try handle.contains(id) else { throw GitError(.corrupt, "the object of \(name) is missing") }
      }
      if let head = references.head { _ = try CommitTree(commit: handle.peelToCommit(head), in: store) }
    }
  }

  /// Brings a repository up to date; nil when nothing is new.
  private func update(_ path: String, known: References?, _ operation: Operation) throws(GitError) -> References? {
    let handle = try RepositoryHandle(opening: path)
    let session = try RemoteSession.open(operation, into: handle)
    let remote = try session.references()
    if remote == known { return nil }
    try session.download()
    for (name, id) in remote.targets {
      guard try handle.contains(id) else { throw GitError(.corrupt, "the server did not send the object of \(name)") }
    }
    try Self.replace(path + "/packed-refs", with: remote.packed)
    try Self.replace(path + "/HEAD", with: remote.headFile)
    return remote
  }

  /// A whole new copy beside the old one, which serves readers until the new one takes its place.
  private func clone(_ operation: Operation) throws(GitError) {
    let fresh = folder + ".new-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: fresh) }
    do {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder).deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw GitError(.system, "cannot make the folder of the mirror \(folder)", repository: origin)
    }
    do {
      let made = try Owned("cannot make the mirror in \(fresh)", free: { git_repository_free($0) }) { git_repository_init($0, fresh, 1) }
      _ = consume made
    }
    let references = try update(fresh, known: nil, operation) ?? References()
    try Self.replace(fresh + "/" + Self.originFile, with: origin + "\n")
    let old = folder + ".old-" + UUID().uuidString
    let manager = FileManager.default
    let hadOld = manager.fileExists(atPath: folder)
    if hadOld, rename(folder, old) != 0 { throw GitError(.system, "cannot replace the mirror in \(folder)", repository: origin) }
    guard rename(fresh, folder) == 0 else {
      if hadOld { rename(old, folder) }
      throw GitError(.system, "cannot put the mirror into \(folder)", repository: origin)
    }
    store.reopen()
    state.withLock { $0 = State(references: references, isChecked: true) }
    if hadOld { try? manager.removeItem(atPath: old) }
  }

  /// Whether the folder is a mirror of this remote, and not of one that had this folder before.
  private var isOurs: Bool {
    guard let data = FileManager.default.contents(atPath: folder + "/" + Self.originFile) else { return false }
    return String(decoding: data, as: UTF8.self) == origin + "\n"
  }

  /// What a killed process left: half a pack, half a copy.
  private func removeLeftovers() {
    let manager = FileManager.default
    let packs = folder + "/objects/pack"
    for name in (try? manager.contentsOfDirectory(atPath: packs)) ?? [] where name.hasPrefix("pack_git2") || name.hasPrefix("tmp_") {
      try? manager.removeItem(atPath: packs + "/" + name)
    }
    let location = URL(fileURLWithPath: folder)
    let parent = location.deletingLastPathComponent().path
    for name in (try? manager.contentsOfDirectory(atPath: parent)) ?? []
    where name.hasPrefix(location.lastPathComponent + ".new-") || name.hasPrefix(location.lastPathComponent + ".old-") {
      try? manager.removeItem(atPath: parent + "/" + name)
    }
  }

  private func packCount() -> Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/objects/pack")) ?? []).count { $0.hasSuffix(".pack") }
  }

  private static func replace(_ path: String, with text: String) throws(GitError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw GitError(.system, "cannot write \(path); is the disk full?")
    }
  }

  private static let originFile = "flotilla-origin"
}

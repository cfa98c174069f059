import CGit2
import Foundation
import Synchronization

/// A bare repository on disk that holds what a remote has. Its calls block.
///
/// Objects come in packs, references in one file that is renamed into place: a reader, or a restart after a kill, sees either
/// the old references or the new ones, never some of each.
final class MirrorFolder: Sendable {
  let folder: String
  let store: ObjectStore
  private let origin: String

  private struct State {
    /// The references, with the number of the copy that they belong to.
    var known: (references: References, generation: Int)?
    /// The copy whose references were all found to lead to objects.
    var checked: Int?
    /// The copy that was made last in this process.
    var made: Int?
  }

  private let state = Mutex(State())
  /// Each fetch leaves a pack behind; with this many of them a fresh copy is faster to read.
  private static let maximumPacks = 500

  init(folder: String, origin: String) {
    self.folder = folder
    self.origin = origin
    store = ObjectStore(path: folder)
  }

  /// The references as of the last fetch, in this process or an earlier one, and the number of the copy that they belong to.
  func references() throws(GitError) -> (references: References, generation: Int) {
    if let known = state.withLock({ $0.known }) { return known }
    guard isOurs else { throw GitError(.network, "the repository was not fetched yet", repository: origin) }
    let generation = store.generation
    let loaded: References
    do throws(GitError) {
      loaded = try load()
    } catch {
      store.noteDamage()
      throw error
    }
    return state.withLock { state in
      if let known = state.known { return known }
      state.known = (loaded, generation)
      return (loaded, generation)
    }
  }

  /// Whether something was found missing or broken, and a new copy may help: one that was just made and is broken too comes from a
  /// broken remote, and is not asked for again and again.
  var shouldBeMadeAnew: Bool { store.isDamaged && state.withLock { $0.made } != store.generation }

  /// Makes the folder equal to the remote. Only one thread at a time.
  /// - Returns: whether anything changed
  func fetch(_ operation: Operation) throws(GitError) -> Bool {
    guard let known = usable(), packCount() < Self.maximumPacks else {
      try clone(operation)
      return true
    }
    do throws(GitError) {
      guard let changed = try update(folder, known: known, operation) else { return false }
      store.refresh()
      let generation = store.generation
      state.withLock { $0.known = (changed, generation) }
      return true
    } catch  where error.kind == .corrupt {
      try clone(operation)
      return true
    }
  }

  /// The references, when the folder is in order; what is not gets replaced by a fresh copy.
  private func usable() -> References? {
    guard isOurs, !store.isDamaged else { return nil }
    let generation = store.generation
    let (known, isChecked) = state.withLock { ($0.known, $0.checked == generation) }
    if isChecked, let known { return known.references }
    removeLeftovers()
    guard let loaded = try? load(), (try? check(loaded)) != nil else { return nil }
    state.withLock { state in
      state.known = (loaded, generation)
      state.checked = generation
    }
    return loaded
  }

  private func load() throws(GitError) -> References {
    guard let data = FileManager.default.contents(atPath: folder + "/packed-refs"),
      let text = String(validating: data, as: UTF8.self), let loaded = References(packed: text)
    else { throw GitError(.corrupt, "the list of references in \(folder) is missing or damaged", repository: origin) }
    return loaded
  }

  /// Looks whether each reference has its object, and `HEAD` its tree. What lies deeper shows when it is read.
  private func check(_ references: References) throws(GitError) {
    try store.borrow { handle throws(GitError) in
      try references.check(handle)
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
    try operation.checkpoint()
    for (name, id) in remote.targets {
      guard try handle.contains(id) else { throw GitError(.corrupt, "the server did not send the object of \(name)") }
    }
    // HEAD is for the git command line only; the mirror's own is in the other file.
    try AtomicFile.write(remote.headFile, to: path + "/HEAD")
    try AtomicFile.write(remote.packed, to: path + "/packed-refs")
    return remote
  }

  /// A whole new copy beside the old one, which serves readers until the new one takes its place.
  private func clone(_ operation: Operation) throws(GitError) {
    removeLeftovers()
    let fresh = folder + ".new-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: fresh) }
    do {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder).deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw GitError(.system, "cannot make the folder of the mirror \(folder); check the path and its permissions", repository: origin)
    }
    do {
      let made = try Owned("cannot make the mirror in \(fresh)", free: { git_repository_free($0) }) { git_repository_init($0, fresh, 1) }
      _ = consume made
    }
    // Only what is there already answers a question; an empty remote has nothing to bring, but its mirror is whole.
    let references = try update(fresh, known: nil, operation) ?? References()
    try AtomicFile.write(origin + "\n", to: fresh + "/" + Self.originFile)
    let old = folder + ".old-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: old) }
    try store.replace { generation throws(GitError) in
      let hadOld = FileManager.default.fileExists(atPath: folder)
      if hadOld, rename(folder, old) != 0 {
        throw GitError(.system, "cannot replace the mirror in \(folder); check its permissions", repository: origin)
      }
      guard rename(fresh, folder) == 0 else {
        if hadOld { rename(old, folder) }
        throw GitError(.system, "cannot put the mirror into \(folder); check its permissions", repository: origin)
      }
      state.withLock { $0 = State(known: (references, generation), checked: generation, made: generation) }
    }
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

  private static let originFile = "flotilla-origin"
}

import CGit2
import Synchronization

/// One open handle on a repository's objects and references.
///
/// Sendable although its handle is not safe for use by two threads at once: ``ObjectStore`` lends each to one thread at a time, and libgit2
/// allows a handle to move between threads.
final class RepositoryHandle: @unchecked Sendable {
  private let owned: Owned
  var pointer: OpaquePointer { owned.pointer }

  /// Opens a bare repository, or the one in `.git` of a folder; never looks in the folders above.
  init(opening path: String) throws(GitError) {
    do throws(GitError) {
      owned = try Owned("cannot open the repository in \(path)", free: { git_repository_free($0) }) {
        git_repository_open_ext($0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
      }
    } catch {
      throw error.kind == .revisionNotFound ? GitError(.corrupt, error.message) : error
    }
  }
}

/// The objects of one repository on disk, for any number of threads: each borrows an open handle of its own.
///
/// Another copy may take the folder's place at any time (``replace(_:)``). A handle opens its files when it needs them, so one that was
/// borrowed before finds half of the old copy: what it then says is not believed, and the question is put again.
final class ObjectStore: Sendable {
  private struct State {
    var idle: [RepositoryHandle] = []
    /// Which copy stands in the folder.
    var generation = 0
    /// Handles of an earlier epoch are not kept: they may not know the newest packs.
    var epoch = 0
    var isDamaged = false
  }

  /// The folder.
  let path: String
  /// Folders of commits that were read before.
  let folders = FolderCache()
  private let state = Mutex(State())
  private static let maximumIdle = 4

  init(path: String) { self.path = path }

  /// Lends a handle. Calls may nest; each has its own. The body may run twice, when the folder is replaced meanwhile.
  func borrow<Result>(_ body: (RepositoryHandle) throws(GitError) -> Result) throws(GitError) -> Result {
    for _ in 0..<3 {
      if let result = try attempt(generation: nil, body) { return result }
    }
    throw GitError(.system, "the copy in \(path) is replaced all the time; do two processes use one folder?")
  }

  /// Lends a handle on one certain copy; nil when another one took its place before the body was done.
  func attempt<Result>(generation wanted: Int?, _ body: (RepositoryHandle) throws(GitError) -> Result) throws(GitError) -> Result? {
    let (idle, generation, epoch) = state.withLock { ($0.idle.popLast(), $0.generation, $0.epoch) }
    if let wanted, wanted != generation { return nil }
    do throws(GitError) {
      let handle = if let idle { idle } else { try RepositoryHandle(opening: path) }
      defer {
        state.withLock { state in
          if state.epoch == epoch && state.idle.count < Self.maximumIdle { state.idle.append(handle) }
        }
      }
      return try body(handle)
    } catch {
      let isReplaced = state.withLock { state in
        guard state.generation == generation else { return true }
        if error.kind == .corrupt { state.isDamaged = true }
        return false
      }
      if isReplaced { return nil }
      throw error
    }
  }

  /// The number of the copy that stands in the folder.
  var generation: Int { state.withLock { $0.generation } }

  /// Whether an object turned out to be missing or broken since the folder was last replaced.
  var isDamaged: Bool { state.withLock { $0.isDamaged } }

  /// Notes that something beside the objects was found missing or broken.
  func noteDamage() { state.withLock { $0.isDamaged = true } }

  /// Puts another copy into the folder; nobody borrows a handle meanwhile. The body is given the new copy's number.
  func replace(_ swap: (Int) throws(GitError) -> Void) throws(GitError) {
    let old = try state.withLock { state throws(GitError) in
      try swap(state.generation + 1)
      state.generation += 1
      state.epoch += 1
      state.isDamaged = false
      let old = state.idle
      state.idle = []
      return old
    }
    withExtendedLifetime(old) {}
  }

  /// Forgets open handles, so that what was added to the folder is seen by all.
  func refresh() {
    let old = state.withLock { state in
      state.epoch += 1
      let old = state.idle
      state.idle = []
      return old
    }
    withExtendedLifetime(old) {}
  }
}

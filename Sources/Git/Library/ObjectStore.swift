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
    owned = try Owned("cannot open the repository in \(path)", free: { git_repository_free($0) }) {
      git_repository_open_ext($0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
    }
  }
}

/// The objects of one repository on disk, for any number of threads: each borrows an open handle of its own.
final class ObjectStore: Sendable {
  private struct State {
    var idle: [RepositoryHandle] = []
    var generation = 0
    var isDamaged = false
  }

  /// The folder.
  let path: String
  private let state = Mutex(State())
  private static let maximumIdle = 4

  init(path: String) { self.path = path }

  /// Lends a handle. Calls may nest; each has its own.
  func borrow<Result>(_ body: (RepositoryHandle) throws(GitError) -> Result) throws(GitError) -> Result {
    let (idle, generation) = state.withLock { ($0.idle.popLast(), $0.generation) }
    let handle = if let idle { idle } else { try RepositoryHandle(opening: path) }
    defer {
      state.withLock { state in
        if state.generation == generation && state.idle.count < Self.maximumIdle { state.idle.append(handle) }
      }
    }
    do throws(GitError) {
      return try body(handle)
    } catch {
      if error.kind == .corrupt { state.withLock { $0.isDamaged = $0.generation == generation } }
      throw error
    }
  }

  /// Whether an object turned out to be missing or broken since the folder was last replaced.
  var isDamaged: Bool { state.withLock { $0.isDamaged } }

  /// Lets go of all handles: the folder was replaced.
  func reopen() {
    let old = state.withLock { state in
      state.generation += 1
      state.isDamaged = false
      let old = state.idle
      state.idle = []
      return old
    }
    withExtendedLifetime(old) {}
  }
}

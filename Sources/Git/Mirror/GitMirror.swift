import Synchronization
import Transport

/// The threads on which Git blocks. Slow remotes and quick reads have threads of their own, so that ten dead servers delay no reader.
public struct GitWorkers: Sendable {
  let network: BlockingPool
  let reading: BlockingPool

  /// Makes threads; they start when there is work. Those for the network mostly sleep, so there may be many.
  public init(network: Int = 32, reading: Int = 4) {
    self.network = BlockingPool(name: "git-net", threads: network)
    self.reading = BlockingPool(name: "git-read", threads: reading)
  }

  /// The process's own.
  public static let shared = GitWorkers()
}

/// A repository, as it was when last fetched.
///
/// `https` and `ssh` repositories are mirrored into a bare repository in a folder, which one mirror of one process uses. A repository on
/// this machine is read where it is: its objects never change, so a copy would only be slower, and ``fetch()`` has nothing to bring.
///
/// A copy that turns out to be damaged is made anew by the next call that needs it. All methods may be called by many tasks at once;
/// cancelling a task ends its call soon, and what it was waiting for with it.
public final class GitMirror: Sendable {
  /// The address without credentials.
  public let displayURL: String
  private let address: Result<GitAddress, GitError>
  private let credentials: GitCredentials?
  private let http: HTTPClient
  private let settings: GitSettings
  private let workers: GitWorkers
  private let place: Place
  private let turn = FetchTurn()
  private let trees = Mutex<[CommitTree]>([])
  /// References besides the usual ones that somebody has asked for.
  private let followed = Mutex<Set<String>>([])
  private static let cachedTrees = 8

  private enum Place {
    case mirror(MirrorFolder)
    case here(ObjectStore)
  }

  /// A mirror of a repository in a folder that is made when first needed; nothing is read or written yet.
  /// - Parameters:
  ///   - url: `https://…`, `ssh://…`, `user@host:path`, `file://…` or a folder
  ///   - folder: where the copy is kept; of this mirror alone
  public init(
    url: String, folder: String, credentials: GitCredentials? = nil, http: HTTPClient, settings: GitSettings = GitSettings(),
    workers: GitWorkers = .shared
  ) {
    self.credentials = credentials
    self.http = http
    self.settings = settings
    self.workers = workers
    do throws(GitError) {
      let address = try GitAddress(url)
      self.address = .success(address)
      displayURL = address.display
      if case .local(let path) = address.location {
        place = .here(ObjectStore(path: path))
      } else {
        place = .mirror(MirrorFolder(folder: folder, origin: address.display))
      }
    } catch {
      address = .failure(error)
      displayURL = "(unreadable address)"
      place = .here(ObjectStore(path: ""))
    }
  }

  /// The cheap check: every branch and tag of the remote with its commit (annotated tags resolved where the server says), and `HEAD`.
  /// One request, or one ssh session.
  public func remoteReferences() async throws(GitError) -> [String: String] {
    try await onNetwork(settings.checkTimeout) { operation throws(GitError) in
      switch self.place {
      case .mirror: try RemoteSession.open(operation, into: nil).references().listing
      case .here(let store): try self.here(store) { handle throws(GitError) in try References(of: handle).peeling(handle).listing }
      }
    }
  }

  /// Brings the mirror up to date; when nothing is new this costs as much as ``remoteReferences()``. Callers that come while one runs wait
  /// for the next one and share its outcome.
  /// - Returns: whether the remote's references had changed
  @discardableResult
  public func fetch() async throws(GitError) -> Bool {
    let mark = turn.mark
    guard await turn.take() else { throw GitError(.cancelled, "the caller gave up waiting", repository: displayURL) }
    defer { turn.give() }
    if let shared = turn.outcome(since: mark) { return try shared.get() }
    let number = turn.start()
    do throws(GitError) {
      let changed = try await onNetwork(settings.fetchTimeout) { operation throws(GitError) in
        switch self.place {
        case .mirror(let folder): return try folder.fetch(operation)
        case .here(let store):
          try store.replace { _ in }
          try self.here(store) { _ in }
          return true
        }
      }
      turn.finish(number, .success(changed))
      return changed
    } catch {
      turn.finish(number, .failure(error))
      throw error
    }
  }

  /// The full id of the commit that a branch, a tag, a full or short commit id (7 digits or more), `HEAD` (also the empty text) or
  /// `refs/…` means, as of the last fetch.
  ///
  /// A full name of a reference that is no branch and no tag, such as `refs/pull/7/head`, is brought when it is first asked for and kept up
  /// to date by each fetch from then on.
  public func resolve(_ revision: String) async throws(GitError) -> String {
    if startsFollowing(revision) { try await fetch() }
    return try await reading { source throws(GitError) in
      let handle = source.handle
      let resolver = RevisionResolver(
        references: source.references, contains: handle.contains, peel: handle.peelToCommit, prefix: handle.commit(prefix:))
      do throws(GitError) {
        return try resolver.resolve(revision).description
      } catch {
        try source.references.check(handle)
        throw error
      }
    }
  }

  /// The files of a commit, given by its full id or anything that ``resolve(_:)`` takes.
  public func tree(at commit: String) async throws(GitError) -> any FileTree {
    let id = ObjectID(hex: commit) == nil ? try await resolve(commit) : commit.lowercased()
    if let cached = cachedTree(id) { return cached }
    return try await reading { source throws(GitError) in
      guard let object = ObjectID(hex: id) else { throw GitError(.invalid, "`\(id)` is no commit id") }
      guard try source.handle.contains(object) else {
        try source.references.check(source.handle)
        throw GitError(.revisionNotFound, "commit \(id) is not in the repository, or no branch and no tag leads to it")
      }
      let tree = try CommitTree(commit: source.handle.peelToCommit(object), in: source.store)
      self.trees.withLock { trees in
        trees.append(tree)
        if trees.count > Self.cachedTrees { trees.removeFirst() }
      }
      return tree
    }
  }

  /// Author, time and first line of a commit, given by anything that ``resolve(_:)`` takes.
  public func commitInformation(_ revision: String) async throws(GitError) -> CommitInformation {
    let id = try await resolve(revision)
    return try await reading { source throws(GitError) in
      guard let object = ObjectID(hex: id) else { throw GitError(.invalid, "`\(id)` is no commit id") }
      return try source.handle.information(object)
    }
  }

  /// The branches and tags as of the last fetch with their commits, and `HEAD`; no network.
  public func references() async throws(GitError) -> [String: String] {
    try await reading { $0.references.peeling($0.handle).listing }
  }

  /// The short name of the default branch as of the last fetch; nil when `HEAD` is no branch.
  public func defaultBranch() async throws(GitError) -> String? {
    try await reading { source in
      source.references.headName.flatMap { $0.hasPrefix("refs/heads/") ? String($0.dropFirst(11)) : nil }
    }
  }

  private func cachedTree(_ id: String) -> CommitTree? {
    trees.withLock { trees in
      guard let index = trees.firstIndex(where: { $0.commit == id }) else { return nil }
      let tree = trees.remove(at: index)
      trees.append(tree)
      return tree
    }
  }

  /// Notes a reference that is not mirrored as a matter of course; whether it is new.
  private func startsFollowing(_ name: String) -> Bool {
    guard case .mirror = place, name.hasPrefix("refs/"), ReferenceName.isValid(name),
      !(ReferenceName.always + settings.additionalReferences).contains(where: { ReferenceName.matches(name, $0) })
    else { return false }
    return followed.withLock { $0.insert(name).inserted }
  }

  private var wanted: [String] {
    ReferenceName.always + settings.additionalReferences + followed.withLock { $0.sorted(by: TreePaths.less) }
  }

  /// What is read from: an open handle, and the references that belong to it.
  private struct Source {
    let store: ObjectStore
    let references: References
    let handle: RepositoryHandle
  }

  private func reading<Answer: Sendable>(
    _ body: @escaping @Sendable (Source) throws(GitError) -> Answer
  ) async throws(GitError) -> Answer {
    _ = try address.get()
    do throws(GitError) {
      return try await readingOnce(body)
    } catch {
      guard error.kind == .corrupt else { throw error.at(displayURL) }
      guard case .mirror(let folder) = place else {
        throw GitError(.corrupt, "\(error.message); run `git fsck` there", repository: error.repository ?? displayURL)
      }
      guard folder.shouldBeMadeAnew else { throw error.at(displayURL) }
      do throws(GitError) {
        try await fetch()
      } catch let reason where reason.kind != .cancelled {
        throw GitError(
          .corrupt, "the copy in \(folder.folder) is damaged (\(error.message)) and cannot be made anew: \(reason.message)",
          repository: displayURL)
      }
      do throws(GitError) { return try await readingOnce(body) } catch { throw error.at(displayURL) }
    }
  }

  private func readingOnce<Answer: Sendable>(
    _ body: @escaping @Sendable (Source) throws(GitError) -> Answer
  ) async throws(GitError) -> Answer {
    try await workers.reading.run { () throws(GitError) -> Answer in
      switch self.place {
      case .mirror(let folder):
        guard !folder.shouldBeMadeAnew else { throw GitError(.corrupt, "an object is missing or broken") }
        for _ in 0..<3 {
          let (references, generation) = try folder.references()
          let answer = try folder.store.attempt(generation: generation) { handle throws(GitError) in
            try body(Source(store: folder.store, references: references, handle: handle))
          }
          if let answer { return answer }
        }
        throw GitError(.system, "the copy in \(folder.folder) is replaced all the time; do two processes use one folder?")
      case .here(let store):
        return try self.here(store) { handle throws(GitError) in
          try body(Source(store: store, references: References(of: handle), handle: handle))
        }
      }
    }
  }

  /// Opens a repository on this machine, with an error that says what a folder lacks.
  private func here<Answer>(_ store: ObjectStore, _ body: (RepositoryHandle) throws(GitError) -> Answer) throws(GitError) -> Answer {
    do throws(GitError) {
      return try store.borrow(body)
    } catch {
      guard error.message.hasPrefix("cannot open the repository") else { throw error.at(displayURL) }
      throw GitError(
        .repositoryNotFound, "the folder is not there or is no Git repository (\(error.message)); make it one with `git init` and a commit",
        repository: displayURL)
    }
  }

  private func onNetwork<Answer: Sendable>(
    _ timeout: Duration, _ body: @escaping @Sendable (Operation) throws(GitError) -> Answer
  ) async throws(GitError) -> Answer {
    let operation = Operation(
      address: try address.get(), credentials: credentials, http: http, settings: settings, wanted: wanted, timeout: timeout)
    let handover = Handover<Answer>()
    let outcome: Result<Answer, GitError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard handover.wait(continuation) else { return }
        // A task of its own waits for a thread, so that this one can stop waiting.
        Task.detached { [network = workers.network] in
          await network.run {
            guard handover.begin() else { return }
            operation.begin()
            do throws(GitError) {
              try operation.checkpoint()
              handover.finish(.success(try body(operation)))
            } catch {
              handover.finish(.failure(error.at(operation.address.display)))
            }
          }
        }
      }
    } onCancel: {
      operation.cancel()
      handover.giveUp(operation.cancelledError)
    }
    return try outcome.get()
  }
}

import Synchronization
import Transport

/// The threads on which Git blocks. Slow remotes and quick reads have threads of their own, so that ten dead servers delay no reader.
public struct GitWorkers: Sendable {
  let network: BlockingPool
  let reading: BlockingPool

  /// Makes threads; they start when there is work.
  public init(network: Int = 8, reading: Int = 4) {
    self.network = BlockingPool(name: "git-net", threads: network)
    self.reading = BlockingPool(name: "git-read", threads: reading)
  }

  /// The process's own.
  public static let shared = GitWorkers()
}

/// A repository, as it was when last fetched.
///
/// `https` and `ssh` repositories are mirrored into a bare repository in a folder. A repository on this machine is read where it is: its
/// objects never change, so a copy would only be slower, and ``fetch()`` has nothing to bring.
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
  public func remoteReferences() async throws(GitError) -> [String: String] {
    try await onNetwork(settings.checkTimeout) { operation throws(GitError) in
      switch self.place {
      case .mirror: try RemoteSession.open(operation, into: nil).references().listing
      case .here(let store): try self.here(store) { handle throws(GitError) in try References(of: handle).peeling(handle).listing }
      }
    }
  }

  /// Brings the mirror up to date. Callers that come while one runs wait for the next one and share it.
  /// - Returns: whether the remote's references had changed
  @discardableResult
  public func fetch() async throws(GitError) -> Bool {
    let mark = turn.mark
    guard await turn.take() else { throw GitError(.cancelled, "the fetch was given up", repository: displayURL) }
    defer { turn.give() }
    if turn.isCovered(since: mark) { return true }
    let number = turn.start()
    let changed = try await onNetwork(settings.fetchTimeout) { operation throws(GitError) in
      switch self.place {
      case .mirror(let folder): return try folder.fetch(operation)
      case .here(let store):
        store.reopen()
        try self.here(store) { _ in }
        return true
      }
    }
    turn.finish(number)
    return changed
  }

  /// The full id of the commit that a branch, a tag, a full or short commit id, `HEAD` (also the empty text) or `refs/…` means.
  public func resolve(_ revision: String) async throws(GitError) -> String {
    try await reading { store, references, handle throws(GitError) in
      let resolver = RevisionResolver(
        references: references, contains: handle.contains, peel: handle.peelToCommit, prefix: handle.commit(prefix:))
      return try resolver.resolve(revision).description
    }
  }

  /// The files of a commit, given by its full id or anything that ``resolve(_:)`` takes.
  public func tree(at commit: String) async throws(GitError) -> any FileTree {
    let id = ObjectID(hex: commit) == nil ? try await resolve(commit) : commit.lowercased()
    if let cached = cachedTree(id) { return cached }
    return try await reading { store, _, _ throws(GitError) in
      guard let object = ObjectID(hex: id) else { throw GitError(.invalid, "`\(id)` is no commit id") }
      let tree: CommitTree
      do throws(GitError) {
        tree = try CommitTree(commit: object, in: store)
      } catch  where error.kind == .revisionNotFound {
        throw GitError(.revisionNotFound, "commit \(id) is not in the repository, or no branch and no tag leads to it")
      }
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
    return try await reading { _, _, handle throws(GitError) in
      guard let object = ObjectID(hex: id) else { throw GitError(.invalid, "`\(id)` is no commit id") }
      return try handle.information(object)
    }
  }

  /// The branches and tags as of the last fetch with their commits, and `HEAD`; no network.
  public func references() async throws(GitError) -> [String: String] {
    try await reading { _, references, handle in references.peeling(handle).listing }
  }

  /// The short name of the default branch as of the last fetch; nil when `HEAD` is no branch.
  public func defaultBranch() async throws(GitError) -> String? {
    try await reading { _, references, _ in
      references.headName.flatMap { $0.hasPrefix("refs/heads/") ? String($0.dropFirst(11)) : nil }
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

  private func reading<Answer: Sendable>(
    _ body: @escaping @Sendable (ObjectStore, References, RepositoryHandle) throws(GitError) -> Answer
  ) async throws(GitError) -> Answer {
    let name = displayURL
    _ = try address.get()
    return try await workers.reading.run { () throws(GitError) -> Answer in
      do throws(GitError) {
        switch self.place {
        case .mirror(let folder):
          let references = try folder.references()
          return try folder.store.borrow { handle throws(GitError) in try body(folder.store, references, handle) }
        case .here(let store):
          return try self.here(store) { handle throws(GitError) in try body(store, References(of: handle), handle) }
        }
      } catch {
        throw error.at(name)
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
    let operation = Operation(address: try address.get(), credentials: credentials, http: http, settings: settings, timeout: timeout)
    let outcome: Result<Answer, GitError> = await withTaskCancellationHandler {
      await workers.network.run { () -> Result<Answer, GitError> in
        do throws(GitError) {
          try operation.checkpoint()
          return .success(try body(operation))
        } catch {
          return .failure(error.at(operation.address.display))
        }
      }
    } onCancel: {
      operation.cancel()
    }
    return try outcome.get()
  }
}

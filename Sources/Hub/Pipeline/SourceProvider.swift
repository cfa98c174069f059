import Document
import FleetModel
import Foundation
import Generators
import Git
import Transport

/// Gives the pipeline the content of repositories: one mirror for each, checked at most once a round, read at a commit.
///
/// A repository that cannot be reached is a failure of everything that needs it, never an empty tree.
public actor SourceProvider {
  private let folder: String
  private let http: HTTPClient
  private let overrides: [String: RepositoryOverride]
  /// A folder that stands for every repository that is not overridden; nil where each is what its URL says.
  private let standIn: String?
  private var repositories: [FleetModel.Repository] = []
  private var mirrors: [String: Mirror] = [:]
  private var round = 0
  /// How long an evaluation waits for one repository; nil: as long as it takes.
  private let patience: Duration?

  /// A mirror with what was found out about its remote in the last round.
  private struct Mirror {
    let mirror: GitMirror
    var check: (round: Int, task: Task<Result<[String: String], GitError>, Never>)?
    /// Whether the check went beyond what an evaluation waits for, and still runs.
    var isLate = false
    var references: [String: String] = [:]
    var trees: [String: any FileTree] = [:]
  }

  /// How the content of one URL is come by.
  private enum Place {
    case tree(any FileTree)
    case mirror(url: String, revision: String?)
  }

  /// Makes a provider that keeps its mirrors in a folder.
  ///
  /// - Parameter patience: how long an evaluation waits for one repository before it goes on without it, so that one that hangs or
  ///   is being cloned holds up nobody else; nil: as long as it takes.
  /// - Parameter standIn: a folder that is read instead of every repository that is not overridden: for worked examples and tests.
  public init(
    folder: String, overrides: [RepositoryOverride], http: HTTPClient, patience: Duration? = nil, standIn: String? = nil
  ) {
    self.folder = folder
    self.standIn = standIn
    self.patience = patience
    self.http = http
    self.overrides = Dictionary(overrides.map { ($0.url, $0) }, uniquingKeysWith: { _, last in last })
  }

  /// Takes the Repository definitions, whose mirrors and credentials are used from now on.
  public func use(_ repositories: [FleetModel.Repository]) {
    guard repositories != self.repositories else { return }
    self.repositories = repositories
    mirrors = [:]
  }

  /// Begins a round: each repository is asked once more for its references before it is used.
  public func refresh() { round += 1 }

  /// The content of each source, or why there is none.
  public func resolve(_ keys: Set<SourceKey>) async -> [SourceKey: SourceState] {
    await withTaskGroup(of: (SourceKey, SourceState).self) { group in
      var rest = keys.sorted { ($0.repoURL, $0.revision) < ($1.repoURL, $1.revision) }[...]
      for _ in 0..<8 {
        guard let key = rest.popFirst() else { break }
        group.addTask { (key, await self.state(of: key)) }
      }
      var states: [SourceKey: SourceState] = [:]
      while let (key, state) = await group.next() {
        states[key] = state
        if let key = rest.popFirst() { group.addTask { (key, await self.state(of: key)) } }
      }
      return states
    }
  }

  /// The definition files of a location.
  public func definitions(at location: DefinitionLocation) async throws(GitError) -> DefinitionSnapshot {
    switch location {
    case .folder(let path): return try DefinitionSnapshot.read(DirectoryTree(path), below: "", named: path)
    case .repository(let url, let revision, let path):
      return try await definitions(repository: url, revision: revision, below: path)
    }
  }

  /// The definition files below a folder of a repository at a revision.
  public func definitions(repository url: String, revision: String, below path: String) async throws(GitError) -> DefinitionSnapshot {
    let (tree, _) = try await tree(of: url, at: revision)
    return try DefinitionSnapshot.read(tree, below: path, named: "\(url) at \(revision.isEmpty ? "HEAD" : revision)")
  }

  /// What the sources that were used so far look like now; equal fingerprints mean that nothing moved.
  ///
  /// A repository that cannot be reached stands with its error, so that coming back is a change too.
  public func fingerprint() async -> [String: String] {
    var result: [String: String] = [:]
    await withTaskGroup(of: (String, String).self) { group in
      for url in mirrors.keys { group.addTask { (url, await self.fingerprint(of: url)) } }
      for await (url, fingerprint) in group { result[url] = fingerprint }
    }
    for (url, override) in overrides {
      guard case .tree(let tree) = place(of: url) else { continue }
      result[url] = (try? SourceProvider.fingerprint(of: tree)) ?? "unreadable: \(override.path)"
    }
    return result
  }

  private func fingerprint(of url: String) async -> String {
    do throws(GitError) {
      _ = try await checked(url)
      let references = mirrors[url]?.references ?? [:]
      var hash = SHA256()
      for (name, commit) in references.sorted(by: { ByteOrder.less($0.key, $1.key) }) { hash.update(name + " " + commit + "\n") }
      return Digest(finishing: &hash).description
    } catch {
      return "unreachable: \(error)"
    }
  }

  private func state(of key: SourceKey) async -> SourceState {
    do throws(GitError) {
      switch place(of: key.repoURL) {
      case .tree(let tree):
        return .tree(tree, commit: try SourceProvider.fingerprint(of: tree))
      case .mirror(let url, let revision):
        let (tree, commit) = try await tree(of: url, at: revision ?? key.revision)
        return .tree(tree, commit: commit)
      }
    } catch {
      return .failed(error.description)
    }
  }

  private func place(of url: String) -> Place {
    if let override = overrides[url] {
      let path = NSString(string: override.path).expandingTildeInPath
      switch override.content {
      case .workTree: return .tree(DirectoryTree(path))
      case .revision(let revision): return .mirror(url: path, revision: revision)
      case .asRequested: return SourceProvider.isGitRepository(path) ? .mirror(url: path, revision: nil) : .tree(DirectoryTree(path))
      }
    }
    if let standIn { return .tree(DirectoryTree(standIn)) }
    return .mirror(url: url, revision: nil)
  }

  private static func isGitRepository(_ path: String) -> Bool {
    let files = FileManager.default
    return path.contains("://") || files.fileExists(atPath: path + "/.git")
      || (files.fileExists(atPath: path + "/HEAD") && files.fileExists(atPath: path + "/objects"))
  }

  /// What stands for the commit of a plain folder: a digest of all that is in it.
  private static func fingerprint(of tree: any FileTree) throws(GitError) -> String {
    if let commit = tree.commit { return commit }
    var hash = SHA256()
    for path in try tree.paths() {
      hash.update(path)
      hash.update(UInt64(path.utf8.count))
      let bytes = (try? tree.read(path, maximumBytes: 64 << 20)) ?? []
      bytes.withUnsafeBufferPointer { hash.update($0) }
      hash.update(UInt64(bytes.count))
    }
    return "folder-" + Digest(finishing: &hash).description
  }

  private func tree(of url: String, at revision: String) async throws(GitError) -> (any FileTree, commit: String) {
    let mirror = try await checked(url)
    let commit = try await mirror.resolve(revision.isEmpty ? "HEAD" : revision)
    if let tree = mirrors[url]?.trees[commit] { return (tree, commit) }
    let tree = try await mirror.tree(at: commit)
    guard var entry = mirrors[url] else { return (tree, commit) }
    // Trees of commits that no reference names any more are not needed again.
    let current = Set(entry.references.values)
    entry.trees = entry.trees.filter { current.contains($0.key) }
    entry.trees[commit] = tree
    mirrors[url] = entry
    return (tree, commit)
  }

  /// The mirror of a repository after this round's check; several callers share one check.
  private func checked(_ url: String) async throws(GitError) -> GitMirror {
    var entry: Mirror
    if let known = mirrors[url] { entry = known } else { entry = try open(url) }
    let task: Task<Result<[String: String], GitError>, Never>
    if let check = entry.check, check.round == round || entry.isLate {
      task = check.task
    } else {
      let mirror = entry.mirror
      task = Task { await SourceProvider.update(mirror) }
      entry.check = (round, task)
      mirrors[url] = entry
    }
    // What was late once is looked at again without waiting, until it is done.
    switch await SourceProvider.result(of: task, within: entry.isLate ? .milliseconds(10) : patience) {
    case .success(let references):
      mirrors[url]?.references = references
      mirrors[url]?.isLate = false
      return entry.mirror
    case .failure(let error):
      mirrors[url]?.isLate = false
      throw error
    case nil:
      mirrors[url]?.isLate = true
      throw GitError(.timeout, "has not answered yet; everything else goes on, and what it is needed for stays as it is", repository: url)
    }
  }

  /// The result of a task; nil where it takes longer. The task goes on.
  private static func result<Answer: Sendable>(of task: Task<Answer, Never>, within patience: Duration?) async -> Answer? {
    guard let patience else { return await task.value }
    let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
    let waiting = Task {
      continuation.yield(await task.value)
      continuation.finish()
    }
    let timer = Task {
      try? await Task.sleep(for: patience)
      continuation.finish()
    }
    defer {
      waiting.cancel()
      timer.cancel()
    }
    for await answer in answers { return answer }
    return nil
  }

  private static func update(_ mirror: GitMirror) async -> Result<[String: String], GitError> {
    do throws(GitError) {
      // Where nothing is new, a fetch is no more than the cheap check.
      try await mirror.fetch()
      return .success(try await mirror.references())
    } catch {
      return .failure(error)
    }
  }

  private func open(_ url: String) throws(GitError) -> Mirror {
    var address = url
    var definition: FleetModel.Repository?
    for repository in repositories {
      guard let fetchURL = repository.fetchURL(for: url), (definition?.url.count ?? -1) < repository.url.count else { continue }
      address = fetchURL
      definition = repository
    }
    let name = Digest(of: address).description
    return Mirror(mirror: try RepositoryAccess.mirror(of: address, definition: definition, folder: "\(folder)/\(name).git", http: http))
  }
}

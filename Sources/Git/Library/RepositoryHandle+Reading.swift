import CGit2

extension RepositoryHandle {
  /// Whether the store has an object.
  func contains(_ id: ObjectID) throws(GitError) -> Bool {
    var raw = id.raw
    let database = try odb()
    return git_odb_exists(database.pointer, &raw) == 1
  }

  /// The commit that an object leads to: itself, or what an annotated tag names.
  ///
  /// An error of kind `corrupt` when an object on the way is missing, so ask ``contains(_:)`` first about ids that a user gave;
  /// `revisionNotFound` when all are there and the last is no commit, as with tags on files.
  func peelToCommit(_ id: ObjectID) throws(GitError) -> ObjectID {
    var raw = id.raw
    let object: Owned
    do throws(GitError) {
      object = try Owned("object \(id) is missing", free: { git_object_free($0) }) { git_object_lookup($0, pointer, &raw, GIT_OBJECT_ANY) }
    } catch {
      throw damaged(error)
    }
    var commit: OpaquePointer?
    let code = git_object_peel(&commit, object.pointer, GIT_OBJECT_COMMIT)
    defer { git_object_free(commit) }
    switch code {
    case 0: break
    case GIT_EPEEL.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EAMBIGUOUS.rawValue:
      throw GitError(.revisionNotFound, "object \(id) is no commit and leads to none; name a branch, a commit or a tag on a commit")
    default: throw damaged(GitLibrary.error(code, "cannot follow object \(id) to its commit"))
    }
    guard let commit, let found = git_object_id(commit) else { throw GitError(.corrupt, "object \(id) has no commit") }
    return ObjectID(found.pointee)
  }

  /// The commit whose id starts with these digits.
  func commit(prefix: String) throws(GitError) -> PrefixMatch {
    guard var raw = ObjectID.raw(hexPrefix: prefix) else { return .none }
    var found: OpaquePointer?
    let code = git_object_lookup_prefix(&found, pointer, &raw, prefix.utf8.count, GIT_OBJECT_COMMIT)
    if code == GIT_EAMBIGUOUS.rawValue { return try onlyCommit(prefix: prefix) }
    if code == GIT_ENOTFOUND.rawValue { return .none }
    if code < 0 { throw GitLibrary.error(code, "cannot look for commit \(prefix)") }
    defer { git_object_free(found) }
    return found.flatMap { git_object_id($0) }.map { .one(ObjectID($0.pointee)) } ?? .none
  }

  /// libgit2 gives up when a file or a folder has the same digits; Git takes the one that is a commit.
  private func onlyCommit(prefix: String) throws(GitError) -> PrefixMatch {
    let database = try odb()
    let search = PrefixSearch(prefix: prefix.lowercased(), database: database.pointer)
    let code = git_odb_foreach(
      database.pointer,
      { id, payload in
        guard let id, let payload else { return -1 }
        Unmanaged<PrefixSearch>.fromOpaque(payload).takeUnretainedValue().consider(ObjectID(id.pointee))
        return 0
      }, Unmanaged.passUnretained(search).toOpaque())
    if code < 0 { throw GitLibrary.error(code, "cannot look for commit \(prefix)") }
    let found = withExtendedLifetime(search) { search.commits }
    guard let first = found.first else { return .none }
    return found.count == 1 ? .one(first) : .several
  }

  enum PrefixMatch {
    case none
    case one(ObjectID)
    case several
  }

  /// The bytes of a blob, refused before they are unpacked when they are too many.
  func blob(_ id: ObjectID, path: String, maximumBytes: Int) throws(GitError) -> [UInt8] {
    var raw = id.raw
    let database = try odb()
    var size = 0
    var type = GIT_OBJECT_ANY
    let code = git_odb_read_header(&size, &type, database.pointer, &raw)
    if code < 0 { throw damaged(GitLibrary.error(code, "cannot read `\(path)`")) }
    guard size <= maximumBytes else { throw .tooLarge(path, size, maximumBytes) }
    let object: Owned
    do throws(GitError) {
      object = try Owned("cannot read `\(path)`", free: { git_odb_object_free($0) }) { git_odb_read($0, database.pointer, &raw) }
    } catch {
      throw damaged(error)
    }
    guard git_odb_object_type(object.pointer) == GIT_OBJECT_BLOB else { throw GitError(.corrupt, "object \(id) of `\(path)` is no file") }
    let count = git_odb_object_size(object.pointer)
    guard count > 0, let data = git_odb_object_data(object.pointer) else { return [] }
    return Array(UnsafeRawBufferPointer(start: data, count: count))
  }

  /// Who made a commit, when, and its first line.
  func information(_ id: ObjectID) throws(GitError) -> CommitInformation {
    var raw = id.raw
    let commit = try Owned("cannot read commit \(id)", free: { git_commit_free($0) }) { git_commit_lookup($0, pointer, &raw) }
    let author = git_commit_author(commit.pointer)?.pointee
    let committer = git_commit_committer(commit.pointer)?.pointee
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    return CommitInformation(
      id: id.description,
      author: text(author?.name),
      authorEmail: text(author?.email),
      authoredAt: author?.when.time ?? 0,
      committedAt: committer?.when.time ?? 0,
      subject: GitLibrary.presentable(text(git_commit_summary(commit.pointer))),
      parents: (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
        git_commit_parent_id(commit.pointer, index).map { ObjectID($0.pointee).description }
      }
    )
  }

  /// The tree of a commit whose object is here.
  func rootTree(_ commit: ObjectID) throws(GitError) -> ObjectID {
    var raw = commit.raw
    let found: Owned
    do throws(GitError) {
      found = try Owned("cannot read commit \(commit)", free: { git_commit_free($0) }) { git_commit_lookup($0, pointer, &raw) }
    } catch {
      throw try contains(commit) ? error : damaged(error)
    }
    guard let tree = git_commit_tree_id(found.pointer) else { throw GitError(.corrupt, "commit \(commit) has no tree") }
    return ObjectID(tree.pointee)
  }

  /// A commit is only trusted to be here once its tree is: a missing object below it means a damaged store, not a wrong name.
  func damaged(_ error: GitError) -> GitError {
    guard error.kind == .revisionNotFound else { return error }
    return GitError(.corrupt, error.message)
  }

  private func odb() throws(GitError) -> Owned {
    try Owned("cannot open the object store", free: { git_odb_free($0) }) { git_repository_odb($0, pointer) }
  }
}

/// Collects the commits among the objects whose id starts with certain digits.
private final class PrefixSearch {
  private let prefix: String
  private let database: OpaquePointer
  private(set) var commits: Set<ObjectID> = []

  init(prefix: String, database: OpaquePointer) {
    self.prefix = prefix
    self.database = database
  }

  func consider(_ id: ObjectID) {
    guard id.description.utf8.starts(with: prefix.utf8) else { return }
    var raw = id.raw
    var size = 0
    var type = GIT_OBJECT_ANY
    if git_odb_read_header(&size, &type, database, &raw) == 0, type == GIT_OBJECT_COMMIT { commits.insert(id) }
  }
}

/// What is shown about a commit.
public struct CommitInformation: Sendable, Hashable {
  /// The full id.
  public let id: String
  /// The author's name.
  public let author: String
  /// The author's address.
  public let authorEmail: String
  /// When the change was made, in seconds since 1970.
  public let authoredAt: Int64
  /// When the commit was made, in seconds since 1970.
  public let committedAt: Int64
  /// The first paragraph of the message on one line, cut at some hundred bytes.
  public let subject: String
  /// The full ids of its parents.
  public let parents: [String]
}

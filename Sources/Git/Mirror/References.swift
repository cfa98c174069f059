import CGit2

/// The branches and tags of a repository at one moment.
struct References: Sendable, Equatable {
  /// By full name, such as `refs/heads/main`: what each points at (for an annotated tag, the tag).
  var targets: [String: ObjectID] = [:]
  /// By full name: the commit behind an annotated tag, where it is known.
  var peeled: [String: ObjectID] = [:]
  /// The full name that `HEAD` stands for; nil when it names a commit, or nothing.
  var headName: String?
  /// The commit that `HEAD` is; nil in an empty repository.
  var head: ObjectID?

  /// The text of a `HEAD` file.
  var headFile: String {
    if let headName { return "ref: \(headName)\n" }
    if let head { return "\(head)\n" }
    return "ref: refs/heads/main\n"
  }

  /// Reads all branches, tags and other references of a repository on disk.
  init(of handle: RepositoryHandle) throws(GitError) {
    let iterator = try Owned("cannot list the references", free: { git_reference_iterator_free($0) }) {
      git_reference_iterator_new($0, handle.pointer)
    }
    while true {
      var next: OpaquePointer?
      let code = git_reference_next(&next, iterator.pointer)
      if code == GIT_ITEROVER.rawValue { break }
      guard code == 0, let next else { throw GitLibrary.error(code, "cannot list the references") }
      defer { git_reference_free(next) }
      guard let name = git_reference_name(next) else { continue }
      let text = String(cString: name)
      if let target = git_reference_target(next) {
        targets[text] = ObjectID(target.pointee)
      } else {
        var resolved: OpaquePointer?
        if git_reference_resolve(&resolved, next) == 0, let resolved, let target = git_reference_target(resolved) {
          targets[text] = ObjectID(target.pointee)
        }
        git_reference_free(resolved)
      }
      if let commit = git_reference_target_peel(next) { peeled[text] = ObjectID(commit.pointee) }
    }
    var headReference: OpaquePointer?
    if git_reference_lookup(&headReference, handle.pointer, "HEAD") == 0, let headReference {
      defer { git_reference_free(headReference) }
      if let symbolic = git_reference_symbolic_target(headReference) {
        let name = String(cString: symbolic)
        headName = name
        head = targets[name]
      } else if let target = git_reference_target(headReference) {
        head = ObjectID(target.pointee)
      }
    }
  }

  init() {}

  /// Throws when an object that a reference stands for is not there. Before a commit is said not to be in a repository, this shows whether
  /// the repository is in order.
  func check(_ handle: RepositoryHandle) throws(GitError) {
    for (name, id) in targets {
      guard try handle.contains(id) else { throw GitError(.corrupt, "the object of \(name) is missing") }
    }
  }

  /// By full name, with what annotated tags lead to in their place, and `HEAD`.
  var listing: [String: String] {
    var listing = targets.mapValues(\.description)
    for (name, commit) in peeled { listing[name] = commit.description }
    if let head { listing["HEAD"] = head.description }
    return listing
  }

  /// The same with all annotated tags resolved; tags that stand in files of their own do not say what they lead to.
  func peeling(_ handle: RepositoryHandle) -> References {
    var result = self
    for (name, target) in targets where name.hasPrefix("refs/tags/") && peeled[name] == nil {
      if let commit = try? handle.peelToCommit(target), commit != target { result.peeled[name] = commit }
    }
    return result
  }
}

/// What a name of a revision means: `HEAD`, full commit id, reference, branch, tag, abbreviated commit id, in this order.
///
/// A full id means that commit even when somebody names a branch so; an abbreviated one gives way to names, as in Git.
struct RevisionResolver {
  let references: References
  /// Whether a full id names an object of the store.
  let contains: (ObjectID) throws(GitError) -> Bool
  /// The commit behind an object.
  let peel: (ObjectID) throws(GitError) -> ObjectID
  /// The commit with an abbreviated id.
  let prefix: (String) throws(GitError) -> RepositoryHandle.PrefixMatch

  func resolve(_ revision: String) throws(GitError) -> ObjectID {
    if revision.isEmpty || revision == "HEAD" { return try head() }
    let id = ObjectID(hex: revision)
    if let id, try contains(id) { return try peel(id) }
    for name in Self.candidates(revision) {
      guard let target = references.targets[name] else { continue }
      do throws(GitError) {
        return try peel(references.peeled[name] ?? target)
      } catch  where error.kind == .revisionNotFound {
        throw GitError(.revisionNotFound, "revision `\(GitLibrary.presentable(revision, maximum: 120))`: \(error.message)")
      }
    }
    if id != nil {
      throw GitError(
        .revisionNotFound, "commit \(revision) is not in the repository, or no branch and no tag leads to it; check the id, or push it")
    }
    if Self.looksLikeShortID(revision) {
      switch try prefix(revision) {
      case .one(let id): return id
      case .several: throw GitError(.revisionNotFound, "the short commit id \(revision) fits several commits; give more digits")
      case .none: break
      }
    }
    throw notFound(revision)
  }

  private func head() throws(GitError) -> ObjectID {
    if let head = references.head { return try peel(head) }
    if references.targets.isEmpty { throw Self.isEmpty }
    let name = references.headName.map { " (`\($0)`)" } ?? ""
    throw GitError(
      .revisionNotFound, "the repository's HEAD\(name) leads nowhere; name a branch\(suggestion(references.headName ?? "main"))")
  }

  private static let isEmpty = GitError(.revisionNotFound, "the repository has no commits yet; push one")

  /// The full names that a short one may stand for.
  static func candidates(_ revision: String) -> [String] {
    if revision.hasPrefix("refs/") { return [revision] }
    return ["refs/heads/" + revision, "refs/tags/" + revision, "refs/" + revision]
  }

  /// Fewer than seven digits, as Argo CD has it too, are taken for a name: `cafe` may be a branch that was deleted, and must not become
  /// whatever commit happens to start so.
  static func looksLikeShortID(_ text: String) -> Bool {
    (7..<40).contains(text.utf8.count) && ObjectID.raw(hexPrefix: text) != nil
  }

  private func notFound(_ revision: String) -> GitError {
    if references.targets.isEmpty { return Self.isEmpty }
    let shown = GitLibrary.presentable(revision, maximum: 120)
    let looked =
      revision.hasPrefix("refs/") ? "no such reference" : "no branch, tag\(Self.looksLikeShortID(revision) ? ", commit" : "") or reference"
    return GitError(.revisionNotFound, "revision `\(shown)`: \(looked) of this name\(suggestion(revision))")
  }

  /// What to name instead: names alike, or else the default branch.
  private func suggestion(_ revision: String) -> String {
    let near = nearNames(revision)
    if !near.isEmpty { return "; there is " + near.map { "`\($0)`" }.joined(separator: ", ") }
    guard let name = references.headName, references.targets[name] != nil else { return "; it may have been deleted or renamed" }
    return "; it may have been deleted or renamed: the default branch is `\(Self.short(name))`"
  }

  /// Up to five names that somebody may have meant.
  private func nearNames(_ revision: String) -> [String] {
    let wanted = Self.short(revision).lowercased()
    var scored: [(Int, String)] = []
    for name in references.targets.keys {
      let short = Self.short(name)
      let lower = short.lowercased()
      let distance = Self.distance(lower, wanted, limit: 3)
      let isNear = distance <= (wanted.utf8.count < 4 ? 1 : wanted.utf8.count < 9 ? 2 : 3)
      if isNear {
        scored.append((distance, short))
      } else if wanted.utf8.count >= 3, lower.hasSuffix("/" + wanted) || lower.hasPrefix(wanted) || lower == "v" + wanted {
        scored.append((4, short))
      }
    }
    return scored.sorted { $0.0 == $1.0 ? TreePaths.less($0.1, $1.1) : $0.0 < $1.0 }.prefix(5).map(\.1)
  }

  private static func short(_ name: String) -> String {
    for prefix in ["refs/heads/", "refs/tags/", "refs/"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    return name
  }

  /// How many letters must change, at most `limit + 1`.
  static func distance(_ left: String, _ right: String, limit: Int) -> Int {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    guard abs(left.count - right.count) <= limit, left.count <= 200 else { return limit + 1 }
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let substitution = diagonal + (right[column] == byte ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substitution, row[column] + 1, diagonal + 1)
      }
    }
    return min(row[right.count], limit + 1)
  }
}

import Foundation
import Testing

@testable import Git

@Suite(.enabled(if: Tools.obstacle == nil, "git is needed"))
struct RevisionTests {
  @Test(arguments: Way.allCases)
  func namesThatCouldMislead(way: Way) async throws {
    let repository = try Repository()
    let first = try repository.commit("first", ["a": "1"])
    let second = try repository.commit("second", ["a": "2"])
    let (blob, folder) = (try repository.head("HEAD:a"), try repository.head("HEAD^{tree}"))
    try repository.git("tag", "-a", "inner", "-m", "inner", first)
    try repository.git("tag", "-a", "outer", "-m", "outer", "inner")
    try repository.git("tag", "file", blob)
    try repository.git("tag", "-a", "file-noted", "-m", "on a file", blob)
    try repository.git("tag", "folder", folder)
    // Whoever may push a branch must not be able to move what a full commit id means.
    try repository.git("update-ref", "refs/heads/\(first)", second)
    // A name wins over an abbreviated id, as in Git.
    try repository.git("update-ref", "refs/heads/\(first.prefix(8))", second)
    let mirror = try way.mirror(repository)
    try await mirror.fetch()
    let expected: [(String, String)] = [
      ("outer", first), ("inner", first), (first, first), (String(first.prefix(8)), second), (String(first.prefix(9)), first),
      (try repository.head("outer"), first), ("refs/heads/\(first)", second),
    ]
    for (revision, commit) in expected { #expect(try await mirror.resolve(revision) == commit, "\(revision)") }
    #expect(try await mirror.tree(at: try repository.head("outer")).commit == first)
    for revision in ["file", "file-noted", "folder", blob, folder, String(blob.prefix(10))] {
      await expectFailure(.revisionNotFound) { try await mirror.resolve(revision) }
      await expectFailure(.revisionNotFound) { try await mirror.tree(at: revision) }
    }
    // Nothing of this is damage.
    #expect(try await mirror.fetch() == (way != .ssh))
  }

  @Test func aDeletedBranchIsNamedWithWhatIsNearIt() async throws {
    let repository = try Repository()
    let head = try repository.commit("first", ["a": "1"])
    for branch in ["release/1.9", "release/1.10", "cafe"] { try repository.git("branch", branch) }
    let mirror = try Way.ssh.mirror(repository)
    try await mirror.fetch()
    for branch in ["release/1.9", "cafe"] { try repository.git("branch", "-D", branch) }
    try await mirror.fetch()
    await expectFailure(.revisionNotFound, containing: "`release/1.9`", "`release/1.10`") { try await mirror.resolve("release/1.9") }
    await expectFailure(.revisionNotFound, containing: "`cafe`", "deleted", "`main`") { try await mirror.resolve("cafe") }
    // Few digits that happen to begin a commit's id are a name that is not there.
    await expectFailure(.revisionNotFound) { try await mirror.resolve(String(head.prefix(6))) }
    #expect(try await mirror.resolve(String(head.prefix(7))) == head)
    await expectFailure(.revisionNotFound, containing: "line") { try await mirror.resolve("two\nline") }
  }

  @Test(.enabled(if: Tools.hasPython, "python3 is needed"))
  func anAbbreviationThatAFileSharesIsTheCommit() throws {
    let repository = try Repository()
    let head = try repository.commit("first", ["a": "1"])
    // A file whose id begins with the same four digits, at which libgit2 gives up.
    let blob = try repository.shell(
      #"""
      python3 -c 'import hashlib, itertools, sys
      for number in itertools.count():
          text = b"%d" % number
          if hashlib.sha1(b"blob %d\0" % len(text) + text).hexdigest().startswith(sys.argv[1]): break
      sys.stdout.write(str(number))' "$1" | git hash-object -w --stdin
      """#, String(head.prefix(4)))
    try #require(blob.hasPrefix(head.prefix(4)))
    let match = try ObjectStore(path: repository.folder).borrow { handle throws(GitError) in
      try handle.commit(prefix: String(head.prefix(4)))
    }
    guard case .one(let id) = match else {
      Issue.record("no single commit: \(match)")
      return
    }
    #expect(id.description == head)
  }
}

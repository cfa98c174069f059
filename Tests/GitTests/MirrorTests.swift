import Foundation
import Testing
import Transport

@testable import Git

/// How a test reaches its repository: read in place, or mirrored through a program in the place of ssh.
enum Way: String, CaseIterable, Sendable {
  case folder
  case file
  case ssh

  func mirror(_ repository: Repository, named name: String = "mirror", settings: GitSettings = GitSettings()) throws -> GitMirror {
    let scratch = repository.scratch
    var settings = settings
    let url: String
    switch self {
    case .folder: url = repository.folder
    case .file: url = "file://" + repository.folder
    case .ssh:
      url = "ssh://git@example.invalid" + repository.folder
      if settings.sshCommand == nil { settings.sshCommand = try fakeSSH(scratch) }
    }
    return GitMirror(url: url, folder: scratch.path(name), http: sharedHTTP, settings: settings)
  }
}

let sharedHTTP = HTTPClient()

/// Takes what ssh would be given, and runs the last word here.
func fakeSSH(_ scratch: Scratch, before: String = "") throws -> String {
  let script = "#!/bin/sh\n\(before)\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c \"$1\"\n"
  try scratch.write("fake-ssh", script)
  return "sh " + scratch.path("fake-ssh")
}

func expectFailure(_ kind: GitError.Kind, containing words: String..., from body: () async throws -> some Any) async {
  do {
    _ = try await body()
    Issue.record("no error")
  } catch let error as GitError {
    #expect(error.kind == kind, "\(error)")
    for word in words { #expect("\(error)".contains(word), "\(error)") }
  } catch {
    Issue.record("another error: \(error)")
  }
}

@Suite(.enabled(if: Tools.obstacle == nil, "git is needed")) struct MirrorTests {
  @Test(arguments: Way.allCases)
  func revisions(way: Way) async throws {
    let repository = try Repository()
    let first = try repository.commit("first", ["a.yaml": "a: 1"])
    try repository.git("tag", "light")
    try repository.git("tag", "-a", "v1.0.0", "-m", "release")
    try repository.git("checkout", "-q", "-b", "feature/x")
    let second = try repository.commit("second", ["b/c.yaml": "c: 1"])
    try repository.git("branch", "same")
    try repository.git("checkout", "-q", "main")
    try repository.git("tag", "-f", "same", first)
    let mirror = try way.mirror(repository)
    #expect(try await mirror.fetch())
    let expected: [(String, String)] = [
      ("", first), ("HEAD", first), ("main", first), ("feature/x", second), ("light", first), ("v1.0.0", first),
      ("refs/tags/v1.0.0", first),
      ("refs/heads/feature/x", second), ("heads/main", first), ("tags/v1.0.0", first), (second, second), (String(second.prefix(7)), second),
      (second.uppercased(), second), (String(second.prefix(12)).uppercased(), second), ("same", second), ("refs/tags/same", first),
      (try repository.head("v1.0.0"), first),
    ]
    for (revision, commit) in expected { #expect(try await mirror.resolve(revision) == commit, "\(revision)") }
    #expect(try await mirror.defaultBranch() == "main")
    let references = try await mirror.references()
    #expect(references == (try await mirror.remoteReferences()))
    #expect(references["refs/tags/v1.0.0"] == first && references["HEAD"] == first)
    await expectFailure(.revisionNotFound, containing: "`mian`", "`main`") { try await mirror.resolve("mian") }
    await expectFailure(.revisionNotFound, containing: "`feature/x`") { try await mirror.resolve("feature") }
    await expectFailure(.revisionNotFound, containing: "push") { try await mirror.resolve(String(repeating: "1", count: 40)) }
    await expectFailure(.revisionNotFound, containing: "refs/heads/none") { try await mirror.resolve("refs/heads/none") }
    await expectFailure(.revisionNotFound) { try await mirror.tree(at: String(repeating: "2", count: 40)) }
    let information = try await mirror.commitInformation("v1.0.0")
    #expect(
      information.author == "Ada" && information.subject == "first" && information.authoredAt == 1_767_319_445 && information.id == first)
    #expect(try await mirror.commitInformation(second).parents == [first])
  }

  @Test(arguments: Way.allCases)
  func trees(way: Way) async throws {
    let repository = try Repository()
    try repository.write("apps/web/run.sh", "#!/bin/sh\r\n", executable: true)
    try repository.scratch.link("repo/link.yaml", to: "/etc/passwd")
    try repository.scratch.link("repo/folder", to: "apps")
    let files = [".hidden/x": "x", "a-b/x": "1", "a/x": "2", "a.yaml": "3", "empty": "", "é/ü.yaml": "ü", "apps/web/values.yaml": "v: 1"]
    let first = try repository.commit("first", files)
    try repository.git("update-index", "--add", "--cacheinfo", "160000,\(first),vendor/lib")
    try repository.git("commit", "-q", "-m", "submodule")
    let head = try repository.head()
    try repository.write("a.yaml", "not committed")
    let mirror = try way.mirror(repository)
    try await mirror.fetch()
    let tree = try await mirror.tree(at: head)
    #expect(tree.commit == head)
    let listed = try repository.git("ls-tree", "-r", "-z", "--name-only", head).split(separator: "\0").map(String.init).filter {
      $0 != "vendor/lib"
    }
    #expect(try tree.paths() == listed)
    #expect(try tree.submodules() == ["vendor/lib"])
    for (path, text) in files { #expect(try tree.read(path, maximumBytes: 100) == Array(text.utf8), "\(path)") }
    #expect(try tree.read("./apps//web/run.sh", maximumBytes: 100) == Array("#!/bin/sh\r\n".utf8))
    let kinds: [(String, FileKind?)] = [
      ("apps/web/run.sh", .executable), ("a/x", .file), ("link.yaml", .symbolicLink), ("folder", .symbolicLink), ("vendor/lib", .submodule),
      ("apps", nil),
      ("folder/web/run.sh", nil),
    ]
    for (path, kind) in kinds { #expect(try tree.kind(of: path) == kind, "\(path)") }
    #expect(TreePaths.folders(of: try tree.paths()) == ["a", "a-b", "apps", "apps/web", "é"])
    for (path, kind) in [
      ("link.yaml", GitError.Kind.notRegular), ("vendor/lib", .notRegular), ("vendor/lib/x", .fileNotFound), ("apps", .fileNotFound),
    ] {
      #expect { try tree.read(path, maximumBytes: 100) } throws: { ($0 as? GitError)?.kind == kind }
    }
    #expect { try tree.read("apps/web/run.sh", maximumBytes: 10) } throws: { ($0 as? GitError)?.kind == .tooLarge }
    let old = try await mirror.tree(at: first)
    #expect(try old.submodules() == [])
    #expect(try await mirror.tree(at: head) as? CommitTree === tree as? CommitTree)
  }

  @Test func aMirrorFollowsItsRemote() async throws {
    let repository = try Repository()
    let first = try repository.commit("first", ["a": "1"])
    try repository.git("branch", "gone")
    try repository.git("tag", "moved")
    try repository.git("branch", "deep")
    let mirror = try Way.ssh.mirror(repository)
    #expect(try await mirror.fetch())
    #expect(try await mirror.fetch() == false)
    #expect(try await mirror.resolve("gone") == first)

    // Forced, deleted, moved, a branch where a folder of branches was, and another default branch: all at once.
    try repository.git("commit", "-q", "--amend", "-m", "rewritten")
    let rewritten = try repository.head()
    try repository.git("branch", "-D", "gone")
    try repository.git("branch", "-D", "deep")
    try repository.git("branch", "deep/er")
    try repository.git("tag", "-f", "moved")
    try repository.git("checkout", "-q", "-b", "trunk")
    let trunk = try repository.commit("trunk", ["b": "2"])
    #expect(try await mirror.resolve("main") == first)
    #expect(try await mirror.fetch())
    #expect(try await mirror.resolve("main") == rewritten)
    #expect(try await mirror.resolve("moved") == rewritten)
    #expect(try await mirror.resolve("deep/er") == rewritten)
    #expect(try await mirror.resolve("HEAD") == trunk)
    #expect(try await mirror.defaultBranch() == "trunk")
    await expectFailure(.revisionNotFound) { try await mirror.resolve("gone") }
    await expectFailure(.revisionNotFound) { try await mirror.resolve("deep") }
    // What a commit was stays readable by its id.
    #expect(try await mirror.tree(at: first).paths() == ["a"])
    try run("/usr/bin/env", ["git", "fsck", "--full"], in: repository.scratch.path("mirror"))
    let listed = try run("/usr/bin/env", ["git", "for-each-ref", "--format=%(refname)"], in: repository.scratch.path("mirror"))
    #expect(listed.split(separator: "\n") == ["refs/heads/deep/er", "refs/heads/main", "refs/heads/trunk", "refs/tags/moved"])

    // Another process finds it all without the remote.
    try FileManager.default.removeItem(atPath: repository.folder)
    let later = try Way.ssh.mirror(repository)
    #expect(try await later.resolve("trunk") == trunk)
    #expect(try await later.tree(at: trunk).paths() == ["a", "b"])
    await expectFailure(.repositoryNotFound, containing: "ssh://git@example.invalid") { try await later.fetch() }
    #expect(try await later.resolve("trunk") == trunk)
  }

  @Test(arguments: Way.allCases)
  func anEmptyRepositoryHasNoRevisions(way: Way) async throws {
    let repository = try Repository()
    let mirror = try way.mirror(repository)
    try await mirror.fetch()
    #expect(try await mirror.remoteReferences() == [:])
    await expectFailure(.revisionNotFound, containing: "no commits yet") { try await mirror.resolve("HEAD") }
    await expectFailure(.revisionNotFound, containing: "no commits yet", "push") { try await mirror.resolve("main") }
    let head = try repository.commit("first", ["a": "1"])
    try await mirror.fetch()
    #expect(try await mirror.resolve("HEAD") == head)
  }

  @Test(arguments: Way.allCases)
  func whatIsNoRepositoryIsSaidSo(way: Way) async throws {
    let repository = try Repository()
    try FileManager.default.removeItem(atPath: repository.folder + "/.git")
    let mirror = try way.mirror(repository)
    await expectFailure(.repositoryNotFound, containing: repository.folder) { try await mirror.fetch() }
    await expectFailure(.repositoryNotFound) { try await mirror.remoteReferences() }
    await expectFailure(way == .ssh ? .network : .repositoryNotFound) { try await mirror.resolve("main") }
  }

  @Test func bareRepositoriesAreReadInPlace() async throws {
    let repository = try Repository()
    let head = try repository.commit("first", ["a": "1"])
    try run("/usr/bin/env", ["git", "clone", "-q", "--bare", repository.folder, "bare.git"], in: repository.scratch.root)
    let mirror = GitMirror(url: repository.scratch.path("bare.git"), folder: repository.scratch.path("unused"), http: sharedHTTP)
    #expect(try await mirror.resolve("main") == head)
    #expect(try await mirror.tree(at: head).paths() == ["a"])
    // A commit is seen without a fetch, and nothing was written anywhere.
    #expect(!FileManager.default.fileExists(atPath: repository.scratch.path("unused")))
  }

  @Test func additionalReferencesAreMirroredWhenAsked() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    let tree = try repository.git("rev-parse", "HEAD^{tree}").trimmingCharacters(in: .whitespacesAndNewlines)
    let pull = try repository.git("commit-tree", tree, "-m", "pull").trimmingCharacters(in: .whitespacesAndNewlines)
    try repository.git("update-ref", "refs/pull/7/head", pull)
    try repository.git("update-ref", "refs/pull/7/merge", pull)
    let plain = try Way.ssh.mirror(repository, named: "plain")
    try await plain.fetch()
    await expectFailure(.revisionNotFound) { try await plain.resolve(pull) }
    // Asked for by name, one is brought and followed.
    #expect(try await plain.resolve("refs/pull/7/head") == pull)
    await expectFailure(.revisionNotFound, containing: "refs/pull/8/head") { try await plain.resolve("refs/pull/8/head") }
    let moved = try repository.git("commit-tree", tree, "-m", "moved").trimmingCharacters(in: .whitespacesAndNewlines)
    try repository.git("update-ref", "refs/pull/7/head", moved)
    try repository.git("update-ref", "refs/pull/8/head", moved)
    #expect(try await plain.remoteReferences()["refs/pull/7/head"] == moved)
    try await plain.fetch()
    #expect(try await plain.resolve("refs/pull/7/head") == moved)
    #expect(try await plain.resolve("refs/pull/8/head") == moved)
    let more = try Way.ssh.mirror(repository, named: "more", settings: GitSettings(additionalReferences: ["refs/pull/*/head"]))
    try await more.fetch()
    #expect(try await more.resolve("refs/pull/7/head") == moved)
    #expect(try await more.references()["refs/pull/7/merge"] == nil)
  }

  @Test func manyCallersShareFetches() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    var settings = GitSettings()
    settings.sshCommand = try fakeSSH(repository.scratch, before: "echo x >> \(repository.scratch.path("calls"))")
    let mirror = try Way.ssh.mirror(repository, settings: settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await mirror.fetch() } }
      try await group.waitForAll()
    }
    let calls = try String(contentsOfFile: repository.scratch.path("calls"), encoding: .utf8).split(separator: "\n").count
    #expect(calls < 20)
    // A failure is shared as well: nobody waits through one timeout per caller.
    settings.sshCommand = try fakeSSH(repository.scratch, before: "echo x >> \(repository.scratch.path("failures")); sleep 0.2; exit 1")
    let dead = try Way.ssh.mirror(repository, named: "dead", settings: settings)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { await expectFailure(.network) { try await dead.fetch() } } }
    }
    let failures = try String(contentsOfFile: repository.scratch.path("failures"), encoding: .utf8).split(separator: "\n").count
    #expect(failures < 20)
    #expect(try await mirror.tree(at: "main").paths() == ["a"])
  }

  @Test func aSilentServerIsGivenUp() async throws {
    let repository = try Repository()
    try repository.commit("first", ["a": "1"])
    var settings = GitSettings(fetchTimeout: .seconds(60), idleTimeout: .milliseconds(300))
    settings.sshCommand = try fakeSSH(repository.scratch, before: "cat >/dev/null; exit 1")
    let idle = try Way.ssh.mirror(repository, settings: settings)
    await expectFailure(.timeout, containing: "silent") { try await idle.fetch() }
    settings.idleTimeout = .seconds(60)
    settings.fetchTimeout = .milliseconds(300)
    let slow = try Way.ssh.mirror(repository, settings: settings)
    await expectFailure(.timeout, containing: "longer") { try await slow.fetch() }
    settings.fetchTimeout = .seconds(60)
    let patient = try Way.ssh.mirror(repository, settings: settings)
    let task = Task { try await patient.fetch() }
    let waiting = Task { try await patient.fetch() }
    try await Task.sleep(for: .milliseconds(100))
    waiting.cancel()
    task.cancel()
    await expectFailure(.cancelled) { try await task.value }
    await expectFailure(.cancelled) { try await waiting.value }
    #expect(!FileManager.default.fileExists(atPath: repository.scratch.path("mirror")))
  }

  @Test func aPackMayBeTooLarge() async throws {
    let repository = try Repository()
    var random = SystemRandomNumberGenerator()
    let noise = (0..<200_000).map { _ in String(random.next() % 36, radix: 36) }.joined()
    try repository.commit("large", ["a": noise])
    let mirror = try Way.ssh.mirror(repository, settings: GitSettings(maximumPackBytes: 1000))
    await expectFailure(.tooLarge) { try await mirror.fetch() }
  }

  @Test func manyThreadsReadOneTree() async throws {
    let repository = try Repository()
    var files: [String: String] = [:]
    for number in 0..<200 { files["d\(number % 10)/f\(number)"] = "content \(number)" }
    try repository.commit("many", files)
    let mirror = try Way.folder.mirror(repository)
    let tree = try await mirror.tree(at: "HEAD")
    let expected = files
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for (path, text) in expected {
            let bytes = try tree.read(path, maximumBytes: 100)
            #expect(bytes == Array(text.utf8))
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

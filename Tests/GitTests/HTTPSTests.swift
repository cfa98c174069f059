import Foundation
import Testing
import Transport

@testable import Git

@Suite(.enabled(if: GitHTTPServer.obstacle == nil, "git http-backend, openssl and python3 are needed"))
struct HTTPSTests {
  /// A repository with a few commits, served over https that speaks TLS 1.3 only.
  struct Served {
    let repository: Repository
    let server: GitHTTPServer
    let first: String
    let head: String

    init() throws {
      repository = try Repository(name: "repo")
      first = try repository.commit("first", ["a": "1"])
      try repository.git("tag", "-a", "v1", "-m", "v1")
      let noise = (0..<20_000).map { "line \($0 &* 2_654_435_761 % 9973)" }.joined(separator: "\n")
      head = try repository.commit("second", ["b/c": noise])
      server = try GitHTTPServer(repository.scratch)
    }

    func mirror(_ path: String, credentials: GitCredentials? = nil, url: String? = nil, change: (inout GitSettings) -> Void = { _ in })
      -> GitMirror
    {
      var settings = GitSettings(connection: ConnectionSettings(caPEM: server.certificate))
      change(&settings)
      return GitMirror(
        url: url ?? server.url(path), folder: repository.scratch.path("mirror-\(UUID().uuidString)"), credentials: credentials,
        http: sharedHTTP,
        settings: settings)
    }
  }

  @Test func clonesAndFollows() async throws {
    let served = try Served()
    let mirror = served.mirror("/repo/.git")
    #expect(try await mirror.remoteReferences()["refs/tags/v1"] == served.first)
    #expect(try await mirror.fetch())
    #expect(try await mirror.resolve("HEAD") == served.head)
    #expect(try await mirror.resolve("v1") == served.first)
    #expect(try await mirror.defaultBranch() == "main")
    #expect(try await mirror.tree(at: "main").paths() == ["a", "b/c"])
    #expect(try await mirror.fetch() == false)
    // More than one round of negotiation: many commits that the other side does not have are not asked for here.
    for number in 0..<40 { try served.repository.commit("more \(number)", ["n": "\(number)"]) }
    let head = try served.repository.head()
    #expect(try await mirror.fetch())
    #expect(try await mirror.resolve("main") == head)
    #expect(try await mirror.tree(at: head).read("n", maximumBytes: 10) == Array("39".utf8))
  }

  @Test func credentials() async throws {
    let served = try Served()
    let good: [(GitCredentials?, String?)] = [
      (GitCredentials(username: "ada", password: "s3cret"), nil),
      (GitCredentials(bearerToken: "t0ken"), nil),
      (nil, "https://ada:s3cret@127.0.0.1:\(served.server.port)/private/repo/.git"),
      (GitCredentials(password: "s3cret"), "https://ada@127.0.0.1:\(served.server.port)/private/repo/.git"),
    ]
    for (credentials, url) in good {
      let mirror = served.mirror("/private/repo/.git", credentials: credentials, url: url)
      try await mirror.fetch()
      #expect(try await mirror.resolve("main") == served.head)
      #expect(!mirror.displayURL.contains("ada"))
    }
    let none = served.mirror("/private/repo/.git")
    await expectFailure(.authentication, containing: "wants credentials", "HTTP 401") { try await none.fetch() }
    let wrong = served.mirror("", url: "https://ada:wr0ng@127.0.0.1:\(served.server.port)/private/repo/.git")
    do {
      _ = try await wrong.remoteReferences()
      Issue.record("no error")
    } catch {
      #expect(error.kind == .authentication && error.message.contains("refused"))
      #expect(!"\(error)".contains("wr0ng") && !"\(error)".contains("ada"))
    }
  }

  @Test func refusals() async throws {
    let served = try Served()
    let cases: [(String, GitError.Kind, String)] = [
      ("/nothing", .repositoryNotFound, "HTTP 404"), ("/login/repo/.git", .authentication, "login"),
      ("/page/x", .repositoryNotFound, "text/html"),
      ("/busy/x", .network, "HTTP 503"), ("/broken/x", .network, "in the middle"), ("/noise/x", .network, "cannot connect"),
    ]
    for (path, kind, words) in cases {
      let mirror = served.mirror(path)
      await expectFailure(kind, containing: words, "https://127.0.0.1") { try await mirror.fetch() }
    }
  }

  @Test func redirectsAreFollowedToTheRepository() async throws {
    let served = try Served()
    let mirror = served.mirror("/moved/repo/.git")
    try await mirror.fetch()
    #expect(try await mirror.resolve("main") == served.head)
  }

  @Test func theCheapCheckIsOneRequest() async throws {
    let served = try Served()
    func requests() throws -> [String] {
      let file = served.repository.scratch.path("requests")
      defer { try? FileManager.default.removeItem(atPath: file) }
      return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }
    let check = "GET /private/repo/.git/info/refs?service=git-upload-pack"
    let mirror = served.mirror("/private/repo/.git", credentials: GitCredentials(bearerToken: "t0ken"))
    _ = try await mirror.remoteReferences()
    #expect(try requests() == [check])
    try await mirror.fetch()
    #expect(try requests() == [check, "POST /private/repo/.git/git-upload-pack"])
    #expect(try await mirror.fetch() == false)
    #expect(try requests() == [check])
  }

  @Test func credentialsStayWithTheirHost() async throws {
    let served = try Served()
    // The server refuses credentials where none are asked for, so following with them would fail.
    let mirror = served.mirror("/away/repo/.git", credentials: GitCredentials(username: "ada", password: "s3cret")) {
      $0.connection.insecureSkipVerify = true
    }
    #expect(try await mirror.remoteReferences()["HEAD"] == served.head)
  }

  @Test func anInterruptedFetchChangesNothing() async throws {
    let served = try Served()
    let folder = served.repository.scratch.path("both")
    func mirror(_ path: String) -> GitMirror {
      GitMirror(
        url: served.server.url(path), folder: folder, http: sharedHTTP,
        settings: GitSettings(connection: ConnectionSettings(caPEM: served.server.certificate)))
    }
    // A first copy that breaks off leaves nothing; the one after it is whole.
    let never = mirror("/cut/repo/.git")
    await expectFailure(.network) { try await never.fetch() }
    await expectFailure(.network, containing: "not fetched yet") { try await never.resolve("main") }
    #expect(!FileManager.default.fileExists(atPath: folder))
    let whole = mirror("/repo/.git")
    try await whole.fetch()
    // The next one breaks off too: what there was stays.
    try "\(served.server.url("/cut/repo/.git"))\n".write(toFile: folder + "/flotilla-origin", atomically: true, encoding: .utf8)
    let next = try served.repository.commit("third", ["c": "3"])
    let again = mirror("/cut/repo/.git")
    await expectFailure(.network) { try await again.fetch() }
    #expect(try await again.resolve("main") == served.head)
    await expectFailure(.revisionNotFound) { try await again.tree(at: next) }
    let packs = try FileManager.default.contentsOfDirectory(atPath: folder + "/objects/pack")
    #expect(packs.allSatisfy { $0.hasPrefix("pack-") }, "\(packs)")
    try "\(served.server.url("/repo/.git"))\n".write(toFile: folder + "/flotilla-origin", atomically: true, encoding: .utf8)
    let later = mirror("/repo/.git")
    try await later.fetch()
    #expect(try await later.resolve("main") == next)
  }

  @Test func certificates() async throws {
    let served = try Served()
    let unknown = served.mirror("/repo/.git") { $0.connection.caPEM = nil }
    await expectFailure(.untrusted, containing: "certificate") { try await unknown.fetch() }
    let insecure = served.mirror("/repo/.git") {
      $0.connection.caPEM = nil
      $0.connection.insecureSkipVerify = true
    }
    try await insecure.fetch()
    #expect(try await insecure.resolve("main") == served.head)
    let nobody = served.mirror("", url: "https://127.0.0.1:1/x")
    await expectFailure(.network) { try await nobody.remoteReferences() }
  }

  @Test func silenceAndCancellation() async throws {
    let served = try Served()
    let slow = served.mirror("/slow/x") { $0.checkTimeout = .milliseconds(300) }
    await expectFailure(.timeout) { try await slow.remoteReferences() }
    // The server never answers and the timeout is a minute: only giving up can end this in time for the test.
    let patient = served.mirror("/slow/patient")
    let task = Task { try await patient.fetch() }
    let requests = served.repository.scratch.path("requests")
    try await eventually { (try? String(contentsOfFile: requests, encoding: .utf8))?.contains("/slow/patient/") == true }
    task.cancel()
    await expectFailure(.cancelled) { try await task.value }
  }
}

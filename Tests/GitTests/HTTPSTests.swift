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
      ("/busy/x", .network, "HTTP 503"), ("/broken/x", .network, ""),
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
    let slow = served.mirror("/slow/x") { $0.checkTimeout = .seconds(1) }
    await expectFailure(.timeout) { try await slow.remoteReferences() }
    let patient = served.mirror("/slow/x")
    let task = Task { try await patient.fetch() }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    await expectFailure(.cancelled) { try await task.value }
  }
}

import Foundation
import Testing

@testable import Git

/// A real sshd on a high port of this machine, with a key of its own. It ends when its keeper's input does, so with the test process too.
final class SSHServer {
  let port: Int
  let scratch: Scratch
  private let process: Subprocess

  static let obstacle: String? = {
    if let git = Tools.obstacle { return git }
    for program in ["/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/ssh-keygen"] where !FileManager.default.isExecutableFile(atPath: program) {
      return "\(program) is not installed"
    }
    // Git asks for `ssh` by name.
    if (try? run("/usr/bin/env", ["ssh", "-V"], in: "/")) == nil { return "ssh is not on the path" }
    return nil
  }()

  init(_ scratch: Scratch) throws {
    self.scratch = scratch
    for (name, type) in [("host", "ed25519"), ("user", "rsa"), ("other", "ed25519")] {
      try run("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", "", "-f", name], in: scratch.root)
    }
    try FileManager.default.copyItem(atPath: scratch.path("user.pub"), toPath: scratch.path("authorized"))
    port = Int.random(in: 20_000..<50_000)
    try scratch.write(
      "sshd_config",
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(scratch.path("host"))
      AuthorizedKeysFile \(scratch.path("authorized"))
      PidFile none
      UsePAM no
      StrictModes no
      PasswordAuthentication no
      KbdInteractiveAuthentication no

      """)
    try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    process = try Subprocess(
      ["sh", "-c", "/usr/sbin/sshd -D -f \"$0\" & server=$!; cat >/dev/null; kill $server; wait $server", scratch.path("sshd_config")],
      environment: ProcessInfo.processInfo.environment)
    for _ in 0..<50 {
      let check = try? run("/usr/bin/ssh-keyscan", ["-T", "1", "-p", String(port), "127.0.0.1"], in: scratch.root)
      if check?.contains("ssh-ed25519") == true { return }
      usleep(100_000)
    }
    throw CommandFailed(description: "sshd did not start")
  }

  deinit { process.end() }

  var knownHosts: String {
    get throws {
      let key = try String(contentsOfFile: scratch.path("host.pub"), encoding: .utf8).split(separator: " ").prefix(2).joined(separator: " ")
      return "[127.0.0.1]:\(port) \(key)"
    }
  }
}

@Suite(.enabled(if: SSHServer.obstacle == nil, "sshd, ssh and ssh-keygen are needed"))
struct SSHTests {
  @Test func aRealServer() async throws {
    let repository = try Repository()
    let head = try repository.commit("first", ["a": "1"])
    let server = try SSHServer(repository.scratch)
    let url = "ssh://\(NSUserName())@127.0.0.1:\(server.port)\(repository.folder)"
    func mirror(_ credentials: GitCredentials, _ name: String) -> GitMirror {
      GitMirror(url: url, folder: repository.scratch.path(name), credentials: credentials, http: sharedHTTP)
    }
    let key = try String(contentsOfFile: repository.scratch.path("user"), encoding: .utf8)

    // An RSA key as text, which Debian's libssh2 could not use.
    let good = mirror(GitCredentials(sshPrivateKey: key, knownHosts: try server.knownHosts), "good")
    try await good.fetch()
    #expect(try await good.resolve("main") == head)
    #expect(try await good.fetch() == false)

    let file = mirror(GitCredentials(sshPrivateKeyFile: repository.scratch.path("user"), ignoresHostKey: true), "file")
    #expect(try await file.remoteReferences()["refs/heads/main"] == head)

    let stranger = mirror(
      GitCredentials(sshPrivateKeyFile: repository.scratch.path("other"), knownHosts: try server.knownHosts), "stranger")
    await expectFailure(.authentication) { try await stranger.fetch() }

    let other = try String(contentsOfFile: repository.scratch.path("other.pub"), encoding: .utf8).split(separator: " ").prefix(2).joined(
      separator: " ")
    let impostor = mirror(GitCredentials(sshPrivateKey: key, knownHosts: "[127.0.0.1]:\(server.port) \(other)"), "impostor")
    await expectFailure(.untrusted) { try await impostor.fetch() }
    let unknown = mirror(GitCredentials(sshPrivateKey: key, knownHosts: "example.com \(other)"), "unknown")
    await expectFailure(.untrusted) { try await unknown.fetch() }

    let missing = GitMirror(
      url: url + "-not", folder: repository.scratch.path("missing"),
      credentials: GitCredentials(sshPrivateKey: key, knownHosts: try server.knownHosts), http: sharedHTTP)
    await expectFailure(.repositoryNotFound) { try await missing.fetch() }
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
    #expect(!leftovers.contains { $0.hasPrefix("flotilla-ssh-") })
  }

  @Test func nobodyAnswers() async throws {
    let scratch = try Scratch()
    let mirror = GitMirror(
      url: "ssh://git@127.0.0.1:1/x", folder: scratch.path("m"), credentials: GitCredentials(ignoresHostKey: true), http: sharedHTTP)
    await expectFailure(.network, containing: "ssh://git@127.0.0.1:1/x") { try await mirror.fetch() }
  }
}

import Foundation

/// Git's protocol over the input and output of `ssh`, or of `git-upload-pack` on this machine.
///
/// The program brings what libssh2 in Debian lacks: RSA keys with SHA-2, agents, jump hosts, and the user's own configuration.
final class SSHConnection: SmartConnection {
  private let operation: Operation
  private let localFolder: String?
  private var process: Subprocess?
  private var secrets: SecretFiles?

  init(operation: Operation) {
    self.operation = operation
    localFolder = nil
  }

  /// The same conversation with a folder, for what cannot be read in place.
  init(localFolder: String, operation: Operation) {
    self.operation = operation
    self.localFolder = localFolder
  }

  func open(_ service: SmartService) throws(GitError) -> any SmartStream {
    let environment = Self.environment()
    let arguments: [String]
    if let localFolder {
      arguments = ["git-upload-pack", "--", localFolder]
    } else {
      arguments = try sshArguments(custom: operation.settings.sshCommand ?? ProcessInfo.processInfo.environment["GIT_SSH_COMMAND"])
    }
    let started = try Subprocess(arguments, environment: environment)
    process = started
    return SSHStream(process: started, operation: operation)
  }

  func close() {
    process?.end()
    process = nil
    secrets = nil
  }

  private func sshArguments(custom: String?) throws(GitError) -> [String] {
    guard case .ssh(let user, let host, let port, let path) = operation.address.location else {
      throw GitError(.invalid, "the repository address is not one for ssh")
    }
    let credentials = operation.credentials
    let files = try SecretFiles(key: credentials?.sshPrivateKey, knownHosts: credentials?.knownHosts)
    secrets = files
    return SSHCommand(
      user: user ?? credentials?.username, host: host, port: port, path: path, custom: custom?.isEmpty == true ? nil : custom,
      keyFile: files.key ?? credentials?.sshPrivateKeyFile, knownHostsFile: files.knownHosts,
      ignoresHostKey: credentials?.ignoresHostKey ?? false,
      connectSeconds: min(operation.settings.connection.connectTimeout, operation.remaining).components.seconds
    ).arguments
  }

  /// ssh needs a home, an agent and a path; nothing else of the hub's environment is its business.
  private static func environment() -> [String: String] {
    let names = ["PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "TMPDIR", "XDG_CONFIG_HOME"]
    var environment = ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
    environment["LC_ALL"] = "C"
    environment["SSH_ASKPASS_REQUIRE"] = "never"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    return environment
  }
}

private final class SSHStream: SmartStream {
  private let process: Subprocess
  private let operation: Operation
  private var hasRead = false

  init(process: Subprocess, operation: Operation) {
    self.process = process
    self.operation = operation
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
    let count = try process.read(into: buffer, wait: wait)
    // A server that says nothing at all, or breaks off, has its reason on the error output.
    if count == 0 { throw SSHFailure.read(process.lastWords(), hadStarted: hasRead) }
    hasRead = true
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
    do throws(GitError) {
      try process.write(bytes, wait: wait)
    } catch  where error.kind == .system {
      throw SSHFailure.read(process.lastWords(), hadStarted: hasRead)
    }
  }

  private func wait(_ silence: Duration) throws(GitError) {
    try operation.checkpoint()
    if silence > operation.settings.idleTimeout {
      throw GitError(.timeout, "the other side was silent for \(operation.settings.idleTimeout); check that it is up, or raise the timeout")
    }
  }
}

/// What ssh and the server say when they refuse, sorted by what to do about it.
enum SSHFailure {
  static func read(_ text: String, hadStarted: Bool) -> GitError {
    let said = GitLibrary.presentable(text)
    let lower = said.lowercased()
    func says(_ words: String...) -> Bool { words.contains { lower.contains($0) } }
    if says("host key verification failed", "remote host identification has changed", "no matching host key") {
      return GitError(.untrusted, "the server's host key is not known or has changed; give the repository its known_hosts lines (\(said))")
    }
    if says("permission denied (", "too many authentication failures", "load key", "no supported authentication methods") {
      return GitError(.authentication, "the server refused the ssh key; check that it may read the repository (\(said))")
    }
    if says(
      "does not appear to be a git repository", "repository not found", "project you were looking for could not be found",
      "not a git repository",
      "no such repository", "no such file or directory")
    {
      return GitError(.repositoryNotFound, "there is no such repository, or this key may not see it (\(said))")
    }
    if says("timed out", "timeout") { return GitError(.timeout, "the server did not answer in time (\(said))") }
    if says("not found", "command not found") && !hadStarted { return GitError(.system, "the program could not be run (\(said))") }
    let reason = said.isEmpty ? "without a word" : "(\(said))"
    return GitError(.network, hadStarted ? "the connection broke off \(reason)" : "the connection could not be made \(reason)")
  }
}

/// A key and host keys in files that only this user can read, for as long as a conversation lasts.
private final class SecretFiles {
  private(set) var key: String?
  private(set) var knownHosts: String?
  private let folder: String?

  init(key keyText: String?, knownHosts hostsText: String?) throws(GitError) {
    guard keyText != nil || hostsText != nil else {
      folder = nil
      return
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-ssh-\(UUID().uuidString)").path
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw GitError(.system, "cannot make a folder for the ssh key")
    }
    // ssh refuses keys without a newline at their end.
    if let keyText { key = try Self.write(keyText.hasSuffix("\n") ? keyText : keyText + "\n", folder + "/key") }
    if let hostsText { knownHosts = try Self.write(hostsText + "\n", folder + "/known_hosts") }
  }

  deinit {
    if let folder { try? FileManager.default.removeItem(atPath: folder) }
  }

  private static func write(_ text: String, _ path: String) throws(GitError) -> String {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
      throw GitError(.system, "cannot write a file for ssh")
    }
    return path
  }
}

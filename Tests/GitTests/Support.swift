import Foundation

@testable import Git

/// A folder that goes away with the test.
final class Scratch: Sendable {
  let root: String

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-git-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ relative: String) -> String { root + "/" + relative }

  func write(_ relative: String, _ text: String, executable: Bool = false) throws {
    let file = URL(fileURLWithPath: path(relative))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
  }

  func link(_ relative: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(relative), withDestinationPath: target)
  }
}

/// Waits until something is so; an error when it is not after a minute.
func eventually(_ condition: () -> Bool) async throws {
  for _ in 0..<12_000 {
    if condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw CommandFailed(description: "what was waited for did not come about")
}

struct CommandFailed: Error, CustomStringConvertible {
  let description: String
}

/// Runs a program to its end and gives what it printed.
///
/// Not through Foundation's `Process`: it notices an end only once every program started at the same time has ended, servers too.
@discardableResult
func run(_ program: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]) throws -> String {
  let script = "cd \"$0\" && \"$@\" </dev/null; printf '\\0%s' $?"
  let process = try Subprocess(
    ["sh", "-c", script, folder, program] + arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
  defer { process.end() }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = try chunk.withUnsafeMutableBytes { buffer throws(GitError) in try process.read(into: buffer) { _ in } }
    if count == 0 { break }
    output.append(contentsOf: chunk[..<count])
  }
  guard let end = output.lastIndex(of: 0), output[(end + 1)...].elementsEqual("0".utf8) else {
    throw CommandFailed(description: "\(program) \(arguments): \(process.lastWords())")
  }
  return String(decoding: output[..<end], as: UTF8.self)
}

/// What these tests need besides themselves.
enum Tools {
  static let hasPython = (try? run("/usr/bin/env", ["python3", "--version"], in: "/")) != nil

  /// Why tests with a real repository cannot run here; nil when they can.
  static let obstacle: String? = (try? run("/usr/bin/env", ["git", "--version"], in: "/")) == nil ? "git is not installed" : nil
}

/// A repository with a work tree, made and changed by the git command line.
final class Repository: Sendable {
  let scratch: Scratch
  let name: String
  var folder: String { scratch.path(name) }

  static let environment = [
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Grace", "GIT_COMMITTER_EMAIL": "grace@example.com", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+01:00",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:06Z",
  ]

  init(in scratch: Scratch? = nil, name: String = "repo", branch: String = "main") throws {
    self.scratch = try scratch ?? Scratch()
    self.name = name
    try FileManager.default.createDirectory(atPath: self.scratch.path(name), withIntermediateDirectories: true)
    try git("init", "-q", "-b", branch)
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    try run("/usr/bin/env", ["git"] + arguments, in: folder, environment: Self.environment)
  }

  func write(_ path: String, _ text: String, executable: Bool = false) throws {
    try scratch.write(name + "/" + path, text, executable: executable)
  }

  /// Writes the files, commits everything and gives the commit's id.
  @discardableResult
  func commit(_ message: String, _ files: [String: String] = [:]) throws -> String {
    for (path, text) in files { try write(path, text) }
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
    return try head()
  }

  /// Runs a line of shell in the folder of the repository; `$1` and so on are the arguments.
  @discardableResult
  func shell(_ script: String, _ arguments: String...) throws -> String {
    try run("/bin/sh", ["-c", script, "sh"] + arguments, in: folder, environment: Self.environment)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func head(_ revision: String = "HEAD") throws -> String {
    try git("rev-parse", revision).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

import Foundation
import Glibc

/// Other programs, for baselines, and this one again, for what needs a process of its own.
enum Subprocess {
  /// Runs this program again; its output goes where ours does.
  static func runSelf(_ arguments: [String]) throws {
    let process = ownProcess(arguments)
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure("\(arguments.joined(separator: " ")) ended with \(process.terminationStatus)") }
  }

  /// The output of this program when it is run again.
  static func outputOfSelf(_ arguments: [String]) throws -> String {
    let process = ownProcess(arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    if process.terminationStatus != 0 { throw Failure("\(arguments.joined(separator: " ")): \(text)") }
    return text
  }

  static func ownProcess(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    return process
  }

  /// The output of a program; nil where it is missing or fails.
  static func output(_ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  /// As many open files as this process may have: each watched cluster has its connections.
  static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// A folder that is gone with the benchmark.
struct TemporaryFolder {
  let path: String

  static func use<Result>(_ name: String, _ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
    let folder = TemporaryFolder(path: NSTemporaryDirectory() + "flotilla-bench-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    return try await body(folder)
  }

  /// Writes a file, with the folders above it.
  @discardableResult
  func write(_ file: String, _ text: String) throws -> String {
    let place = "\(path)/\(file)"
    try FileManager.default.createDirectory(atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: place, atomically: true, encoding: .utf8)
    return place
  }
}

/// Prints a line at once, also into a pipe: what was measured so far can be read while the rest runs, and stands in the right order with
/// what other processes print.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(1, bytes, bytes.count)
}

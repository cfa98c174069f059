import Foundation
import Glibc

/// A process of the demo: this same program with another command, its output in a file.
final class ChildProcess {
  let name: String
  private let arguments: [String]
  private let log: String
  private var process: Process?
  /// Ends when this process does, and with it the child.
  private var lifeline: Pipe?

  init(name: String, arguments: [String], log: String) {
    self.name = name
    self.arguments = arguments
    self.log = log
  }

  /// The process id; 0 before it was started.
  var identifier: Int32 { process?.processIdentifier ?? 0 }

  /// How it ended; nil while it runs.
  var ending: String? {
    guard let process, !process.isRunning else { return nil }
    return process.terminationReason == .uncaughtSignal
      ? "killed by signal \(process.terminationStatus)" : "exit code \(process.terminationStatus)"
  }

  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let lifeline = Pipe()
    process.standardInput = lifeline
    let output = try ChildProcess.appending(to: log)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    self.process = process
    self.lifeline = lifeline
  }

  func stop() async {
    guard let process, process.isRunning else { return }
    process.terminate()
    let deadline = Date().addingTimeInterval(5)
    while process.isRunning, Date() < deadline { try? await Task.sleep(for: .milliseconds(20)) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  private static func appending(to path: String) throws -> FileHandle {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}

/// Ends this process when the one that started it ends, however that ends: children of the demo must not outlive it.
enum ParentProcess {
  /// The parent holds the other end of the standard input and never writes to it: its end is the parent's.
  static func endWithIt() {
    Thread.detachNewThread {
      while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
      kill(getpid(), SIGTERM)
    }
  }
}

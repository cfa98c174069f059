import Document
import Foundation
import Synchronization

/// Runs cases in processes of their own, one for each processor: a case that brings one down, or that does not end, is a case that
/// failed, and all others are run and counted all the same.
public struct WorkerPool: Sendable {
  private let executable: String
  private let arguments: [String]
  private let workers: Int
  private let seconds: Int

  /// Makes a pool.
  ///
  /// - Parameters:
  ///   - executable: The program of a worker.
  ///   - arguments: Its arguments; `FIRST` and `STRIDE` in them are the index of the first case to run and the distance to the next one.
  ///   - workers: How many run at the same time.
  ///   - seconds: How long a single case may take.
  public init(executable: String, arguments: [String], workers: Int, seconds: Int = 60) {
    self.executable = executable
    self.arguments = arguments
    self.workers = max(1, workers)
    self.seconds = seconds
  }

  /// What a worker prints for a case.
  public static func line(_ differences: [Difference]) -> String { JSON.string(.array(differences.map(\.json))) }

  /// The differences of every case, in order.
  public func differences(count: Int) -> [[Difference]] {
    let results = Mutex([[Difference]](repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: min(workers, max(1, count))) { worker in
      var next = worker
      while next < count {
        let end = run(from: next, count: count) { index, differences in results.withLock { $0[index] = differences } }
        if let failure = end.failure, end.next < count {
          results.withLock { $0[end.next] = [failure] }
          next = end.next + workers
        } else {
          next = end.next
        }
      }
    }
    return results.withLock { $0 }
  }

  /// Runs one worker to its end; gives the first case that it has not answered, and why it has not.
  private func run(from first: Int, count: Int, take: (Int, [Difference]) -> Void) -> (next: Int, failure: Difference?) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments.map {
      $0.replacingOccurrences(of: "FIRST", with: String(first)).replacingOccurrences(of: "STRIDE", with: String(workers))
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    // A trap needs no picture of the stack, which takes seconds.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    do {
      try process.run()
    } catch {
      return (first, Difference("the worker cannot be started: \(error)"))
    }
    var next = first
    var failure: Difference?
    var lines = LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
    reading: while true {
      switch lines.next(seconds: seconds) {
      case .line(let line):
        guard next < count, let differences = Self.differences(line) else {
          failure = Difference("the worker printed what is no result: \(String(decoding: line, as: UTF8.self))")
          break reading
        }
        take(next, differences)
        next += workers
      case .silence:
        failure = Difference("the case did not end within \(seconds) seconds")
        break reading
      case .end: break reading
      }
    }
    if failure != nil { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    if next < count && failure == nil {
      let reason = process.terminationReason == .uncaughtSignal ? "signal" : "status"
      failure = Difference("the process that ran the case ended with \(reason) \(process.terminationStatus)")
    }
    return (next, failure)
  }

  private static func differences(_ line: [UInt8]) -> [Difference]? {
    guard let entries = (try? JSON.decode(line))?.arrayValue else { return nil }
    return entries.map { Difference($0["what"]?.stringValue ?? "", diff: $0["diff"]?.stringValue ?? "") }
  }
}

/// Lines of a pipe, with a limit on the time without one.
private struct LineReader {
  enum Answer {
    case line([UInt8])
    case silence
    case end
  }

  let descriptor: Int32
  private var pending: [UInt8] = []
  /// How much of what is pending is known to hold no line feed.
  private var searched = 0

  init(descriptor: Int32) { self.descriptor = descriptor }

  mutating func next(seconds: Int) -> Answer {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<end])
        pending.removeFirst(end + 1)
        searched = 0
        return .line(line)
      }
      searched = pending.count
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(seconds * 1000))
      if ready < 0 && errno == EINTR { continue }
      if ready == 0 { return .silence }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return .end }
      pending.append(contentsOf: buffer[..<count])
    }
  }
}

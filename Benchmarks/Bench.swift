import Foundation
import Glibc

/// `make bench`: each benchmark in a process of its own, so that one's memory does not show in another's figures.
@main
struct Bench {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      if arguments.first == "simulators" {
        try await BenchFleet.serve(Int(arguments.last ?? "") ?? 1)
      } else if let name = arguments.first {
        guard let benchmark = all.first(where: { $0.name == name }) else {
          print("unknown benchmark \(name); there are: \(all.map(\.name).joined(separator: ", "))")
          exit(1)
        }
        try await benchmark.run()
      } else {
        for benchmark in all { try Subprocess.runSelf(benchmark.name) }
      }
    } catch {
      print("failed: \(error)")
      exit(1)
    }
  }

  private static let all: [any Benchmark] = [
    MatrixBenchmark(), YAMLBenchmark(), FleetBenchmark(), RestartBenchmark(),
  ]
}

/// One benchmark: prints its figures beside a baseline.
protocol Benchmark: Sendable {
  var name: String { get }
  func run() async throws
}

/// Time, processor time and memory of a piece of work.
struct Measurement {
  let wall: Double
  let cpu: Double

  static func of(_ work: () async throws -> Void) async rethrows -> Measurement {
    let cpu = processorTime()
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    let elapsed = (clock.now - start).components
    return Measurement(wall: Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18, cpu: processorTime() - cpu)
  }

  /// The best of several runs: what the machine's noise adds is never negative.
  static func best(of runs: Int, _ work: () async throws -> Void) async rethrows -> Measurement {
    var best = try await of(work)
    for _ in 1..<runs {
      let next = try await of(work)
      if next.wall < best.wall { best = next }
    }
    return best
  }

  /// The most memory that this process ever held, in MB.
  static var peakMemory: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }

  private static func processorTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }
}

/// Figures as text.
enum Figure {
  static func seconds(_ value: Double) -> String { value < 1 ? "\(Int((value * 1000).rounded())) ms" : "\(rounded(value)) s" }
  static func megabytes(_ value: Double) -> String { "\(Int(value.rounded())) MB" }
  static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}

/// Other programs, for baselines.
enum Subprocess {
  static func runSelf(_ argument: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [argument]
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(message: "\(argument) ended with \(process.terminationStatus)") }
  }

  /// The output of a program; nil where it is missing or fails.
  static func output(_ program: String, _ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  struct Failure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
  }
}

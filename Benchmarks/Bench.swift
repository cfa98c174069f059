import Foundation
import Glibc

/// `make bench`: each benchmark in a process of its own, so that one's memory does not show in another's figures.
///
///     flotilla-bench                run all
///     flotilla-bench NAME…          run some
///     flotilla-bench --list         what there is
@main
struct Bench {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch arguments.first {
      case "--list": for benchmark in all { say("\(benchmark.name.padding(to: 12)) \(benchmark.summary)") }
      case "--part": try await part(Array(arguments.dropFirst()))
      case "--simulators": try await SimulatorProcess.serve(arguments.dropFirst().first.flatMap(Int.init) ?? 1)
      case .some(let name) where arguments.count == 1: try await benchmark(name).run()
      case .some: for name in arguments { try Subprocess.runSelf([benchmark(name).name]) }
      case nil: try runAll()
      }
    } catch {
      say("failed: \(error)")
      exit(1)
    }
  }

  private static let all: [any Benchmark] = [
    MatrixBenchmark(), IncrementalBenchmark(), TemplateBenchmark(), YAMLBenchmark(), FleetBenchmark(), RestartBenchmark(), ApplyBenchmark(),
    DriftBenchmark(), IdleBenchmark(), SimulatorBenchmark(),
  ]

  /// One that fails keeps none of the others from running.
  private static func runAll() throws {
    var failed: [String] = []
    for benchmark in all {
      do {
        try Subprocess.runSelf([benchmark.name])
      } catch {
        failed.append(benchmark.name)
      }
    }
    if !failed.isEmpty { throw Failure("\(failed.joined(separator: ", "))") }
  }

  private static func benchmark(_ name: String) throws -> any Benchmark {
    guard let benchmark = all.first(where: { $0.name == name }) else {
      throw Failure("there is no benchmark \(name); there are: \(all.map(\.name).joined(separator: ", "))")
    }
    return benchmark
  }

  private static func part(_ arguments: [String]) async throws {
    guard let name = arguments.first else { throw Failure("--part needs the name of a benchmark") }
    try await benchmark(name).part(Array(arguments.dropFirst()))
  }
}

/// One benchmark: prints its figures beside a baseline that was measured in the same run, or says why there is none.
protocol Benchmark: Sendable {
  var name: String { get }
  /// What is measured, in a few words.
  var summary: String { get }
  func run() async throws
  /// A part of it that needs a process of its own.
  func part(_ arguments: [String]) async throws
}

extension Benchmark {
  func part(_ arguments: [String]) async throws { throw Failure("\(name) has no parts") }
}

/// Why a benchmark could not be carried through.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

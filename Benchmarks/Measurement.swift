import Foundation
import Glibc

/// Time and processor time of a piece of work.
struct Measurement {
  let wall: Double
  let cpu: Double

  static func of(_ work: () async throws -> Void) async rethrows -> Measurement {
    let cpu = processorTime()
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    return Measurement(wall: (clock.now - start).inSeconds, cpu: processorTime() - cpu)
  }

  /// The best of several runs: what the machine's noise adds is never negative.
  static func best(of runs: Int, _ work: () async throws -> Void) async rethrows -> Measurement {
    var best = try await of(work)
    for _ in 1..<max(1, runs) {
      let next = try await of(work)
      if next.wall < best.wall { best = next }
    }
    return best
  }

  /// The most memory that this process ever held, in MB. The kernel's own mark, not `ru_maxrss`: that one begins with what the parent held.
  static var peakMemory: Double { status("VmHWM:") }

  /// The memory that this process holds now, in MB.
  static var residentMemory: Double { status("VmRSS:") }

  /// Processor time of this process so far, in seconds.
  static func processorTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  private static func status(_ field: String) -> Double {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Figures as text.
enum Figure {
  static func seconds(_ value: Double) -> String {
    if value < 0.01 { return "\(rounded(value * 1000)) ms" }
    return value < 1 ? "\(Int((value * 1000).rounded())) ms" : "\(rounded(value)) s"
  }
  static func megabytes(_ value: Double) -> String { "\(Int(value.rounded())) MB" }
  static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }
  static func times(_ value: Double) -> String { value < 10 ? "\(rounded(value)) times" : "\(Int(value.rounded())) times" }

  /// A bar that the project set itself, and whether it was met on this machine.
  static func bar(_ text: String, _ isMet: Bool) -> String { "[bar: \(text): \(isMet ? "met" : "MISSED")]" }

  /// The value below which a share of the samples lies.
  static func percentile(_ share: Double, of samples: [Double]) -> Double {
    let sorted = samples.sorted()
    guard let last = sorted.indices.last else { return 0 }
    return sorted[min(last, Int((Double(sorted.count) * share).rounded(.down)))]
  }
}

extension String {
  func padding(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}

import Foundation
import Testing

/// Runs the recorded cases of Argo CD; where the corpus is not there, nothing runs.
@Suite struct ConformanceTests {
  /// Cases that are known to differ, each with its reason: `name  reason`.
  private static let knownFailures: [String: String] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("known-failures.txt").path
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var result: [String: String] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if let name = parts.first { result[String(name)] = parts.count > 1 ? String(parts[1]) : "" }
    }
    return result
  }()

  @Test func applicationSetsAreWhatArgoCDMakesOfThem() throws {
    let cases = ConformanceCase.all()
    var table: [String: (passed: Int, failed: Int, unsupported: Int)] = [:]
    var unsupported: [String] = []
    var known: [String] = []
    for test in cases {
      if let reason = test.unsupported {
        table[test.topic, default: (0, 0, 0)].unsupported += 1
        unsupported.append("\(test.name) (\(reason))")
        continue
      }
      let differences: [String]
      do {
        differences = try ConformanceComparison.differences(test)
      } catch {
        differences = ["\(error)"]
      }
      if differences.isEmpty {
        table[test.topic, default: (0, 0, 0)].passed += 1
        if Self.knownFailures[test.name] != nil { print("\(test.name) passes now: take it from known-failures.txt") }
        continue
      }
      table[test.topic, default: (0, 0, 0)].failed += 1
      if Self.knownFailures[test.name] != nil {
        known.append(test.name)
        continue
      }
      Issue.record("\(test.name): \(differences.joined(separator: "\n"))")
    }
    var lines = ["conformance, applicationsets: topic passed/failed/unsupported"]
    for (topic, counts) in table.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(topic): \(counts.passed)/\(counts.failed)/\(counts.unsupported)")
    }
    let passed = table.values.reduce(0) { $0 + $1.passed }
    lines.append("  known differences: \(known.joined(separator: ", "))")
    lines.append("  unsupported: \(unsupported.joined(separator: ", "))")
    lines.append("  \(passed)/\(cases.count) passed, \(unsupported.count) unsupported")
    print(lines.joined(separator: "\n"))
  }
}

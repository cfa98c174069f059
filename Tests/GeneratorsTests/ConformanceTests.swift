import FleetModel
import Foundation
import Generators
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
    guard !cases.isEmpty else {
      print("skipped: the conformance corpus is not there (set FLOTILLA_CONFORMANCE to its folder)")
      return
    }
    var table: [String: (passed: Int, total: Int)] = [:]
    var known: [String] = []
    for test in cases {
      let differences: [String]
      do {
        differences = try ConformanceComparison.differences(test)
      } catch {
        differences = ["\(error)"]
      }
      table[test.topic, default: (0, 0)].total += 1
      if differences.isEmpty {
        table[test.topic]?.passed += 1
        if Self.knownFailures[test.name] != nil { print("\(test.name) passes now: take it from known-failures.txt") }
      } else if let reason = Self.knownFailures[test.name] {
        known.append("  known difference \(test.name): \(reason)")
      } else {
        Issue.record("\(test.name): \(differences.joined(separator: "\n"))")
      }
    }
    var lines = ["conformance, applicationsets: topic passed/total"]
    for (topic, counts) in table.sorted(by: { $0.key < $1.key }) { lines.append("  \(topic): \(counts.passed)/\(counts.total)") }
    let passed = table.values.reduce(0) { $0 + $1.passed }
    print((lines + known + ["  \(passed)/\(cases.count) passed, none skipped"]).joined(separator: "\n"))
  }

  /// Every case once more on top of the one before: a cache never changes what comes out.
  @Test func aCacheOfAnotherCaseChangesNothing() throws {
    var cache = EvaluationCache()
    for test in ConformanceCase.all() {
      let definitions = try test.definitions()
      let inputs = EvaluationInputs(clusters: definitions.clusters)
      let fresh = Evaluator.evaluate(definitions, inputs: inputs)
      let cached = Evaluator.evaluate(definitions, inputs: inputs, cache: &cache)
      #expect(cached.instances == fresh.instances && cached.sets == fresh.sets, "\(test.name)")
    }
  }
}

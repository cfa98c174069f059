import Foundation
import Testing

@testable import Templating

@Suite struct ConformanceTests {
  /// Identifiers of cases that do not pass yet, one a line; `#` begins a comment.
  private static let knownFailures: Set<String> = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("known-failures.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return Set(text.split(separator: "\n").map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
  }()

  @Test(arguments: ConformanceCases.topics + ConformanceCases.recorded)
  func topic(_ topic: String) throws {
    let cases = try ConformanceCases.cases(topic)
    var failures: [(String, String)] = []
    for test in cases {
      if let failure = ConformanceCases.failure(test) { failures.append((test.id, "\(test.id) \(test.template)\n  \(failure)")) }
    }
    print("conformance \(topic): \(cases.count - failures.count) of \(cases.count)")
    if let report = ProcessInfo.processInfo.environment["CONFORMANCE_REPORT"] {
      let text = failures.map { $0.1 + "\n" }.joined()
      try text.write(toFile: "\(report)/\(topic).txt", atomically: true, encoding: .utf8)
    }
    let unexpected = failures.filter { !Self.knownFailures.contains($0.0) }
    #expect(unexpected.isEmpty, "\(unexpected.count) failed:\n\(unexpected.prefix(10).map(\.1).joined(separator: "\n"))")
  }
}

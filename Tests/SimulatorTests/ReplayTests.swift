import Foundation
import Testing

@testable import Simulator

/// The recordings of a real API server against the simulator: how many exchanges come out alike, topic by topic.
@Suite(.enabled(if: Transcript.folder != nil, "the recordings lie beside the repository"))
struct ReplayTests {
  /// A topic, whether the recorded server's controllers ran, and whether it counts for the share that is promised.
  struct Topic: Sendable, CustomTestStringConvertible {
    var name: String
    var controllers = false
    var isPromised = true
    var testDescription: String { name }
  }

  static let topics = [
    Topic(name: "02-crud"), Topic(name: "03-apply"), Topic(name: "03b-apply-typed"), Topic(name: "04-list"),
    Topic(name: "04b-expired-continue"),
    Topic(name: "05-watch"), Topic(name: "06-deletion", controllers: true), Topic(name: "07-crd", controllers: true),
    Topic(name: "08-errors-and-auth", controllers: true), Topic(name: "12-leases"),
    Topic(name: "10-as-applied-as-returned", isPromised: false), Topic(name: "10b-quantities-and-defaults", isPromised: false),
    Topic(name: "11-precision-and-limits", isPromised: false), Topic(name: "13-admission", isPromised: false),
  ]

  /// Every topic's result, replayed once for all tests.
  private static let results: [String: Replay.Result] = {
    var results: [String: Replay.Result] = [:]
    for topic in topics { results[topic.name] = try? Replay.run(topic.name, controllers: topic.controllers) }
    return results
  }()

  private static var documentation: String {
    let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("docs/simulator.md")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }

  /// The line of the published table about a topic.
  private static func row(_ topic: Topic, _ result: Replay.Result) -> String {
    "| \(topic.name) | \(result.passed) | \(result.total) | \(result.passed * 100 / max(result.total, 1)) % |"
  }

  @Test(arguments: topics)
  func figuresArePublished(topic: Topic) throws {
    let result = try #require(ReplayTests.results[topic.name])
    let row = ReplayTests.row(topic, result)
    print(row)
    if let wanted = ProcessInfo.processInfo.environment["REPLAY_SHOW"], topic.name.hasPrefix(wanted) {
      for failure in result.failures { print(failure) }
    }
    #expect(ReplayTests.documentation.contains(row), "docs/simulator.md must say: \(row)")
  }

  /// Whatever does not come out alike in the promised topics is listed with its reason, and nothing else is.
  @Test(arguments: topics.filter(\.isPromised))
  func differencesAreExplained(topic: Topic) throws {
    let result = try #require(ReplayTests.results[topic.name])
    let lines = ReplayTests.documentation.split(separator: "\n").filter { $0.hasPrefix("| \(topic.name):") }
    let listed = Set(
      lines.flatMap { line in
        line.split(separator: "|")[0].split(separator: ":")[1].split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
      })
    #expect(Set(result.failedLines).subtracting(listed).sorted() == [], "not explained in docs/simulator.md")
    #expect(listed.subtracting(result.failedLines).sorted() == [], "explained in docs/simulator.md, but alike by now")
  }

  @Test func nineOfTenComeOutAlike() throws {
    var passed = 0
    var total = 0
    for topic in ReplayTests.topics where topic.isPromised {
      let result = try #require(ReplayTests.results[topic.name])
      passed += result.passed
      total += result.total
    }
    let row =
      "| topics 02 to 08 and 12 | \(passed) | \(total) | \(passed * 1000 / max(total, 1) / 10).\(passed * 1000 / max(total, 1) % 10) % |"
    print(row)
    #expect(passed * 10 >= total * 9)
    #expect(ReplayTests.documentation.contains(row), "docs/simulator.md must say: \(row)")
  }
}

import Foundation
import Testing

@testable import Simulator

/// The recordings of a real API server against the simulator: how many exchanges come out alike, topic by topic.
@Suite(.enabled(if: Transcript.folder != nil, "the recordings lie beside the repository"))
struct ReplayTests {
  /// A topic, whether the recorded server's controllers ran, and the number of exchanges that must at least be alike.
  static let topics: [(topic: String, controllers: Bool, atLeast: Int)] = [
    ("02-crud", false, 114), ("03-apply", false, 123), ("03b-apply-typed", false, 99), ("04-list", false, 134), ("05-watch", false, 82),
    ("06-deletion", true, 116), ("07-crd", true, 124), ("12-leases", false, 42), ("10-as-applied-as-returned", false, 174),
    ("08-errors-and-auth", true, 138),
  ]

  @Test(arguments: topics)
  func replay(topic: String, controllers: Bool, atLeast: Int) throws {
    let result = try Replay.run(topic, controllers: controllers)
    print("replay \(topic): \(result.passed) of \(result.total)")
    if let wanted = ProcessInfo.processInfo.environment["REPLAY_SHOW"], topic.hasPrefix(wanted) {
      for failure in result.failures { print(failure) }
    }
    #expect(result.passed >= atLeast)
  }
}

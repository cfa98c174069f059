import FleetModel
import Scheduling
import Testing

@Suite struct DeletionGuardTests {
  /// existing, removals, removed in the last hour, approved → allowed
  @Test(arguments: [
    (10, 0, 0, false, true),
    (1, 1, 0, false, true),
    (2, 2, 0, false, false),
    (100, 5, 0, false, true),
    (100, 6, 0, false, true),
    (100, 20, 0, false, true),
    (100, 21, 0, false, false),
    (10, 5, 0, false, true),
    (10, 6, 0, false, false),
    (1000, 60, 41, false, false),
    (1000, 60, 40, false, true),
    (2, 2, 0, true, true),
  ])
  func judges(_ existing: Int, _ removals: Int, _ recently: Int, _ approved: Bool, _ allowed: Bool) {
    let verdict = DeletionGuard.judge(
      set: "web", existing: existing, removals: removals, removedInLastHour: recently, guards: Fleet.Guards(), isApproved: approved)
    #expect((verdict == .allow) == allowed)
  }

  @Test func saysHowToReleaseIt() {
    let verdict = DeletionGuard.judge(
      set: "web", existing: 4, removals: 4, removedInLastHour: 0, guards: Fleet.Guards(), isApproved: false)
    guard case .hold(let message) = verdict else {
      Issue.record("not held")
      return
    }
    #expect(message.contains("all 4 applications"))
    #expect(message.contains("flotilla approve web"))
  }
}

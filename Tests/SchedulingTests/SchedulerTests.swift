import Document
import FleetModel
import FoundationEssentials
import Testing

@testable import Scheduling

/// A situation, and what is decided at second 100.
struct DecisionCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var nodes: [GraphNode]
  var states: [InstanceState]
  var clusters: [String: ClusterCondition] = ["c1": .online, "c2": .online]
  var limits = SyncLimits()
  /// Names joined by blanks.
  var start = ""
  var removals = ""
  /// Name and reason.
  var waiting: [String] = []
  /// Seconds.
  var wake: Double?

  init(
    _ description: String, _ nodes: [GraphNode], _ states: [InstanceState], clusters: [String: ClusterCondition]? = nil,
    limits: SyncLimits = SyncLimits(), start: String = "", removals: String = "", waiting: [String] = [], wake: Double? = nil
  ) {
    testDescription = description
    self.nodes = nodes
    self.states = states
    self.clusters = clusters ?? self.clusters
    self.limits = limits
    self.start = start
    self.removals = removals
    self.waiting = waiting
    self.wake = wake
  }
}

private let pair = [node("platform"), node("web", on("platform"))]

private func waits(_ state: InstanceState, _ text: String, description: String) -> DecisionCase {
  DecisionCase(description, pair, [state, .new("web")], waiting: ["web waits for platform (\(text))"])
}

private func failed(_ count: Int, _ digest: String = "1", at seconds: Double) -> InstanceState.Failures {
  InstanceState.Failures(count: count, digest: digest, message: "connection refused", at: time(seconds))
}

private let readinessCases: [DecisionCase] = [
  DecisionCase(
    "dependencies begin first", pair, [.new("platform"), .new("web")], start: "platform",
    waiting: ["web waits for platform (not synced yet)"]),
  DecisionCase("ready dependencies let go", pair, [.ready("platform"), .new("web")], start: "web"),
  waits(
    InstanceState.ready("platform").with {
      $0.health?.status = "Progressing"; $0.health?.message = "1 of 3 ready"
    }, "Progressing: 1 of 3 ready",
    description: "not healthy"),
  waits(
    InstanceState.ready("platform", at: time(50)).with { $0.health?.at = time(49) }, "synced, health not seen since",
    description: "healthy, but seen before the sync ended"),
  waits(
    InstanceState.ready("platform").with { $0.health?.digest = "0" }, "synced, health not seen since",
    description: "healthy at another revision"),
  waits(InstanceState.ready("platform").with { $0.runningSince = time(40) }, "syncing for 1m", description: "an operation runs"),
  waits(
    InstanceState.ready("platform").with {
      $0.desired = target("2"); $0.isAutomated = false
    }, "OutOfSync: not yet at r-2",
    description: "healthy at the revision before"
  ).with { $0.waiting.append("platform waits for somebody to sync it: automated sync is off") },
  waits(
    InstanceState.ready("platform").with {
      $0.drift = "Deployment web/web"; $0.healsDrift = false
    }, "OutOfSync: Deployment web/web",
    description: "drifted"
  ).with { $0.waiting.append("platform differs from what was synced (Deployment web/web), and self-heal is off") },
  waits(
    InstanceState.new("platform").with {
      $0.desired = nil; $0.problem = "no such path"
    }, "cannot be synced: no such path", description: "not rendered"
  ).with { $0.waiting.append("platform cannot be synced: no such path") },
  waits(
    InstanceState.new("platform").with { $0.failures = failed(6, at: 90) }, "sync failed: connection refused",
    description: "failed for good"
  ).with { $0.waiting.append("platform failed after 5 retries: connection refused; a new revision or `flotilla sync` starts it again") },
  DecisionCase(
    "a dependency without a state", pair, [.new("web")], waiting: ["web waits for platform (nothing is known of it yet)"]),
  DecisionCase(
    "more than one", [node("a", set: "s"), node("b", set: "s"), node("c", set: "s"), node("web", onSet("s"))],
    [.ready("a"), .new("b"), .new("c"), .new("web")], start: "b c", waiting: ["web waits for b (not synced yet) and 1 more"]),
  DecisionCase(
    "a dependency that is being removed is not ready", [node("platform", removed: true), node("web", on("platform"))],
    [InstanceState.ready("platform").with { $0.isRemoved = true }, .new("web")], removals: "platform",
    waiting: ["web waits for platform (it is being removed)"]),
  DecisionCase(
    "members of a set that go away are not waited for", [node("a", set: "s", removed: true), node("b", set: "s"), node("web", onSet("s"))],
    [InstanceState.new("a").with { $0.isRemoved = true }, .ready("b"), .new("web")], start: "web", removals: "a"),
  DecisionCase(
    "a dependency on an offline cluster", [node("platform", "c2"), node("web", on("platform"))], [.ready("platform"), .new("web")],
    clusters: ["c1": .online, "c2": .offline(since: time(0), message: "")], waiting: ["web waits for platform (cluster c2 is offline)"]),
]

private let one = [node("web")]

private let causeCases: [DecisionCase] = [
  DecisionCase("synced and healthy: nothing to do", one, [.ready("web")]),
  DecisionCase("synced, not healthy: nothing to do", one, [InstanceState.ready("web").with { $0.health?.status = "Degraded" }]),
  DecisionCase(
    "another commit with the same digest: nothing to do", one, [InstanceState.ready("web").with { $0.desired?.revision = "r9" }]),
  DecisionCase("a new digest", one, [InstanceState.ready("web").with { $0.desired = target("2") }], start: "web"),
  DecisionCase("drift is healed", one, [InstanceState.ready("web").with { $0.drift = "" }], start: "web"),
  DecisionCase(
    "but not at once after a sync", one, [InstanceState.ready("web", at: time(98)).with { $0.drift = "" }],
    waiting: ["web waits 3s before its drift is healed again"], wake: 103),
  DecisionCase(
    "a request needs no difference", one,
    [
      InstanceState.ready("web").with {
        $0.isRequested = true; $0.isAutomated = false
      }
    ], start: "web"),
  DecisionCase(
    "while it runs nothing begins", one,
    [
      InstanceState.new("web").with {
        $0.runningSince = time(99); $0.isRequested = true
      }
    ]),
  DecisionCase(
    "paused", one, [InstanceState.new("web").with { $0.paused = "by alice" }], waiting: ["web is paused: by alice"]),
  DecisionCase(
    "held", [node("a", on("b", line: 12)), node("b", on("a", line: 13))], [.new("a"), .ready("b")],
    waiting: ["a is held: dependency cycle a → b → a (fleet/x.yaml:12, fleet/x.yaml:13)"]),
  DecisionCase("unknown to the graph", one, [.ready("web"), .new("ghost")], waiting: ["ghost is not part of the last evaluation"]),
]

private let clusterCases: [DecisionCase] = [
  DecisionCase(
    "offline", one, [.new("web")], clusters: ["c1": .offline(since: time(0), message: "timeout")],
    waiting: ["web waits for cluster c1, offline since 2027-01-15T08:00:00Z: timeout"]),
  DecisionCase("not asked yet", one, [.new("web")], clusters: ["c1": .unknown], waiting: ["web waits for the first answer of cluster c1"]),
  DecisionCase("not registered", one, [.new("web")], clusters: [:], waiting: ["web waits for cluster c1, which is not registered"]),
  DecisionCase("no cluster", [node("web", "")], [.new("web")], waiting: ["web names no cluster"]),
]

private let retryCases: [DecisionCase] = [
  DecisionCase(
    "the first retry after 5 s", one, [InstanceState.new("web").with { $0.failures = failed(1, at: 98) }],
    waiting: ["web waits for retry 1 of 5 in 3s after: connection refused"], wake: 103),
  DecisionCase(
    "the third after 20 s", one, [InstanceState.new("web").with { $0.failures = failed(3, at: 90) }],
    waiting: ["web waits for retry 3 of 5 in 10s after: connection refused"], wake: 110),
  DecisionCase("due", one, [InstanceState.new("web").with { $0.failures = failed(3, at: 80) }], start: "web"),
  DecisionCase(
    "a new digest resets the attempts", one, [InstanceState.new("web", "2").with { $0.failures = failed(6, at: 99) }], start: "web"),
  DecisionCase(
    "a request does not wait", one,
    [
      InstanceState.new("web").with {
        $0.failures = failed(6, at: 99); $0.isRequested = true
      }
    ], start: "web"),
  DecisionCase(
    "no retries", one,
    [
      InstanceState.new("web").with {
        $0.failures = failed(1, at: 0); $0.retry.limit = 0
      }
    ],
    waiting: ["web failed: connection refused; a new revision or `flotilla sync` starts it again"]),
  DecisionCase(
    "retries without end", one,
    [
      InstanceState.new("web").with {
        $0.failures = failed(90, at: -100); $0.retry.limit = -1
      }
    ], start: "web"),
]

private let eight = (1...4).map { node("a\($0)", "c1") } + (1...4).map { node("b\($0)", "c2") }
private let eightNew = eight.map { InstanceState.new($0.name) }

private let limitCases: [DecisionCase] = [
  DecisionCase(
    "a cluster's limit", eight, eightNew, limits: SyncLimits(perCluster: 3), start: "a1 a2 a3 b1 b2 b3",
    waiting: ["a4 waits for the limit of 3 concurrent syncs on cluster c1", "b4 waits for the limit of 3 concurrent syncs on cluster c2"]),
  DecisionCase(
    "the fleet's limit is shared evenly", eight, eightNew, limits: SyncLimits(fleet: 4), start: "a1 a2 b1 b2",
    waiting: ["a3", "a4", "b3", "b4"].map {
      "\($0) waits for the limit of 2 concurrent syncs on cluster \($0.hasPrefix("a") ? "c1" : "c2")"
    }),
  DecisionCase(
    "an operation that runs counts", eight, eightNew.map { state in state.with { if $0.id == id("a1") { $0.runningSince = time(99) } } },
    limits: SyncLimits(fleet: 2), start: "b1",
    waiting: ["a2", "a3", "a4", "b2", "b3", "b4"].map {
      "\($0) waits for the limit of 1 concurrent syncs on cluster \($0.hasPrefix("a") ? "c1" : "c2")"
    }
  ),
  DecisionCase(
    "what runs on an offline cluster takes no place of the others", eight,
    eightNew.map { state in state.with { if $0.id.rawValue.hasPrefix("a") { $0.runningSince = time(99) } } },
    clusters: ["c1": .offline(since: time(0), message: ""), "c2": .online], limits: SyncLimits(fleet: 4), start: "b1 b2",
    waiting: ["b3", "b4"].map { "\($0) waits for the limit of 2 concurrent syncs on cluster c2" }),
  DecisionCase(
    "what runs too long takes none either", [node("a", "c1"), node("b", "c2"), node("c", "c3")],
    [InstanceState.new("a").with { $0.runningSince = time(30) }, InstanceState.new("b").with { $0.runningSince = time(80) }, .new("c")],
    clusters: ["c1": .online, "c2": .online, "c3": .online], limits: SyncLimits(fleet: 2), start: "c"),
  DecisionCase(
    "and time alone changes that", [node("a", "c1"), node("b", "c2"), node("c", "c3")],
    [InstanceState.new("a").with { $0.runningSince = time(50) }, InstanceState.new("b").with { $0.runningSince = time(80) }, .new("c")],
    clusters: ["c1": .online, "c2": .online, "c3": .online], limits: SyncLimits(fleet: 2),
    waiting: ["c waits for the limit of 2 concurrent syncs in the fleet"], wake: 110),
  DecisionCase(
    "who asked goes first", eight, eightNew.map { state in state.with { $0.isRequested = $0.id == id("a4") } },
    limits: SyncLimits(perCluster: 1),
    start: "a4 b1",
    waiting: ["a1", "a2", "a3", "b2", "b3", "b4"].map {
      "\($0) waits for the limit of 1 concurrent syncs on cluster \($0.hasPrefix("a") ? "c1" : "c2")"
    }
  ),
]

private func gone(_ name: String) -> InstanceState { InstanceState.ready(name).with { $0.isRemoved = true } }
private let leaving = [
  node("crds", removed: true), node("operators", removed: true, on("crds")), node("web", removed: true, onSet("x"), on("operators")),
]

private let removalCases: [DecisionCase] = [
  DecisionCase(
    "dependants first", leaving, [gone("crds"), gone("operators"), gone("web")], removals: "web",
    waiting: ["crds is removed after operators, which depends on it", "operators is removed after web, which depends on it"]),
  DecisionCase("then what they needed", leaving, [gone("crds")], removals: "crds"),
  DecisionCase(
    "while a dependant is being removed", leaving, [gone("crds"), gone("operators").with { $0.runningSince = time(99) }],
    waiting: ["crds is removed after operators, which depends on it"]),
  DecisionCase(
    "a cycle does not stop its own removal", [node("a", removed: true, on("b")), node("b", removed: true, on("a"))],
    [gone("a"), gone("b")],
    removals: "a b"),
  DecisionCase(
    "through a group", [node("p", set: "s", removed: true), node("web", removed: true, onSet("s", .fleet))], [gone("p"), gone("web")],
    removals: "web",
    waiting: ["p is removed after web, which depends on it"]),
  DecisionCase(
    "an offline cluster", [node("a", removed: true)], [gone("a")], clusters: ["c1": .offline(since: time(0), message: "")],
    waiting: ["a waits for cluster c1, offline since 2027-01-15T08:00:00Z"]),
  DecisionCase(
    "a failed removal is tried again", [node("a", removed: true)], [gone("a").with { $0.failures = failed(1, "", at: 98) }],
    waiting: ["a waits for retry 1 of 5 in 3s after: connection refused"], wake: 103),
]

extension DecisionCase {
  func with(_ change: (inout DecisionCase) -> Void) -> DecisionCase {
    var copy = self
    change(&copy)
    return copy
  }
}

@Suite struct SchedulerTests {
  @Test(arguments: readinessCases + causeCases + clusterCases + retryCases + limitCases + removalCases)
  func decides(_ example: DecisionCase) {
    let graph = DependencyGraph.build(example.nodes, applicationSets: ["x"])
    let now = time(100)
    let decisions = Scheduler.decide(
      Snapshot(instances: example.states, clusters: example.clusters, limits: example.limits), graph: graph, now: now)
    let start = decisions.start.map(\.instance.rawValue).joined(separator: " ")
    let removals = decisions.removals.map(\.instance.rawValue).joined(separator: " ")
    let waiting = decisions.waiting.map { "\($0.key.rawValue) \($0.value.text(at: now))" }.sorted()
    let wake = decisions.wake.map { $0.timeIntervalSince(time(0)).rounded() }
    #expect(start == example.start, "waiting: \(waiting)")
    #expect(removals == example.removals)
    #expect(waiting == example.waiting.sorted())
    #expect(wake == example.wake)
  }

  @Test func aChainLeadsToWhatEverythingWaitsFor() {
    let graph = DependencyGraph.build([node("crds"), node("operators", on("crds")), node("web", on("operators"))])
    let snapshot = Snapshot(
      instances: [InstanceState.new("crds").with { $0.failures = failed(2, at: 95) }, .new("operators"), .new("web")],
      clusters: ["c1": .online])
    let decisions = Scheduler.decide(snapshot, graph: graph, now: time(100))
    #expect(
      decisions.chain(of: id("web"), in: graph, now: time(100)) == [
        "web waits for operators (not synced yet)", "operators waits for crds (sync failed: connection refused)",
        "crds waits for retry 2 of 5 in 5s after: connection refused",
      ])
    #expect(decisions.chain(of: id("nobody"), in: graph, now: time(100)).isEmpty)
  }

  @Test func attemptsAndCausesAreTold() {
    let graph = DependencyGraph.build(one)
    let state = InstanceState.ready("web").with {
      $0.desired = target("2")
      $0.failures = failed(2, "2", at: 0)
    }
    let decisions = Scheduler.decide(Snapshot(instances: [state], clusters: ["c1": .online]), graph: graph, now: time(100))
    #expect(decisions.start == [SyncStart(instance: id("web"), cluster: "c1", target: target("2"), cause: .newRevision, attempt: 3)])
  }
}

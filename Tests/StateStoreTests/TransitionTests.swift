import Document
import FleetModel
import Foundation
import Scheduling
import Testing

@testable import StateStore

/// A transition and the events that it leaves after two instances `a` and `b` were seeded.
struct TransitionCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var events: [String]
  var run: @Sendable (StateStore) async throws -> Void

  init(_ description: String, events: [String] = [], _ run: @escaping @Sendable (StateStore) async throws -> Void) {
    testDescription = description
    self.events = events
    self.run = run
  }
}

private func evaluate(
  _ store: StateStore, _ entries: [EvaluationRecord.Entry], removals: [InstanceID: String] = [:], problems: [String] = []
) async throws {
  try await store.recordEvaluation(
    EvaluationRecord(revision: "d1", instances: entries, removals: removals, problems: problems), at: time(5))
}

private let evaluationCases: [TransitionCase] = [
  TransitionCase("the same again: nothing") { try await evaluate($0, [entry("a"), entry("b")]) },
  TransitionCase("what is left out stays") { try await evaluate($0, [entry("a")]) },
  TransitionCase("another revision with the same result", events: ["Evaluated d1→d2"]) {
    try await $0.recordEvaluation(EvaluationRecord(revision: "d2", instances: [entry("a"), entry("b")]), at: time(5))
  },
  TransitionCase("a changed document", events: ["Changed a", "Evaluated d1→d1"]) { try await evaluate($0, [entry("a", image: "2")]) },
  TransitionCase("a new name keeps the instance", events: ["Renamed a2 a→a2", "Changed a2", "Evaluated d1→d1"]) {
    try await evaluate($0, [entry("a", called: "a2")])
  },
  TransitionCase("another cluster", events: ["Moved a c1→c2", "Evaluated d1→d1"]) { try await evaluate($0, [entry("a", cluster: "c2")]) },
  TransitionCase("a removal is planned once", events: ["RemovalPlanned b", "Evaluated d1→d1"]) {
    try await evaluate($0, [entry("a")], removals: [id("b"): "gone from fleet/web.yaml"])
    try await evaluate($0, [entry("a")], removals: [id("b"): "gone from fleet/web.yaml"])
  },
  TransitionCase("and taken back", events: ["RemovalPlanned b", "Evaluated d1→d1", "RemovalCancelled b", "Evaluated d1→d1"]) {
    try await evaluate($0, [entry("a")], removals: [id("b"): "gone"])
    try await evaluate($0, [entry("a"), entry("b")])
  },
  TransitionCase("what is produced is not removed") { try await evaluate($0, [entry("a"), entry("b")], removals: [id("b"): "a mistake"]) },
  TransitionCase("problems come and go", events: ["ProblemsChanged", "ProblemsChanged"]) {
    try await evaluate($0, [entry("a")], problems: ["x.yaml:1:1: error: no"])
    try await evaluate($0, [entry("a")], problems: ["x.yaml:1:1: error: no"])
    try await evaluate($0, [entry("a")])
  },
  TransitionCase("the same target again: nothing") { try await $0.recordDesired([.init(id("a"), target: target("1"))], at: time(5)) },
  TransitionCase("another commit with the same digest: no event") {
    try await $0.recordDesired([.init(id("a"), target: SyncTarget(revision: "r9", digest: "1"))], at: time(5))
  },
  TransitionCase("another digest", events: ["RevisionChanged a r-1→r-2"]) {
    try await $0.recordDesired([.init(id("a"), target: target("2"))], at: time(5))
  },
  TransitionCase("rendering fails and recovers", events: ["RenderFailed a", "RenderRecovered a"]) {
    try await $0.recordDesired([.init(id("a"), problem: "no such path")], at: time(5))
    try await $0.recordDesired([.init(id("a"), problem: "no such path")], at: time(6))
    try await $0.recordDesired([.init(id("a"), target: target("1"))], at: time(7))
  },
  TransitionCase("a request, once", events: ["SyncRequested a"]) {
    try await $0.requestSync(id("a"), at: time(5), actor: "user:alice")
    try await $0.requestSync(id("a"), at: time(6), actor: "user:bob")
  },
  TransitionCase("a pause and its end", events: ["Paused a", "Resumed a"]) {
    try await $0.pause(id("a"), reason: "migration", at: time(5), actor: "user:alice")
    try await $0.resume(id("a"), at: time(6), actor: "user:alice")
    try await $0.resume(id("a"), at: time(7), actor: "user:alice")
  },
]

private let operationCases: [TransitionCase] = [
  TransitionCase("a sync", events: ["SyncStarted a →r-1", "SyncSucceeded a →r-1"]) { store in
    let operation = try await store.beginOperation(syncStart("a"), at: time(5))
    try await store.recordProgress(operation, message: "wave 1")
    try await store.finishOperation(
      operation, OperationOutcome(succeeded: true, message: "2 created", counts: OperationCounts(created: 2), inventory: [object("a")]),
      at: time(6))
    let instance = try #require(try await store.instance(id("a")))
    #expect(instance.syncStatus == .synced && instance.synced == InstanceState.Synced(target("1"), at: time(6)) && instance.running == nil)
    let inventory = try await store.inventory(of: id("a"))
    #expect(inventory == [object("a")])
    let last = try #require(try await store.operations(of: id("a")).first)
    #expect(last.phase == .succeeded && last.counts.created == 2 && last.finishedAt == time(6) && last.message == "2 created")
  },
  TransitionCase(
    "failures add up until a success", events: ["SyncStarted a →r-1", "SyncFailed a →r-1", "SyncStarted a →r-1", "SyncFailed a →r-1"]
  ) { store in
    for attempt in 1...2 {
      let operation = try await store.beginOperation(syncStart("a", attempt: attempt), at: time(5))
      try await store.finishOperation(operation, OperationOutcome(succeeded: false, message: "refused"), at: time(6))
    }
    let instance = try #require(try await store.instance(id("a")))
    #expect(instance.failures == InstanceState.Failures(count: 2, digest: "1", message: "refused", at: time(6)))
    #expect(instance.syncStatus == .outOfSync)
  },
  TransitionCase(
    "failures at another digest count anew", events: ["SyncStarted a →r-1", "SyncFailed a →r-1", "SyncStarted a →r-2", "SyncFailed a →r-2"]
  ) { store in
    for digest in ["1", "2"] {
      let operation = try await store.beginOperation(syncStart("a", digest), at: time(5))
      try await store.finishOperation(operation, OperationOutcome(succeeded: false, message: "refused"), at: time(6))
    }
    let instance = try #require(try await store.instance(id("a")))
    #expect(instance.failures?.count == 1 && instance.failures?.digest == "2")
  },
  TransitionCase("two at once", events: ["SyncStarted a →r-1"]) { store in
    _ = try await store.beginOperation(syncStart("a"), at: time(5))
    await #expect(throws: StoreError.self) { try await store.beginOperation(syncStart("a"), at: time(6)) }
  },
  TransitionCase("an end comes once", events: ["SyncStarted a →r-1", "SyncSucceeded a →r-1"]) { store in
    let operation = try await store.beginOperation(syncStart("a"), at: time(5))
    try await store.finishOperation(operation, OperationOutcome(succeeded: true), at: time(6))
    await #expect(throws: StoreError.self) { try await store.finishOperation(operation, OperationOutcome(succeeded: false), at: time(7)) }
  },
  TransitionCase("a sync takes the place of a request", events: ["SyncRequested a", "SyncStarted a →r-1"]) { store in
    try await store.requestSync(id("a"), at: time(5), actor: "user:alice")
    _ = try await store.beginOperation(syncStart("a"), at: time(6))
    let instance = try #require(try await store.instance(id("a")))
    #expect(instance.requested == nil && instance.running?.since == time(6))
    let operation = try await store.operations(of: id("a")).first
    #expect(operation?.actor == "user:alice")
  },
  TransitionCase("a removal", events: ["RemovalPlanned a", "Evaluated d1→d1", "RemovalStarted a", "Removed a"]) { store in
    try await evaluate(store, [entry("b")], removals: [id("a"): "gone"])
    let operation = try await store.beginOperation(RemovalStart(instance: id("a"), cluster: "c1", attempt: 1), at: time(6))
    try await store.finishOperation(operation, OperationOutcome(succeeded: true), at: time(7))
    let instance = try await store.instance(id("a"))
    #expect(instance == nil)
    let history = try await store.operations(of: id("a"))
    #expect(history.map(\.phase) == [.succeeded])
  },
  TransitionCase("only what is to be removed is removed") { store in
    await #expect(throws: StoreError.self) {
      try await store.beginOperation(RemovalStart(instance: id("a"), cluster: "c1", attempt: 1), at: time(6))
    }
  },
  TransitionCase("forgetting", events: ["Removed a"]) { try await $0.removeInstance(id("a"), reason: "never synced", at: time(5)) },
]

private func sample(_ status: String, _ seconds: Double, digest: String = "1", _ message: String = "") -> (
  instance: InstanceID, sample: HealthSample
) {
  (id("a"), HealthSample(status: status, message: message, digest: digest, at: time(seconds)))
}

private let observationCases: [TransitionCase] = [
  TransitionCase("health", events: ["HealthChanged a →Progressing", "HealthChanged a Progressing→Healthy"]) { store in
    let written = [
      try await store.recordHealth([sample("Progressing", 5, "0 of 1")]),
      try await store.recordHealth([sample("Progressing", 6, "0 of 1")]),
      try await store.recordHealth([sample("Healthy", 7)]), try await store.recordHealth([sample("Healthy", 8)]),
      try await store.recordHealth([sample("Degraded", 3)]),
    ]
    #expect(written == [1, 0, 1, 0, 0])
  },
  TransitionCase(
    "the first sample after a sync is written though it says nothing new",
    events: ["HealthChanged a →Healthy", "SyncStarted a →r-1", "SyncSucceeded a →r-1"]
  ) { store in
    try await store.recordHealth([sample("Healthy", 5)])
    let operation = try await store.beginOperation(syncStart("a"), at: time(6))
    try await store.finishOperation(operation, OperationOutcome(succeeded: true), at: time(7))
    let written = [try await store.recordHealth([sample("Healthy", 8)]), try await store.recordHealth([sample("Healthy", 9)])]
    #expect(written == [1, 0])
    let instance = try #require(try await store.instance(id("a")))
    #expect(instance.health?.at == time(8))
  },
  TransitionCase("drift comes and goes", events: ["DriftDetected a", "DriftGone a"]) { store in
    for drift in ["Deployment web/web", "Deployment web/web", nil, nil] { try await store.recordDrift([id("a"): drift], at: time(5)) }
  },
  TransitionCase("of what is not there nothing is recorded") { store in
    try await store.recordHealth([(id("x"), HealthSample(status: "Healthy", digest: "1", at: time(5)))])
    try await store.recordDrift([id("x"): "y"], at: time(5))
    try await store.recordDesired([.init(id("x"), target: target("1"))], at: time(5))
  },
  TransitionCase("an inventory keeps what is the same") { store in
    try await store.recordInventory(id("a"), [object("x"), object("y")], at: time(5))
    try await store.recordInventory(id("a"), [object("y"), object("z", uid: "u2")], at: time(6))
    let inventory = try await store.inventory(onCluster: "c1")
    #expect(inventory == [id("a"): [object("y"), object("z", uid: "u2")]])
  },
]

private let clusterCases: [TransitionCase] = [
  TransitionCase(
    "clusters",
    events: ["ClusterRegistered c1 →https://a", "ClusterOnline c1 unknown→online", "ClusterOffline c1 online→offline", "ClusterRemoved c1"]
  ) { store in
    let registration = StateStore.ClusterRegistration(name: "c1", server: "https://user:secret@a", digest: "1")
    for second in 5...6 { try await store.registerClusters([registration], at: time(Double(second))) }
    for second in 7...8 { try await store.clusterStateChanged("c1", .online, at: time(Double(second))) }
    try await store.recordContacts(["c1": time(9)])
    for second in 10...11 { try await store.clusterStateChanged("c1", .offline, message: "timeout", at: time(Double(second))) }
    let cluster = try #require(try await store.clusters().first)
    #expect(
      cluster.condition == .offline(since: time(10), message: "timeout") && cluster.lastContact == time(9) && cluster.server == "https://a")
    try await store.removeClusters(["c1", "c9"], at: time(12))
  },
  TransitionCase("sources", events: ["SourceChanged →c1", "SourceFailed c1→c1", "SourceChanged c1→c2"]) { store in
    for commit in ["c1", "c1"] {
      try await store.recordSource(repoURL: "https://x:y@h/r.git", revision: "main", commit: commit, at: time(5))
    }
    for _ in 0..<2 {
      try await store.recordSource(repoURL: "https://h/r.git", revision: "main", commit: nil, error: "timeout", at: time(6))
    }
    try await store.recordSource(repoURL: "https://h/r.git", revision: "main", commit: "c2", at: time(7))
  },
  TransitionCase("holds", events: ["Held →web", "Held →web", "Released →web"]) { store in
    for reason in ["would remove 9", "would remove 9", "would remove 10"] {
      try await store.hold("web", subject: "argocd/web", reason: reason, at: time(5))
    }
    let holds = try await store.holds()
    #expect(holds.map(\.reason) == ["would remove 10"])
    try await store.release("web", at: time(6), actor: "user:alice")
    let rest = try await store.holds()
    #expect(rest.isEmpty)
    await #expect(throws: StoreError.self) { try await store.release("web", at: time(7), actor: "user:alice") }
  },
]

@Suite struct TransitionTests {
  @Test(arguments: evaluationCases + operationCases + observationCases + clusterCases)
  func transition(_ example: TransitionCase) async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    let mark = try await store.mark()
    try await example.run(store)
    let told = try await store.told(after: mark)
    #expect(told == example.events)
    try await store.close()
  }

  @Test func theSeedTellsWhatItDid() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    let told = try await store.told()
    #expect(told == ["Created a", "Created b", "Evaluated →d1", "RevisionChanged a →r-1", "RevisionChanged b →r-1"])
  }

  @Test func nothingIsWrittenWhenNothingChanged() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    try await store.recordHealth([sample("Healthy", 5)])
    let before = try FileManager.default.attributesOfItem(atPath: folder.file + "-wal")
    try await store.seed("a", "b")
    try await store.recordHealth([sample("Healthy", 9)])
    try await store.recordDrift([id("a"): nil], at: time(9))
    let after = try FileManager.default.attributesOfItem(atPath: folder.file + "-wal")
    #expect(before[.size] as? Int == after[.size] as? Int && before[.modificationDate] as? Date == after[.modificationDate] as? Date)
  }

  @Test func eventsAreFoundBySubjectKindAndNumber() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b", "c")
    let queries: [(EventQuery, [Int64])] = [
      (EventQuery(), [1, 2, 3, 4, 5, 6, 7]), (EventQuery(limit: 2), [6, 7]), (EventQuery(limit: 2, newest: false), [1, 2]),
      (EventQuery(instance: id("b")), [2, 6]), (EventQuery(cluster: "c1", kinds: [.created]), [1, 2, 3]), (EventQuery(after: 5), [6, 7]),
      (EventQuery(kinds: [.evaluated, .created], after: 2), [3, 4]), (EventQuery(since: time(1)), [5, 6, 7]),
      (EventQuery(instance: id("x")), []),
    ]
    for (query, expected) in queries {
      let found = try await store.events(query).map(\.seq)
      #expect(found == expected, "\(query)")
    }
  }

  @Test func documentsComeBackAsTheyWere() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    let place = SourcePosition(file: "f.yaml", line: 3, column: 7)
    let selector = LabelSelector(
      matchLabels: ["tier": "db"],
      matchExpressions: [.init(key: "env", comparison: .isIn, values: ["a", "b"]), .init(key: "old", comparison: .doesNotExist)])
    let dependencies = [
      Dependency(target: .application("x"), scope: .fleet, position: place), Dependency(target: .applicationSet("p"), ready: "true"),
      Dependency(target: .selector(selector), scope: .clusters(selector), position: place),
    ]
    let given = entry("a", dependsOn: dependencies)
    try await store.recordEvaluation(EvaluationRecord(revision: "d", instances: [given]), at: time(0))
    let instance = try #require(try await store.instance(id("a")))
    let application = try instance.application()
    let provenance = try instance.provenance()
    let stored = try instance.dependencies()
    #expect(application == given.instance.application && provenance == given.instance.provenance && stored == dependencies)
    #expect(instance.applicationSet == "argocd/web" && instance.createdAt == time(0))
  }
}

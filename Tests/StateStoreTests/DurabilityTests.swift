import Document
import FleetModel
import Foundation
import GRDB
import Scheduling
import Testing

@testable import StateStore

@Suite struct DurabilityTests {
  @Test func everythingIsThereAfterReopening() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    try await store.registerClusters([.init(name: "c1", server: "https://a", digest: "1")], at: time(2))
    try await store.recordSource(repoURL: "https://h/r.git", revision: "main", commit: "c1", at: time(2))
    try await store.hold("web", subject: "argocd/web", reason: "would remove 9", at: time(3))
    let before = try await store.load()
    try await store.close()
    let again = try await StateStore.open(path: folder.file, now: time(10))
    let after = try await again.load()
    #expect(before.instances == after.instances && before.clusters == after.clusters && before.sources == after.sources)
    #expect(before.holds == after.holds && before.evaluation == after.evaluation && before.lastEvent == after.lastEvent)
    #expect(after.instances.map(\.name) == ["a", "b"] && after.lastEvent > 0)
  }

  @Test func aCrashKeepsWhatHadReturnedAndClosesWhatRan() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    let done = try await store.beginOperation(syncStart("a"), at: time(2))
    try await store.finishOperation(done, OperationOutcome(succeeded: true, inventory: [object("a")]), at: time(3))
    _ = try await store.beginOperation(syncStart("b"), at: time(4))
    let mark = try await store.mark()

    let survivor = try await StateStore.open(path: folder.crash(to: "copy"), now: time(10))
    let told = try await survivor.told(after: mark)
    #expect(told == ["Interrupted b Running→Interrupted"])
    let state = try await survivor.load()
    #expect(state.instances.map(\.syncStatus) == [.synced, .outOfSync])
    #expect(state.instances.map { $0.running == nil } == [true, true] && state.instances[1].failures == nil)
    let history = try await survivor.operations()
    #expect(history.map(\.phase) == [.interrupted, .succeeded] && history[0].finishedAt == time(10))
    // The step that was done is not done again, the other one is.
    let graph = DependencyGraph.build(state.instances.map { GraphNode(id: $0.id, name: $0.name, cluster: $0.cluster) })
    let states = state.instances.map { $0.state(isAutomated: true, healsDrift: true, retry: RetryPolicy()) }
    let next = Scheduler.decide(Snapshot(instances: states, clusters: ["c1": .online]), graph: graph, now: time(11))
    #expect(next.start.map(\.instance) == [id("b")])
    _ = try await survivor.beginOperation(syncStart("b"), at: time(11))
  }

  @Test func aCrashInTheMiddleOfATransitionLeavesNothingOfIt() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    let mark = try await store.mark()
    let copy = try await store.write { transaction in
      for number in 0..<5000 {
        try transaction.append(NewEvent(.note, at: time(5), message: String(repeating: "x", count: 500), to: "\(number)"))
      }
      try transaction.run("UPDATE instances SET name = 'half'")
      // More than SQLite's cache holds: pages of the open transaction stand in the log already.
      return try folder.crash(to: "middle")
    }
    let survivor = try await StateStore.open(path: copy, now: time(10))
    let state = try await survivor.load()
    #expect(state.instances.map(\.name) == ["a", "b"] && state.lastEvent == mark)
  }

  @Test func aTransitionThatFailsLeavesNothing() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a")
    let mark = try await store.mark()
    await #expect(throws: StoreError.self) {
      try await store.write { transaction in
        try transaction.append(NewEvent(.note, at: time(5)))
        throw StoreError(.conflict, "no")
      }
    }
    let after = try await store.mark()
    #expect(after == mark)
  }

  @Test func twoHubsOnOneFile() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    let error = await #expect(throws: StoreError.self) { try await StateStore.open(path: folder.file, now: time(0)) }
    #expect(error?.kind == .inUse)
    try await store.close()
  }

  @Test(arguments: ["text", "other", "newer", "damaged", "folder"]) func whatCannotBeOpenedIsLeftAsItIs(_ what: String) async throws {
    let folder = try TemporaryFolder()
    var path = folder.file
    var kind = StoreError.Kind.unreadable
    switch what {
    case "text": try "not a database, but somebody's notes".write(toFile: path, atomically: true, encoding: .utf8)
    case "other":
      let queue = try DatabaseQueue(path: path)
      try await queue.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
      try queue.close()
    case "newer":
      let store = try await StateStore.open(path: path, now: time(0))
      try await store.write { try $0.run("INSERT INTO grdb_migrations VALUES ('9 the future')") }
      try await store.close()
      kind = .newerSchema
    case "damaged":
      let store = try await StateStore.open(path: path, now: time(0))
      try await store.recordEvaluation(EvaluationRecord(revision: "d1", instances: (0..<200).map { entry("i\($0)") }), at: time(0))
      try await store.close()
      let handle = try #require(FileHandle(forUpdatingAtPath: path))
      for offset in [UInt64(8192), 16_384, 65_536, 131_072] {
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 3000))
      }
      try handle.close()
    default:
      path = folder.path + "/missing/state.db"
      kind = .storage
    }
    let before = FileManager.default.contents(atPath: path)
    let error = await #expect(throws: StoreError.self) { try await StateStore.open(path: path, now: time(1)) }
    #expect(error?.kind == kind, "\(String(describing: error))")
    #expect(FileManager.default.contents(atPath: path) == before)
    if what == "newer" { #expect(error?.message.contains("\"9 the future\"") == true) }
  }

  @Test func retentionKeepsWhatThePolicySays() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    try await store.seed("a", "b")
    for second in 1...6 {
      let operation = try await store.beginOperation(syncStart("a"), at: time(Double(second)))
      try await store.finishOperation(operation, OperationOutcome(succeeded: true), at: time(Double(second)))
    }
    _ = try await store.beginOperation(syncStart("b"), at: time(1))
    let policy = RetentionPolicy(eventAge: .seconds(100), maximumEvents: 8, operationAge: .seconds(10), operationsPerInstance: 2)
    let first = try await store.prune(policy, at: time(13))
    // 18 events, of which the newest 8 stay; the operations that ended before second 3 go.
    #expect(first == StateStore.PruneResult(events: 10, operations: 2))
    let second = try await store.prune(policy, at: time(1000))
    #expect(second == StateStore.PruneResult(events: 8, operations: 2))
    let rest = try await store.operations()
    #expect(rest.map { $0.instance == id("b") } == [true, false, false])
    let state = try await store.load()
    #expect(state.instances.map(\.name) == ["a", "b"])
    let third = try await store.prune(policy, at: time(1000))
    #expect(third == StateStore.PruneResult())
  }

  @Test func tenThousandInstancesGoInAndComeOut() async throws {
    let folder = try TemporaryFolder()
    let store = try await StateStore.open(path: folder.file, now: time(0))
    let entries = (0..<10_000).map { entry("app-\($0)", cluster: "c\($0 % 100)") }
    let created = try await store.recordEvaluation(EvaluationRecord(revision: "d1", instances: entries), at: time(0))
    #expect(created.created.count == 10_000)
    let again = try await store.recordEvaluation(EvaluationRecord(revision: "d1", instances: entries), at: time(1))
    #expect(again.isEmpty)
    let rendered = try await store.recordDesired(entries.map { .init($0.instance.id, target: target("1")) }, at: time(2))
    let healthy = try await store.recordHealth(entries.map { ($0.instance.id, HealthSample(status: "Healthy", digest: "1", at: time(3))) })
    #expect(rendered == 10_000 && healthy == 10_000)
    try await store.close()
    let reopened = try await StateStore.open(path: folder.file, now: time(4))
    let state = try await reopened.load()
    #expect(state.instances.count == 10_000 && state.instances.allSatisfy { $0.health?.isHealthy == true && $0.desired == target("1") })
  }
}

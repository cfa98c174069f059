import Foundation
import GRDB

/// How much history is kept.
public struct RetentionPolicy: Sendable, Hashable {
  /// Events older than this go.
  public var eventAge: Duration
  /// No more events than this are kept.
  public var maximumEvents: Int
  /// Operations that ended longer ago go …
  public var operationAge: Duration
  /// … but so many of each instance stay, however old.
  public var operationsPerInstance: Int

  /// Makes a policy.
  public init(
    eventAge: Duration = .seconds(30 * 86_400), maximumEvents: Int = 1_000_000, operationAge: Duration = .seconds(90 * 86_400),
    operationsPerInstance: Int = 10
  ) {
    self.eventAge = eventAge
    self.maximumEvents = maximumEvents
    self.operationAge = operationAge
    self.operationsPerInstance = operationsPerInstance
  }
}

extension StateStore {
  /// What a call of ``prune(_:at:)`` removed.
  public struct PruneResult: Sendable, Hashable {
    /// Events.
    public var events = 0
    /// Operations.
    public var operations = 0
  }

  /// Removes history that the policy no longer keeps, in small transactions, so that transitions never wait for long. What
  /// runs, and the state itself, is never touched.
  public func prune(_ policy: RetentionPolicy, at now: Date) async throws(StoreError) -> PruneResult {
    var result = PruneResult()
    let oldestEvent = now.milliseconds - policy.eventAge.components.seconds * 1000
    let oldestOperation = now.milliseconds - policy.operationAge.components.seconds * 1000
    while true {
      let removed = try await write { transaction in
        try transaction.run(
          """
          DELETE FROM events WHERE seq IN (
            SELECT seq FROM events WHERE at < ?1 OR seq <= (SELECT MAX(seq) FROM events) - ?2 ORDER BY seq LIMIT 2000)
          """, [oldestEvent, policy.maximumEvents])
        return transaction.changes
      }
      result.events += removed
      if removed == 0 { break }
    }
    while true {
      let removed = try await write { transaction in
        try transaction.run(
          """
          DELETE FROM operations WHERE id IN (
            SELECT id FROM operations o WHERE finished_at < ?1 AND (
              SELECT COUNT(*) FROM (SELECT 1 FROM operations n WHERE n.instance = o.instance AND n.id > o.id LIMIT ?2)) >= ?2
            LIMIT 2000)
          """, [oldestOperation, policy.operationsPerInstance])
        return transaction.changes
      }
      result.operations += removed
      if removed == 0 { break }
    }
    if result != PruneResult() { try await write { try $0.db.execute(sql: "PRAGMA incremental_vacuum(2000)") } }
    return result
  }
}

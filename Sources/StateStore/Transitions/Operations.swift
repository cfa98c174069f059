import FleetModel
import Foundation
import GRDB
import Scheduling

/// How an operation ended.
public struct OperationOutcome: Sendable, Hashable {
  /// Whether it did all that it was to do.
  public var succeeded: Bool
  /// What it did, or what went wrong, in a line.
  public var message: String
  /// With how many objects it did what.
  public var counts: OperationCounts
  /// All objects that belong to the instance now; nil: as before.
  public var inventory: [InventoryEntry]?
  /// Whether it was about some of the objects only: then it says nothing of what the instance as a whole is synced to.
  public var isPartial: Bool

  /// Makes an outcome.
  public init(
    succeeded: Bool, message: String = "", counts: OperationCounts = OperationCounts(), inventory: [InventoryEntry]? = nil,
    isPartial: Bool = false
  ) {
    self.isPartial = isPartial
    self.succeeded = succeeded
    self.message = message
    self.counts = counts
    self.inventory = inventory
  }
}

extension StateStore {
  /// Records that a sync begins, before its first request is sent. It takes the place of a request for one.
  ///
  /// - Throws: `conflict` where an operation of the instance runs.
  public func beginOperation(_ start: SyncStart, at now: Date, actor: String = "hub") async throws(StoreError) -> OperationID {
    try await write {
      try Self.begin($0, start.instance, .sync, start.cause.rawValue, start.target, start.attempt, now, actor)
    }
  }

  /// Records that a removal begins.
  ///
  /// - Throws: `conflict` where an operation of the instance runs, or where it is not to be removed.
  public func beginOperation(_ start: RemovalStart, at now: Date, actor: String = "hub") async throws(StoreError) -> OperationID {
    try await write { transaction in
      let row = try transaction.row("SELECT removal_at FROM instances WHERE id = ?", [start.instance.rawValue])
      guard let row, row[0] as Int64? != nil else {
        throw StoreError(.conflict, "instance \(start.instance) is not to be removed")
      }
      return try Self.begin(
        transaction, start.instance, .removal, "removal", SyncTarget(revision: "", digest: ""), start.attempt, now, actor)
    }
  }

  private static func begin(
    _ transaction: Transaction, _ instance: InstanceID, _ kind: StoredOperation.Kind, _ cause: String, _ target: SyncTarget,
    _ attempt: Int, _ now: Date, _ actor: String
  ) throws -> OperationID {
    let found = try transaction.existing(instance)
    if let running = try transaction.row("SELECT id FROM operations WHERE instance = ? AND finished_at IS NULL", [instance.rawValue]) {
      throw StoreError(.conflict, "operation \(running[0] as Int64) of \(found.name) has not ended")
    }
    let requester = try transaction.row("SELECT requested_by FROM instances WHERE key = ?", [found.key])?[0] as String?
    try transaction.run(
      """
      INSERT INTO operations (instance, name, cluster, kind, cause, revision, digest, attempt, actor, phase, started_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'Running', ?)
      """,
      [
        instance.rawValue, found.name, found.cluster, kind.rawValue, cause, target.revision, target.digest, attempt, requester ?? actor,
        now.milliseconds,
      ])
    let id = OperationID(rawValue: transaction.db.lastInsertedRowID)
    if requester != nil { try transaction.run("UPDATE instances SET requested_at = NULL, requested_by = NULL WHERE key = ?", [found.key]) }
    try transaction.append(
      NewEvent(
        kind == .sync ? .syncStarted : .removalStarted, at: now, actor: requester ?? actor, instance: instance, name: found.name,
        cluster: found.cluster, reason: cause, message: attempt > 1 ? "attempt \(attempt)" : "",
        to: kind == .sync ? target.revision : nil))
    return id
  }

  /// Records how an operation ended, and all that follows from it: what is synced, what failed, the inventory. An instance
  /// whose removal succeeded is gone with it.
  ///
  /// - Throws: `conflict` where the operation has ended already.
  public func finishOperation(_ id: OperationID, _ outcome: OperationOutcome, at now: Date, actor: String = "hub") async throws(StoreError)
  {
    try await write { transaction in
      guard
        let row = try transaction.row(
          "SELECT instance, name, cluster, kind, revision, digest, attempt, finished_at FROM operations WHERE id = ?", [id.rawValue])
      else { throw StoreError(.notFound, "there is no operation \(id.rawValue)") }
      guard row[7] as Int64? == nil else { throw StoreError(.conflict, "operation \(id.rawValue) has ended already") }
      let counts = outcome.counts
      try transaction.run(
        """
        UPDATE operations SET phase = ?, message = ?, created = ?, changed = ?, unchanged = ?, pruned = ?, failed = ?, finished_at = ?
        WHERE id = ?
        """,
        [
          (outcome.succeeded ? StoredOperation.Phase.succeeded : .failed).rawValue, outcome.message, counts.created, counts.changed,
          counts.unchanged, counts.pruned, counts.failed, now.milliseconds, id.rawValue,
        ])
      let instance = InstanceID(rawValue: row[0])
      let isSync = row[3] as String == StoredOperation.Kind.sync.rawValue
      let event = NewEvent(
        isSync ? (outcome.succeeded ? .syncSucceeded : .syncFailed) : (outcome.succeeded ? .removed : .removalFailed), at: now,
        actor: actor, instance: instance, name: row[1], cluster: row[2], reason: "attempt \(row[6] as Int)", message: outcome.message,
        to: isSync ? row[4] : nil)
      try transaction.append(event)
      guard let found = try transaction.instance(instance) else { return }
      if !isSync, outcome.succeeded {
        try transaction.run("DELETE FROM instances WHERE key = ?", [found.key])
        return
      }
      if let inventory = outcome.inventory { try Self.replaceInventory(transaction, found.key, found.cluster, inventory, now) }
      if outcome.succeeded, outcome.isPartial { return }
      if outcome.succeeded {
        try transaction.run(
          """
          UPDATE instances SET synced_revision = ?, synced_digest = ?, synced_at = ?, drift = NULL, failure_count = 0,
            failure_digest = NULL, failure_message = NULL, failure_at = NULL, updated_at = ?
          WHERE key = ?
          """, [row[4] as String, row[5] as String, now.milliseconds, now.milliseconds, found.key])
      } else {
        try transaction.run(
          """
          UPDATE instances SET failure_count = CASE WHEN failure_digest = ?1 THEN failure_count + 1 ELSE 1 END,
            failure_digest = ?1, failure_message = ?2, failure_at = ?3, updated_at = ?3
          WHERE key = ?4
          """, [row[5] as String, outcome.message, now.milliseconds, found.key])
      }
    }
  }

  /// Records what a running operation does now. No event: the operation's end tells what came of it.
  public func recordProgress(_ id: OperationID, message: String) async throws(StoreError) {
    try await write {
      try $0.run("UPDATE operations SET message = ?1 WHERE id = ?2 AND finished_at IS NULL AND message <> ?1", [message, id.rawValue])
    }
  }

  /// Forgets an instance that has nothing in any cluster (or whose objects are to stay there).
  public func removeInstance(_ id: InstanceID, reason: String, at now: Date, actor: String = "hub") async throws(StoreError) {
    try await write { transaction in
      let found = try transaction.existing(id)
      try transaction.run("DELETE FROM instances WHERE key = ?", [found.key])
      try transaction.append(
        NewEvent(
          .removed, at: now, actor: actor, instance: id, name: found.name, cluster: found.cluster, reason: "Forgotten", message: reason))
    }
  }
}

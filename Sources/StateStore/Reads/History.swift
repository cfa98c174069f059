import FleetModel
import Foundation
import GRDB
import Scheduling

extension StateStore {
  /// Events that match a query, in ascending order.
  public func events(_ query: EventQuery = EventQuery()) async throws(StoreError) -> [StoredEvent] {
    try await read { db in
      var conditions = ["seq > ?"]
      var arguments: [(any DatabaseValueConvertible)?] = [query.after]
      if let instance = query.instance {
        conditions.append("instance = ?")
        arguments.append(instance.rawValue)
      }
      if let cluster = query.cluster {
        conditions.append("cluster = ?")
        arguments.append(cluster)
      }
      if let since = query.since {
        conditions.append("at >= ?")
        arguments.append(since.milliseconds)
      }
      if !query.kinds.isEmpty {
        let kinds = query.kinds.map(\.rawValue).sorted()
        conditions.append("kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))")
        arguments += kinds.map { $0 as (any DatabaseValueConvertible)? }
      }
      arguments.append(max(0, query.limit))
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT seq, at, kind, actor, instance, name, cluster, reason, message, from_value, to_value FROM events
          WHERE \(conditions.joined(separator: " AND ")) ORDER BY seq \(query.newest ? "DESC" : "ASC") LIMIT ?
          """, arguments: StatementArguments(arguments))
      let events = rows.map(Self.event)
      return query.newest ? events.reversed() : events
    }
  }

  /// The operations of an instance (or of all), newest first. They outlive the instance.
  public func operations(of id: InstanceID? = nil, limit: Int = 50) async throws(StoreError) -> [StoredOperation] {
    try await read { db in
      let condition = id == nil ? "" : "WHERE instance = ?"
      let arguments: [(any DatabaseValueConvertible)?] = id.map { [$0.rawValue, limit] } ?? [limit]
      return try Row.fetchAll(
        db,
        sql: """
          SELECT id, instance, name, cluster, kind, cause, revision, digest, attempt, actor, phase, message, created, changed,
            unchanged, pruned, failed, started_at, finished_at
          FROM operations \(condition) ORDER BY id DESC LIMIT ?
          """, arguments: StatementArguments(arguments)
      ).map(Self.operation)
    }
  }

  private static func event(_ row: Row) -> StoredEvent {
    let kind: String = row[2]
    return StoredEvent(
      seq: row[0], kindName: kind,
      event: NewEvent(
        EventKind(rawValue: kind) ?? .note, at: Date(milliseconds: row[1]), actor: row[3],
        instance: (row[4] as String?).map { InstanceID(rawValue: $0) }, name: row[5], cluster: row[6], reason: row[7], message: row[8],
        from: row[9], to: row[10]))
  }

  private static func operation(_ row: Row) -> StoredOperation {
    StoredOperation(
      id: OperationID(rawValue: row[0]), instance: InstanceID(rawValue: row[1]), name: row[2], cluster: row[3],
      kind: StoredOperation.Kind(rawValue: row[4]) ?? .sync, cause: row[5], target: SyncTarget(revision: row[6], digest: row[7]),
      attempt: row[8], actor: row[9], phase: StoredOperation.Phase(rawValue: row[10]) ?? .failed, message: row[11],
      counts: OperationCounts(created: row[12], changed: row[13], unchanged: row[14], pruned: row[15], failed: row[16]),
      startedAt: Date(milliseconds: row[17]), finishedAt: (row[18] as Int64?).map { Date(milliseconds: $0) })
  }
}

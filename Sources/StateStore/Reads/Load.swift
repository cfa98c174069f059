import Document
import FleetModel
import Foundation
import GRDB
import Scheduling

extension StateStore {
  /// Reads all that a hub needs to go on.
  public func load() async throws(StoreError) -> FleetState {
    try await read { db in
      var state = FleetState()
      state.clusters = try Self.clusters(db)
      state.sources = try Self.sources(db)
      if let row = try Row.fetchOne(db, sql: "SELECT revision, problems, evaluated_at FROM definitions") {
        let problems: String = row[1]
        state.evaluation = StoredEvaluation(
          revision: row[0], problems: problems.isEmpty ? [] : problems.components(separatedBy: "\n"), at: Date(milliseconds: row[2]))
      }
      state.instances = try Self.instances(db, "ORDER BY i.id")
      state.holds = try Self.holds(db)
      state.lastEvent = try Int64.fetchOne(db, sql: "SELECT MAX(seq) FROM events") ?? 0
      return state
    }
  }

  /// One instance; nil where there is none.
  public func instance(_ id: InstanceID) async throws(StoreError) -> StoredInstance? {
    try await read { try Self.instances($0, "WHERE i.id = ?", [id.rawValue]).first }
  }

  /// The clusters by name.
  public func clusters() async throws(StoreError) -> [StoredCluster] { try await read(Self.clusters) }

  /// The holds that are not released, by name.
  public func holds() async throws(StoreError) -> [StoredHold] { try await read(Self.holds) }

  /// The objects of an instance, sorted.
  public func inventory(of id: InstanceID) async throws(StoreError) -> [InventoryEntry] {
    try await inventories("WHERE i.id = ?", [id.rawValue])[id] ?? []
  }

  /// The objects on a cluster by instance, sorted.
  public func inventory(onCluster cluster: String) async throws(StoreError) -> [InstanceID: [InventoryEntry]] {
    try await inventories("WHERE o.cluster = ?", [cluster])
  }

  /// The kinds of all objects that are or may be managed, by cluster: what a hub must look at after a restart to see what nobody wants any more.
  public func managedKinds() async throws(StoreError) -> [String: Set<GroupKind>] {
    try await read { db in
      var result: [String: Set<GroupKind>] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT DISTINCT cluster, api_group, kind FROM inventory")
      while let row = try rows.next() { result[row[0], default: []].insert(GroupKind(group: row[1], kind: row[2])) }
      return result
    }
  }

  /// The digests of syncs that did not come to their end, of instances whose last sync was one of those: failed, or interrupted with the
  /// hub. The healing of drift does not count: it is no deployment.
  public func unfinishedSyncs() async throws(StoreError) -> [InstanceID: String] {
    try await read { db in
      var result: [InstanceID: String] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT instance, digest FROM operations
          WHERE phase <> 'Succeeded'
            AND id IN (SELECT MAX(id) FROM operations WHERE kind = 'sync' AND cause <> 'drift' GROUP BY instance)
          """)
      while let row = try rows.next() { result[InstanceID(rawValue: row[0])] = row[1] }
      return result
    }
  }

  private func inventories(_ condition: String, _ arguments: [String]) async throws(StoreError) -> [InstanceID: [InventoryEntry]] {
    try await read { db in
      var result: [InstanceID: [InventoryEntry]] = [:]
      let statement = try db.cachedStatement(
        sql: """
          SELECT i.id, o.api_group, o.kind, o.namespace, o.name, o.uid, o.digest
          FROM inventory o JOIN instances i ON i.key = o.instance \(condition)
          ORDER BY o.instance, o.api_group, o.kind, o.namespace, o.name
          """)
      let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
      while let row = try rows.next() {
        let identity = ObjectIdentity(group: row[1], kind: row[2], namespace: row[3], name: row[4])
        result[InstanceID(rawValue: row[0]), default: []].append(InventoryEntry(identity: identity, uid: row[5], digest: row[6]))
      }
      return result
    }
  }

  private static func clusters(_ db: Database) throws -> [StoredCluster] {
    try Row.fetchAll(db, sql: "SELECT name, server, digest, state, message, since, last_contact FROM clusters ORDER BY name").map { row in
      StoredCluster(
        name: row[0], server: row[1], digest: row[2], contact: StoredCluster.Contact(rawValue: row[3]) ?? .unknown, message: row[4],
        since: Date(milliseconds: row[5]), lastContact: (row[6] as Int64?).map { Date(milliseconds: $0) })
    }
  }

  private static func sources(_ db: Database) throws -> [StoredSource] {
    try Row.fetchAll(db, sql: "SELECT repo, revision, commit_id, error, checked_at FROM sources ORDER BY repo, revision").map { row in
      StoredSource(repoURL: row[0], revision: row[1], commit: row[2], error: row[3], checkedAt: Date(milliseconds: row[4]))
    }
  }

  private static func holds(_ db: Database) throws -> [StoredHold] {
    try Row.fetchAll(db, sql: "SELECT id, subject, reason, created_at FROM holds WHERE released_at IS NULL ORDER BY id").map { row in
      StoredHold(id: row[0], subject: row[1], reason: row[2], createdAt: Date(milliseconds: row[3]))
    }
  }

  private static func instances(_ db: Database, _ condition: String, _ arguments: StatementArguments = StatementArguments()) throws
    -> [StoredInstance]
  {
    let statement = try db.cachedStatement(
      sql: """
        SELECT i.id, i.name, i.namespace, i.application_set, i.cluster, i.desired_revision, i.desired_digest, i.problem,
          i.synced_revision, i.synced_digest, i.synced_at, i.drift, i.health, i.health_message, i.health_digest, i.health_at,
          i.failure_count, i.failure_digest, i.failure_message, i.failure_at, i.requested_at, i.requested_by, i.paused,
          i.removal_at, i.removal_reason, i.created_at, i.updated_at, d.application, d.provenance, d.dependencies,
          o.id, o.started_at, o.kind
        FROM instances i JOIN documents d ON d.instance = i.key
          LEFT JOIN operations o ON o.instance = i.id AND o.finished_at IS NULL
        \(condition)
        """)
    var result: [StoredInstance] = []
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    while let row = try rows.next() { result.append(instance(row)) }
    return result
  }

  private static func instance(_ row: Row) -> StoredInstance {
    func date(_ column: Int) -> Date? { (row[column] as Int64?).map { Date(milliseconds: $0) } }
    func target(_ column: Int) -> SyncTarget? {
      guard let revision = row[column] as String?, let digest = row[column + 1] as String? else { return nil }
      return SyncTarget(revision: revision, digest: digest)
    }
    var instance = StoredInstance(
      id: InstanceID(rawValue: row[0]), name: row[1], namespace: row[2], applicationSet: row[3], cluster: row[4], desired: target(5),
      problem: row[7], drift: row[11], paused: row[22], createdAt: Date(milliseconds: row[25]), updatedAt: Date(milliseconds: row[26]),
      documents: StoredInstance.Documents(application: row[27], provenance: row[28], dependencies: row[29]))
    if let synced = target(8), let at = date(10) { instance.synced = InstanceState.Synced(synced, at: at) }
    if let status = row[12] as String?, let at = date(15) {
      instance.health = HealthSample(status: status, message: row[13] ?? "", digest: row[14] ?? "", at: at)
    }
    let failures: Int = row[16]
    if failures > 0, let at = date(19) {
      instance.failures = InstanceState.Failures(count: failures, digest: row[17] ?? "", message: row[18] ?? "", at: at)
    }
    if let at = date(20) { instance.requested = StoredInstance.Request(at: at, by: row[21] ?? "") }
    if let at = date(23) { instance.removal = StoredInstance.Removal(at: at, reason: row[24] ?? "") }
    if let id = row[30] as Int64?, let since = date(31) {
      instance.running = StoredOperation.Running(
        id: OperationID(rawValue: id), since: since, kind: StoredOperation.Kind(rawValue: row[32] ?? "") ?? .sync)
    }
    return instance
  }
}

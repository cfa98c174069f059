import Document
import FleetModel
import Foundation
import GRDB
import Scheduling

extension StateStore {
  /// Takes over health samples. What is written is a sample that differs, or the first one after a sync: readiness needs to
  /// know that it was taken afterwards. A change of the status is an event.
  ///
  /// - Returns: how many samples were written.
  @discardableResult
  public func recordHealth(_ samples: [(instance: InstanceID, sample: HealthSample)], actor: String = "hub") async throws(StoreError) -> Int
  {
    let samples = samples.map { ($0.instance, $0.sample) }
    return try await write { transaction in
      var written = 0
      for (instance, sample) in samples where try Self.recordHealth(instance, sample, transaction, actor) { written += 1 }
      return written
    }
  }

  private static func recordHealth(_ instance: InstanceID, _ sample: HealthSample, _ transaction: Transaction, _ actor: String) throws
    -> Bool
  {
    guard
      let row = try transaction.row(
        "SELECT key, name, cluster, health, health_message, health_digest, health_at, synced_at FROM instances WHERE id = ?",
        [instance.rawValue])
    else { return false }
    let status: String? = row[3]
    let at = sample.at.milliseconds
    let before: Int64 = row[6] ?? Int64.min
    let synced: Int64 = row[7] ?? Int64.min
    guard at >= before else { return false }
    let isNews = status != sample.status || row[4] as String? != sample.message || row[5] as String? != sample.digest
    guard isNews || (before < synced && at >= synced) else { return false }
    try transaction.run(
      "UPDATE instances SET health = ?, health_message = ?, health_digest = ?, health_at = ?, updated_at = ? WHERE key = ?",
      [sample.status, sample.message, sample.digest, at, at, row[0] as Int64])
    if status != sample.status {
      try transaction.append(
        NewEvent(
          .healthChanged, at: sample.at, actor: actor, instance: instance, name: row[1], cluster: row[2], reason: sample.status,
          message: sample.message, from: status, to: sample.status))
    }
    return true
  }

  /// Takes over in what clusters differ from what was synced; nil: in nothing any more.
  ///
  /// - Returns: how many instances changed.
  @discardableResult
  public func recordDrift(_ drifts: [InstanceID: String?], at now: Date, actor: String = "hub") async throws(StoreError) -> Int {
    try await write { transaction in
      var changed = 0
      for (instance, drift) in drifts.sorted(by: { $0.key < $1.key }) {
        guard let row = try transaction.row("SELECT key, name, cluster, drift FROM instances WHERE id = ?", [instance.rawValue]) else {
          continue
        }
        let before: String? = row[3]
        guard before != drift else { continue }
        changed += 1
        try transaction.run("UPDATE instances SET drift = ?, updated_at = ? WHERE key = ?", [drift, now.milliseconds, row[0] as Int64])
        try transaction.append(
          NewEvent(
            drift == nil ? .driftGone : .driftDetected, at: now, actor: actor, instance: instance, name: row[1], cluster: row[2],
            reason: drift == nil ? "Synced" : "OutOfSync", message: drift ?? ""))
      }
      return changed
    }
  }

  /// Takes over what objects an instance has, as when they are found by their labels. No event.
  public func recordInventory(_ instance: InstanceID, _ entries: [InventoryEntry], at now: Date) async throws(StoreError) {
    try await write { transaction in
      let found = try transaction.existing(instance)
      try Self.replaceInventory(transaction, found.key, found.cluster, entries, now)
    }
  }

  /// Makes the inventory of an instance this one, writing only what differs.
  static func replaceInventory(_ transaction: Transaction, _ key: Int64, _ cluster: String, _ entries: [InventoryEntry], _ now: Date) throws
  {
    var gone: [ObjectIdentity: (uid: String, digest: String, cluster: String)] = [:]
    let statement = try transaction.db.cachedStatement(
      sql: "SELECT api_group, kind, namespace, name, uid, digest, cluster FROM inventory WHERE instance = ?")
    let rows = try Row.fetchCursor(statement, arguments: [key])
    while let row = try rows.next() {
      gone[ObjectIdentity(group: row[0], kind: row[1], namespace: row[2], name: row[3])] = (row[4], row[5], row[6])
    }
    for entry in entries {
      let known = gone.removeValue(forKey: entry.identity)
      if let known, known.uid == entry.uid, known.digest == entry.digest, known.cluster == cluster { continue }
      let identity = entry.identity
      try transaction.run(
        """
        INSERT INTO inventory (instance, cluster, api_group, kind, namespace, name, uid, digest, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET cluster = excluded.cluster, uid = excluded.uid, digest = excluded.digest, seen_at = excluded.seen_at
        """,
        [key, cluster, identity.group, identity.kind, identity.namespace, identity.name, entry.uid, entry.digest, now.milliseconds])
    }
    for identity in gone.keys.sorted() {
      try transaction.run(
        "DELETE FROM inventory WHERE instance = ? AND api_group = ? AND kind = ? AND namespace = ? AND name = ?",
        [key, identity.group, identity.kind, identity.namespace, identity.name])
    }
  }
}

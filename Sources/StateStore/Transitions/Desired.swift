import FleetModel
import Foundation
import GRDB
import Scheduling

extension StateStore {
  /// What came of rendering an instance.
  public struct RenderRecord: Sendable, Hashable {
    /// The instance.
    public var instance: InstanceID
    /// What it should be at; nil: it could not be rendered, and what it should be at stays.
    public var target: SyncTarget?
    /// Why it could not be rendered.
    public var problem: String?

    /// It should be at this.
    public init(_ instance: InstanceID, target: SyncTarget) {
      self.instance = instance
      self.target = target
    }

    /// It could not be rendered.
    public init(_ instance: InstanceID, problem: String) {
      self.instance = instance
      self.problem = problem
    }
  }

  /// Takes over what instances should be at. A failed rendering leaves the last target and records the problem; see
  /// ``StoredInstance/problem``. Instances that are gone in the meantime are passed over.
  ///
  /// - Returns: how many instances changed.
  @discardableResult
  public func recordDesired(_ records: [RenderRecord], at now: Date, actor: String = "hub") async throws(StoreError) -> Int {
    try await write { transaction in
      var changed = 0
      for record in records where try Self.recordDesired(record, transaction, now, actor) { changed += 1 }
      return changed
    }
  }

  private static func recordDesired(_ record: RenderRecord, _ transaction: Transaction, _ now: Date, _ actor: String) throws -> Bool {
    guard
      let row = try transaction.row(
        "SELECT key, name, cluster, desired_revision, desired_digest, problem FROM instances WHERE id = ?", [record.instance.rawValue])
    else { return false }
    let revision: String? = row[3]
    let digest: String? = row[4]
    let problem: String? = row[5]
    let target = record.target ?? revision.flatMap { revision in digest.map { SyncTarget(revision: revision, digest: $0) } }
    guard target?.revision != revision || target?.digest != digest || record.problem != problem else { return false }
    try transaction.run(
      "UPDATE instances SET desired_revision = ?, desired_digest = ?, problem = ?, updated_at = ? WHERE key = ?",
      [target?.revision, target?.digest, record.problem, now.milliseconds, row[0] as Int64])
    var event = NewEvent(.revisionChanged, at: now, actor: actor, instance: record.instance, name: row[1], cluster: row[2])
    if target?.digest != digest {
      event.reason = "Rendered"
      event.from = revision
      event.to = target?.revision
      try transaction.append(event)
    }
    if record.problem != problem {
      event.kind = record.problem == nil ? .renderRecovered : .renderFailed
      event.reason = record.problem == nil ? "Rendered" : "RenderFailed"
      event.message = record.problem ?? ""
      event.from = nil
      event.to = nil
      try transaction.append(event)
    }
    return true
  }

  /// Records that somebody asks for a sync. A request that is there already stays as it is.
  public func requestSync(_ id: InstanceID, at now: Date, actor: String) async throws(StoreError) {
    try await write { transaction in
      let found = try transaction.existing(id)
      try transaction.run(
        "UPDATE instances SET requested_at = ?, requested_by = ?, updated_at = ? WHERE key = ? AND requested_at IS NULL",
        [now.milliseconds, actor, now.milliseconds, found.key])
      guard transaction.changes > 0 else { return }
      try transaction.append(
        NewEvent(.syncRequested, at: now, actor: actor, instance: id, name: found.name, cluster: found.cluster, reason: "Requested"))
    }
  }

  /// Pauses an instance: nothing begins for it until ``resume(_:at:actor:)``.
  public func pause(_ id: InstanceID, reason: String, at now: Date, actor: String) async throws(StoreError) {
    try await write { transaction in
      let found = try transaction.existing(id)
      let text = reason.isEmpty ? "by \(actor)" : "by \(actor): \(reason)"
      try transaction.run(
        "UPDATE instances SET paused = ?, updated_at = ? WHERE key = ? AND paused IS NOT ?", [text, now.milliseconds, found.key, text])
      guard transaction.changes > 0 else { return }
      try transaction.append(
        NewEvent(
          .paused, at: now, actor: actor, instance: id, name: found.name, cluster: found.cluster, reason: "Requested", message: reason))
    }
  }

  /// Ends a pause.
  public func resume(_ id: InstanceID, at now: Date, actor: String) async throws(StoreError) {
    try await write { transaction in
      let found = try transaction.existing(id)
      try transaction.run(
        "UPDATE instances SET paused = NULL, updated_at = ? WHERE key = ? AND paused IS NOT NULL", [now.milliseconds, found.key])
      guard transaction.changes > 0 else { return }
      try transaction.append(
        NewEvent(.resumed, at: now, actor: actor, instance: id, name: found.name, cluster: found.cluster, reason: "Requested"))
    }
  }
}

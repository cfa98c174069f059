import Document
import FleetModel
import Foundation
import GRDB

/// The result of one evaluation of the definitions, after all guards.
public struct EvaluationRecord: Sendable {
  /// An instance with the cluster that it goes to.
  public struct Entry: Sendable, Hashable {
    /// The instance.
    public var instance: ApplicationInstance
    /// The name of the cluster; empty where it names none that is known.
    public var cluster: String

    /// Makes an entry.
    public init(_ instance: ApplicationInstance, cluster: String) {
      self.instance = instance
      self.cluster = cluster
    }
  }

  /// The revision of the definitions.
  public var revision: String
  /// What the definitions produce.
  public var instances: [Entry]
  /// What is to be removed, and why. What stands in neither list stays as it is: nothing is removed by being left out.
  public var removals: [InstanceID: String]
  /// What is wrong with the definitions, a line each.
  public var problems: [String]
  /// When the definitions were evaluated, which is when new instances came to be; nil: when it is recorded.
  public var evaluatedAt: Date?

  /// Makes a record.
  public init(
    revision: String, instances: [Entry], removals: [InstanceID: String] = [:], problems: [String] = [], evaluatedAt: Date? = nil
  ) {
    self.evaluatedAt = evaluatedAt
    self.revision = revision
    self.instances = instances
    self.removals = removals
    self.problems = problems
  }
}

/// What an evaluation changed, each list by identity.
public struct EvaluationSummary: Sendable, Hashable {
  /// New instances.
  public var created: [InstanceID] = []
  /// Instances whose document, name, cluster or dependencies changed.
  public var changed: [InstanceID] = []
  /// Instances that are to be removed now and were not before.
  public var removalsPlanned: [InstanceID] = []
  /// Instances that were to be removed and stay.
  public var removalsCancelled: [InstanceID] = []

  /// Whether no instance changed.
  public var isEmpty: Bool { created.isEmpty && changed.isEmpty && removalsPlanned.isEmpty && removalsCancelled.isEmpty }
}

extension StateStore {
  /// Takes over the result of an evaluation.
  @discardableResult
  public func recordEvaluation(_ record: EvaluationRecord, at now: Date, actor: String = "hub") async throws(StoreError)
    -> EvaluationSummary
  {
    try await write { transaction in
      var transition = EvaluationTransition(transaction: transaction, now: now, actor: actor)
      try transition.run(record)
      return transition.summary
    }
  }
}

private struct EvaluationTransition {
  let transaction: Transaction
  let now: Date
  let actor: String
  var summary = EvaluationSummary()

  /// An instance as the definitions have it and as it is stored.
  private struct Texts {
    var application: String
    var provenance: String
    var dependencies: String
  }

  private struct Stored {
    var key: Int64
    var name: String
    var cluster: String
    var isRemoved: Bool
    var isSame: Bool
    /// Whether all but the provenance is the same: a commit that touches something else moves only that.
    var isSameWish: Bool
    var isSameDocument: Bool
  }

  mutating func run(_ record: EvaluationRecord) throws {
    var places: [String: Int] = [:]
    places.reserveCapacity(record.instances.count)
    for (place, entry) in record.instances.enumerated() { places[entry.instance.id.rawValue] = place }
    let texts = record.instances.map { entry in
      Texts(
        application: JSON.string(entry.instance.application), provenance: JSON.string(DocumentCoding.value(entry.instance.provenance)),
        dependencies: JSON.string(DocumentCoding.value(entry.instance.dependsOn)))
    }
    let stored = try compare(record.instances, texts, places)
    for (place, entry) in record.instances.enumerated() where places[entry.instance.id.rawValue] == place {
      if let known = stored[entry.instance.id] {
        try update(entry, texts[place], known)
      } else {
        try insert(entry, texts[place], at: record.evaluatedAt ?? now)
      }
    }
    for (id, reason) in record.removals.sorted(by: { $0.key < $1.key }) where places[id.rawValue] == nil { try planRemoval(id, reason) }
    try recordRevision(record)
  }

  /// Reads all that is stored of the instances in one pass and compares it text by text.
  private func compare(_ entries: [EvaluationRecord.Entry], _ texts: [Texts], _ places: [String: Int]) throws -> [InstanceID: Stored] {
    var result: [InstanceID: Stored] = [:]
    result.reserveCapacity(entries.count)
    let rows = try Row.fetchCursor(
      transaction.db,
      sql: """
        SELECT key, id, name, cluster, namespace, removal_at IS NOT NULL, application, provenance, dependencies
        FROM instances JOIN documents ON instance = key
        """)
    while let row = try rows.next() {
      guard let place = places[row[1] as String] else { continue }
      let entry = entries[place]
      let name: String = row[2]
      let cluster: String = row[3]
      let isSameDocument = ByteOrder.equal(row[6], texts[place].application)
      let isSameWish =
        isSameDocument && ByteOrder.equal(name, entry.instance.name) && ByteOrder.equal(cluster, entry.cluster)
        && ByteOrder.equal(row[4], entry.instance.namespace) && ByteOrder.equal(row[8], texts[place].dependencies)
      result[entry.instance.id] = Stored(
        key: row[0], name: name, cluster: cluster, isRemoved: row[5],
        isSame: isSameWish && ByteOrder.equal(row[7], texts[place].provenance), isSameWish: isSameWish, isSameDocument: isSameDocument)
    }
    return result
  }

  private mutating func insert(_ entry: EvaluationRecord.Entry, _ texts: Texts, at created: Date) throws {
    let instance = entry.instance
    try transaction.run(
      "INSERT INTO instances (id, name, namespace, application_set, cluster, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        instance.id.rawValue, instance.name, instance.namespace, instance.provenance.applicationSet, entry.cluster,
        created.milliseconds, now.milliseconds,
      ])
    try transaction.run(
      "INSERT INTO documents (instance, application, provenance, dependencies) VALUES (?, ?, ?, ?)",
      [transaction.db.lastInsertedRowID, texts.application, texts.provenance, texts.dependencies])
    try append(.created, entry, reason: "Generated", message: instance.provenance.element)
    summary.created.append(instance.id)
  }

  private mutating func update(_ entry: EvaluationRecord.Entry, _ texts: Texts, _ stored: Stored) throws {
    let instance = entry.instance
    if stored.isRemoved {
      try transaction.run(
        "UPDATE instances SET removal_at = NULL, removal_reason = NULL, updated_at = ? WHERE key = ?", [now.milliseconds, stored.key])
      try append(.removalCancelled, entry, reason: "Generated", message: "the definitions produce it again")
      summary.removalsCancelled.append(instance.id)
    }
    guard !stored.isSame else { return }
    try transaction.run(
      "UPDATE instances SET name = ?, namespace = ?, application_set = ?, cluster = ?, updated_at = ? WHERE key = ?",
      [instance.name, instance.namespace, instance.provenance.applicationSet, entry.cluster, now.milliseconds, stored.key])
    try transaction.run(
      "UPDATE documents SET application = ?, provenance = ?, dependencies = ? WHERE instance = ?",
      [texts.application, texts.provenance, texts.dependencies, stored.key])
    if !ByteOrder.equal(stored.name, instance.name) {
      try append(.renamed, entry, reason: "Generated", from: stored.name, to: instance.name)
    }
    if !ByteOrder.equal(stored.cluster, entry.cluster) {
      try append(.moved, entry, reason: "Generated", from: stored.cluster, to: entry.cluster)
    }
    if !stored.isSameDocument { try append(.changed, entry, reason: "Generated", message: "the Application changed") }
    if !stored.isSameWish { summary.changed.append(instance.id) }
  }

  private mutating func planRemoval(_ id: InstanceID, _ reason: String) throws {
    guard let found = try transaction.instance(id) else { return }
    // Failures of syncs say nothing about the removal.
    try transaction.run(
      """
      UPDATE instances SET removal_at = ?, removal_reason = ?, failure_count = 0, failure_digest = NULL, failure_message = NULL,
        failure_at = NULL, requested_at = NULL, requested_by = NULL, updated_at = ?
      WHERE key = ? AND removal_at IS NULL
      """, [now.milliseconds, reason, now.milliseconds, found.key])
    guard transaction.changes > 0 else { return }
    try transaction.append(
      NewEvent(
        .removalPlanned, at: now, actor: actor, instance: id, name: found.name, cluster: found.cluster, reason: "NotGenerated",
        message: reason))
    summary.removalsPlanned.append(id)
  }

  private func recordRevision(_ record: EvaluationRecord) throws {
    let row = try transaction.row("SELECT revision, problems FROM definitions")
    let problems = record.problems.joined(separator: "\n")
    let revision: String? = row?[0]
    let before: String? = row?[1]
    guard revision != record.revision || before != problems || !summary.isEmpty else { return }
    try transaction.run(
      "INSERT INTO definitions (id, revision, problems, evaluated_at) VALUES (1, ?, ?, ?) "
        + "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, problems = excluded.problems, evaluated_at = excluded.evaluated_at",
      [record.revision, problems, now.milliseconds])
    if revision != record.revision || !summary.isEmpty {
      let message =
        "\(try total()) applications: \(summary.created.count) new, \(summary.changed.count) changed, "
        + "\(summary.removalsPlanned.count) to be removed"
      try transaction.append(
        NewEvent(.evaluated, at: now, actor: actor, reason: "Definitions", message: message, from: revision, to: record.revision))
    }
    if (before ?? "") != problems {
      try transaction.append(
        NewEvent(
          .problemsChanged, at: now, actor: actor, reason: record.problems.isEmpty ? "Recovered" : "Invalid",
          message: record.problems.isEmpty ? "the definitions have no problem any more" : record.problems.prefix(20).joined(separator: "\n")
        ))
    }
  }

  private func total() throws -> Int { try transaction.row("SELECT COUNT(*) FROM instances")?[0] ?? 0 }

  private func append(
    _ kind: EventKind, _ entry: EvaluationRecord.Entry, reason: String, message: String = "", from: String? = nil, to: String? = nil
  ) throws {
    try transaction.append(
      NewEvent(
        kind, at: now, actor: actor, instance: entry.instance.id, name: entry.instance.name, cluster: entry.cluster, reason: reason,
        message: message, from: from, to: to))
  }
}

import Document

/// A field that another manager owns with another value.
struct FieldConflict: Sendable, Hashable {
  var manager: String
  var path: String
}

/// Server-side field ownership: who set which field, for plain writes and for apply.
///
/// Pure: the object comes in as it is stored, the result goes out with its `managedFields` written.
struct FieldManager: Sendable {
  let schema: Schema
  /// The kind's structure without content, against which a create is compared.
  let empty: Value
  /// Fields that a write to this resource or subresource never owns.
  let reset: FieldSet
  let apiVersion: String
  let subresource: String
  let now: String

  /// Whether entries get the time: those of the scale subresource do not.
  private var stamps: Bool { subresource != "scale" }

  private static let bookkeeping = FieldSet([
    "f:apiVersion": [:], "f:kind": [:],
    "f:metadata": [
      "f:creationTimestamp": [:], "f:generation": [:], "f:managedFields": [:], "f:name": [:], "f:namespace": [:],
      "f:resourceVersion": [:], "f:selfLink": [:], "f:uid": [:],
    ],
  ])

  private func identity(_ manager: String, _ operation: FieldManagerIdentity.Operation) -> FieldManagerIdentity {
    FieldManagerIdentity(manager: manager, operation: operation, apiVersion: apiVersion, subresource: subresource)
  }

  private func filter(_ fields: FieldSet) -> FieldSet {
    var result = fields.removingTrees(reset).difference(FieldManager.bookkeeping)
    if FieldSet.Node(result.root["f:metadata"]).children.isEmpty { result.root["f:metadata"] = nil }
    return result
  }

  // MARK: Plain writes

  /// Books a create or update by `manager`: what it changed is now its own and nobody else's.
  func update(live: Value?, new: Value, manager: String) -> Value {
    var managed: ManagedFields
    if subresource.isEmpty, ManagedFields.isReset(new) {
      managed = ManagedFields()
    } else {
      managed = subresource.isEmpty ? ManagedFields(of: new) : ManagedFields()
      if managed.entries.isEmpty, let live { managed = ManagedFields(of: live) }
    }
    var result = new
    if managed.entries.isEmpty, live != nil {
      managed.store(in: &result)
      return result
    }
    book(live: live ?? empty, new: new, manager: identity(manager, .update), in: &managed, stamp: stamps)
    managed.cap()
    managed.store(in: &result)
    return result
  }

  private func book(
    live: Value, new: Value, manager: FieldManagerIdentity, in managed: inout ManagedFields, stamp: Bool
  ) {
    let comparison = compare(live, new)
    let taken = comparison.modified.union(comparison.added)
    let gained = filter(taken)
    let lost = taken.union(comparison.removed).removingTrees(reset)
    for index in managed.entries.indices { managed.entries[index].fields = managed.entries[index].fields.difference(lost) }
    managed.entries.removeAll { $0.fields.isEmpty }
    guard !gained.isEmpty else { return }
    var entry = managed[manager] ?? ManagedFieldsEntry(identity: manager, time: nil, fields: FieldSet())
    entry.fields = entry.fields.union(gained)
    if stamp { entry.time = now }
    managed[manager] = entry
  }

  private func compare(_ old: Value, _ new: Value) -> TypedComparison {
    TypedComparison(from: FieldManager.stripped(old), to: FieldManager.stripped(new), schema: schema)
  }

  private static func stripped(_ object: Value) -> Value {
    var result = object
    result[at: "metadata", "managedFields"] = nil
    return result
  }

  // MARK: Apply

  /// What an apply gave: the merged object, or the fields on which it conflicts.
  enum ApplyResult {
    case object(Value)
    case conflicts([FieldConflict])
  }

  /// Merges `applied` into `live` in the name of `manager`.
  func apply(live: Value?, applied: Value, manager name: String, force: Bool) -> ApplyResult {
    let old = FieldManager.stripped(live ?? empty)
    let manager = identity(name, .apply)
    var managed = live.map { ManagedFields(of: $0) } ?? ManagedFields()
    if managed.entries.isEmpty, live != nil {
      book(live: empty, new: old, manager: identity("before-first-apply", .update), in: &managed, stamp: true)
    }
    let former = managed[manager]
    // Names count while pruning, so that the metadata around them stays; they are not booked.
    let claimed = TypedFields.owned(applied, schema).removingTrees(reset)
    var merged = TypedMerge.merge(old, applied, schema) ?? old
    managed[manager] = ManagedFieldsEntry(identity: manager, time: former?.time, fields: claimed)
    if let former { merged = prune(merged, former: former.fields, managed: managed) }

    let comparison = compare(old, merged)
    let changed = comparison.modified.union(comparison.added).removingTrees(reset)
    var conflicts: [FieldConflict] = []
    var losses: [(FieldManagerIdentity, FieldSet)] = []
    for entry in managed.entries where entry.identity != manager {
      let clash = entry.fields.intersection(changed)
      if !clash.isEmpty {
        conflicts += clash.paths.map { FieldConflict(manager: entry.identity.description, path: $0) }
        losses.append((entry.identity, clash))
      }
      let gone = entry.fields.intersection(comparison.removed)
      if !gone.isEmpty { losses.append((entry.identity, gone)) }
    }
    if !conflicts.isEmpty && !force { return .conflicts(conflicts) }
    for (identity, fields) in losses {
      guard var entry = managed[identity] else { continue }
      entry.fields = entry.fields.difference(fields)
      managed[identity] = entry
    }
    if var entry = managed[manager] {
      entry.fields = filter(entry.fields)
      if merged != old || live == nil { entry.time = stamps ? now : nil }
      managed[manager] = entry
    }
    managed.cap()
    managed.store(in: &merged)
    return .object(merged)
  }

  /// Takes out what the manager named before, names no longer, and nobody else owns.
  private func prune(_ merged: Value, former: FieldSet, managed: ManagedFields) -> Value {
    let present = TypedFields.owned(merged, schema).withNamedFieldsAsMembers()
    var owned = FieldSet()
    for entry in managed.entries { owned = owned.union(entry.fields) }
    let orphaned = present.difference(owned.withNamedFieldsAsMembers())
    let gone = orphaned.intersection(former.withNamedFieldsAsMembers())
    guard !gone.isEmpty else { return merged }
    return TypedMerge.remove(gone.root, from: merged, schema)
  }
}

/// JSON merge patch (RFC 7386), `application/merge-patch+json` in Kubernetes.
public enum MergePatch {
  /// The target with the patch applied: members that are `null` in the patch are removed, objects are merged, all else is replaced.
  public static func apply(_ patch: Value, to target: Value) -> Value {
    guard case .object(let changes) = patch else { return patch }
    var result: [Member] = []
    let old = target.objectValue?.members ?? []
    result.reserveCapacity(old.count + changes.count)
    // Both lists are sorted, so one pass merges them.
    var index = 0
    for change in changes.members {
      while index < old.count, ByteOrder.less(old[index].key, change.key) {
        result.append(old[index])
        index += 1
      }
      var before = Value.null
      if index < old.count, ByteOrder.equal(old[index].key, change.key) {
        before = old[index].value
        index += 1
      }
      if !change.value.isNull { result.append(Member(key: change.key, value: apply(change.value, to: before))) }
    }
    result.append(contentsOf: old[index...])
    return .object(Object(sortedMembers: result))
  }

  /// The patch that turns `from` into `to`; nil when they are equal.
  ///
  /// A merge patch cannot say that a member is `null`: such a member of `to` is removed by the patch instead.
  public static func difference(from: Value, to: Value) -> Value? {
    guard from != to else { return Optional<Value>.none }
    guard case .object(let old) = from, case .object(let new) = to else { return to }
    var changes: [Member] = []
    var index = 0
    for member in new.members {
      while index < old.count, ByteOrder.less(old.members[index].key, member.key) {
        changes.append(Member(key: old.members[index].key, value: .null))
        index += 1
      }
      guard index < old.count, ByteOrder.equal(old.members[index].key, member.key) else {
        changes.append(member)
        continue
      }
      let before = old.members[index].value
      index += 1
      if let change = difference(from: before, to: member.value) {
        changes.append(Member(key: member.key, value: change))
      }
    }
    for removed in old.members[index...] { changes.append(Member(key: removed.key, value: .null)) }
    return .object(Object(sortedMembers: changes))
  }
}

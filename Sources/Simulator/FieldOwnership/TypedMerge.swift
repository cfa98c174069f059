import Document

/// Merging an applied document into the live object, and taking fields out of it again.
enum TypedMerge {
  /// The live value with the applied one over it; granular parts are merged, atomic ones replaced.
  static func merge(_ live: Value?, _ applied: Value?, _ schema: Schema, atomic: Bool = false) -> Value? {
    guard let applied else { return live }
    guard let live, !atomic, !schema.isAtomic else { return applied }
    switch schema.shape {
    case .scalar: return applied
    case .any:
      guard case .object(let liveObject) = live, case .object(let appliedObject) = applied else { return applied }
      return .object(merge(liveObject, appliedObject, schema))
    case .object, .map:
      guard case .object(let appliedObject) = applied else { return applied.isNull ? .null : applied }
      guard case .object(let liveObject) = live else { return applied }
      return .object(merge(liveObject, appliedObject, schema))
    case .list(let element, let kind):
      guard case .array(let appliedItems) = applied else { return applied }
      guard case .array(let liveItems) = live else { return applied }
      return .array(merge(liveItems, appliedItems, schema.at(element), kind))
    }
  }

  private static func merge(_ live: Object, _ applied: Object, _ schema: Schema) -> Object {
    var result = live
    for member in applied {
      let (child, _, atomic) = TypedFields.child(member.key, schema)
      guard let child else { continue }
      result[member.key] = merge(live[member.key], member.value, child, atomic: atomic)
    }
    return result
  }

  /// The applied order wins; elements that only the live list has keep their place among those that both have.
  private static func merge(_ live: [Value], _ applied: [Value], _ element: Schema, _ kind: SchemaType.ListKind) -> [Value] {
    let liveKeys = live.map { PathElement.element($0, kind: kind, schema: element) }
    let appliedKeys = applied.map { PathElement.element($0, kind: kind, schema: element) }
    var liveByKey: [String: Value] = [:]
    for (key, item) in zip(liveKeys, live) {
      if let key { liveByKey[key] = item }
    }
    let appliedSet = Set(appliedKeys.compactMap { $0 })
    var shared = appliedKeys.compactMap { $0 }.filter { liveByKey[$0] != nil }[...]
    var result: [Value] = []
    var position = 0
    func drain() {
      while position < live.count {
        if let key = liveKeys[position], let next = shared.first, key == next { return }
        if let key = liveKeys[position], appliedSet.contains(key) {
          position += 1
          continue
        }
        result.append(live[position])
        position += 1
      }
    }
    drain()
    for (key, item) in zip(appliedKeys, applied) {
      guard let key, let old = liveByKey[key] else {
        result.append(item)
        continue
      }
      if let merged = merge(old, item, element) { result.append(merged) }
      if shared.first == key {
        shared = shared.dropFirst()
        if position < live.count, liveKeys[position] == key { position += 1 }
        drain()
      }
    }
    return result
  }

  /// The value without the fields of a set; a map or list that loses all becomes null.
  static func remove(_ fields: Object, from value: Value, _ schema: Schema) -> Value {
    guard !fields.isEmpty else { return value }
    switch value {
    case .object(let object):
      var result: [Member] = []
      for member in object {
        let node = FieldSet.Node(fields["f:" + member.key])
        if node.member { continue }
        if node.children.isEmpty {
          result.append(member)
        } else if let child = TypedFields.child(member.key, schema).schema {
          result.append(Member(key: member.key, value: remove(node.children, from: member.value, child)))
        }
      }
      return result.isEmpty ? .null : .object(Object(sortedMembers: result))
    case .array(let items):
      guard case .list(let element, let kind) = schema.shape, kind != .atomic else { return value }
      let elementSchema = schema.at(element)
      var result: [Value] = []
      for item in items {
        guard let key = PathElement.element(item, kind: kind, schema: elementSchema) else {
          result.append(item)
          continue
        }
        let node = FieldSet.Node(fields[key])
        if node.member { continue }
        result.append(node.children.isEmpty ? item : remove(node.children, from: item, elementSchema))
      }
      return result.isEmpty ? .null : .array(result)
    default: return value
    }
  }
}

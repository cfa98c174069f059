import Document

/// A strategic merge patch that cannot be applied.
struct StrategicFailure: Error {
  var message: String
}

/// Strategic merge patches: lists merge by the keys that their types name, with the `$patch` directives.
enum StrategicPatch {
  static func apply(_ patch: Value, to value: Value, _ schema: Schema) throws(StrategicFailure) -> Value {
    guard case .object(let changes) = patch else { return patch }
    return .object(try merge(changes, value.objectValue ?? Object(), schema, retainKeys: false))
  }

  private static func merge(
    _ changes: Object, _ original: Object, _ schema: Schema?, retainKeys: Bool
  ) throws(StrategicFailure) -> Object {
    let former = original
    var original = original
    if let directive = changes["$patch"]?.stringValue {
      var rest = changes
      rest["$patch"] = nil
      switch directive {
      case "replace": return stripped(rest)
      case "delete": return Object()
      case "merge": break
      default: throw StrategicFailure(message: "unknown patch type found: \(directive)")
      }
    }
    if let retained = changes["$retainKeys"]?.arrayValue {
      let keys = Set(retained.compactMap(\.stringValue))
      for key in original.keys where !keys.contains(key) { original[key] = nil }
    }
    for change in changes {
      let key = change.key
      if key == "$patch" || key == "$retainKeys" || key.hasPrefix("$setElementOrder/") { continue }
      if key.hasPrefix("$deleteFromPrimitiveList/") {
        let name = String(key.dropFirst("$deleteFromPrimitiveList/".count))
        let gone = change.value.arrayValue ?? []
        if let items = original[name]?.arrayValue { original[name] = .array(items.filter { !gone.contains($0) }) }
        continue
      }
      if change.value.isNull {
        original[key] = nil
        continue
      }
      let field = schema?.field(key)
      let child = schema?.child(key)
      switch (change.value, original[key]) {
      case (.object(let inner), let old):
        original[key] = .object(try merge(inner, old?.objectValue ?? Object(), child, retainKeys: field?.retainKeys ?? false))
      case (.array(let items), .array(let old)?):
        original[key] = .array(try mergeList(items, old, field, child?.element))
      case (.array(let items), _):
        original[key] = .array(try mergeList(items, [], field, child?.element))
      default: original[key] = change.value
      }
    }
    for change in changes where change.key.hasPrefix("$setElementOrder/") {
      let name = String(change.key.dropFirst("$setElementOrder/".count))
      guard let items = original[name]?.arrayValue else { continue }
      original[name] = .array(
        ordered(items, by: change.value.arrayValue ?? [], key: schema?.field(name)?.mergeKey, former: former[name]?.arrayValue ?? []))
    }
    return original
  }

  private static func stripped(_ object: Object) -> Object {
    Object(object.members.filter { !$0.key.hasPrefix("$") && !$0.value.isNull })
  }

  private static func keyText(_ item: Value, _ key: String?) -> String {
    guard let key, !key.isEmpty else { return JSON.string(item) }
    return item[key].map { JSON.string($0) } ?? ""
  }

  private static func mergeList(
    _ changes: [Value], _ original: [Value], _ field: SchemaType.Field?, _ element: Schema?
  ) throws(StrategicFailure) -> [Value] {
    guard let key = field?.mergeKey else { return changes.filter { $0["$patch"] == nil } }
    if key.isEmpty {
      var result = original
      for change in changes where !result.contains(change) { result.append(change) }
      return ordered(result, by: changes, key: nil, former: original)
    }
    if changes.contains(where: { $0["$patch"] == "replace" }) {
      return changes.filter { $0["$patch"] == nil }
    }
    var result = original
    var added: [Value] = []
    for change in changes {
      guard let object = change.objectValue else { continue }
      guard let keyValue = object[key] else {
        throw StrategicFailure(message: "map: \(GoFormat.text(.object(object))) does not contain declared merge key: \(key)")
      }
      let index = result.firstIndex { $0[key] == keyValue }
      if object["$patch"] == "delete" {
        if let index { result.remove(at: index) }
      } else if let index {
        result[index] = .object(try merge(object, result[index].objectValue ?? Object(), element, retainKeys: false))
      } else {
        added.append(.object(try merge(object, Object(), element, retainKeys: false)))
      }
    }
    return ordered(result + added, by: changes.filter { $0["$patch"] != "delete" }, key: key, former: original)
  }

  /// Elements that the order names follow it; the others keep their places among those that stood before.
  private static func ordered(_ items: [Value], by order: [Value], key: String?, former: [Value]) -> [Value] {
    var rank: [String: Int] = [:]
    for (index, item) in order.enumerated() { rank[keyText(item, key)] = index }
    let named = items.filter { rank[keyText($0, key)] != nil }.sorted { (rank[keyText($0, key)] ?? 0) < (rank[keyText($1, key)] ?? 0) }
    let others = items.filter { rank[keyText($0, key)] == nil }
    guard !others.isEmpty else { return named }
    var places: [String: Int] = [:]
    for (index, item) in former.enumerated() { places[keyText(item, key)] = index }
    var result: [Value] = []
    var rest = others[...]
    for item in named {
      // A new element comes at once, a known one behind those that stood before it.
      let place = places[keyText(item, key)] ?? -1
      while let other = rest.first, (places[keyText(other, key)] ?? 0) < place {
        result.append(other)
        rest = rest.dropFirst()
      }
      result.append(item)
    }
    return result + rest
  }
}

/// Values as Go's `%v` prints them.
enum GoFormat {
  static func text(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .object(let object): "map[" + object.map { "\($0.key):\(text($0.value))" }.joined(separator: " ") + "]"
    case .array(let items): "[" + items.map(text).joined(separator: " ") + "]"
    case .null: "<nil>"
    default: JSON.string(value)
    }
  }
}

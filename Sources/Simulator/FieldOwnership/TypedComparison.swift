import Document

/// What differs between two values, as sets of field paths.
struct TypedComparison {
  var added = FieldSet()
  var removed = FieldSet()
  var modified = FieldSet()

  init(from old: Value, to new: Value, schema: Schema) {
    let result = TypedComparison.compare(old, new, schema, atomic: false)
    added = FieldSet(result.added.children)
    removed = FieldSet(result.removed.children)
    modified = FieldSet(result.modified.children)
  }

  private struct Nodes {
    var added = FieldSet.Node()
    var removed = FieldSet.Node()
    var modified = FieldSet.Node()
  }

  private static func leaf(_ old: Value?, _ new: Value?) -> Nodes {
    var nodes = Nodes()
    switch (old, new) {
    case (nil, nil): break
    case (nil, _): nodes.added.member = true
    case (_, nil): nodes.removed.member = true
    case (.some(let old), .some(let new)): nodes.modified.member = old != new
    }
    return nodes
  }

  private static func compare(_ old: Value?, _ new: Value?, _ schema: Schema, atomic: Bool) -> Nodes {
    if let old, let new, old == new { return Nodes() }
    if atomic || schema.isAtomic { return leaf(old, new) }
    switch schema.shape {
    case .scalar: return leaf(old, new)
    case .any:
      if (old?.objectValue != nil || old == nil) && (new?.objectValue != nil || new == nil) { return maps(old, new, schema) }
      return leaf(old, new)
    case .object, .map: return maps(old, new, schema)
    case .list(let element, let kind): return lists(old, new, schema.at(element), kind)
    }
  }

  private static func maps(_ old: Value?, _ new: Value?, _ schema: Schema) -> Nodes {
    let oldObject = old?.objectValue ?? Object()
    let newObject = new?.objectValue ?? Object()
    if oldObject.isEmpty && newObject.isEmpty { return leaf(old, new) }
    var nodes = Nodes()
    var builder = Builder()
    var keys = oldObject.keys
    for member in newObject where !oldObject.position(of: member.key).found { keys.append(member.key) }
    for key in keys {
      let (child, _, atomic) = TypedFields.child(key, schema)
      guard let child else { continue }
      builder.add("f:" + key, compare(oldObject[key], newObject[key], child, atomic: atomic))
    }
    builder.finish(&nodes, old: old, new: new)
    return nodes
  }

  private static func lists(_ old: Value?, _ new: Value?, _ element: Schema, _ kind: SchemaType.ListKind) -> Nodes {
    let oldItems = old?.arrayValue ?? []
    let newItems = new?.arrayValue ?? []
    if oldItems.isEmpty && newItems.isEmpty { return leaf(old, new) }
    var nodes = Nodes()
    var builder = Builder()
    var oldByKey: [String: Value] = [:]
    for item in oldItems {
      if let key = PathElement.element(item, kind: kind, schema: element) { oldByKey[key] = item }
    }
    var seen: Set<String> = []
    for item in newItems {
      guard let key = PathElement.element(item, kind: kind, schema: element) else { continue }
      seen.insert(key)
      builder.add(key, compare(oldByKey[key], item, element, atomic: false))
    }
    for (key, item) in oldByKey where !seen.contains(key) { builder.add(key, compare(item, nil, element, atomic: false)) }
    builder.finish(&nodes, old: old, new: new)
    return nodes
  }

  /// Collects the differences beneath one path.
  private struct Builder {
    var added: [Member] = []
    var removed: [Member] = []
    var modified: [Member] = []

    mutating func add(_ key: String, _ nodes: Nodes) {
      if let stored = nodes.added.stored { added.append(Member(key: key, value: stored)) }
      if let stored = nodes.removed.stored { removed.append(Member(key: key, value: stored)) }
      if let stored = nodes.modified.stored { modified.append(Member(key: key, value: stored)) }
    }

    func finish(_ nodes: inout Nodes, old: Value?, new: Value?) {
      nodes.added.children = Object(added)
      nodes.removed.children = Object(removed)
      nodes.modified.children = Object(modified)
      if old == nil { nodes.added.member = true }
      if new == nil { nodes.removed.member = true }
    }
  }
}

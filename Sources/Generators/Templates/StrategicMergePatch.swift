import Document
import FleetModel
import Templating

/// Kubernetes' strategic merge patch, led by the schema of the patched object; its errors are worded as Kubernetes words them.
enum StrategicMergePatch {
  private static let deletions = "$deleteFromPrimitiveList/"
  private static let orders = "$setElementOrder/"

  /// What is known of the fields of the object that is merged.
  private enum Fields {
    case schema(ObjectSchema)
    /// Labels and the like: only texts are below, so nobody asks.
    case map
    /// Free JSON: Kubernetes knows no field of it, and refuses to merge below its first level.
    case free
  }

  /// The object with the patch in it.
  static func merged(_ patch: Object, into original: Object, _ schema: ObjectSchema) throws(RenderError) -> Object {
    try merged(patch, into: original, .schema(schema))
  }

  private static func merged(_ patch: Object, into original: Object, _ fields: Fields) throws(RenderError) -> Object {
    var patch = patch
    switch patch["$patch"] {
    case .none: break
    case .some("replace"):
      patch["$patch"] = nil
      return patch
    case .some("delete"): return Object()
    case .some(let other): throw RenderError("unknown patch type: \(text(other)) in map: \(text(.object(patch)))")
    }
    var result = try retaining(&patch, original)
    try reorder(&patch, &result)
    for member in patch {
      if member.key.hasPrefix(deletions) {
        let name = String(member.key.dropFirst(deletions.count))
        if member.value.isNull { result[name] = nil }
        guard let unwanted = member.value.arrayValue, let present = result[name]?.arrayValue else { continue }
        result[name] = .array(present.filter { !unwanted.contains($0) })
        continue
      }
      guard !member.value.isNull else {
        result[member.key] = nil
        continue
      }
      switch (member.value, result[member.key]) {
      case (.object(let patch), .object(let original)?):
        result[member.key] = .object(try merged(patch, into: original, try below(fields, member.key)))
      case (.array(let patch), .array(let original)?):
        result[member.key] = .array(try merged(patch, into: original, try field(fields, member.key)))
      default: result[member.key] = withoutDirectives(withoutNulls(member.value))
      }
    }
    return result
  }

  private static func field(_ fields: Fields, _ name: String) throws(RenderError) -> FieldSchema? {
    switch fields {
    case .schema(let schema): return schema[name]
    case .map: return nil
    case .free:
      throw RenderError("unable to find api field in struct RawExtension for the json field \(JSON.string(.string(name)))")
    }
  }

  private static func below(_ fields: Fields, _ name: String) throws(RenderError) -> Fields {
    switch try field(fields, name)?.type {
    case .object(let reference)?: .schema(reference.schema)
    case .json?: .free
    default: .map
    }
  }

  // MARK: Lists

  private static func merged(_ patch: [Value], into original: [Value], _ field: FieldSchema?) throws(RenderError) -> [Value] {
    switch field?.patch {
    case .mergePrimitives?:
      let all = original + patch.filter { !original.contains($0) }
      return ordered(all, by: patch, server: original) { $0 }
    case .merge(let key)?:
      var inner = Fields.map
      if case .list(.object(let reference))? = field?.type { inner = .schema(reference.schema) }
      return try merged(patch, into: original, by: key, inner)
    default: return patch
    }
  }

  private static func merged(
    _ patch: [Value], into original: [Value], by key: String, _ fields: Fields
  ) throws(RenderError) -> [Value] {
    var server = original
    var plain: [Value] = []
    var replaces = false
    for element in patch {
      switch element["$patch"] {
      case .none: plain.append(element)
      case .some("delete"):
        guard let name = element[key] else { throw missing(key, element) }
        server.removeAll { $0[key] == name }
      case .some("replace"): replaces = true
      case .some("merge"): throw RenderError("merging lists cannot yet be specified in the patch")
      case .some(let other): throw RenderError("unknown patch type: \(text(other)) in map: \(text(element))")
      }
    }
    if replaces { (server, plain) = (plain, []) }
    var result = server
    for element in plain {
      guard case .object(let object) = element, let name = object[key] else { throw missing(key, element) }
      if let position = result.firstIndex(where: { $0[key] == name }), case .object(let present) = result[position] {
        result[position] = .object(try merged(object, into: present, fields))
      } else {
        result.append(element)
      }
    }
    return ordered(result, by: plain, server: server) { $0[key] ?? .null }
  }

  private static func missing(_ key: String, _ element: Value) -> RenderError {
    RenderError("map: \(text(element)) does not contain declared merge key: \(key)")
  }

  /// Elements that the patch names stand in its order, the others in the order of the server. Where both meet, the one that came first
  /// on the server does so again; what the server did not know goes in front.
  private static func ordered(
    _ elements: [Value], by patch: [Value], server: [Value], _ identity: (Value) -> Value
  ) -> [Value] {
    let (wanted, known) = (patch.map(identity), server.map(identity))
    func position(_ element: Value, _ list: [Value]) -> Int { list.firstIndex(of: identity(element)) ?? .max }
    let named = elements.filter { wanted.contains(identity($0)) }.sorted { position($0, wanted) < position($1, wanted) }
    let others = elements.filter { !wanted.contains(identity($0)) }.sorted { position($0, known) < position($1, known) }
    var result: [Value] = []
    result.reserveCapacity(elements.count)
    var (left, right) = (others[...], named[...])
    while let other = left.first, let next = right.first {
      if known.contains(identity(next)), position(other, known) < position(next, known) {
        result.append(left.removeFirst())
      } else {
        result.append(right.removeFirst())
      }
    }
    return result + left + right
  }

  // MARK: Directives

  /// Applies `$retainKeys`.
  private static func retaining(_ patch: inout Object, _ original: Object) throws(RenderError) -> Object {
    guard let directive = patch["$retainKeys"] else { return original }
    patch["$retainKeys"] = nil
    let malformed = RenderError("invalid patch format of retainKeys")
    guard let kept = directive.arrayValue else { throw malformed }
    let names = Set(kept.compactMap(\.stringValue))
    for member in patch where !member.value.isNull && !member.key.hasPrefix(deletions) && !member.key.hasPrefix(orders) {
      guard names.contains(member.key) else { throw malformed }
    }
    return Object(sortedMembers: original.members.filter { names.contains($0.key) })
  }

  /// Applies `$setElementOrder/…` to lists that are there; the patch's own list is merged afterwards as always.
  private static func reorder(_ patch: inout Object, _ original: inout Object) throws(RenderError) {
    for member in patch.members where member.key.hasPrefix(orders) {
      patch[member.key] = nil
      let name = String(member.key.dropFirst(orders.count))
      let order = try list(member.value)
      if let own = patch[name], !own.isNull { _ = try list(own) }
      guard let present = original[name] else { continue }
      let elements = try list(present)
      if elements.allSatisfy({ $0.objectValue == nil }) {
        original[name] = .array(ordered(elements, by: order, server: elements) { $0 })
      }
    }
  }

  private static func list(_ value: Value) throws(RenderError) -> [Value] {
    if let elements = value.arrayValue { return elements }
    let type =
      switch value {
      case .object: "map[string]interface {}"
      case .string: "string"
      case .bool: "bool"
      case .int: "int64"
      case .double: "float64"
      case .null, .array: "%!s(<nil>)"
      }
    throw RenderError("expected a []interface {}, but received a \(type)")
  }

  /// The value without the objects that are directives; nil where it is one itself.
  private static func withoutDirectives(_ value: Value) -> Value? {
    switch value {
    case .object(let object):
      guard object["$patch"] == nil else { return nil }
      return .object(
        Object(
          sortedMembers: object.members.compactMap { member in withoutDirectives(member.value).map { Member(key: member.key, value: $0) } })
      )
    case .array(let elements): return .array(elements.compactMap { withoutDirectives($0) })
    default: return value
    }
  }

  /// What the patch adds, without the nulls that would only have removed something.
  private static func withoutNulls(_ value: Value) -> Value {
    switch value {
    case .object(let object):
      .object(
        Object(sortedMembers: object.members.filter { !$0.value.isNull }.map { Member(key: $0.key, value: withoutNulls($0.value)) }))
    case .array(let elements): .array(elements.map { withoutNulls($0) })
    default: value
    }
  }

  /// As Go prints it.
  private static func text(_ value: Value) -> String { GoText.text(TemplateValue(value)) }
}

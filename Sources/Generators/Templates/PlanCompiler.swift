import Document
import FleetModel

/// Compiles a tree of a known schema.
struct PlanCompiler {
  private let renderer: TextRenderer
  private(set) var texts: [PlanText] = []
  private(set) var slots = SlotTable()
  /// Whether a text stands in more than one place, and is worth being remembered.
  private(set) var isRepeated: [Bool] = []
  private var positions: [String: Int] = [:]

  init(_ renderer: TextRenderer) { self.renderer = renderer }

  /// A text; literal where it is no template.
  mutating func text(_ text: String) -> PlanNode {
    if let position = positions[text] {
      isRepeated[position] = !texts[position].isCheap
      return .text(position)
    }
    let compiled = renderer.compile(text)
    if case .literal = compiled { return .literal(.string(text)) }
    positions[text] = texts.count
    texts.append(PlanText(compiled, &slots))
    isRepeated.append(false)
    return .text(texts.count - 1)
  }

  /// An object of a schema; it has been normalised before.
  mutating func object(_ value: Value, _ schema: ObjectSchema) -> PlanNode {
    guard let given = value.objectValue else { return .literal(value) }
    var members: [PlanObject.Member] = []
    members.reserveCapacity(given.count)
    for member in given {
      guard let field = schema[member.key] else { continue }
      var drops = false
      if case .string = field.type, field.presence == .unlessEmpty { drops = true }
      members.append(PlanObject.Member(key: member.key, node: node(member.value, field.type), dropsEmptyText: drops))
    }
    return PlanCompiler.finished(members) { schema.order(of: $0) }
  }

  static func finished(_ members: [PlanObject.Member], order: (String) -> Int) -> PlanNode {
    if members.allSatisfy(\.node.isLiteral) {
      var literal: [Member] = []
      for member in members {
        guard case .literal(let value) = member.node else { continue }
        if member.dropsEmptyText, case .string(let text) = value, text.isEmpty { continue }
        literal.append(Member(key: member.key, value: value))
      }
      return .literal(.object(Object(literal)))
    }
    let sorted = members.sorted { ByteOrder.less($0.key, $1.key) }
    let positions = sorted.indices.sorted { order(sorted[$0].key) < order(sorted[$1].key) }
    return .object(PlanObject(members: sorted, order: positions))
  }

  private mutating func node(_ value: Value, _ type: FieldType) -> PlanNode {
    switch type {
    case .string:
      guard let text = value.stringValue else { return .literal(value) }
      return self.text(text)
    // The text form of these (`maxUpdate: 25%`) is a template too.
    case .integerOrString: return value.stringValue.map { self.text($0) } ?? .literal(value)
    case .bool, .integer, .opaque: return .literal(value)
    case .json:
      let free = json(value)
      return free.isLiteral ? free : .free(free)
    case .object(let reference): return object(value, reference.schema)
    case .list(let element):
      guard let elements = value.arrayValue else { return .literal(value) }
      var nodes: [PlanNode] = []
      for member in elements { nodes.append(node(member, element)) }
      return list(nodes, value)
    case .stringMap: return map(value, .string)
    case .boolMap: return map(value, .bool)
    case .map(let element): return map(value, element)
    }
  }

  private func list(_ nodes: [PlanNode], _ value: Value) -> PlanNode {
    guard nodes.allSatisfy(\.isLiteral) else { return .list(nodes) }
    return .literal(
      .array(nodes.compactMap { node in if case .literal(let value) = node { value } else { nil } }))
  }

  private mutating func map(_ value: Value, _ element: FieldType) -> PlanNode {
    guard let object = value.objectValue else { return .literal(value) }
    var entries: [(key: PlanNode, value: PlanNode)] = []
    for member in object { entries.append((text(member.key), node(member.value, element))) }
    return map(entries)
  }

  /// Free JSON: keys and texts anywhere in it are templates, nulls in objects vanish, numbers have been a float64.
  mutating func json(_ value: Value) -> PlanNode {
    switch value {
    case .string(let text): return self.text(text)
    case .array(let elements):
      var nodes: [PlanNode] = []
      for element in elements { nodes.append(json(element)) }
      return list(nodes, value)
    case .object(let object):
      var entries: [(key: PlanNode, value: PlanNode)] = []
      for member in object where !member.value.isNull { entries.append((text(member.key), json(member.value))) }
      return map(entries)
    default: return .literal(JSONTemplates.number(value))
    }
  }

  private func map(_ entries: [(key: PlanNode, value: PlanNode)]) -> PlanNode {
    var members: [PlanObject.Member] = []
    for entry in entries {
      guard case .literal(.string(let key)) = entry.key else { break }
      members.append(PlanObject.Member(key: key, node: entry.value, dropsEmptyText: false))
    }
    if members.count == entries.count { return PlanCompiler.finished(members) { _ in 0 } }
    return .map(
      entries.map { entry in
        switch entry.key {
        case .literal(let key): PlanNode.MapEntry(key: .literal(key.stringValue ?? ""), value: entry.value)
        case .text(let index): PlanNode.MapEntry(key: .text(index), value: entry.value)
        default: PlanNode.MapEntry(key: .literal(""), value: entry.value)
        }
      })
  }
}

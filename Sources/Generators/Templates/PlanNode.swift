import Document

/// A part of a template, compiled.
///
/// What has no template in it is one literal, however large, and is shared by everything that is rendered.
enum PlanNode: Sendable {
  case literal(Value)
  /// The text with this number in the plan's table.
  case text(Int)
  case object(PlanObject)
  case list([PlanNode])
  /// Keys under which the rendered texts may coincide or change their order.
  case map([MapEntry])
  /// Free JSON, whose errors Argo CD words in its own way.
  indirect case free(PlanNode)

  struct MapEntry: Sendable {
    var key: PlanKey
    var value: PlanNode
  }

  enum PlanKey: Sendable {
    case literal(String)
    case text(Int)
  }

  var isLiteral: Bool {
    if case .literal = self { return true }
    return false
  }

  /// The node without what is only said of its errors.
  var bare: PlanNode {
    if case .free(let node) = self { return node.bare }
    return self
  }
}

/// An object with known keys.
final class PlanObject: Sendable {
  struct Member: Sendable {
    var key: String
    var node: PlanNode
    /// Whether Go leaves the field out when its text turns out to be empty.
    var dropsEmptyText: Bool
  }

  /// Sorted by key.
  let members: [Member]
  /// The positions of the members in the order of Argo CD's structs, in which it finds errors.
  let order: [Int]

  init(members: [Member], order: [Int]) {
    self.members = members
    self.order = order
  }
}

/// The texts of one plan while one application is rendered: each is rendered once, however often it stands in the template.
struct TextCache {
  private let plan: TemplatePlan
  private let parameters: ParameterSet
  let slots: SlotValues
  private let scope: RenderScope
  /// Texts that are needed again.
  private var rendered: [Int: String] = [:]

  init(_ plan: TemplatePlan, _ parameters: ParameterSet, _ scope: RenderScope) {
    self.plan = plan
    self.parameters = parameters
    self.scope = scope
    slots = plan.slots.values(parameters.values)
  }

  mutating func text(_ index: Int) throws(RenderError) -> String {
    guard plan.isRepeated[index] else { return try plan.texts[index].render(parameters, slots, scope) }
    if let known = rendered[index] { return known }
    let text = try plan.texts[index].render(parameters, slots, scope)
    rendered[index] = text
    return text
  }

  mutating func value(_ recipe: PlanRecipe) throws(RenderError) -> Value {
    switch recipe {
    case .literal(let value): return value
    case .text(let index): return .string(try text(index))
    case .object(let slots, let layout): return .object(Object(layout, frame: try frame(slots)))
    case .list(let slots, let elements):
      let frame = try frame(slots)
      var values: [Value] = []
      values.reserveCapacity(elements.count)
      for element in elements {
        switch element {
        case .object(let layout): values.append(.object(Object(layout, frame: frame)))
        case .other(let recipe): values.append(try value(recipe))
        }
      }
      return .array(values)
    case .map(let entries):
      var members: [Document.Member] = []
      members.reserveCapacity(entries.count)
      for entry in entries { members.append(Document.Member(key: try key(entry.key), value: try value(entry.value))) }
      return .object(Object(members))
    }
  }

  private mutating func frame(_ frame: PlanFrame) throws(RenderError) -> [Value?] {
    var values: [Value?] = []
    values.reserveCapacity(frame.slots.count)
    for slot in frame.slots {
      let value = try value(slot.recipe)
      if slot.dropsEmptyText, case .string(let text) = value, text.isEmpty {
        values.append(nil)
      } else {
        values.append(value)
      }
    }
    return values
  }

  private mutating func key(_ key: PlanNode.PlanKey) throws(RenderError) -> String {
    switch key {
    case .literal(let text): text
    case .text(let index): try text(index)
    }
  }

  /// Renders for the errors alone, in the order in which Argo CD does it; so the first one found is the one that it shows.
  mutating func check(_ node: PlanNode) throws(RenderError) {
    switch node {
    case .literal: break
    case .text(let index): _ = try text(index)
    case .object(let object): for position in object.order { try check(object.members[position].node) }
    case .list(let nodes): for node in nodes { try check(node) }
    case .free(let node):
      do {
        try check(node)
      } catch {
        throw error.within(JSONTemplates.freeField)
      }
    case .map(let entries):
      for entry in entries {
        try check(entry.value)
        _ = try key(entry.key)
      }
    }
  }
}

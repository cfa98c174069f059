import Document

/// How a part of a template becomes a value.
///
/// It has the same parts as the ``PlanNode`` that it is made of, with the objects laid out over frames: an object with all objects
/// right inside it, and all objects of one list, share one. So an application costs its texts and a few lists, and not its objects.
enum PlanRecipe: Sendable {
  case literal(Value)
  /// The text with this number in the plan's table.
  case text(Int)
  case object(PlanFrame, ObjectLayout)
  case list(PlanFrame, [Element])
  case map([MapEntry])

  enum Element: Sendable {
    case object(ObjectLayout)
    case other(PlanRecipe)
  }

  struct MapEntry: Sendable {
    var key: PlanNode.PlanKey
    var value: PlanRecipe
  }

  init(_ node: PlanNode) {
    var frame = PlanFrame()
    switch node {
    case .free(let node): self = PlanRecipe(node)
    case .literal(let value): self = .literal(value)
    case .text(let index): self = .text(index)
    case .object(let object):
      let layout = frame.layout(object)
      self = .object(frame, layout)
    case .list(let nodes):
      var elements: [Element] = []
      for node in nodes {
        if case .object(let object) = node.bare {
          elements.append(.object(frame.layout(object)))
        } else {
          elements.append(.other(PlanRecipe(node)))
        }
      }
      self = .list(frame, elements)
    case .map(let entries): self = .map(entries.map { MapEntry(key: $0.key, value: PlanRecipe($0.value)) })
    }
  }
}

/// What stands in the slots of a frame.
struct PlanFrame: Sendable {
  struct Slot: Sendable {
    var recipe: PlanRecipe
    /// Whether the slot stays empty when its text turns out to be empty.
    var dropsEmptyText: Bool
  }

  private(set) var slots: [Slot] = []

  /// Makes room for what is different in each object of this kind.
  mutating func layout(_ object: PlanObject) -> ObjectLayout {
    var entries: [(key: String, place: ObjectLayout.Place)] = []
    for member in object.members {
      switch member.node.bare {
      case .literal(.string("")) where member.dropsEmptyText: continue
      case .literal(let value): entries.append((member.key, .constant(value)))
      case .object(let inner): entries.append((member.key, .object(layout(inner))))
      case .text, .list, .map, .free:
        entries.append((member.key, .slot(slots.count)))
        slots.append(Slot(recipe: PlanRecipe(member.node), dropsEmptyText: member.dropsEmptyText))
      }
    }
    return ObjectLayout(sortedKeys: entries)
  }
}

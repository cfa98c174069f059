import Document
import Templating

/// Whether two parameter values look the same to every template.
enum DeepEquality {
  static func equal(_ left: TemplateMap, _ right: TemplateMap) -> Bool {
    if left === right { return true }
    guard left.count == right.count, left.type == right.type else { return false }
    for (one, two) in zip(left.entries, right.entries) {
      guard ByteOrder.equal(one.key, two.key), equal(one.value, two.value) else { return false }
    }
    return true
  }

  private static func equal(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.missing, .missing), (.null, .null): true
    case (.bool(let one), .bool(let two)): one == two
    case (.int(let one), .int(let two)): one == two
    case (.integer(let one, let first), .integer(let two, let second)): one == two && first == second
    // By bits: `-0` prints differently, and what is no number is the same as itself here.
    case (.float(let one), .float(let two)): one.bitPattern == two.bitPattern
    case (.string(let one), .string(let two)): ByteOrder.equal(one, two)
    case (.list(let one), .list(let two)):
      one.type == two.type && one.elements.count == two.elements.count && zip(one.elements, two.elements).allSatisfy { equal($0, $1) }
    case (.map(let one), .map(let two)): equal(one, two)
    default: false
    }
  }
}

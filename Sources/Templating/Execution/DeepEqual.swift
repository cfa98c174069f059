/// Go's `reflect.DeepEqual`: equal types and equal contents.
enum DeepEqual {
  static func equal(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): return left == right
    case (.int(let left), .int(let right)): return left == right
    case (.integer(let left, let leftType), .integer(let right, let rightType)): return left == right && leftType == rightType
    case (.float(let left), .float(let right)): return left == right
    case (.complex(let a, let b), .complex(let c, let d)): return a == c && b == d
    case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
    case (.list(let left), .list(let right)):
      return left.type == right.type && left.elements.count == right.elements.count
        && zip(left.elements, right.elements).allSatisfy { equal($0, $1) }
    case (.map(let left), .map(let right)):
      return left === right
        || (left.type == right.type && left.count == right.count
          && zip(left.entries, right.entries).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && equal($0.value, $1.value) })
    case (.object(let left), .object(let right)):
      return left.object.isEqual(right.object)
    default: return left.isNil && right.isNil
    }
  }
}

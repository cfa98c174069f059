/// Go templates' comparison of basic values.
enum Comparison {
  private enum Kind {
    case bool
    case complex
    case float
    case int
    case string
    case unsigned
    case other
  }

  private static func kind(_ value: TemplateValue) -> Kind {
    switch value {
    case .bool: .bool
    case .complex: .complex
    case .float: .float
    case .int: .int
    case .integer(_, let type):
      switch type {
      case .uint, .uint8, .uint16, .uint32, .uint64: .unsigned
      default: .int
      }
    case .string: .string
    default: .other
    }
  }

  private static func integer(_ value: TemplateValue) -> Int64 {
    switch value {
    case .int(let value): Int64(value)
    case .integer(let value, _): value
    default: 0
    }
  }

  private static func incompatible(_ left: TemplateValue, _ right: TemplateValue) -> FunctionError {
    FunctionError("incompatible types for comparison: \(left.type.name) and \(right.type.name)")
  }

  /// Whether the first equals any of the others.
  static func equal(_ first: TemplateValue, _ others: ArraySlice<TemplateValue>) throws(FunctionError) -> Bool {
    if others.isEmpty { throw FunctionError("missing argument for comparison") }
    for other in others where try equal(first, other) { return true }
    return false
  }

  private static func equal(_ left: TemplateValue, _ right: TemplateValue) throws(FunctionError) -> Bool {
    let kinds = (kind(left), kind(right))
    if kinds.0 != kinds.1 {
      if (kinds.0 == .int && kinds.1 == .unsigned) || (kinds.0 == .unsigned && kinds.1 == .int) {
        // A negative number equals no unsigned one, whatever its bits.
        return integer(left) >= 0 && integer(left) == integer(right)
      }
      if left.isNil || right.isNil { return false }
      throw incompatible(left, right)
    }
    switch (left, right) {
    case (.bool(let left), .bool(let right)): return left == right
    case (.complex(let real, let imaginary), .complex(let otherReal, let otherImaginary)):
      return real == otherReal && imaginary == otherImaginary
    case (.float(let left), .float(let right)): return left == right
    case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
    case (.object(let left), .object(let right)):
      if left.object.type != right.object.type { throw incompatible(.object(left), .object(right)) }
      // Pointers are equal when they are the same, times when they look the same.
      return left === right || (left.object.type == .time && left.object.isEqual(right.object))
    default:
      if kinds.0 == .int || kinds.0 == .unsigned { return integer(left) == integer(right) }
      if left.isNil || right.isNil { return left.isNil && right.isNil }
      if left.type != right.type { throw incompatible(left, right) }
      throw FunctionError("non-comparable type \(GoFormat.text(left)): \(right.type.name)")
    }
  }

  static func less(_ left: TemplateValue, _ right: TemplateValue) throws(FunctionError) -> Bool {
    let kinds = (kind(left), kind(right))
    if kinds.0 == .other || kinds.1 == .other { throw FunctionError("invalid type for comparison") }
    if kinds.0 != kinds.1 {
      let (a, b) = (integer(left), integer(right))
      if kinds.0 == .int && kinds.1 == .unsigned { return a < 0 || UInt64(a) < UInt64(bitPattern: b) }
      if kinds.0 == .unsigned && kinds.1 == .int { return b >= 0 && UInt64(bitPattern: a) < UInt64(b) }
      throw incompatible(left, right)
    }
    switch (left, right) {
    case (.float(let left), .float(let right)): return left < right
    case (.string(let left), .string(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
    default:
      switch kinds.0 {
      case .int: return integer(left) < integer(right)
      case .unsigned: return UInt64(bitPattern: integer(left)) < UInt64(bitPattern: integer(right))
      default: throw FunctionError("invalid type for comparison")
      }
    }
  }
}

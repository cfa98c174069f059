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
    default:
      if kinds.0 == .int || kinds.0 == .unsigned { return integer(left) == integer(right) }
      return try equalOthers(left, right)
    }
  }

  /// Values that are neither numbers nor text nor truth.
  private static func equalOthers(_ left: TemplateValue, _ right: TemplateValue) throws(FunctionError) -> Bool {
    let nils = (isNil(left), isNil(right))
    if !left.isNil && !right.isNil && left.type.kind != right.type.kind {
      throw FunctionError(
        "non-comparable types \(GoFormat.text(left, "s")): \(left.type.name), \(right.type.name): \(GoFormat.text(right))")
    }
    if nils.0 || nils.1 { return nils.0 && nils.1 }
    guard case .object(let first) = left, case .object(let second) = right else {
      throw FunctionError("non-comparable type \(GoFormat.text(right, "s")): \(right.type.name)")
    }
    // Pointers are equal when they are the same, structs when they look the same.
    return first === second || (left.type.kind == "struct" && left.type == right.type && first.object.isEqual(second.object))
  }

  private static func isNil(_ value: TemplateValue) -> Bool {
    if case .list(let list) = value { return list.isNil }
    return value.isNil
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

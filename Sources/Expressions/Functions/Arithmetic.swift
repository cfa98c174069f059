/// The operators of numbers, texts, lists and times. Whatever does not fit into its type is an error, never a wrong number.
enum Arithmetic {
  static let overflow = ExpressionError("the result is too large for its type")

  static func negate(_ value: CELValue) throws -> CELValue {
    switch value {
    case .int(let number):
      guard number != Int64.min else { throw overflow }
      return .int(-number)
    case .double(let number): return .double(-number)
    default: throw ExpressionError("a \(value.typeName) has no negative")
    }
  }

  /// A place in a list; nil for what is no whole number.
  static func position(_ value: CELValue) -> Int? {
    switch value {
    case .int(let number): Int(exactly: number)
    case .uint(let number): Int(exactly: number)
    case .double(let number): Int(exactly: number)
    default: nil
    }
  }

  static func add(_ left: CELValue, _ right: CELValue) throws -> CELValue {
    switch (left, right) {
    case (.string(let one), .string(let other)): return .string(one + other)
    case (.bytes(let one), .bytes(let other)): return .bytes(one + other)
    case (.timestamp(let instant), .duration(let duration)), (.duration(let duration), .timestamp(let instant)):
      guard let moved = instant.moved(by: duration) else { throw overflow }
      return .timestamp(moved)
    default: break
    }
    if let one = left.elements, let other = right.elements { return .list(one + other) }
    return try calculate(.add, left, right)
  }

  static func calculate(_ sign: Node.Operator, _ left: CELValue, _ right: CELValue) throws -> CELValue {
    switch (left, right) {
    case (.int(let one), .int(let other)): return .int(try whole(sign, one, other))
    case (.uint(let one), .uint(let other)): return .uint(try whole(sign, one, other))
    case (.double(let one), .double(let other)):
      switch sign {
      case .add: return .double(one + other)
      case .subtract: return .double(one - other)
      case .multiply: return .double(one * other)
      case .divide: return .double(one / other)
      default: break
      }
    case (.duration(let one), .duration(let other)) where sign == .add || sign == .subtract:
      return .duration(try whole(sign, one, other))
    case (.timestamp(let instant), .duration(let duration)) where sign == .subtract:
      guard duration != Int64.min, let moved = instant.moved(by: -duration) else { throw overflow }
      return .timestamp(moved)
    case (.timestamp(let one), .timestamp(let other)) where sign == .subtract:
      guard let difference = one.since(other) else { throw overflow }
      return .duration(difference)
    default: break
    }
    throw ExpressionError("there is no \(left.typeName) \(sign.rawValue) \(right.typeName)")
  }

  private static func whole<Number: FixedWidthInteger>(_ sign: Node.Operator, _ left: Number, _ right: Number) throws -> Number {
    let (result, isOver): (Number, Bool)
    switch sign {
    case .add: (result, isOver) = left.addingReportingOverflow(right)
    case .subtract: (result, isOver) = left.subtractingReportingOverflow(right)
    case .multiply: (result, isOver) = left.multipliedReportingOverflow(by: right)
    case .divide:
      guard right != 0 else { throw ExpressionError("division by zero") }
      (result, isOver) = left.dividedReportingOverflow(by: right)
    default:
      guard right != 0 else { throw ExpressionError("modulus by zero") }
      (result, isOver) = left.remainderReportingOverflow(dividingBy: right)
    }
    guard !isOver else { throw overflow }
    return result
  }
}

import Document

/// Evaluates a parsed expression.
struct Evaluator {
  private var variables: [String: CELValue]
  /// How many steps are left.
  private var budget: Int

  init(variables: [String: CELValue], budget: Int) {
    self.variables = variables
    self.budget = budget
  }

  /// Takes steps from the budget.
  mutating func spend(_ steps: Int) throws {
    budget -= steps
    guard budget >= 0 else { throw ExpressionError("the expression takes too long: it was stopped") }
  }

  mutating func evaluate(_ node: Node) throws -> CELValue {
    try spend(1)
    switch node {
    case .literal(let value): return value
    case .identifier(let name): return try identifier(name)
    case .select(let target, let field, let isOptional): return try select(try evaluate(target), field, isOptional)
    case .has(let target, let field): return .bool(try has(try evaluate(target), field))
    case .index(let target, let key, let isOptional): return try index(try evaluate(target), try evaluate(key), isOptional)
    case .call(let name, let arguments): return try call(name, arguments)
    case .method(let target, let name, let arguments): return try method(target, name, arguments)
    case .list(let nodes): return .list(try evaluate(nodes))
    case .map(let entries): return try map(entries)
    case .not(let operand):
      guard case .bool(let flag) = try evaluate(operand) else { throw ExpressionError("! needs true or false") }
      return .bool(!flag)
    case .negate(let operand): return try Arithmetic.negate(try evaluate(operand))
    case .binary(let sign, let left, let right): return try binary(sign, try evaluate(left), try evaluate(right))
    case .and(let left, let right): return try logical(left, right, decides: false)
    case .or(let left, let right): return try logical(left, right, decides: true)
    case .conditional(let condition, let yes, let no):
      guard case .bool(let flag) = try evaluate(condition) else { throw ExpressionError("?: needs true or false before the question mark") }
      return try evaluate(flag ? yes : no)
    case .comprehension(let macro, let range, let variable, let body, let condition):
      return try comprehension(macro, try evaluate(range), variable, body, condition)
    }
  }

  private mutating func evaluate(_ nodes: [Node]) throws -> [CELValue] {
    var values: [CELValue] = []
    for node in nodes { values.append(try evaluate(node)) }
    return values
  }

  private func identifier(_ name: String) throws -> CELValue {
    if let value = variables[name] { return value }
    let types = ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"]
    if types.contains(name) { return .type(name) }
    let known = variables.keys.sorted(by: ByteOrder.less).joined(separator: ", ")
    throw ExpressionError("undeclared reference to \(name)\(known.isEmpty ? "" : ": there are \(known)")")
  }

  // MARK: fields and elements

  private func select(_ target: CELValue, _ field: String, _ isOptional: Bool) throws -> CELValue {
    if case .optional(let content) = target {
      guard let content else { return .optional(nil) }
      return .optional(content.value(for: .string(field)))
    }
    guard target.entries != nil else {
      if isOptional, case .null = target { return .optional(nil) }
      throw ExpressionError("a \(target.typeName) has no field \(field)")
    }
    let value = target.value(for: .string(field))
    if isOptional { return .optional(value) }
    guard let value else { throw ExpressionError("no such key: \(field)") }
    return value
  }

  private func has(_ target: CELValue, _ field: String) throws -> Bool {
    if case .optional(let content) = target { return content?.value(for: .string(field)) != nil }
    guard target.entries != nil else { throw ExpressionError("a \(target.typeName) has no field \(field)") }
    return target.value(for: .string(field)) != nil
  }

  private func index(_ target: CELValue, _ key: CELValue, _ isOptional: Bool) throws -> CELValue {
    if case .optional(let content) = target {
      guard let content else { return .optional(nil) }
      return .optional(try? index(content, key, false))
    }
    if isOptional { return .optional(try? index(target, key, false)) }
    if let count = target.count {
      guard let position = Arithmetic.position(key) else { throw ExpressionError("a list has no element \(key.typeName)") }
      guard position >= 0, position < count, let element = target.element(position) else {
        throw ExpressionError("index out of bounds: \(position)")
      }
      return element
    }
    guard target.entries != nil else { throw ExpressionError("a \(target.typeName) has no elements") }
    guard let value = target.value(for: key) else {
      throw ExpressionError("no such key: \((try? key.document()).map { JSON.string($0) } ?? "?")")
    }
    return value
  }

  private mutating func map(_ entries: [(key: Node, value: Node)]) throws -> CELValue {
    var result: [(key: CELValue, value: CELValue)] = []
    for entry in entries {
      let key = try evaluate(entry.key)
      switch key {
      case .string, .int, .uint, .bool: break
      default: throw ExpressionError("a \(key.typeName) cannot be the key of a map")
      }
      try spend(result.count)
      guard !result.contains(where: { $0.key.equals(key) }) else { throw ExpressionError("a key appears twice in a map") }
      result.append((key, try evaluate(entry.value)))
    }
    return .map(result)
  }

  // MARK: operators

  /// `&&` and `||`: the side that decides wins, also over an error of the other one.
  private mutating func logical(_ left: Node, _ right: Node, decides: Bool) throws -> CELValue {
    var failure: (any Error)?
    for side in [left, right] {
      do {
        guard case .bool(let flag) = try evaluate(side) else { throw ExpressionError("&& and || need true or false on both sides") }
        if flag == decides { return .bool(decides) }
      } catch {
        try spend(1)
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return .bool(!decides)
  }

  private mutating func binary(_ sign: Node.Operator, _ left: CELValue, _ right: CELValue) throws -> CELValue {
    switch sign {
    case .equal, .unequal:
      try spend(left.size)
      return .bool(left.equals(right) == (sign == .equal))
    case .less: return .bool(try CELValue.compare(left, right) == .less)
    case .lessOrEqual: return .bool([.less, .equal].contains(try CELValue.compare(left, right)))
    case .greater: return .bool(try CELValue.compare(left, right) == .greater)
    case .greaterOrEqual: return .bool([.greater, .equal].contains(try CELValue.compare(left, right)))
    case .isIn:
      try spend(right.size)
      if let elements = right.elements { return .bool(elements.contains { $0.equals(left) }) }
      guard right.entries != nil else { throw ExpressionError("in needs a list or a map on its right") }
      return .bool(right.value(for: left) != nil)
    case .add:
      try spend(left.size + right.size)
      return try Arithmetic.add(left, right)
    case .subtract, .multiply, .divide, .remainder: return try Arithmetic.calculate(sign, left, right)
    }
  }

  // MARK: macros

  private mutating func comprehension(
    _ macro: Node.Comprehension, _ range: CELValue, _ variable: String, _ body: Node, _ condition: Node?
  ) throws -> CELValue {
    guard let elements = range.elements ?? range.entries.map({ $0.map(\.key) }) else {
      throw ExpressionError("\(macro.rawValue) needs a list or a map, not a \(range.typeName)")
    }
    let outer = variables[variable]
    defer { variables[variable] = outer }
    var found: [CELValue] = []
    var failure: (any Error)?
    for element in elements {
      try spend(1)
      variables[variable] = element
      if macro == .map {
        if let condition, !(try flag(condition, macro)) { continue }
        found.append(try evaluate(body))
        continue
      }
      do {
        let holds = try flag(body, macro)
        if macro == .all, !holds { return .bool(false) }
        if macro == .exists, holds { return .bool(true) }
        if holds { found.append(element) }
      } catch  where macro == .all || macro == .exists {
        // Another element may decide, as with && and ||.
        try spend(1)
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    switch macro {
    case .all: return .bool(true)
    case .exists: return .bool(false)
    case .existsOne: return .bool(found.count == 1)
    case .map, .filter: return .list(found)
    }
  }

  private mutating func flag(_ node: Node, _ macro: Node.Comprehension) throws -> Bool {
    guard case .bool(let flag) = try evaluate(node) else {
      throw ExpressionError("\(macro.rawValue) needs a condition that is true or false")
    }
    return flag
  }

  // MARK: functions

  private mutating func call(_ name: String, _ nodes: [Node]) throws -> CELValue {
    let arguments = try evaluate(nodes)
    try spend(arguments.reduce(0) { $0 + $1.size })
    if let value = try StandardFunctions.call(name, arguments) ?? QuantityFunctions.call(name, arguments) { return value }
    throw ExpressionError("there is no function \(name)(\(arguments.map(\.typeName).joined(separator: ", ")))")
  }

  private mutating func method(_ target: Node, _ name: String, _ nodes: [Node]) throws -> CELValue {
    // The one namespace that CEL has.
    if case .identifier("optional") = target, variables["optional"] == nil { return try optional(name, try evaluate(nodes)) }
    let value = try evaluate(target)
    let arguments = try evaluate(nodes)
    try spend(value.size + arguments.reduce(0) { $0 + $1.size })
    if case .optional(let content) = value { return try OptionalFunctions.call(content, name, arguments) }
    if let result = try StringFunctions.call(value, name, arguments) ?? ListFunctions.call(value, name, arguments)
      ?? QuantityFunctions.call(value, name, arguments) ?? TimeFunctions.call(value, name, arguments)
    {
      return result
    }
    throw ExpressionError("a \(value.typeName) has no function \(name)(\(arguments.map(\.typeName).joined(separator: ", ")))")
  }

  private func optional(_ name: String, _ arguments: [CELValue]) throws -> CELValue {
    switch (name, arguments.count) {
    case ("of", 1): return .optional(arguments[0])
    case ("none", 0): return .optional(nil)
    case ("ofNonZeroValue", 1): return .optional(arguments[0].isZero ? nil : arguments[0])
    default: throw ExpressionError("there is no function optional.\(name)")
    }
  }
}

extension CELValue {
  /// The number of elements of a list; nil for other values.
  var count: Int? {
    switch self {
    case .list(let list): list.count
    case .documents(let list): list.count
    default: nil
    }
  }

  /// One element of a list.
  func element(_ position: Int) -> CELValue? {
    switch self {
    case .list(let list): list[position]
    case .documents(let list): CELValue(list[position])
    default: nil
    }
  }

  /// About how much work it is to look at all of it.
  var size: Int {
    switch self {
    case .string(let text): text.utf8.count / 16
    case .bytes(let bytes): bytes.count / 16
    case .list(let list): list.count
    case .documents(let list): list.count
    case .map(let entries): entries.count
    case .object(let object): object.count
    default: 0
    }
  }

  /// Whether it is the empty value of its type.
  var isZero: Bool {
    switch self {
    case .null: true
    case .bool(let flag): !flag
    case .int(let number): number == 0
    case .uint(let number): number == 0
    case .double(let number): number == 0
    case .string(let text): text.isEmpty
    case .bytes(let bytes): bytes.isEmpty
    case .duration(let nanoseconds): nanoseconds == 0
    default: elements?.isEmpty ?? entries?.isEmpty ?? false
    }
  }
}

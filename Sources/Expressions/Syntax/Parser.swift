/// Reads an expression by the precedence of CEL: `?:`, `||`, `&&`, relations, sums, products, signs, members.
struct Parser {
  private let tokens: [(token: Lexer.Token, column: Int)]
  private var position = 0
  private var depth = 0

  init(_ text: String) throws { tokens = try Lexer(text).tokens }

  private var token: Lexer.Token { tokens[position].token }
  private var column: Int { tokens[position].column }

  private func failure(_ message: String) -> ExpressionError { ExpressionError(message, column: column) }

  private var found: String {
    switch token {
    case .identifier(let text), .symbol(let text): text
    case .int(let number), .uint(let number): "\(number)"
    case .double(let number): "\(number)"
    case .string, .bytes: "a string"
    case .end: "the end"
    }
  }

  private mutating func take(_ symbol: String) -> Bool {
    guard token == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String) throws {
    guard take(symbol) else { throw failure("expected \(symbol), not \(found)") }
  }

  private mutating func name() throws -> String {
    guard case .identifier(let name) = token else { throw failure("expected a name, not \(found)") }
    position += 1
    return name
  }

  mutating func whole() throws -> Node {
    let node = try conditional()
    guard token == .end else { throw failure("unexpected \(found)") }
    return node
  }

  private mutating func conditional() throws -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("the expression is nested too deeply") }
    let condition = try or()
    guard take("?") else { return condition }
    let yes = try or()
    try expect(":")
    return .conditional(condition, yes, try conditional())
  }

  private mutating func or() throws -> Node {
    var node = try and()
    while take("||") { node = .or(node, try and()) }
    return node
  }

  private mutating func and() throws -> Node {
    var node = try relation()
    while take("&&") { node = .and(node, try relation()) }
    return node
  }

  private mutating func relation() throws -> Node {
    var node = try sum()
    while true {
      if token == .identifier("in") {
        position += 1
        node = .binary(.isIn, node, try sum())
      } else if case .symbol(let symbol) = token, ["==", "!=", "<", "<=", ">", ">="].contains(symbol),
        let sign = Node.Operator(rawValue: symbol)
      {
        position += 1
        node = .binary(sign, node, try sum())
      } else {
        return node
      }
    }
  }

  private mutating func sum() throws -> Node {
    var node = try product()
    while true {
      if take("+") {
        node = .binary(.add, node, try product())
      } else if take("-") {
        node = .binary(.subtract, node, try product())
      } else {
        return node
      }
    }
  }

  private mutating func product() throws -> Node {
    var node = try unary()
    while case .symbol(let symbol) = token, ["*", "/", "%"].contains(symbol), let sign = Node.Operator(rawValue: symbol) {
      position += 1
      node = .binary(sign, node, try unary())
    }
    return node
  }

  private mutating func unary() throws -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("the expression is nested too deeply") }
    if take("!") { return .not(try unary()) }
    guard take("-") else { return try member() }
    // The smallest number has no positive counterpart.
    if case .int(let number) = token, number <= UInt64(Int64.max) + 1 {
      position += 1
      return try suffixes(.literal(.int(Int64(truncatingIfNeeded: 0 &- number))))
    }
    return .negate(try unary())
  }

  private mutating func member() throws -> Node { try suffixes(try primary()) }

  private mutating func suffixes(_ first: Node) throws -> Node {
    var node = first
    while true {
      if take(".") {
        let isOptional = take("?")
        let start = column
        let name = try name()
        guard !isOptional, take("(") else {
          node = .select(node, name, isOptional: isOptional)
          continue
        }
        node = try method(node, name, try arguments(")"), start)
      } else if take("[") {
        let isOptional = take("?")
        let key = try conditional()
        try expect("]")
        node = .index(node, key, isOptional: isOptional)
      } else {
        return node
      }
    }
  }

  private mutating func arguments(_ end: String) throws -> [Node] {
    var nodes: [Node] = []
    while !take(end) {
      nodes.append(try conditional())
      if !take(",") {
        try expect(end)
        break
      }
    }
    return nodes
  }

  /// The macros, by their shape; everything else is a function that is looked up when it is called.
  private func method(_ target: Node, _ name: String, _ arguments: [Node], _ column: Int) throws -> Node {
    guard let macro = Node.Comprehension(rawValue: name == "existsOne" ? "exists_one" : name) else {
      return .method(target, name, arguments)
    }
    guard arguments.count == 2 || arguments.count == 3 && macro == .map, case .identifier(let variable) = arguments[0] else {
      throw ExpressionError("\(name) takes a variable and an expression, as in list.\(name)(x, x > 1)", column: column)
    }
    if arguments.count == 3 { return .comprehension(.map, target, variable, arguments[2], arguments[1]) }
    return .comprehension(macro, target, variable, arguments[1], nil)
  }

  private mutating func primary() throws -> Node {
    let start = column
    switch token {
    case .int(let number):
      position += 1
      guard let value = Int64(exactly: number) else { throw ExpressionError("\(number) is too large", column: start) }
      return .literal(.int(value))
    case .uint(let number):
      position += 1
      return .literal(.uint(number))
    case .double(let number):
      position += 1
      return .literal(.double(number))
    case .string(let text):
      position += 1
      return .literal(.string(text))
    case .bytes(let bytes):
      position += 1
      return .literal(.bytes(bytes))
    case .identifier(let name):
      position += 1
      return try identifier(name, start)
    case .symbol("."):
      position += 1
      return .identifier(try name())
    case .symbol("("):
      position += 1
      let node = try conditional()
      try expect(")")
      return node
    case .symbol("["):
      position += 1
      return .list(try arguments("]"))
    case .symbol("{"):
      position += 1
      return try map()
    default: throw failure("unexpected \(found)")
    }
  }

  private mutating func map() throws -> Node {
    var entries: [(key: Node, value: Node)] = []
    while !take("}") {
      let key = try conditional()
      try expect(":")
      entries.append((key, try conditional()))
      if !take(",") {
        try expect("}")
        break
      }
    }
    return .map(entries)
  }

  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
    "void", "while", "in",
  ]

  private mutating func identifier(_ name: String, _ start: Int) throws -> Node {
    switch name {
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "null": return .literal(.null)
    default: break
    }
    guard !Parser.reserved.contains(name) else { throw ExpressionError("\(name) is a reserved word", column: start) }
    guard take("(") else { return .identifier(name) }
    let arguments = try arguments(")")
    guard name == "has" else { return .call(name, arguments) }
    guard arguments.count == 1, case .select(let target, let field, _) = arguments[0] else {
      throw ExpressionError("has takes a field, as in has(object.status)", column: start)
    }
    return .has(target, field)
  }
}

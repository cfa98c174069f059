import Document

/// The rules of `x-kubernetes-validations`, as far as definitions commonly use them.
///
/// A part of CEL: literals, `self`, `oldSelf`, fields, indexes, `has`, `size`, the text functions, `all`, `exists`, arithmetic on
/// integers, comparisons, `in`, logic and the conditional. A rule that needs more counts as kept, which the documentation says.
struct RuleExpression: Sendable {
  /// What an evaluation can come to besides a value.
  private struct Unknown: Error {}

  private var tokens: [Token]
  private var position = 0
  private var variables: [String: Value] = [:]

  private enum Token: Equatable {
    case name(String)
    case text(String)
    case number(Value)
    case symbol(String)
    case end

    static func == (left: Token, right: Token) -> Bool {
      switch (left, right) {
      case (.name(let left), .name(let right)), (.symbol(let left), .symbol(let right)), (.text(let left), .text(let right)):
        left == right
      case (.end, .end): true
      default: false
      }
    }
  }

  /// Whether a rule holds; nil when this evaluator does not understand it.
  static func holds(_ rule: String, value: Value, old: Value?) -> Bool? {
    guard let tokens = tokenize(rule) else { return nil }
    var expression = RuleExpression(tokens: tokens)
    expression.variables["self"] = value
    if let old { expression.variables["oldSelf"] = old }
    guard let result = try? expression.conditional(), expression.current == .end else { return nil }
    return result.boolValue
  }

  private init(tokens: [Token]) { self.tokens = tokens }

  private static func tokenize(_ rule: String) -> [Token]? {
    var tokens: [Token] = []
    var rest = Substring(rule)
    while let letter = rest.first {
      if letter.isWhitespace {
        rest.removeFirst()
      } else if letter.isLetter || letter == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        tokens.append(.name(String(word)))
        rest = rest.dropFirst(word.count)
      } else if letter.isNumber {
        let digits = rest.prefix { $0.isNumber || $0 == "." }
        guard let value = Int64(digits).map(Value.int) ?? Double(digits).map(Value.double) else { return nil }
        tokens.append(.number(value))
        rest = rest.dropFirst(digits.count)
      } else if letter == "'" || letter == "\"" {
        rest.removeFirst()
        let text = rest.prefix { $0 != letter }
        if text.contains("\\") { return nil }
        tokens.append(.text(String(text)))
        rest = rest.dropFirst(text.count + 1)
      } else {
        let pair = String(rest.prefix(2))
        if ["&&", "||", "==", "!=", "<=", ">="].contains(pair) {
          tokens.append(.symbol(pair))
          rest = rest.dropFirst(2)
        } else {
          tokens.append(.symbol(String(letter)))
          rest.removeFirst()
        }
      }
    }
    return tokens + [.end]
  }

  private var current: Token { position < tokens.count ? tokens[position] : .end }

  private mutating func accept(_ symbol: String) -> Bool {
    guard current == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String) throws { if !accept(symbol) { throw Unknown() } }

  private mutating func conditional() throws -> Value {
    let condition = try disjunction()
    guard accept("?") else { return condition }
    let yes = try conditional()
    try expect(":")
    let no = try conditional()
    guard let flag = condition.boolValue else { throw Unknown() }
    return flag ? yes : no
  }

  private mutating func disjunction() throws -> Value {
    var left = try conjunction()
    while accept("||") {
      let right = try conjunction()
      left = .bool(left == true || right == true)
    }
    return left
  }

  private mutating func conjunction() throws -> Value {
    var left = try comparison()
    while accept("&&") {
      let right = try comparison()
      left = .bool(left == true && right == true)
    }
    return left
  }

  private mutating func comparison() throws -> Value {
    let left = try sum()
    for symbol in ["==", "!=", "<=", ">=", "<", ">"] where accept(symbol) {
      let right = try sum()
      switch symbol {
      case "==": return .bool(RuleExpression.equal(left, right))
      case "!=": return .bool(!RuleExpression.equal(left, right))
      default:
        let order: Int
        if let left = left.doubleValue, let right = right.doubleValue {
          order = left < right ? -1 : left > right ? 1 : 0
        } else if let left = left.stringValue, let right = right.stringValue {
          order = ByteOrder.compare(left, right)
        } else if left.isNull || right.isNull {
          return .null
        } else {
          throw Unknown()
        }
        return .bool(symbol == "<" ? order < 0 : symbol == "<=" ? order <= 0 : symbol == ">" ? order > 0 : order >= 0)
      }
    }
    if case .name("in") = current {
      position += 1
      let right = try sum()
      switch right {
      case .array(let items): return .bool(items.contains { RuleExpression.equal($0, left) })
      case .object(let object): return .bool(left.stringValue.map { object[$0] != nil } ?? false)
      default: throw Unknown()
      }
    }
    return left
  }

  private static func equal(_ left: Value, _ right: Value) -> Bool {
    if let left = left.doubleValue, let right = right.doubleValue { return left == right }
    return left == right
  }

  private mutating func sum() throws -> Value {
    var left = try unary()
    while case .symbol(let symbol) = current, ["+", "-", "*", "/", "%"].contains(symbol) {
      position += 1
      let right = try unary()
      if symbol == "+", let first = left.stringValue, let second = right.stringValue {
        left = .string(first + second)
        continue
      }
      guard let first = left.intValue, let second = right.intValue, second != 0 || (symbol != "/" && symbol != "%") else { throw Unknown() }
      switch symbol {
      case "+": left = .int(first &+ second)
      case "-": left = .int(first &- second)
      case "*": left = .int(first &* second)
      case "/": left = .int(first / second)
      default: left = .int(first % second)
      }
    }
    return left
  }

  private mutating func unary() throws -> Value {
    if accept("!") {
      guard let flag = try unary().boolValue else { throw Unknown() }
      return .bool(!flag)
    }
    if accept("-") {
      guard let number = try unary().intValue else { throw Unknown() }
      return .int(-number)
    }
    return try postfix()
  }

  private mutating func postfix() throws -> Value {
    var value = try primary()
    while true {
      if accept(".") {
        guard case .name(let name) = current else { throw Unknown() }
        position += 1
        if accept("(") { value = try method(name, of: value) } else { value = value[name] ?? .null }
      } else if accept("[") {
        let index = try conditional()
        try expect("]")
        if let number = index.intValue, let items = value.arrayValue {
          guard items.indices.contains(Int(number)) else { throw Unknown() }
          value = items[Int(number)]
        } else if let key = index.stringValue {
          value = value[key] ?? .null
        } else {
          throw Unknown()
        }
      } else {
        return value
      }
    }
  }

  private mutating func primary() throws -> Value {
    defer { if position > tokens.count { position = tokens.count } }
    let token = current
    position += 1
    switch token {
    case .number(let value): return value
    case .text(let text): return .string(text)
    case .symbol("("):
      let value = try conditional()
      try expect(")")
      return value
    case .symbol("["):
      var items: [Value] = []
      while !accept("]") {
        items.append(try conditional())
        _ = accept(",")
        if current == .end { throw Unknown() }
      }
      return .array(items)
    case .name("true"): return true
    case .name("false"): return false
    case .name("null"): return .null
    case .name("has"):
      try expect("(")
      let value = try postfix()
      try expect(")")
      return .bool(!value.isNull)
    case .name("size"):
      try expect("(")
      let value = try conditional()
      try expect(")")
      return try size(value)
    case .name(let name):
      guard let value = variables[name] else { throw Unknown() }
      return value
    default: throw Unknown()
    }
  }

  private func size(_ value: Value) throws -> Value {
    switch value {
    case .string(let text): return .int(Int64(text.unicodeScalars.count))
    case .array(let items): return .int(Int64(items.count))
    case .object(let object): return .int(Int64(object.count))
    default: throw Unknown()
    }
  }

  private mutating func method(_ name: String, of value: Value) throws -> Value {
    if name == "all" || name == "exists" { return try loop(name, over: value) }
    if name == "size" {
      try expect(")")
      return try size(value)
    }
    let argument = try conditional()
    try expect(")")
    guard let text = value.stringValue, let other = argument.stringValue else { throw Unknown() }
    switch name {
    case "startsWith": return .bool(text.hasPrefix(other))
    case "endsWith": return .bool(text.hasSuffix(other))
    case "contains": return .bool(text.contains(other))
    case "matches":
      guard let expression = try? Regex(other) else { throw Unknown() }
      return .bool(text.firstMatch(of: expression) != nil)
    default: throw Unknown()
    }
  }

  private mutating func loop(_ name: String, over value: Value) throws -> Value {
    guard case .name(let variable) = current else { throw Unknown() }
    position += 1
    try expect(",")
    let items = value.arrayValue ?? value.objectValue?.keys.map { .string($0) } ?? []
    let start = position
    let former = variables[variable]
    defer { variables[variable] = former }
    var result = name == "all"
    // An empty list still has to step over the body.
    for item in items.isEmpty ? [.null] : items {
      position = start
      variables[variable] = item
      let flag = (try? conditional())?.boolValue
      if items.isEmpty { continue }
      guard let flag else { throw Unknown() }
      if name == "all" { result = result && flag } else { result = result || flag }
    }
    while current != .symbol(")") {
      if current == .end { throw Unknown() }
      position += 1
    }
    try expect(")")
    return .bool(result)
  }
}

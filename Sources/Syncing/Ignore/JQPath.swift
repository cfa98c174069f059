import Document

/// A jq expression that names places of an object, as people write them in `ignoreDifferences`.
///
/// Understood: `.a.b`, `."a/b"`, `.["a"]`, `.[0]`, `.[-1]`, `.[]`, `?`, `..`, `|`, `,`, `//`, parentheses, `select(…)`, `first(…)`,
/// `last(…)`, `getpath([…])`, `recurse`, and in conditions `== != < <= > >= and or not`, strings, numbers, lists, `test startswith
/// endswith contains inside has any all length type keys index tostring tonumber ascii_downcase ascii_upcase IN empty`. Whatever computes
/// new values instead of naming places is refused with a message.
struct JQPath: Sendable, Hashable {
  let text: String
  let root: Node

  /// Why an expression was refused.
  struct Failure: Error, Hashable {
    var message: String
  }

  /// The parsed expression.
  indirect enum Node: Sendable, Hashable {
    case identity
    case recurse
    case literal(Value)
    case list(Node?)
    case field(Node, Node)
    case iterate(Node)
    case optional(Node)
    case pipe(Node, Node)
    case comma(Node, Node)
    case alternative(Node, Node)
    case and(Node, Node)
    case or(Node, Node)
    case compare(Comparison, Node, Node)
    case call(String, [Node])
  }

  enum Comparison: String, Sendable, Hashable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  init(_ text: String) throws(Failure) {
    self.text = text
    var parser = try JQParser(text)
    root = try parser.whole()
  }

  static func == (left: JQPath, right: JQPath) -> Bool { ByteOrder.equal(left.text, right.text) }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The places that the expression names in a tree; none where it does not fit the tree.
  func places(in tree: Value) -> Set<[FieldStep]> {
    var evaluation = JQEvaluation()
    guard let results = try? evaluation.evaluate(root, JQEvaluation.Item(path: [], value: tree)) else { return [] }
    return Set(results.compactMap { $0.value == nil ? .none : $0.path })
  }
}

/// Reads a jq expression.
struct JQParser {
  private enum Token: Hashable {
    case word(String)
    case string(String)
    case number(Value)
    case symbol(String)
  }

  private var tokens: [Token] = []
  private var position = 0
  private var depth = 0

  init(_ text: String) throws(JQPath.Failure) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 4096 else { throw JQPath.Failure(message: "is longer than 4096 bytes") }
    var index = 0
    func isWord(_ byte: UInt8) -> Bool {
      byte == 0x5f || byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5a || byte >= 0x61 && byte <= 0x7a
    }
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      case UInt8(ascii: "\""):
        var end = index + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < bytes.count, case .string(let string)? = try? JSON.decode(Array(bytes[index...end])) else {
          throw JQPath.Failure(message: "has a string that does not end or has an unknown escape")
        }
        tokens.append(.string(string))
        index = end + 1
      case _ where isDigit(byte):
        var end = index
        while end < bytes.count, isDigit(bytes[end]) || bytes[end] == UInt8(ascii: ".") { end += 1 }
        guard let number = try? JSON.decode(Array(bytes[index..<end])) else { throw JQPath.Failure(message: "has a number that is none") }
        tokens.append(.number(number))
        index = end
      case _ where isWord(byte):
        var end = index
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        tokens.append(.word(String(decoding: bytes[index..<end], as: UTF8.self)))
        index = end
      default:
        let two = index + 1 < bytes.count ? String(decoding: bytes[index...(index + 1)], as: UTF8.self) : ""
        if ["==", "!=", "<=", ">=", "..", "//"].contains(two) {
          tokens.append(.symbol(two))
          index += 2
        } else if "|,.[]()?;<>-".utf8.contains(byte) {
          tokens.append(.symbol(String(UnicodeScalar(byte))))
          index += 1
        } else {
          throw JQPath.Failure(message: "has \(String(UnicodeScalar(byte))), which is not understood here: only paths and conditions are")
        }
      }
    }
  }

  mutating func whole() throws(JQPath.Failure) -> JQPath.Node {
    guard !tokens.isEmpty else { throw JQPath.Failure(message: "is empty") }
    let node = try pipe()
    guard position == tokens.count else { throw JQPath.Failure(message: "ends too early, before \(describe())") }
    return node
  }

  private func describe() -> String {
    guard position < tokens.count else { return "its end" }
    switch tokens[position] {
    case .word(let text), .symbol(let text): return text
    case .string(let text): return JSON.string(.string(text))
    case .number(let value): return JSON.string(value)
    }
  }

  private func peek(_ symbol: String) -> Bool { position < tokens.count && tokens[position] == .symbol(symbol) }

  private mutating func take(_ symbol: String) -> Bool {
    guard peek(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard position < tokens.count, tokens[position] == .word(word) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String) throws(JQPath.Failure) {
    guard take(symbol) else { throw JQPath.Failure(message: "lacks \(symbol) before \(describe())") }
  }

  private mutating func pipe() throws(JQPath.Failure) -> JQPath.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw JQPath.Failure(message: "is nested too deeply") }
    let left = try comma()
    return take("|") ? .pipe(left, try pipe()) : left
  }

  private mutating func comma() throws(JQPath.Failure) -> JQPath.Node {
    var node = try alternative()
    while take(",") { node = .comma(node, try alternative()) }
    return node
  }

  private mutating func alternative() throws(JQPath.Failure) -> JQPath.Node {
    let left = try or()
    return take("//") ? .alternative(left, try alternative()) : left
  }

  private mutating func or() throws(JQPath.Failure) -> JQPath.Node {
    var node = try and()
    while take(word: "or") { node = .or(node, try and()) }
    return node
  }

  private mutating func and() throws(JQPath.Failure) -> JQPath.Node {
    var node = try comparison()
    while take(word: "and") { node = .and(node, try comparison()) }
    return node
  }

  private mutating func comparison() throws(JQPath.Failure) -> JQPath.Node {
    let left = try postfix()
    for symbol in ["==", "!=", "<=", ">=", "<", ">"] where peek(symbol) {
      position += 1
      guard let comparison = JQPath.Comparison(rawValue: symbol) else { continue }
      return .compare(comparison, left, try postfix())
    }
    return left
  }

  private mutating func postfix() throws(JQPath.Failure) -> JQPath.Node {
    var node = try term()
    while position < tokens.count {
      if take("?") {
        node = .optional(node)
      } else if peek("[") {
        node = try brackets(node)
      } else if peek(".") {
        position += 1
        if peek("[") { node = try brackets(node) } else { node = .field(node, .literal(.string(try name()))) }
      } else {
        break
      }
    }
    return node
  }

  /// `[]`, `[0]`, `["name"]` after something.
  private mutating func brackets(_ base: JQPath.Node) throws(JQPath.Failure) -> JQPath.Node {
    try expect("[")
    if take("]") { return .iterate(base) }
    let key = try pipe()
    try expect("]")
    return .field(base, key)
  }

  private mutating func name() throws(JQPath.Failure) -> String {
    guard position < tokens.count else { throw JQPath.Failure(message: "ends after a dot") }
    switch tokens[position] {
    case .word(let text), .string(let text):
      position += 1
      return text
    default: throw JQPath.Failure(message: "has no name after a dot, but \(describe())")
    }
  }

  private mutating func term() throws(JQPath.Failure) -> JQPath.Node {
    guard position < tokens.count else { throw JQPath.Failure(message: "ends too early") }
    let token = tokens[position]
    position += 1
    switch token {
    case .string(let text): return .literal(.string(text))
    case .number(let number): return .literal(number)
    case .symbol("."):
      // A lone dot is the thing itself; a name right after it is a field.
      guard position < tokens.count else { return .identity }
      switch tokens[position] {
      case .word(let word) where !["and", "or"].contains(word):
        position += 1
        return .field(.identity, .literal(.string(word)))
      case .string(let text):
        position += 1
        return .field(.identity, .literal(.string(text)))
      default: return .identity
      }
    case .symbol(".."): return .recurse
    case .symbol("("):
      let node = try pipe()
      try expect(")")
      return node
    case .symbol("["):
      if take("]") { return .list(nil) }
      let node = try pipe()
      try expect("]")
      return .list(node)
    case .symbol("-"):
      guard position < tokens.count, case .number(let number) = tokens[position] else {
        throw JQPath.Failure(message: "has a minus that is not before a number")
      }
      position += 1
      if let whole = number.intValue { return .literal(.int(-whole)) }
      return .literal(.double(-(number.doubleValue ?? 0)))
    case .word("true"): return .literal(.bool(true))
    case .word("false"): return .literal(.bool(false))
    case .word("null"): return .literal(.null)
    case .word(let name): return try call(name)
    case .symbol(let symbol): throw JQPath.Failure(message: "has \(symbol) where a path should begin")
    }
  }

  private static let functions: [String: ClosedRange<Int>] = [
    "select": 1...1, "test": 1...2, "startswith": 1...1, "endswith": 1...1, "contains": 1...1, "inside": 1...1, "has": 1...1, "any": 0...2,
    "all": 0...2, "length": 0...0, "type": 0...0, "not": 0...0, "empty": 0...0, "ascii_downcase": 0...0, "ascii_upcase": 0...0,
    "tostring": 0...0, "tonumber": 0...0, "keys": 0...0, "index": 1...1, "IN": 1...1, "first": 0...1, "last": 0...1, "recurse": 0...0,
    "getpath": 1...1, "values": 0...0, "strings": 0...0, "objects": 0...0, "arrays": 0...0, "del": 1...1,
  ]

  private mutating func call(_ name: String) throws(JQPath.Failure) -> JQPath.Node {
    guard let arity = JQParser.functions[name] else {
      throw JQPath.Failure(message: "uses \(name), which does not name places or is not understood here")
    }
    var arguments: [JQPath.Node] = []
    if take("(") {
      repeat { arguments.append(try pipe()) } while take(";")
      try expect(")")
    }
    guard arity.contains(arguments.count) else { throw JQPath.Failure(message: "gives \(name) \(arguments.count) arguments") }
    // `del(path)` is what Argo CD makes of the expression anyway.
    if name == "del" { return arguments[0] }
    return .call(name, arguments)
  }
}

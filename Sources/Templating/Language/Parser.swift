/// The statements of one template, and the text that they were read from.
struct TemplateBody: Sendable {
  let source: ParsedTemplate
  let statements: [Statement]
}

/// A template and those that it defines, ready to be executed.
final class ParsedTemplate: Sendable {
  let name: String
  let text: String
  /// The bodies by name, this template's own among them.
  let bodies: [String: [Statement]]
  let nodes: [NodeRecord]
  /// The functions that are called anywhere.
  let functions: [Function]

  init(name: String, text: String, bodies: [String: [Statement]], nodes: [NodeRecord], functions: [Function]) {
    self.name = name
    self.text = text
    self.bodies = bodies
    self.nodes = nodes
    self.functions = functions
  }

  /// Whether a function is called that changes maps in place, or one that might call such a one.
  var mutatesMaps: Bool { functions.contains { !$0.traits.isDisjoint(with: [.mutatesMaps, .evaluates]) } }

  /// The functions called whose result is not decided by their arguments.
  var nondeterministicFunctions: [String] { functions.filter { $0.traits.contains(.nondeterministic) }.map(\.name) }
}

/// Builds the tree of a template, as Go's text/template does, down to the wording of its errors.
struct Parser {
  private var lexer: Lexer
  private let name: String
  private let table: FunctionTable
  /// Tokens that were read and given back; the last one is next.
  private var tokens: [Token]
  private var pending = 0
  private var actionLine = 0
  private var rangeDepth = 0
  private var depth = 0
  private var nodes: [NodeRecord] = []
  private var variableNumbers: [String: Int32] = ["$": 0]
  private var scope: [String] = ["$"]
  private var bodies: [String: [Statement]] = [:]
  private var functions: [String: Function] = [:]

  /// How deeply parentheses and control structures may nest.
  private static let maximumDepth = 200
  /// How many `else if` may follow one another.
  private static let maximumChain = 2000

  private init(_ text: String, name: String, table: FunctionTable) {
    lexer = Lexer(text)
    self.name = name
    self.table = table
    tokens = Array(repeating: Token(kind: .end, position: 0, text: ""), count: 3)
  }

  static func parse(_ text: String, name: String, table: FunctionTable) throws(TemplateError) -> ParsedTemplate {
    var parser = Parser(text, name: name, table: table)
    try parser.parseTop()
    return ParsedTemplate(
      name: name, text: text, bodies: parser.bodies, nodes: parser.nodes, functions: Array(parser.functions.values))
  }

  // MARK: - Tokens

  private mutating func next() -> Token {
    if pending > 0 { pending -= 1 } else { tokens[0] = lexer.next() }
    return tokens[pending]
  }

  private mutating func backup() { pending += 1 }

  private mutating func backup(_ token: Token) {
    tokens[1] = token
    pending = 2
  }

  private mutating func backup(_ first: Token, _ second: Token) {
    tokens[1] = second
    tokens[2] = first
    pending = 3
  }

  private mutating func peek() -> Token {
    if pending > 0 { return tokens[pending - 1] }
    pending = 1
    tokens[0] = lexer.next()
    return tokens[0]
  }

  private mutating func nextNonSpace() -> Token {
    while true {
      let token = next()
      if token.kind != .space { return token }
    }
  }

  private mutating func peekNonSpace() -> Token {
    let token = nextNonSpace()
    backup()
    return token
  }

  // MARK: - Errors

  private func failure(_ message: String) -> TemplateError {
    let line = lexer.line(at: tokens[0].position)
    return TemplateError("template: \(name):\(line): \(message)", line: line)
  }

  private func unexpected(_ token: Token, _ context: String) -> TemplateError {
    guard token.kind == .error else { return failure("unexpected \(token.description) in \(context)") }
    let line = lexer.line(at: token.position)
    guard actionLine != 0 && actionLine != line else { return failure(token.text) }
    let place = token.text.hasSuffix(" action") ? " started at \(name):\(actionLine)" : " in action started at \(name):\(actionLine)"
    return failure(token.text + place)
  }

  @discardableResult
  private mutating func expect(_ kind: Token.Kind, _ context: String) throws(TemplateError) -> Token {
    let token = nextNonSpace()
    guard token.kind == kind else { throw unexpected(token, context) }
    return token
  }

  private mutating func enter() throws(TemplateError) {
    depth += 1
    if depth > Parser.maximumDepth { throw failure("max expression depth exceeded") }
  }

  // MARK: - Nodes

  private mutating func newNode(_ position: Int) -> NodeID {
    nodes.append(NodeRecord(position: position, content: .none))
    return NodeID(nodes.count - 1)
  }

  private mutating func expression(_ position: Int, _ make: (NodeID) -> Expression) -> Expression {
    let id = newNode(position)
    let expression = make(id)
    nodes[Int(id)].content = .expression(expression)
    return expression
  }

  private mutating func statement(_ id: NodeID, _ statement: Statement) -> Statement {
    nodes[Int(id)].content = .statement(statement)
    return statement
  }

  private mutating func variable(_ name: String) -> Variable {
    if let number = variableNumbers[name] { return Variable(number: number, name: name) }
    let number = Int32(variableNumbers.count)
    variableNumbers[name] = number
    return Variable(number: number, name: name)
  }

  // MARK: - Structure

  /// What a list of statements ended with.
  private enum Terminator {
    case end
    case otherwise(Token?)

    var text: String {
      switch self {
      case .end: "{{end}}"
      case .otherwise: "{{else}}"
      }
    }
  }

  private enum Item {
    case statement(Statement)
    case terminator(Terminator)
  }

  private mutating func parseTop() throws(TemplateError) {
    var body: [Statement] = []
    while peek().kind != .end {
      if peek().kind == .leftDelimiter {
        let delimiter = next()
        if nextNonSpace().kind == .keyword(.define) {
          try parseDefinition()
          continue
        }
        backup(delimiter)
      }
      switch try textOrAction() {
      case .terminator(let terminator): throw failure("unexpected \(terminator.text)")
      case .statement(let statement): body.append(statement)
      }
    }
    try add(name, body)
  }

  private mutating func parseDefinition() throws(TemplateError) {
    let outerScope = scope
    let outerRange = rangeDepth
    scope = ["$"]
    rangeDepth = 0
    let token = nextNonSpace()
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, "define clause") }
    let name = try unquote(token)
    try expect(.rightDelimiter, "define clause")
    let (body, terminator) = try itemList()
    guard case .end = terminator else { throw failure("unexpected \(terminator.text) in define clause") }
    try add(name, body)
    scope = outerScope
    rangeDepth = outerRange
  }

  /// An empty template may be replaced and never replaces; two full ones are an error.
  private mutating func add(_ name: String, _ body: [Statement]) throws(TemplateError) {
    guard let old = bodies[name], !Parser.isEmpty(old) else {
      bodies[name] = body
      return
    }
    if !Parser.isEmpty(body) {
      throw failure("template: multiple definition of template \(GoQuote.quoted(name))")
    }
  }

  static func isEmpty(_ body: [Statement]) -> Bool {
    body.allSatisfy { statement in
      guard case .text(let text) = statement else { return false }
      return text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    }
  }

  private mutating func itemList() throws(TemplateError) -> ([Statement], Terminator) {
    var list: [Statement] = []
    while peekNonSpace().kind != .end {
      switch try textOrAction() {
      case .terminator(let terminator): return (list, terminator)
      case .statement(let statement): list.append(statement)
      }
    }
    throw failure("unexpected EOF")
  }

  private mutating func textOrAction() throws(TemplateError) -> Item {
    let token = nextNonSpace()
    switch token.kind {
    case .text: return .statement(.text(token.text))
    case .leftDelimiter:
      actionLine = lexer.line(at: token.position)
      defer { actionLine = 0 }
      return try action()
    default: throw unexpected(token, "input")
    }
  }

  private mutating func action() throws(TemplateError) -> Item {
    let token = nextNonSpace()
    if case .keyword(let keyword) = token.kind {
      switch keyword {
      case .block: return .statement(try block())
      case .break, .continue: return .statement(try loopControl(token, keyword))
      case .else:
        let next = peekNonSpace()
        if next.kind == .keyword(.if) || next.kind == .keyword(.with) { return .terminator(.otherwise(next)) }
        try expect(.rightDelimiter, "else")
        return .terminator(.otherwise(nil))
      case .end:
        try expect(.rightDelimiter, "end")
        return .terminator(.end)
      case .if: return .statement(try control(.if))
      case .range: return .statement(try control(.range))
      case .with: return .statement(try control(.with))
      case .template: return .statement(try templateCall())
      case .define, .nil: break
      }
    }
    backup()
    let start = peek()
    let id = newNode(start.position)
    let pipeline = try pipeline("command", until: .rightDelimiter)
    if pipeline.variables.isEmpty, pipeline.commands.count == 1, pipeline.commands[0].operands.count == 1,
      case .field(_, let names) = pipeline.commands[0].operands[0], names.count == 1
    {
      return .statement(statement(id, .field(id, pipeline, names[0])))
    }
    return .statement(statement(id, .action(id, pipeline)))
  }

  private mutating func loopControl(_ start: Token, _ keyword: Token.Keyword) throws(TemplateError) -> Statement {
    let token = nextNonSpace()
    guard token.kind == .rightDelimiter else { throw unexpected(token, "{{\(keyword.rawValue)}}") }
    guard rangeDepth > 0 else { throw failure("{{\(keyword.rawValue)}} outside {{range}}") }
    let id = newNode(start.position)
    return statement(id, keyword == .break ? .leaveLoop(id) : .nextIteration(id))
  }

  private mutating func control(_ kind: Branch.Kind) throws(TemplateError) -> Statement {
    try enter()
    defer { depth -= 1 }
    // What `else if` declares is seen in all that follows it, up to the one `end`.
    let outer = scope.count
    defer { scope.removeLast(scope.count - outer) }
    var parts: [(pipeline: Pipeline, body: [Statement])] = []
    var alternative: [Statement]?
    chain: while true {
      let pipeline = try pipeline(kind.rawValue, until: .rightDelimiter)
      if kind == .range { rangeDepth += 1 }
      let (body, terminator) = try itemList()
      if kind == .range { rangeDepth -= 1 }
      parts.append((pipeline, body))
      guard case .otherwise(let chained) = terminator else { break chain }
      if let chained, (kind == .if && chained.kind == .keyword(.if)) || (kind == .with && chained.kind == .keyword(.with)) {
        _ = nextNonSpace()
        if parts.count >= Parser.maximumChain { throw failure("max expression depth exceeded") }
        continue
      }
      let (list, end) = try itemList()
      guard case .end = end else { throw failure("expected end; found \(end.text)") }
      alternative = list
      break
    }
    while let part = parts.popLast() {
      // Go places a control structure at its pipeline.
      let id = newNode(nodes[Int(part.pipeline.id)].position)
      let branch = Branch(id: id, kind: kind, pipeline: part.pipeline, body: part.body, alternative: alternative)
      let made = statement(id, .branch(branch))
      if parts.isEmpty { return made }
      alternative = [made]
    }
    throw failure("missing value for \(kind.rawValue)")
  }

  private mutating func block() throws(TemplateError) -> Statement {
    try enter()
    defer { depth -= 1 }
    let token = nextNonSpace()
    let name = try templateName(token, "block clause")
    let pipeline = try pipeline("block clause", until: .rightDelimiter)
    let outerScope = scope
    let outerRange = rangeDepth
    scope = ["$"]
    rangeDepth = 0
    let (body, terminator) = try itemList()
    guard case .end = terminator else { throw failure("unexpected \(terminator.text) in block clause") }
    try add(name, body)
    scope = outerScope
    rangeDepth = outerRange
    let id = newNode(token.position)
    return statement(id, .template(id, name: name, pipeline))
  }

  private mutating func templateCall() throws(TemplateError) -> Statement {
    let token = nextNonSpace()
    let name = try templateName(token, "template clause")
    var argument: Pipeline?
    if nextNonSpace().kind != .rightDelimiter {
      backup()
      argument = try pipeline("template clause", until: .rightDelimiter)
    }
    let id = newNode(token.position)
    return statement(id, .template(id, name: name, argument))
  }

  private mutating func templateName(_ token: Token, _ context: String) throws(TemplateError) -> String {
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
    return try unquote(token)
  }

  private mutating func unquote(_ token: Token) throws(TemplateError) -> String {
    guard let text = GoQuote.unquoted(token.text) else { throw failure("invalid syntax") }
    return text
  }

  // MARK: - Pipelines

  private mutating func pipeline(_ context: String, until end: Token.Kind) throws(TemplateError) -> Pipeline {
    let id = newNode(peekNonSpace().position)
    var variables: [Variable] = []
    let assigns = try declarations(context, into: &variables)
    var commands: [Command] = []
    while true {
      let token = nextNonSpace()
      switch token.kind {
      case end:
        try check(commands, context)
        let pipeline = Pipeline(id: id, assigns: assigns, variables: variables, commands: commands)
        nodes[Int(id)].content = .pipeline(pipeline)
        return pipeline
      case .bool, .characterConstant, .complex, .dot, .field, .identifier, .number, .keyword(.nil), .rawString, .string, .variable,
        .leftParenthesis:
        backup()
        commands.append(try command())
      default: throw unexpected(token, context)
      }
    }
  }

  /// Reads the variables before `:=` or `=`; whether it was `=`.
  private mutating func declarations(_ context: String, into variables: inout [Variable]) throws(TemplateError) -> Bool {
    while true {
      let token = peekNonSpace()
      guard token.kind == .variable else { return false }
      _ = next()
      // Up to three tokens are needed to tell `$x foo` from `$x := foo`.
      let after = peek()
      let following = peekNonSpace()
      if following.kind == .assign || following.kind == .declare {
        _ = nextNonSpace()
        variables.append(variable(token.text))
        scope.append(token.text)
        return following.kind == .assign
      }
      if following.kind == .character && following.text == "," {
        _ = nextNonSpace()
        variables.append(variable(token.text))
        scope.append(token.text)
        guard context == "range" && variables.count < 2 else { throw failure("too many declarations in \(context)") }
        switch peekNonSpace().kind {
        case .variable, .rightDelimiter, .rightParenthesis: continue
        default: throw failure("range can only initialize variables")
        }
      }
      if after.kind == .space { backup(token, after) } else { backup(token) }
      return false
    }
  }

  private func check(_ commands: [Command], _ context: String) throws(TemplateError) {
    if commands.isEmpty { throw failure("missing value for \(context)") }
    for (index, command) in commands.enumerated().dropFirst() {
      switch command.operands[0] {
      case .bool, .dot, .null, .number, .string: throw failure("non executable command in pipeline stage \(index + 1)")
      default: continue
      }
    }
  }

  private mutating func command() throws(TemplateError) -> Command {
    let id = newNode(peekNonSpace().position)
    var operands: [Expression] = []
    loop: while true {
      _ = peekNonSpace()
      if let operand = try operand() { operands.append(operand) }
      let token = next()
      switch token.kind {
      case .space: continue
      case .rightDelimiter, .rightParenthesis:
        backup()
        break loop
      case .pipe: break loop
      default: throw unexpected(token, "operand")
      }
    }
    if operands.isEmpty { throw failure("empty command") }
    let command = Command(id: id, operands: operands)
    nodes[Int(id)].content = .command(command)
    return command
  }

  private mutating func operand() throws(TemplateError) -> Expression? {
    guard let term = try term() else { return nil }
    guard peek().kind == .field else { return term }
    let position = peek().position
    var names: [String] = []
    while peek().kind == .field { names.append(String(next().text.dropFirst())) }
    switch term {
    case .field(_, let first): return expression(position) { .field($0, first + names) }
    case .variable(_, let variable, let first): return expression(position) { .variable($0, variable, first + names) }
    case .bool, .string, .number, .null, .dot:
      throw failure("unexpected . after term \(GoQuote.quoted(NodeText.text(term)))")
    default: return expression(position) { .chain($0, term, names) }
    }
  }

  private mutating func term() throws(TemplateError) -> Expression? {
    let token = nextNonSpace()
    switch token.kind {
    case .identifier:
      guard let function = table[token.text] else { throw failure("function \(GoQuote.quoted(token.text)) not defined") }
      functions[token.text] = function
      return expression(token.position) { .function($0, function) }
    case .dot: return expression(token.position) { .dot($0) }
    case .keyword(.nil): return expression(token.position) { .null($0) }
    case .variable:
      guard scope.contains(where: { $0 == token.text }) else {
        throw failure("undefined variable \(GoQuote.quoted(token.text))")
      }
      let variable = variable(token.text)
      return expression(token.position) { .variable($0, variable, []) }
    case .field: return expression(token.position) { .field($0, [String(token.text.dropFirst())]) }
    case .bool: return expression(token.position) { .bool($0, token.text == "true") }
    case .characterConstant, .complex, .number:
      do {
        let number = try NumberLiteral(token)
        return expression(token.position) { .number($0, number) }
      } catch {
        throw failure(error.message)
      }
    case .leftParenthesis:
      try enter()
      defer { depth -= 1 }
      return .pipeline(try pipeline("parenthesized pipeline", until: .rightParenthesis))
    case .string, .rawString:
      let text = try unquote(token)
      return expression(token.position) { .string($0, text, quoted: token.text) }
    default:
      backup()
      return nil
    }
  }
}

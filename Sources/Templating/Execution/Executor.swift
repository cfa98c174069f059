/// A value on its way through a pipeline, and whether Go would see it through an `interface {}`.
struct Operand {
  var value: TemplateValue
  var boxed = false

  static let missing = Operand(value: .missing)

  /// The type as an error message names it.
  var typeName: String { boxed ? GoType.any.name : value.type.name }

  /// What a pipeline hands on: the thing inside of an interface.
  var unboxed: Operand {
    guard boxed else { return self }
    if case .null = value { return .missing }
    return Operand(value: value)
  }
}

/// How a list of statements was left.
enum Flow {
  case normal
  case leaveLoop
  case nextIteration
}

/// One execution of a template.
struct Executor {
  private struct Slot {
    let number: Int32
    var operand: Operand
  }

  /// Where the statements come from that are being executed: errors are placed in its text.
  var source: ParsedTemplate
  /// The templates that can be called.
  var bodies: [String: TemplateBody]
  let functions: FunctionTable
  let limits: TemplateLimits
  let missingKey: TemplateOptions.MissingKey
  var output = ""
  var budget: Budget
  let world: World
  /// The node that an error is placed at.
  var current: NodeID = -1
  private var templateName: String
  private var root: Operand
  private var slots: [Slot] = []
  /// The first slot of the template that is being executed.
  private var frame = 0
  private var depth = 0
  /// What `tpl` has compiled so far.
  private var compiled: [String: ParsedTemplate] = [:]

  init(
    source: ParsedTemplate, bodies: [String: TemplateBody], functions: FunctionTable, options: TemplateOptions, data: TemplateValue,
    limits: TemplateLimits, environment: TemplateEnvironment
  ) {
    self.source = source
    self.bodies = bodies
    self.functions = functions
    self.limits = limits
    missingKey = options.missingKey
    world = World(environment)
    templateName = source.name
    budget = Budget(steps: limits.steps, maximumBytes: limits.outputBytes)
    if case .null = data { root = .missing } else { root = Operand(value: data) }
  }

  mutating func run(_ statements: [Statement]) throws(TemplateError) -> String {
    _ = try walk(statements, root)
    return output
  }

  // MARK: - Errors

  func failure(_ message: String) -> TemplateError {
    let name = source.name
    guard current >= 0 else { return TemplateError("template: \(templateName): \(message)") }
    let node = source.nodes[Int(current)]
    var line = 1
    var column = 0
    for byte in source.text.utf8.prefix(node.position) {
      column += 1
      if byte == 10 {
        line += 1
        column = 0
      }
    }
    return TemplateError(
      "template: \(name):\(line):\(column): executing \(GoQuote.quoted(templateName)) at <\(NodeText.text(node.content))>: \(message)",
      line: line, column: column)
  }

  private mutating func step() throws(TemplateError) {
    budget.steps -= 1
    if budget.steps < 0 { throw exhausted() }
  }

  private func exhausted() -> TemplateError {
    failure("\(TemplateError.workLimitText) \(limits.steps) steps is used up")
  }

  private mutating func write(_ text: String) throws(TemplateError) {
    output += text
    if output.utf8.count > limits.outputBytes {
      throw failure("the output is too long: the limit is \(limits.outputBytes) bytes")
    }
  }

  // MARK: - Statements

  private mutating func walk(_ statements: [Statement], _ dot: Operand) throws(TemplateError) -> Flow {
    for statement in statements {
      try step()
      switch statement {
      case .text(let text): try write(text)
      case .field(let id, let pipeline, let name):
        // The commonest action; everything unusual takes the general way.
        if case .map(let map) = dot.value, let value = map[name] {
          if case .string(let text) = value {
            try write(text)
          } else {
            current = id
            try print(Operand(value: value, boxed: map.type == .anyMap).unboxed.value, id)
          }
        } else {
          current = id
          let value = try evaluate(pipeline, dot)
          try print(value.value, id)
        }
      case .action(let id, let pipeline):
        current = id
        let value = try evaluate(pipeline, dot)
        if pipeline.variables.isEmpty { try print(value.value, id) }
      case .branch(let branch):
        current = branch.id
        let flow = branch.kind == .range ? try range(branch, dot) : try choose(branch, dot)
        if flow != .normal { return flow }
      case .template(let id, let name, let pipeline): try call(id, name, pipeline, dot)
      case .leaveLoop: return .leaveLoop
      case .nextIteration: return .nextIteration
      }
    }
    return .normal
  }

  private mutating func print(_ value: TemplateValue, _ id: NodeID) throws(TemplateError) {
    switch value {
    case .string(let text): try write(text)
    case .missing: try write("<no value>")
    case .function:
      current = id
      throw failure("can't print \(NodeText.text(source.nodes[Int(id)].content)) of type \(value.type.name)")
    default:
      budget.steps -= value.extent.size
      if budget.steps < 0 { throw exhausted() }
      try write(GoFormat.text(value))
    }
  }

  private mutating func choose(_ branch: Branch, _ dot: Operand) throws(TemplateError) -> Flow {
    let mark = slots.count
    defer { slots.removeLast(slots.count - mark) }
    var branch = branch
    while true {
      let value = try evaluate(branch.pipeline, dot)
      if value.value.isTrue { return try walk(branch.body, branch.kind == .with ? value : dot) }
      guard let alternative = branch.alternative else { return .normal }
      // A chain of `else if` may be long: it is followed, not nested.
      guard alternative.count == 1, case .branch(let next) = alternative[0], next.kind != .range else { return try walk(alternative, dot) }
      try step()
      current = next.id
      branch = next
    }
  }

  private mutating func call(_ id: NodeID, _ name: String, _ argument: Pipeline?, _ dot: Operand) throws(TemplateError) {
    current = id
    guard let body = bodies[name] else { throw failure("template \(GoQuote.quoted(name)) not defined") }
    let inner = try argument.map { pipeline throws(TemplateError) in try evaluate(pipeline, dot) } ?? .missing
    current = id
    try execute(body, name, inner)
  }

  /// Executes another template with its own variables.
  private mutating func execute(_ body: TemplateBody, _ name: String, _ data: Operand) throws(TemplateError) {
    if depth >= limits.depth { throw failure("exceeded maximum template depth (\(limits.depth))") }
    let outer = (templateName, root, frame, slots.count, source)
    templateName = name
    root = data
    frame = slots.count
    source = body.source
    depth += 1
    _ = try walk(body.statements, data)
    depth -= 1
    slots.removeLast(slots.count - outer.3)
    (templateName, root, frame, source) = (outer.0, outer.1, outer.2, outer.4)
  }

  // MARK: - Helm's include and tpl

  /// The output of another template as text. An error inside becomes the error of the call, as in Helm.
  mutating func included(_ name: String, _ data: TemplateValue) throws(TemplateError) -> String {
    guard let body = bodies[name] else {
      throw TemplateError("template: no template \(GoQuote.quoted(name)) associated with template \(GoQuote.quoted(templateName))")
    }
    return try captured(body, name, data)
  }

  /// A text executed as a template; what it defines can be included by it alone.
  mutating func evaluated(_ text: String, _ data: TemplateValue) throws(TemplateError) -> String {
    let name = "gotpl"
    let parsed: ParsedTemplate
    if let known = compiled[text] {
      parsed = known
    } else {
      do {
        parsed = try Parser.parse(text, name: name, table: functions)
      } catch {
        throw TemplateError("cannot parse template \(GoQuote.quoted(text)): \(error.message)")
      }
      compiled[text] = parsed
    }
    let outer = bodies
    for (name, statements) in parsed.bodies { bodies[name] = TemplateBody(source: parsed, statements: statements) }
    defer { bodies = outer }
    do {
      let output = try captured(TemplateBody(source: parsed, statements: parsed.bodies[name] ?? []), name, data)
      return GoStrings.find("<no value>", in: output) == nil ? output : output.replacing("<no value>", with: "")
    } catch {
      throw TemplateError("error during tpl function execution for \(GoQuote.quoted(text)): \(error.message)")
    }
  }

  private mutating func captured(_ body: TemplateBody, _ name: String, _ data: TemplateValue) throws(TemplateError) -> String {
    let (outerOutput, outerName, outerSource, outerCurrent) = (output, templateName, source, current)
    output = ""
    defer { (output, templateName, source, current) = (outerOutput, outerName, outerSource, outerCurrent) }
    var operand = Operand(value: data)
    if case .null = data { operand = .missing }
    try execute(body, name, operand)
    return output
  }

  // MARK: - Range

  private mutating func range(_ branch: Branch, _ dot: Operand) throws(TemplateError) -> Flow {
    let mark = slots.count
    defer { slots.removeLast(slots.count - mark) }
    let value = try evaluate(branch.pipeline, dot).value
    let inner = slots.count
    var ran = false
    switch value {
    case .list(let list):
      let boxed = list.type == .anyList
      for (index, element) in list.elements.enumerated() {
        ran = true
        let flow = try iterate(branch, Operand(value: .int(index)), Operand(value: element, boxed: boxed), inner)
        if flow == .leaveLoop { break }
      }
    case .map(let map):
      let boxed = map.type == .anyMap
      for entry in map.entries {
        ran = true
        let flow = try iterate(branch, Operand(value: .string(entry.key)), Operand(value: entry.value, boxed: boxed), inner)
        if flow == .leaveLoop { break }
      }
    case .int, .integer:
      let (count, type): (Int64, GoType) =
        switch value {
        case .int(let count): (Int64(count), .int)
        case .integer(let count, let type): (count, type)
        default: (0, .int)
        }
      if branch.pipeline.variables.count > 1 {
        throw failure("can't use \(count) to iterate over more than one variable")
      }
      var index: Int64 = 0
      while index < count {
        ran = true
        let element = Operand(value: type == .int ? .int(Int(index)) : .integer(index, type))
        if try iterate(branch, .missing, element, inner) == .leaveLoop { break }
        index += 1
      }
    case .missing: break
    default: throw failure("range can't iterate over \(GoFormat.text(value))")
    }
    if !ran, let alternative = branch.alternative { return try walk(alternative, dot) }
    return .normal
  }

  private mutating func iterate(_ branch: Branch, _ index: Operand, _ element: Operand, _ mark: Int) throws(TemplateError) -> Flow {
    let variables = branch.pipeline.variables
    if let first = variables.first {
      if branch.pipeline.assigns {
        try assign(first, variables.count > 1 ? index : element)
        if variables.count > 1 { try assign(variables[1], element) }
      } else {
        slots[mark - 1].operand = element
        if variables.count > 1 { slots[mark - 2].operand = index }
      }
    }
    try step()
    let flow = try walk(branch.body, element)
    slots.removeLast(slots.count - mark)
    return flow
  }

  // MARK: - Variables

  private mutating func assign(_ variable: Variable, _ operand: Operand) throws(TemplateError) {
    var index = slots.count
    while index > frame {
      index -= 1
      if slots[index].number == variable.number {
        slots[index].operand = operand
        return
      }
    }
    guard variable.number == 0 else { throw failure("undefined variable: \(variable.name)") }
    root = operand
  }

  func value(of variable: Variable) throws(TemplateError) -> Operand {
    var index = slots.count
    while index > frame {
      index -= 1
      if slots[index].number == variable.number { return slots[index].operand }
    }
    guard variable.number == 0 else { throw failure("undefined variable: \(variable.name)") }
    return root
  }

  /// Takes the result of a pipeline into its variables.
  mutating func declare(_ pipeline: Pipeline, _ operand: Operand) throws(TemplateError) {
    for variable in pipeline.variables {
      if pipeline.assigns {
        try assign(variable, operand)
      } else {
        slots.append(Slot(number: variable.number, operand: operand))
      }
    }
  }
}

/// Pipelines, commands, operands and fields.
extension Executor {
  mutating func evaluate(_ pipeline: Pipeline, _ dot: Operand) throws(TemplateError) -> Operand {
    current = pipeline.id
    var result: Operand?
    for command in pipeline.commands {
      result = try evaluate(command, dot, result).unboxed
    }
    let value = result ?? .missing
    if !pipeline.variables.isEmpty { try declare(pipeline, value) }
    return value
  }

  /// Evaluates a command; `final` is what the command before it in the pipeline gave.
  private mutating func evaluate(_ command: Command, _ dot: Operand, _ final: Operand?) throws(TemplateError) -> Operand {
    budget.steps -= 1
    let operands = command.operands
    switch operands[0] {
    case .field(let id, let names):
      current = id
      return try fields(names[...], of: dot, arguments: operands, final, dot, at: id)
    case .chain(let id, let base, let names):
      return try chain(id, base, names, dot, arguments: operands, final)
    case .function(let id, let function):
      current = id
      return try call(function, arguments: operands, final, dot, at: command.id)
    case .pipeline(let inner):
      try refuseArguments(operands, final)
      return try evaluate(inner, dot)
    case .variable(let id, let variable, let names):
      current = id
      let operand = try value(of: variable)
      if names.isEmpty {
        try refuseArguments(operands, final)
        return operand
      }
      return try fields(names[...], of: operand, arguments: operands, final, dot, at: id)
    case .bool(let id, let value):
      current = id
      try refuseArguments(operands, final)
      return Operand(value: .bool(value))
    case .dot(let id):
      current = id
      try refuseArguments(operands, final)
      return dot
    case .null(let id):
      current = id
      try refuseArguments(operands, final)
      throw failure("nil is not a command")
    case .number(let id, let number):
      current = id
      try refuseArguments(operands, final)
      return Operand(value: try ideal(number))
    case .string(let id, let text, _):
      current = id
      try refuseArguments(operands, final)
      return Operand(value: .string(text))
    }
  }

  private func refuseArguments(_ operands: [Expression], _ final: Operand?) throws(TemplateError) {
    if operands.count > 1 || final != nil {
      throw failure("can't give argument to non-function \(NodeText.text(Command(id: 0, operands: [operands[0]])))")
    }
  }

  func ideal(_ number: NumberLiteral) throws(TemplateError) -> TemplateValue {
    guard let value = number.idealValue else { throw failure("\(number.text) overflows int") }
    return value
  }

  mutating func chain(
    _ id: NodeID, _ base: Expression, _ names: [String], _ dot: Operand, arguments: [Expression], _ final: Operand?
  ) throws(TemplateError) -> Operand {
    current = id
    if case .null = base { throw failure("indirection through explicit nil in \(NodeText.text(.chain(id, base, names)))") }
    let operand = try argument(base, dot, as: nil)
    return try fields(names[...], of: operand, arguments: arguments, final, dot, at: id)
  }

  /// Follows field names; only the last may take arguments.
  mutating func fields(
    _ names: ArraySlice<String>, of start: Operand, arguments: [Expression], _ final: Operand?, _ dot: Operand, at id: NodeID
  ) throws(TemplateError) -> Operand {
    var operand = start
    for (index, name) in zip(names.indices, names) {
      let isLast = index == names.endIndex - 1
      operand = try field(
        name, of: operand, arguments: isLast ? arguments : [], isLast ? final : nil, dot, at: id)
    }
    return operand
  }

  private mutating func field(
    _ name: String, of receiver: Operand, arguments: [Expression], _ final: Operand?, _ dot: Operand, at id: NodeID
  ) throws(TemplateError) -> Operand {
    switch receiver.value {
    case .missing:
      if missingKey == .error { throw failure("nil data; no entry for key \(GoQuote.quoted(name))") }
      return .missing
    case .null where receiver.boxed: throw failure("nil pointer evaluating interface {}.\(name)")
    case .map(let map):
      if arguments.count > 1 || final != nil { throw failure("\(name) is not a method but has arguments") }
      if let value = map[name] { return Operand(value: value, boxed: map.type == .anyMap) }
      switch missingKey {
      case .invalid: return .missing
      case .zero: return map.type == .anyMap ? Operand(value: .null, boxed: true) : Operand(value: .string(""))
      case .error: throw failure("map has no entry for key \(GoQuote.quoted(name))")
      }
    case .object(let box):
      if let method = box.object.method(name) {
        return try call(method, arguments: arguments, final, dot, at: id)
      }
      if let value = box.object.field(name) {
        if arguments.count > 1 || final != nil { throw failure("\(name) has arguments but cannot be invoked as function") }
        return Operand(value: value)
      }
    case .integer(let number, .duration):
      if let method = GoDuration.method(name, of: number) { return try call(method, arguments: arguments, final, dot, at: id) }
    case .integer(let number, let type) where type == .month || type == .weekday:
      if name == "String", let text = Stringers.text(number, type) {
        let method = Function(name, []) { _ throws(FunctionError) in .string(text) }
        return try call(method, arguments: arguments, final, dot, at: id)
      }
    default: break
    }
    throw failure("can't evaluate field \(name) in type \(receiver.typeName)")
  }
}

/// Function calls: the number and the types of arguments are checked as Go's text/template checks them.
extension Executor {
  /// Calls a function with the operands after the first, and with what the pipeline hands on.
  mutating func call(
    _ function: Function, arguments operands: [Expression], _ final: Operand?, _ dot: Operand, at id: NodeID
  ) throws(TemplateError) -> Operand {
    let given = max(operands.count - 1, 0)
    let total = given + (final == nil ? 0 : 1)
    let fixed = function.parameters.count
    if function.variadic != nil {
      if total < fixed { throw failure("wrong number of args for \(function.name): want at least \(fixed) got \(given)") }
    } else if total != fixed {
      throw failure("wrong number of args for \(function.name): want \(fixed) got \(total)")
    }
    if function.traits.contains(.shortCircuit) {
      return try shortCircuit(function, operands, final, dot)
    }
    var call = Call(arguments: [], budget: budget, world: world)
    call.arguments.reserveCapacity(total)
    let seesInterfaces = function.parameters.first == .reflectValue || function.variadic == .reflectValue
    for index in 0..<given {
      let value = try argument(operands[index + 1], dot, as: function.type(of: index))
      call.arguments.append(value.value)
      if seesInterfaces { call.viaInterface.append(value.boxed) }
    }
    if let final {
      let value = try check(final, function.type(of: given))
      call.arguments.append(value.value)
      if seesInterfaces { call.viaInterface.append(value.boxed) }
    }
    if function.traits.contains(.calls) {
      return try callValue(operands, call, at: id)
    }
    if !function.traits.isDisjoint(with: [.includes, .evaluates]) {
      do {
        let text = call.string(0)
        let result = function.traits.contains(.includes) ? try included(text, call[1]) : try evaluated(text, call[1])
        return Operand(value: .string(result))
      } catch {
        current = id
        throw failure("error calling \(function.name): \(error.message)")
      }
    }
    return Operand(value: try invoke(function, &call, at: id))
  }

  private mutating func invoke(_ function: Function, _ call: inout Call, at id: NodeID) throws(TemplateError) -> TemplateValue {
    // The arguments may have spent steps of their own.
    call.budget = budget
    do {
      if function.traits.contains(.walks) { for argument in call.arguments { try call.budget.spend(argument.extent.size) } }
      let result = try function.body(&call)
      switch result {
      case .string(let text): try call.budget.spend(bytes: text.utf8.count)
      case .list(let list):
        try call.budget.spend(list.elements.count / 16)
        try Executor.checkHeight(list.extent)
      case .map(let map):
        try call.budget.spend(map.count / 16)
        try Executor.checkHeight(map.extent)
      default: break
      }
      budget = call.budget
      return result.isNil ? .missing : result
    } catch {
      current = id
      throw failure("error calling \(function.name): \(error.message)")
    }
  }

  private static func checkHeight(_ extent: Extent) throws(FunctionError) {
    if extent.height > Extent.maximumHeight { throw FunctionError("the values are nested too deeply") }
  }

  /// `and` and `or` evaluate no more than they need.
  private mutating func shortCircuit(
    _ function: Function, _ operands: [Expression], _ final: Operand?, _ dot: Operand
  ) throws(TemplateError) -> Operand {
    var result = Operand.missing
    for operand in operands.dropFirst() {
      result = try argument(operand, dot, as: .reflectValue)
      if result.value.isTrue == (function.name == "or") { return result }
    }
    if let final { result = final }
    return result
  }

  /// `call f arguments…`.
  private mutating func callValue(_ operands: [Expression], _ call: Call, at id: NodeID) throws(TemplateError) -> Operand {
    // Without a node to name it by, Go prints the value as its reflection does.
    var name = operands.count > 1 ? NodeText.text(operands[1]) : "<\(call[0].type.name) Value>"
    if operands.count < 2, case .string(let text) = call[0] { name = text }
    guard case .function(let function) = call[0] else {
      current = id
      if call[0].isNil { throw failure("error calling call: call of nil") }
      throw failure("error calling call: non-function \(name) of type \(call[0].type.name)")
    }
    var inner = call
    inner.arguments.removeFirst()
    return Operand(value: try invoke(function, &inner, at: id))
  }

  /// Evaluates an argument for a parameter of a type; nil stands for no type at all.
  mutating func argument(_ expression: Expression, _ dot: Operand, as type: GoType?) throws(TemplateError) -> Operand {
    current = expression.id
    switch expression {
    case .dot: return try check(dot, type)
    case .null:
      if type?.canBeNil ?? true { return Operand(value: type == .reflectValue ? .missing : .null) }
      throw failure("cannot assign nil to \(type?.name ?? "")")
    case .field(let id, let names):
      let value = try fields(names[...], of: dot, arguments: [], nil, dot, at: id)
      return try check(value, type)
    case .variable(let id, let variable, let names):
      let operand = try value(of: variable)
      let value = try fields(names[...], of: operand, arguments: [], nil, dot, at: id)
      return try check(value, type)
    case .pipeline(let pipeline):
      let value = try evaluate(pipeline, dot)
      return try check(value, type)
    case .function(let id, let function):
      let value = try call(function, arguments: [], nil, dot, at: id)
      return try check(value, type)
    case .chain(let id, let base, let names):
      let value = try chain(id, base, names, dot, arguments: [], nil)
      return try check(value, type)
    case .bool, .number, .string: return Operand(value: try literal(expression, as: type ?? .any))
    }
  }

  /// A literal takes the type of its parameter.
  private func literal(_ expression: Expression, as type: GoType) throws(TemplateError) -> TemplateValue {
    switch (type, expression) {
    case (.any, .bool(_, let value)), (.reflectValue, .bool(_, let value)), (.bool, .bool(_, let value)): return .bool(value)
    case (.any, .string(_, let text, _)), (.reflectValue, .string(_, let text, _)), (.string, .string(_, let text, _)):
      return .string(text)
    case (.any, .number(_, let number)), (.reflectValue, .number(_, let number)): return try ideal(number)
    case (.int, .number(_, let number)):
      if let integer = number.integer { return .int(Int(integer)) }
    case (.int64, .number(_, let number)), (.duration, .number(_, let number)), (.month, .number(_, let number)),
      (.weekday, .number(_, let number)):
      if let integer = number.integer { return .integer(integer, type) }
    case (.uint32, .number(_, let number)):
      if let unsigned = number.unsigned { return .integer(Int64(UInt32(truncatingIfNeeded: unsigned)), type) }
    case (.float64, .number(_, let number)):
      if let float = number.float { return .float(float) }
    default: break
    }
    let text = NodeText.text(expression)
    switch type {
    case .bool, .string: throw failure("expected \(type.name); found \(text)")
    case .int, .int64, .duration, .month, .weekday: throw failure("expected integer; found \(text)")
    case .uint32: throw failure("expected unsigned integer; found \(text)")
    case .float64: throw failure("expected float; found \(text)")
    default: throw failure("can't handle \(text) for arg of type \(type.name)")
    }
  }

  /// Whether a value may stand for a parameter of a type; nil stands for no type at all.
  private func check(_ operand: Operand, _ type: GoType?) throws(TemplateError) -> Operand {
    guard let type, type != .reflectValue else { return operand }
    if case .missing = operand.value {
      if type.canBeNil { return Operand(value: .null) }
      throw failure("invalid value; expected \(type.name)")
    }
    if type == .any || operand.value.type == type { return Operand(value: operand.value) }
    throw failure("wrong type for value; expected \(type.name); got \(wrongTypeName(operand))")
  }

  /// An interface with something in it is named by what is in it.
  private func wrongTypeName(_ operand: Operand) -> String {
    if case .null = operand.value { return GoType.any.name }
    return operand.value.type.name
  }
}

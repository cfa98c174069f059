/// The functions that Go's text/template has of itself.
enum Builtins {
  static let functions: [Function] = logic + comparison + access + printing + escaping

  private static let logic: [Function] = [
    Function("and", [.reflectValue], variadic: .reflectValue, .shortCircuit) { _ throws(FunctionError) in .missing },
    Function("or", [.reflectValue], variadic: .reflectValue, .shortCircuit) { _ throws(FunctionError) in .missing },
    Function("not", [.reflectValue]) { call throws(FunctionError) in .bool(!call[0].isTrue) },
    Function("call", [.reflectValue], variadic: .reflectValue, .calls) { _ throws(FunctionError) in .missing },
  ]

  private static let comparison: [Function] = [
    Function("eq", [.reflectValue], variadic: .reflectValue) { call throws(FunctionError) in
      .bool(try Comparison.equal(call[0], call.rest(1)))
    },
    Function("ne", [.reflectValue, .reflectValue]) { call throws(FunctionError) in
      .bool(!(try Comparison.equal(call[0], call.rest(1))))
    },
    Function("lt", [.reflectValue, .reflectValue]) { call throws(FunctionError) in
      .bool(try Comparison.less(call[0], call[1]))
    },
    Function("le", [.reflectValue, .reflectValue]) { call throws(FunctionError) in
      if try Comparison.less(call[0], call[1]) { return .bool(true) }
      return .bool(try Comparison.equal(call[0], call.rest(1)))
    },
    Function("gt", [.reflectValue, .reflectValue]) { call throws(FunctionError) in
      if try Comparison.less(call[0], call[1]) { return .bool(false) }
      return .bool(!(try Comparison.equal(call[0], call.rest(1))))
    },
    Function("ge", [.reflectValue, .reflectValue]) { call throws(FunctionError) in
      .bool(!(try Comparison.less(call[0], call[1])))
    },
  ]

  private static let access: [Function] = [
    Function("len", [.reflectValue]) { call throws(FunctionError) in
      switch call[0] {
      case .string(let text): return .int(text.utf8.count)
      case .list(let list): return .int(list.elements.count)
      case .map(let map): return .int(map.count)
      case .null: throw FunctionError("len of nil pointer")
      case .missing: throw FunctionError("reflect: call of reflect.Value.Type on zero Value")
      default: throw FunctionError("len of type \(call[0].type.name)")
      }
    },
    Function("index", [.reflectValue], variadic: .reflectValue) { call throws(FunctionError) in
      try Indexing.index(call)
    },
    Function("slice", [.reflectValue], variadic: .reflectValue) { call throws(FunctionError) in
      try Indexing.slice(call[0], Array(call.rest(1)))
    },
  ]

  private static let printing: [Function] = [
    Function("print", [], variadic: .any) { call throws(FunctionError) in .string(GoFormat.print(call.arguments)) },
    Function("println", [], variadic: .any) { call throws(FunctionError) in .string(GoFormat.printLine(call.arguments)) },
    Function("printf", [.string], variadic: .any) { call throws(FunctionError) in
      .string(try GoFormat.format(call.string(0), call.rest(1), budget: &call.budget))
    },
  ]

  private static let escaping: [Function] = [
    Function("html", [], variadic: .any) { call throws(FunctionError) in .string(Escaping.html(joined(call.arguments))) },
    Function("js", [], variadic: .any) { call throws(FunctionError) in .string(Escaping.javaScript(joined(call.arguments))) },
    Function("urlquery", [], variadic: .any) { call throws(FunctionError) in .string(Escaping.query(joined(call.arguments))) },
  ]

  /// The arguments of an escaper: one text as it is, everything else as `print` writes it.
  private static func joined(_ arguments: [TemplateValue]) -> String {
    if arguments.count == 1, case .string(let text) = arguments[0] { return text }
    return GoFormat.print(arguments.map { $0.isNil ? .string("<no value>") : $0 }, spacedAsStrings: arguments.map(\.isNil))
  }
}

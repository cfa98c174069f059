/// Sprig: defaults and choices.
extension Sprig {
  static let defaults: [Function] = [
    Function("default", [.any], variadic: .any) { call throws(FunctionError) in
      call.count < 2 || isEmpty(call[1]) ? call[0] : call[1]
    },
    Function("empty", [.any]) { call throws(FunctionError) in .bool(isEmpty(call[0])) },
    Function("coalesce", [], variadic: .any) { call throws(FunctionError) in call.arguments.first { !isEmpty($0) } ?? .missing },
    Function("all", [], variadic: .any) { call throws(FunctionError) in .bool(!call.arguments.contains(where: isEmpty)) },
    Function("any", [], variadic: .any) { call throws(FunctionError) in .bool(call.arguments.contains { !isEmpty($0) }) },
    Function("ternary", [.any, .any, .bool]) { call throws(FunctionError) in call.bool(2) ? call[0] : call[1] },
    Function("fail", [.string]) { call throws(FunctionError) in throw FunctionError(call.string(0)) },
    Function("hello", []) { _ throws(FunctionError) in .string("Hello!") },
  ]

  /// Sprig's notion of empty: false, zero, no elements, nil; a struct never is.
  static func isEmpty(_ value: TemplateValue) -> Bool {
    if case .object = value { return false }
    return !value.isTrue
  }
}

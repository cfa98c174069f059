/// Sprig: types and kinds.
extension Sprig {
  static let reflection: [Function] = [
    Function("typeOf", [.any]) { call throws(FunctionError) in .string(call[0].type.name) },
    Function("kindOf", [.any]) { call throws(FunctionError) in .string(kind(call[0])) },
    Function("typeIs", [.string, .any]) { call throws(FunctionError) in .bool(call.string(0) == call[1].type.name) },
    Function("typeIsLike", [.string, .any]) { call throws(FunctionError) in
      let name = call[1].type.name
      return .bool(call.string(0) == name || "*" + call.string(0) == name)
    },
    Function("kindIs", [.string, .any]) { call throws(FunctionError) in .bool(call.string(0) == kind(call[1])) },
    Function("deepEqual", [.any, .any]) { call throws(FunctionError) in .bool(DeepEqual.equal(call[0], call[1])) },
  ]
}

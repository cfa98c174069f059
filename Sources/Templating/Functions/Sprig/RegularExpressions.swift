/// Sprig: regular expressions. Without `must` a malformed expression panics in Go, which a template sees as an error too.
extension Sprig {
  static let regularExpressions: [Function] =
    [
      text("regexQuoteMeta") { RegularExpression.quoted($0) },
      Function("regexMatch", [.string, .string]) { call throws(FunctionError) in
        guard let expression = try? call.world.expression(call.string(0)) else { return .bool(false) }
        return .bool(try expression.firstMatch(call.string(1), &call.budget) != nil)
      },
      Function("mustRegexMatch", [.string, .string]) { call throws(FunctionError) in
        .bool(try compile(call, must: true).firstMatch(call.string(1), &call.budget) != nil)
      },
    ]
    + regex("Find", [.string, .string]) { (expression, call) throws(FunctionError) in
      .string(try expression.firstMatch(call.string(1), &call.budget) ?? "")
    }
    + regex("FindAll", [.string, .string, .int]) { (expression, call) throws(FunctionError) in
      let matches = try expression.findAll(call.string(1), limit: call.int(2), &call.budget)
      return matches.isEmpty ? .list(.none(.stringList)) : .strings(matches)
    }
    + regex("ReplaceAll", [.string, .string, .string]) { (expression, call) throws(FunctionError) in
      .string(try expression.replaceAll(call.string(1), with: call.string(2), &call.budget))
    }
    + regex("ReplaceAllLiteral", [.string, .string, .string]) { (expression, call) throws(FunctionError) in
      .string(try expression.replaceAll(call.string(1), with: call.string(2), literally: true, &call.budget))
    }
    + regex("Split", [.string, .string, .int]) { (expression, call) throws(FunctionError) in
      if call.int(2) == 0 { return .list(.none(.stringList)) }
      return .strings(try expression.split(call.string(1), limit: call.int(2), &call.budget))
    }

  private static func regex(
    _ name: String, _ parameters: [GoType],
    body: @escaping @Sendable (RegularExpression, inout Call) throws(FunctionError) -> TemplateValue
  ) -> [Function] {
    [("regex", false), ("mustRegex", true)].map { prefix, must in
      Function(prefix + name, parameters) { call throws(FunctionError) in
        try body(try compile(call, must: must), &call)
      }
    }
  }

  private static func compile(_ call: Call, must: Bool) throws(FunctionError) -> RegularExpression {
    do {
      return try call.world.expression(call.string(0))
    } catch {
      throw FunctionError(must ? error.description : "regexp: Compile(`\(call.string(0))`): \(error.description)")
    }
  }
}

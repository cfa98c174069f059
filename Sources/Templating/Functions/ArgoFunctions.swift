import Document

/// The functions that Argo CD adds for ApplicationSets.
enum ArgoFunctions {
  static let functions: [Function] = [
    Function("normalize", [.string]) { call throws(FunctionError) in .string(Names.normalize(call.string(0))) },
    Function("slugify", [], variadic: .any) { call throws(FunctionError) in .string(try slugify(call)) },
    Function("toYaml", [.any]) { call throws(FunctionError) in .string(try YAMLFunctions.encode(call[0])) },
    Function("fromYaml", [.string]) { call throws(FunctionError) in
      let value = try YAMLFunctions.decode(call.string(0), budget: &call.budget)
      switch value {
      case .map: return value
      case .null: return .map(TemplateMap())
      default: throw YAMLFunctions.mismatch(value, GoType.anyMap)
      }
    },
    Function("fromYamlArray", [.string]) { call throws(FunctionError) in
      let value = try YAMLFunctions.decode(call.string(0), budget: &call.budget)
      switch value {
      case .list: return value
      case .null: return .list(TemplateList([]))
      default: throw YAMLFunctions.mismatch(value, GoType.anyList)
      }
    },
  ]

  /// `slugify [maximum [smart]] name`.
  private static func slugify(_ call: Call) throws(FunctionError) -> String {
    var maximum = 50
    var smart = true
    guard let last = call.arguments.last else { return "" }
    if call.count > 1 {
      guard case .int(let value) = call[0] else { throw conversion(call[0], "int") }
      maximum = value
    }
    if call.count > 2 {
      guard case .bool(let value) = call[1] else { throw conversion(call[1], "bool") }
      smart = value
    }
    guard case .string(let name) = last else { throw conversion(last, "string") }
    if !smart && maximum < 0 { throw FunctionError("runtime error: slice bounds out of range [:\(maximum)]") }
    return Names.slugify(name, maximum: maximum, smart: smart)
  }

  private static func conversion(_ value: TemplateValue, _ type: String) -> FunctionError {
    FunctionError("interface conversion: interface {} is \(value.isNil ? "nil" : value.type.name), not \(type)")
  }
}

import Document

/// Helm's own functions. Where Sprig has one of the same name, Helm's takes its place.
enum Helm {
  static let all: [[Function]] = [data, durations, charts]

  /// JSON, YAML and TOML: an error becomes part of the result, except with `must`.
  private static let data: [Function] = [
    encoder("toYaml", fails: false) { value throws(FunctionError) in try YAMLFunctions.encode(value) },
    encoder("mustToYaml", fails: true) { value throws(FunctionError) in try YAMLFunctions.encode(value) },
    encoder("toYamlPretty", fails: false) { value throws(FunctionError) in String(PrettyYAML.encode(value).dropLast()) },
    encoder("toJson", fails: false) { value throws(FunctionError) in JSON.string(try JSONFunctions.document(value), escapeHTML: true) },
    encoder("mustToJson", fails: true) { value throws(FunctionError) in JSON.string(try JSONFunctions.document(value), escapeHTML: true) },
    encoder("mustToToml", fails: true) { value throws(FunctionError) in try TOMLWriter.encode(value) },
    Function("toToml", [.any]) { call throws(FunctionError) in
      if call[0].isNil { return .string(try TOMLWriter.encode(call[0])) }
      do throws(FunctionError) {
        return .string(try TOMLWriter.encode(call[0]))
      } catch {
        return .string(error.message)
      }
    },
    Function("fromToml", [.string]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return .map(try TOMLReader.decode(call.string(0), budget: &call.budget))
      } catch {
        return failed(error)
      }
    },
    Function("fromYaml", [.string]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return try object(YAMLFunctions.decode(call.string(0), budget: &call.budget), yaml: true)
      } catch {
        return failed(error)
      }
    },
    Function("fromYamlArray", [.string]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return try list(YAMLFunctions.decode(call.string(0), budget: &call.budget), yaml: true)
      } catch {
        return .array([.string(error.message)])
      }
    },
    Function("fromJson", [.string]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return try object(JSONFunctions.decode(call.string(0), budget: &call.budget), yaml: false)
      } catch {
        return failed(error)
      }
    },
    Function("fromJsonArray", [.string]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return try list(JSONFunctions.decode(call.string(0), budget: &call.budget), yaml: false)
      } catch {
        return .array([.string(error.message)])
      }
    },
  ]

  private static func encoder(
    _ name: String, fails: Bool, _ write: @escaping @Sendable (TemplateValue) throws(FunctionError) -> String
  ) -> Function {
    Function(name, [.any]) { call throws(FunctionError) in
      do throws(FunctionError) {
        return .string(try write(call[0]))
      } catch {
        if fails { throw error }
        return .string("")
      }
    }
  }

  private static func failed(_ error: FunctionError) -> TemplateValue { .dictionary([("Error", .string(error.message))]) }

  private static func object(_ value: TemplateValue, yaml: Bool) throws(FunctionError) -> TemplateValue {
    switch value {
    case .map: return value
    case .null, .missing: return .map(TemplateMap())
    default: throw mismatch(value, .anyMap, yaml)
    }
  }

  private static func list(_ value: TemplateValue, yaml: Bool) throws(FunctionError) -> TemplateValue {
    switch value {
    case .list: return value
    case .null, .missing: return .list(TemplateList([]))
    default: throw mismatch(value, .anyList, yaml)
    }
  }

  private static func mismatch(_ value: TemplateValue, _ type: GoType, _ yaml: Bool) -> FunctionError {
    if yaml { return YAMLFunctions.mismatch(value, type) }
    return FunctionError("json: cannot unmarshal \(YAMLFunctions.jsonName(value)) into Go value of type \(type.name)")
  }

  /// What needs the chart or the cluster. The executor sees to `include` and `tpl` by their traits.
  private static let charts: [Function] = [
    Function("include", [.string, .any], .includes) { _ throws(FunctionError) in .missing },
    Function("tpl", [.string, .any], .evaluates) { _ throws(FunctionError) in .missing },
    Function("required", [.string, .any]) { call throws(FunctionError) in
      if call[1].isNil { throw FunctionError(call.string(0)) }
      if case .string("") = call[1] { throw FunctionError(call.string(0)) }
      return call[1]
    },
    Function("lookup", [.string, .string, .string, .string]) { call throws(FunctionError) in
      let found = call.world.environment.lookup?(call.string(0), call.string(1), call.string(2), call.string(3))
      return found ?? .map(TemplateMap())
    },
    Function("getHostByName", [.string]) { _ throws(FunctionError) in .string("") },
  ]
}

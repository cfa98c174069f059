/// Sprig: dictionaries. Maps are references: `set`, `unset` and the merges change the map that they are given.
extension Sprig {
  static let dictionaries: [Function] =
    [
      Function("dict", [], variadic: .any) { call throws(FunctionError) in
        let map = TemplateMap()
        for index in stride(from: 0, to: call.count, by: 2) {
          map.set(string(of: call[index]), index + 1 < call.count ? call[index + 1] : .string(""))
        }
        return .map(map)
      },
      Function("get", [.anyMap, .string]) { call throws(FunctionError) in call.map(0)[call.string(1)] ?? .string("") },
      Function("set", [.anyMap, .string, .any], .mutatesMaps) { call throws(FunctionError) in
        guard case .map(let map) = call[0] else { throw FunctionError("assignment to entry in nil map") }
        try map.attach(call.string(1), call[2], &call.budget)
        return .map(map)
      },
      Function("unset", [.anyMap, .string], .mutatesMaps) { call throws(FunctionError) in
        call.map(0).remove(call.string(1))
        return call[0]
      },
      Function("hasKey", [.anyMap, .string]) { call throws(FunctionError) in .bool(call.map(0)[call.string(1)] != nil) },
      Function("pluck", [.string], variadic: .anyMap) { call throws(FunctionError) in
        .array(call.rest(1).indices.compactMap { call.map($0)[call.string(0)] })
      },
      Function("keys", [], variadic: .anyMap) { call throws(FunctionError) in
        .strings(call.arguments.indices.flatMap { call.map($0).entries.map(\.key) })
      },
      Function("values", [.anyMap]) { call throws(FunctionError) in .array(call.map(0).entries.map(\.value)) },
      Function("pick", [.anyMap], variadic: .string) { call throws(FunctionError) in
        let result = TemplateMap()
        for index in 1..<max(call.count, 1) {
          if let value = call.map(0)[call.string(index)] { result.set(call.string(index), value) }
        }
        return .map(result)
      },
      Function("omit", [.anyMap], variadic: .string) { call throws(FunctionError) in
        let result = call.map(0).shallowCopy()
        for index in 1..<max(call.count, 1) { result.remove(call.string(index)) }
        return .map(result)
      },
      Function("dig", [], variadic: .any) { call throws(FunctionError) in try dig(call.arguments) },
    ]
    + alias("merge", "mustMerge", of: merging(overwrite: false))
    + alias("mergeOverwrite", "mustMergeOverwrite", of: merging(overwrite: true))
    + alias(
      "deepCopy", "mustDeepCopy",
      of: Function("", [.any]) { call throws(FunctionError) in
        if call[0].isNil { throw FunctionError("reflect: call of reflect.Value.Type on zero Value") }
        return call[0].deepCopy()
      })

  private static func merging(overwrite: Bool) -> Function {
    Function("", [.anyMap], variadic: .anyMap, .mutatesMaps) { call throws(FunctionError) in
      let target = call.map(0)
      for index in 1..<max(call.count, 1) {
        try merge(call.map(index), into: target, overwrite: overwrite, &call.budget, depth: 0)
      }
      return .map(target)
    }
  }

  /// What the library `mergo` does: without `overwrite`, only what is empty is replaced.
  private static func merge(
    _ source: TemplateMap, into target: TemplateMap, overwrite: Bool, _ budget: inout Budget, depth: Int
  ) throws(FunctionError) {
    if source === target { return }
    if depth > 200 { throw FunctionError("the maps are nested too deeply to be merged") }
    for entry in source.entries {
      try budget.spend(1)
      let old = target[entry.key]
      if entry.value.isNil {
        if overwrite { try target.attach(entry.key, entry.value, &budget) }
        continue
      }
      if let old, !isEmpty(old) {
        if case .map(let inner) = entry.value, case .map(let outer) = old {
          try merge(inner, into: outer, overwrite: overwrite, &budget, depth: depth + 1)
          continue
        }
        if !overwrite { continue }
      }
      try target.attach(entry.key, entry.value, &budget)
    }
  }

  /// `dig "a" "b" fallback map`.
  private static func dig(_ arguments: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    guard arguments.count >= 3 else { throw FunctionError("dig needs at least three arguments") }
    var current = arguments[arguments.count - 1]
    let fallback = arguments[arguments.count - 2]
    guard case .map(let map) = current, map.type == .anyMap else { throw conversion(current, "map[string]interface {}") }
    var keys: [String] = []
    for key in arguments.dropLast(2) {
      guard case .string(let name) = key else { throw conversion(key, "string") }
      keys.append(name)
    }
    for (index, name) in keys.enumerated() {
      guard case .map(let map) = current, map.type == .anyMap else { throw conversion(current, "map[string]interface {}") }
      guard let value = map[name] else { return fallback }
      if index == keys.count - 1 { return value }
      current = value
    }
    return fallback
  }

  private static func conversion(_ value: TemplateValue, _ type: String) -> FunctionError {
    FunctionError("interface conversion: interface {} is \(value.isNil ? "nil" : value.type.name), not \(type)")
  }
}

/// Sprig: lists. Every function that can fail is there with and without `must`, and fails the same way.
extension Sprig {
  static let lists: [Function] =
    alias("list", "tuple", of: Function("", [], variadic: .any) { call throws(FunctionError) in .array(call.arguments) })
    + pair("first", [.any]) { call throws(FunctionError) in try elements(call, 0, "first").first ?? .missing }
    + pair("last", [.any]) { call throws(FunctionError) in try elements(call, 0, "last").last ?? .missing }
    + pair("rest", [.any]) { call throws(FunctionError) in
      let list = try elements(call, 0, "rest")
      return list.isEmpty ? .list(.none(.anyList)) : .array(Array(list.dropFirst()))
    }
    + pair("initial", [.any]) { call throws(FunctionError) in
      let list = try elements(call, 0, "initial")
      return list.isEmpty ? .list(.none(.anyList)) : .array(Array(list.dropLast()))
    }
    + pair("append", also: "push", [.any, .any]) { call throws(FunctionError) in .array(try elements(call, 0, "push") + [call[1]]) }
    + pair("prepend", [.any, .any]) { call throws(FunctionError) in .array([call[1]] + (try elements(call, 0, "prepend"))) }
    + pair("reverse", [.any]) { call throws(FunctionError) in
      .array(try elements(call, 0, "reverse", says: "Cannot find reverse on type").reversed())
    }
    + pair("compact", [.any]) { call throws(FunctionError) in
      .array(try elements(call, 0, "compact", says: "Cannot compact on type").filter { !isEmpty($0) })
    }
    + pair("uniq", [.any]) { call throws(FunctionError) in
      let list = try elements(call, 0, "uniq", says: "Cannot find uniq on type")
      var result: [TemplateValue] = []
      for element in list {
        try call.budget.spend(1 + result.count)
        if !result.contains(where: { DeepEqual.equal($0, element) }) { result.append(element) }
      }
      return .array(result)
    }
    + pair("without", [.any], variadic: .any) { call throws(FunctionError) in
      let list = try elements(call, 0, "without", says: "Cannot find without on type")
      let removed = call.rest(1)
      try call.budget.spend(list.count * max(removed.count, 1))
      return .array(list.filter { element in !removed.contains { DeepEqual.equal($0, element) } })
    }
    + pair("has", [.any, .any]) { call throws(FunctionError) in
      if call[1].isNil { return .bool(false) }
      let list = try elements(call, 1, "has", says: "Cannot find has on type")
      return .bool(list.contains { DeepEqual.equal($0, call[0]) })
    }
    + pair("slice", [.any], variadic: .any) { call throws(FunctionError) in try slice(call) }
    + pair("chunk", [.int, .any]) { call throws(FunctionError) in try chunks(call) }
    + [
      Function("concat", [], variadic: .any) { call throws(FunctionError) in
        var result: [TemplateValue] = []
        for argument in call.arguments {
          guard case .list(let list) = argument else { throw FunctionError("Cannot concat type \(kind(argument)) as list") }
          result += list.elements
        }
        return .array(result)
      },
      Function("sortAlpha", [.any]) { call throws(FunctionError) in
        guard case .list = call[0] else { return .strings([string(of: call[0])]) }
        return .strings(stringList(of: call[0]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      },
      Function("until", [.int]) { call throws(FunctionError) in
        try numbers(0, call.int(0), call.int(0) < 0 ? -1 : 1, &call.budget)
      },
      Function("untilStep", [.int, .int, .int]) { call throws(FunctionError) in
        try numbers(call.int(0), call.int(1), call.int(2), &call.budget)
      },
    ]

  /// A function with its `must` twin.
  private static func pair(
    _ name: String, also other: String? = nil, _ parameters: [GoType], variadic: GoType? = nil, body: @escaping Function.Body
  ) -> [Function] {
    [name, other].compactMap { $0 }.flatMap { name in
      let must = "must" + String(GoUnicode.title(name))
      return [name, must].map { Function($0, parameters, variadic: variadic, body: body) }
    }
  }

  /// The kind of a value's type as Go prints a `reflect.Kind`.
  static func kind(_ value: TemplateValue) -> String { value.type.kind }

  /// The elements of an argument that must be a list.
  private static func elements(_ call: Call, _ index: Int, _ name: String, says: String? = nil) throws(FunctionError) -> [TemplateValue] {
    switch call[index] {
    case .list(let list): return list.elements
    case .missing, .null: throw FunctionError("runtime error: invalid memory address or nil pointer dereference")
    default:
      let start = says ?? (name == "push" || name == "prepend" ? "Cannot \(name) on type" : "Cannot find \(name) on type")
      throw FunctionError("\(start) \(kind(call[index]))")
    }
  }

  private static func slice(_ call: Call) throws(FunctionError) -> TemplateValue {
    guard case .list(let list) = call[0] else {
      if call[0].isNil { throw FunctionError("runtime error: invalid memory address or nil pointer dereference") }
      throw FunctionError("list should be type of slice or array but \(kind(call[0]))")
    }
    if list.elements.isEmpty { return .missing }
    let start = call.count > 1 ? Int(truncatingIfNeeded: Casting.integer(call[1])) : 0
    let end = call.count > 2 ? Int(truncatingIfNeeded: Casting.integer(call[2])) : list.elements.count
    guard start >= 0, end <= list.elements.count, start <= end else {
      throw FunctionError("reflect.Value.Slice: slice index out of bounds")
    }
    return .list(TemplateList(Array(list.elements[start..<end]), type: list.type))
  }

  private static func chunks(_ call: Call) throws(FunctionError) -> TemplateValue {
    let size = call.int(0)
    guard case .list(let list) = call[1] else {
      if call[1].isNil { throw FunctionError("runtime error: invalid memory address or nil pointer dereference") }
      throw FunctionError("Cannot chunk type \(kind(call[1]))")
    }
    let count = list.elements.count
    if size < 0 {
      // What Sprig's arithmetic makes of a size that is none: one element is a part of its own, few are no parts at all.
      if count == 1 && size < -1 { return .list(TemplateList([.array(list.elements)], type: .anyListList)) }
      if count > 1 && UInt(count - 1) <= size.magnitude { return .list(TemplateList([], type: .anyListList)) }
    }
    guard size > 0 else { throw FunctionError("runtime error: makeslice: len out of range") }
    var result: [TemplateValue] = []
    var start = 0
    while start < list.elements.count {
      let end = size < list.elements.count - start ? start + size : list.elements.count
      result.append(.array(Array(list.elements[start..<end])))
      start = end
    }
    return .list(TemplateList(result, type: .anyListList))
  }

  /// Numbers from a start up to an end that is left out.
  static func numbers(_ start: Int, _ end: Int, _ step: Int, _ budget: inout Budget) throws(FunctionError) -> TemplateValue {
    var result: [TemplateValue] = []
    var current = start
    if (end < start && step < 0) || (end >= start && step > 0) {
      while end < start ? current > end : current < end {
        try budget.spend(1)
        result.append(.int(current))
        let (next, overflow) = current.addingReportingOverflow(step)
        if overflow { break }
        current = next
      }
    }
    return .list(TemplateList(result, type: .intList))
  }
}

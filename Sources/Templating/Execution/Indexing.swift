/// The built-in functions `index` and `slice`.
enum Indexing {
  static func index(_ call: Call) throws(FunctionError) -> TemplateValue {
    var item = call[0]
    if item.isNil { throw FunctionError("index of untyped nil") }
    var boxed = call.viaInterface.first ?? false
    for index in call.rest(1) {
      switch item {
      case .null: throw FunctionError("index of nil pointer")
      case .missing: throw FunctionError("index of nil pointer")
      case .list(let list):
        let position = try position(index, list.elements.count)
        item = list.elements[position]
        boxed = list.type == .anyList
      case .string(let text):
        let bytes = text.utf8
        let position = try offset(index)
        guard position >= 0 && position <= bytes.count else { throw FunctionError("index out of range: \(position)") }
        guard position < bytes.count else { throw FunctionError("reflect: string index out of range") }
        item = .integer(Int64(bytes[bytes.index(bytes.startIndex, offsetBy: position)]), .uint8)
      case .map(let map):
        guard case .string(let key) = index else {
          if index.isNil { throw FunctionError("value is nil; should be of type string") }
          throw FunctionError("value has type \(index.type.name); should be string")
        }
        boxed = map.type == .anyMap
        item = map[key] ?? (boxed ? .null : .string(""))
      default: throw FunctionError("can't index item of type \(item.type.name)")
      }
    }
    return item
  }

  private static func offset(_ index: TemplateValue) throws(FunctionError) -> Int {
    switch index {
    case .int(let value): return value
    case .integer(let value, _): return Int(value)
    case .missing, .null: throw FunctionError("cannot index slice/array with nil")
    default: throw FunctionError("cannot index slice/array with type \(index.type.name)")
    }
  }

  private static func position(_ index: TemplateValue, _ count: Int) throws(FunctionError) -> Int {
    let position = try offset(index)
    guard position >= 0 && position <= count else { throw FunctionError("index out of range: \(position)") }
    // Go checks against the length alone and leaves the last step to reflection.
    guard position < count else { throw FunctionError("reflect: slice index out of range") }
    return position
  }

  static func slice(_ item: TemplateValue, _ indexes: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    if item.isNil { throw FunctionError("slice of untyped nil") }
    if indexes.count > 3 { throw FunctionError("too many slice indexes: \(indexes.count)") }
    let count: Int
    switch item {
    case .string(let text):
      if indexes.count == 3 { throw FunctionError("cannot 3-index slice a string") }
      count = text.utf8.count
    case .list(let list): count = list.elements.count
    default: throw FunctionError("can't slice item of type \(item.type.name)")
    }
    var bounds = [0, count]
    for (number, index) in indexes.enumerated() {
      let position = try offset(index)
      guard position >= 0 && position <= count else { throw FunctionError("index out of range: \(position)") }
      if number < 2 { bounds[number] = position }
    }
    guard bounds[0] <= bounds[1] else { throw FunctionError("invalid slice index: \(bounds[0]) > \(bounds[1])") }
    switch item {
    case .string(let text): return .string(GoStrings.decode(Array(text.utf8)[bounds[0]..<bounds[1]]))
    case .list(let list): return .list(TemplateList(Array(list.elements[bounds[0]..<bounds[1]]), type: list.type))
    default: return item
    }
  }
}

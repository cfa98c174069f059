import Document
import Templating

/// Evaluates a jq expression over a tree, keeping account of places.
struct JQEvaluation {
  /// A value with its place in the tree; what was computed has none.
  struct Item {
    var path: [FieldStep]?
    /// nil where the place is named but nothing stands there.
    var value: Value?

    var content: Value { value ?? .null }
  }

  /// jq would stop with an error.
  private struct Misfit: Error {}

  /// How many steps are left: an expression cannot keep the hub busy.
  private var budget = 200_000

  mutating func evaluate(_ node: JQPath.Node, _ input: Item) throws -> [Item] {
    budget -= 1
    guard budget > 0 else { throw Misfit() }
    switch node {
    case .identity: return [input]
    case .recurse: return try descendants(input)
    case .literal(let value): return [Item(path: .none, value: value)]
    case .list(let content):
      let elements = try content.map { try evaluate($0, input).map(\.content) } ?? []
      return [Item(path: .none, value: .array(elements))]
    case .field(let base, let key): return try fields(base, key, input)
    case .iterate(let base): return try evaluate(base, input).flatMap { try children($0) }
    case .optional(let base): return (try? evaluate(base, input)) ?? []
    case .pipe(let left, let right):
      var results: [Item] = []
      for item in try evaluate(left, input) { results += try evaluate(right, item) }
      return results
    case .comma(let left, let right): return try evaluate(left, input) + evaluate(right, input)
    case .alternative(let left, let right):
      let first = ((try? evaluate(left, input)) ?? []).filter { isTrue($0.content) }
      return first.isEmpty ? try evaluate(right, input) : first
    case .and(let left, let right):
      guard try isTrue(left, input) else { return [computed(.bool(false))] }
      return [computed(.bool(try isTrue(right, input)))]
    case .or(let left, let right):
      if try isTrue(left, input) { return [computed(.bool(true))] }
      return [computed(.bool(try isTrue(right, input)))]
    case .compare(let comparison, let left, let right): return try compare(comparison, left, right, input)
    case .call(let name, let arguments): return try call(name, arguments, input)
    }
  }

  private func computed(_ value: Value) -> Item { Item(path: .none, value: value) }

  private func isTrue(_ value: Value) -> Bool {
    switch value {
    case .null, .bool(false): false
    default: true
    }
  }

  private mutating func isTrue(_ node: JQPath.Node, _ input: Item) throws -> Bool {
    guard let first = try evaluate(node, input).first else { return false }
    return isTrue(first.content)
  }

  // MARK: places

  private mutating func fields(_ base: JQPath.Node, _ key: JQPath.Node, _ input: Item) throws -> [Item] {
    var results: [Item] = []
    let keys = try evaluate(key, input).map(\.content)
    for item in try evaluate(base, input) {
      for key in keys { results.append(try child(item, key)) }
    }
    return results
  }

  private func child(_ item: Item, _ key: Value) throws -> Item {
    switch (item.content, key) {
    case (.object(let object), .string(let name)): return Item(path: item.path.map { $0 + [.key(name)] }, value: object[name])
    case (.array(let list), .int(let number)):
      let index = number < 0 ? list.count + Int(number) : Int(number)
      return Item(path: item.path.map { $0 + [.index(index)] }, value: list.indices.contains(index) ? .some(list[index]) : .none)
    case (.null, .string(let name)): return Item(path: item.path.map { $0 + [.key(name)] }, value: .none)
    case (.null, .int(let number)): return Item(path: item.path.map { $0 + [.index(Int(number))] }, value: .none)
    default: throw Misfit()
    }
  }

  private mutating func children(_ item: Item) throws -> [Item] {
    budget -= 1
    switch item.content {
    case .object(let object):
      return object.members.map { member in Item(path: item.path.map { $0 + [.key(member.key)] }, value: member.value) }
    case .array(let list):
      return list.enumerated().map { index, element in Item(path: item.path.map { $0 + [.index(index)] }, value: element) }
    default: throw Misfit()
    }
  }

  private mutating func descendants(_ item: Item) throws -> [Item] {
    var results = [item]
    budget -= 1
    guard budget > 0 else { throw Misfit() }
    for child in (try? children(item)) ?? [] { results += try descendants(child) }
    return results
  }

  // MARK: conditions

  private mutating func compare(
    _ comparison: JQPath.Comparison, _ left: JQPath.Node, _ right: JQPath.Node, _ input: Item
  ) throws -> [Item] {
    var results: [Item] = []
    for other in try evaluate(right, input) {
      for one in try evaluate(left, input) {
        let order = JQEvaluation.order(one.content, other.content)
        let holds =
          switch comparison {
          case .equal: order == 0
          case .unequal: order != 0
          case .less: order < 0
          case .lessOrEqual: order <= 0
          case .greater: order > 0
          case .greaterOrEqual: order >= 0
          }
        results.append(computed(.bool(holds)))
      }
    }
    return results
  }

  /// jq's order over all values: null, false, true, numbers, strings, lists, objects.
  static func order(_ left: Value, _ right: Value) -> Int {
    func rank(_ value: Value) -> Int {
      switch value {
      case .null: 0
      case .bool(false): 1
      case .bool(true): 2
      case .int, .double: 3
      case .string: 4
      case .array: 5
      case .object: 6
      }
    }
    if rank(left) != rank(right) { return rank(left) - rank(right) }
    switch (left, right) {
    case (.string(let one), .string(let other)): return ByteOrder.compare(one, other)
    case (.array(let one), .array(let other)):
      for (one, other) in zip(one, other) {
        let order = order(one, other)
        if order != 0 { return order }
      }
      return one.count - other.count
    default:
      if let one = left.doubleValue, let other = right.doubleValue { return one < other ? -1 : one > other ? 1 : 0 }
      return left == right ? 0 : ByteOrder.compare(JSON.string(left), JSON.string(right))
    }
  }

  private mutating func call(_ name: String, _ arguments: [JQPath.Node], _ input: Item) throws -> [Item] {
    switch name {
    case "select": return try isTrue(arguments[0], input) ? [input] : []
    case "empty": return []
    case "recurse": return try descendants(input)
    case "first", "last":
      let items = try arguments.first.map { try evaluate($0, input) } ?? children(input)
      return (name == "first" ? items.first : items.last).map { [$0] } ?? []
    case "getpath":
      var items = [input]
      for key in try text(arguments[0], input).arrayValue ?? [] { items = try items.map { try child($0, key) } }
      return items
    case "values": return input.content.isNull ? [] : [input]
    case "strings": return input.content.stringValue == nil ? [] : [input]
    case "objects": return input.content.objectValue == nil ? [] : [input]
    case "arrays": return input.content.arrayValue == nil ? [] : [input]
    case "any", "all": return [computed(.bool(try quantified(name == "any", arguments, input)))]
    case "not": return [computed(.bool(!isTrue(input.content)))]
    case "IN": return [computed(.bool(try evaluate(arguments[0], input).contains { $0.content == input.content }))]
    default: return [computed(try function(name, arguments, input))]
    }
  }

  private mutating func quantified(_ isAny: Bool, _ arguments: [JQPath.Node], _ input: Item) throws -> Bool {
    let items = try arguments.count == 2 ? evaluate(arguments[0], input) : children(input)
    for item in items {
      let holds = try arguments.last.map { try isTrue($0, item) } ?? isTrue(item.content)
      if holds == isAny { return isAny }
    }
    return !isAny
  }

  private mutating func text(_ node: JQPath.Node, _ input: Item) throws -> Value {
    guard let first = try evaluate(node, input).first else { throw Misfit() }
    return first.content
  }

  private mutating func function(_ name: String, _ arguments: [JQPath.Node], _ input: Item) throws -> Value {
    let value = input.content
    switch name {
    case "length":
      switch value {
      case .null: return 0
      case .string(let text): return .int(Int64(text.unicodeScalars.count))
      case .array(let list): return .int(Int64(list.count))
      case .object(let object): return .int(Int64(object.count))
      default: return value
      }
    case "type":
      switch value {
      case .null: return "null"
      case .bool: return "boolean"
      case .int, .double: return "number"
      case .string: return "string"
      case .array: return "array"
      case .object: return "object"
      }
    case "keys":
      if case .object(let object) = value { return .array(object.keys.map { .string($0) }) }
      guard case .array(let list) = value else { throw Misfit() }
      return .array(list.indices.map { .int(Int64($0)) })
    case "has":
      switch (value, try text(arguments[0], input)) {
      case (.object(let object), .string(let key)): return .bool(object[key] != nil)
      case (.array(let list), .int(let index)): return .bool(list.indices.contains(Int(index)))
      default: throw Misfit()
      }
    case "index" where value.arrayValue != nil:
      let wanted = try text(arguments[0], input)
      return value.arrayValue?.firstIndex(of: wanted).map { .int(Int64($0)) } ?? .null
    case "contains": return .bool(try contains(value, try text(arguments[0], input)))
    case "inside": return .bool(try contains(try text(arguments[0], input), value))
    case "tostring": return .string(value.stringValue ?? JSON.string(value))
    case "tonumber":
      if value.doubleValue != nil { return value }
      guard let text = value.stringValue, let number = try? JSON.decode(text), number.doubleValue != nil else { throw Misfit() }
      return number
    default: return try stringFunction(name, arguments, input)
    }
  }

  private mutating func stringFunction(_ name: String, _ arguments: [JQPath.Node], _ input: Item) throws -> Value {
    guard let text = input.content.stringValue else { throw Misfit() }
    switch name {
    case "ascii_downcase": return .string(String(decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 0x20 : $0 }, as: UTF8.self))
    case "ascii_upcase": return .string(String(decoding: text.utf8.map { $0 >= 0x61 && $0 <= 0x7a ? $0 - 0x20 : $0 }, as: UTF8.self))
    default: break
    }
    guard let argument = try self.text(arguments[0], input).stringValue else { throw Misfit() }
    switch name {
    case "startswith": return .bool(text.utf8.starts(with: argument.utf8))
    case "endswith": return .bool(text.utf8.reversed().starts(with: argument.utf8.reversed()))
    case "index": return text.firstRange(of: argument).map { .int(Int64(text[..<$0.lowerBound].unicodeScalars.count)) } ?? .null
    case "test":
      let flags = arguments.count > 1 ? try self.text(arguments[1], input).stringValue ?? "" : ""
      guard let pattern = try? RegularExpression((flags.contains("i") ? "(?i)" : "") + argument) else { throw Misfit() }
      return .bool(pattern.matches(text))
    default: throw Misfit()
    }
  }

  /// jq's `contains`: text within text, elements within lists, fields within objects.
  private func contains(_ whole: Value, _ part: Value) throws -> Bool {
    switch (whole, part) {
    case (.string(let whole), .string(let part)): return part.isEmpty || whole.contains(part)
    case (.array(let whole), .array(let part)):
      return part.allSatisfy { part in whole.contains { (try? contains($0, part)) ?? false } }
    case (.object(let whole), .object(let part)):
      return try part.members.allSatisfy { member in try whole[member.key].map { try contains($0, member.value) } ?? false }
    default: return whole == part
    }
  }
}

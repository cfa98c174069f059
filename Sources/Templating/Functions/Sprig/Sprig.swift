/// Sprig 3.3.0, one list of functions for each topic; a new function is a row in one of them.
enum Sprig {
  static let all: [[Function]] = [
    strings, casing, defaults, lists, dictionaries, conversion, math, paths, encoding, json, reflection, regularExpressions, digests,
    random, dates, versions, urls, cryptography,
  ]

  /// A function of one string.
  static func text(_ name: String, _ transform: @escaping @Sendable (String) -> String) -> Function {
    Function(name, [.string]) { call throws(FunctionError) in .string(transform(call.string(0))) }
  }

  /// A function of two strings that gives a truth value.
  static func test(_ name: String, _ predicate: @escaping @Sendable (String, String) -> Bool) -> Function {
    Function(name, [.string, .string]) { call throws(FunctionError) in .bool(predicate(call.string(0), call.string(1))) }
  }

  /// The same function under several names.
  static func alias(_ names: String..., of function: Function) -> [Function] { names.map { function.named($0) } }

  /// Sprig's `strval`: text as it is, everything else as `%v` prints it.
  static func string(of value: TemplateValue) -> String {
    if case .list(let list) = value, list.type == .byteList { return String(decoding: bytes(of: list), as: UTF8.self) }
    return GoFormat.text(value)
  }

  static func bytes(of list: TemplateList) -> [UInt8] {
    list.elements.map { element in
      if case .integer(let byte, _) = element { return UInt8(truncatingIfNeeded: byte) }
      return 0
    }
  }

  /// Sprig's `strslice`: the elements of a list that are not nil, or the one value, as text.
  static func stringList(of value: TemplateValue) -> [String] {
    switch value {
    case .missing, .null: []
    case .list(let list): list.elements.filter { !$0.isNil }.map(string)
    default: [string(of: value)]
    }
  }
}

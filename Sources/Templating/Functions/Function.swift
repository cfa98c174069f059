/// What is passed to a template function: the checked arguments, and the means of the execution.
struct Call {
  var arguments: [TemplateValue]
  var budget: Budget
  /// Time, randomness and everything else that is not an argument.
  let world: World

  /// The number of arguments.
  var count: Int { arguments.count }

  /// An argument; no value where there is none.
  subscript(index: Int) -> TemplateValue { index < arguments.count ? arguments[index] : .missing }

  /// A text argument. The executor has checked its type.
  func string(_ index: Int) -> String {
    if case .string(let value) = self[index] { return value }
    return ""
  }

  /// An integer argument. The executor has checked its type.
  func int(_ index: Int) -> Int {
    switch self[index] {
    case .int(let value): value
    case .integer(let value, _): Int(value)
    default: 0
    }
  }

  /// A `float64` argument. The executor has checked its type.
  func float(_ index: Int) -> Double {
    if case .float(let value) = self[index] { return value }
    return 0
  }

  /// A `bool` argument. The executor has checked its type.
  func bool(_ index: Int) -> Bool {
    if case .bool(let value) = self[index] { return value }
    return false
  }

  /// A list argument; empty for nil.
  func list(_ index: Int) -> [TemplateValue] {
    if case .list(let list) = self[index] { return list.elements }
    return []
  }

  /// A map argument; a new one for nil.
  func map(_ index: Int) -> TemplateMap {
    if case .map(let map) = self[index] { return map }
    return TemplateMap()
  }

  /// The arguments from an index on.
  func rest(_ index: Int) -> ArraySlice<TemplateValue> { arguments.dropFirst(index) }
}

/// What is left of an execution's limits.
struct Budget {
  var steps: Int
  let maximumBytes: Int

  /// Takes steps for work.
  mutating func spend(_ amount: Int) throws(FunctionError) {
    steps -= amount
    if steps < 0 { throw FunctionError("\(TemplateError.workLimitText) steps is used up") }
  }

  /// Takes steps for text about to be made, and refuses text that is too long.
  mutating func spend(bytes: Int) throws(FunctionError) {
    if bytes > maximumBytes {
      throw FunctionError("the text would be \(bytes) bytes long: the limit is \(maximumBytes) bytes")
    }
    try spend(bytes / 16)
  }
}

/// A function that templates can call.
public final class Function: Sendable {
  /// What a caller must know about a function beside its result.
  struct Traits: OptionSet, Sendable {
    let rawValue: UInt8
    /// The result is not decided by the arguments.
    static let nondeterministic = Traits(rawValue: 1)
    /// Changes a map that it is given.
    static let mutatesMaps = Traits(rawValue: 2)
    /// `and`, `or`: not all arguments are evaluated.
    static let shortCircuit = Traits(rawValue: 4)
    /// `call`: the first argument is a function, and is named in errors.
    static let calls = Traits(rawValue: 8)
    /// `include`: executes a template by its name.
    static let includes = Traits(rawValue: 16)
    /// `tpl`: executes a text as a template.
    static let evaluates = Traits(rawValue: 32)
    /// Walks over all of what its arguments hold, and pays for it.
    static let walks = Traits(rawValue: 64)
  }

  typealias Body = @Sendable (inout Call) throws(FunctionError) -> TemplateValue

  let name: String
  let parameters: [GoType]
  let variadic: GoType?
  let traits: Traits
  let body: Body

  init(_ name: String, _ parameters: [GoType], variadic: GoType? = nil, _ traits: Traits = [], body: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.variadic = variadic
    self.traits = Function.walking.contains(name) ? traits.union(.walks) : traits
    self.body = body
  }

  /// The functions that print, encode, copy or compare whole values.
  private static let walking: Set<String> = [
    "print", "println", "printf", "html", "js", "urlquery", "toString", "toStrings", "quote", "squote", "cat", "join", "sortAlpha",
    "toJson", "mustToJson", "toPrettyJson", "mustToPrettyJson", "toRawJson", "mustToRawJson", "toYaml", "mustToYaml", "toYamlPretty",
    "toToml", "mustToToml", "deepCopy", "mustDeepCopy", "deepEqual", "has", "mustHas", "without", "mustWithout", "uniq", "mustUniq",
    "eq", "ne", "call",
  ]

  /// The same function under another name.
  func named(_ name: String) -> Function { Function(name, parameters, variadic: variadic, traits, body: body) }

  /// The type of a parameter.
  func type(of index: Int) -> GoType { index < parameters.count ? parameters[index] : variadic ?? .any }
}

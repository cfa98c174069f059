/// A compiled Go template; may be executed any number of times, from any number of threads.
public final class GoTemplate: Sendable {
  let parsed: ParsedTemplate
  let main: [Statement]
  /// Whether it calls a function that changes maps in place, so that it needs a copy of its data.
  private let mutates: Bool
  private let literal: String?

  /// The template's options.
  public let options: TemplateOptions

  /// The functions that it calls anywhere whose result is not decided by their arguments (`now`, `randAlpha`, `uuidv4`), sorted.
  public let nondeterministicFunctions: [String]

  /// Whether the same data always gives the same text.
  public var isDeterministic: Bool { nondeterministicFunctions.isEmpty }

  /// Whether it has no action, so that it gives its own text whatever the data.
  public var isLiteral: Bool { literal != nil }

  /// Compiles a template; an error reads as Go's does: `template: base:1: function "x" not defined`.
  public init(
    _ text: String, name: String = "base", functions: FunctionTable = .argoCD, options: TemplateOptions = TemplateOptions()
  ) throws(TemplateError) {
    self.options = options
    if !GoTemplate.hasAction(text) {
      literal = text
      parsed = ParsedTemplate(name: name, text: text, bodies: [:], nodes: [], functions: [])
      main = [.text(text)]
      mutates = false
      nondeterministicFunctions = []
      return
    }
    literal = nil
    parsed = try Parser.parse(text, name: name, table: functions)
    main = parsed.bodies[name] ?? []
    mutates = parsed.functions.contains { $0.traits.contains(.mutatesMaps) }
    nondeterministicFunctions = parsed.functions.filter { $0.traits.contains(.nondeterministic) }.map(\.name).sorted()
  }

  private static func hasAction(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{") && previous == byte { return true }
      previous = byte
    }
    return false
  }

  /// Executes the template; an error reads as Go's does: `template: base:1:6: executing "base" at <.x>: …`.
  ///
  /// Without an environment the functions that need one use the machine's clock and randomness.
  public func execute(
    _ data: TemplateValue, limits: TemplateLimits = .standard, environment: TemplateEnvironment = .system
  ) throws(TemplateError) -> String {
    if let literal { return literal }
    let data = mutates ? data.deepCopy() : data
    var executor = Executor(template: self, data: data, limits: limits, environment: environment)
    return try executor.run()
  }
}

/// A compiled Go template; may be executed any number of times, from any number of threads.
public final class GoTemplate: Sendable {
  private let parsed: ParsedTemplate
  private let main: [Statement]
  private let bodies: [String: TemplateBody]
  private let functions: FunctionTable
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
    self.functions = functions
    if !GoTemplate.hasAction(text) {
      literal = text
      parsed = ParsedTemplate(name: name, text: text, bodies: [:], nodes: [], functions: [])
      main = [.text(text)]
      bodies = [:]
      mutates = false
      nondeterministicFunctions = []
      return
    }
    literal = nil
    let parsed = try Parser.parse(text, name: name, table: functions)
    self.parsed = parsed
    main = parsed.bodies[name] ?? []
    bodies = parsed.bodies.mapValues { TemplateBody(source: parsed, statements: $0) }
    mutates = parsed.mutatesMaps
    nondeterministicFunctions = parsed.nondeterministicFunctions.sorted()
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
    var executor = Executor(
      source: parsed, bodies: bodies, functions: functions, options: options, data: data, limits: limits, environment: environment)
    return try executor.run(main)
  }
}

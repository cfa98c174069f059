/// Templates that can call each other, such as the files of a Helm chart.
public struct TemplateSet: Sendable {
  private var bodies: [String: TemplateBody] = [:]
  private var mutates = false
  private let functions: FunctionTable
  private let options: TemplateOptions

  /// The functions that any of the templates calls whose result is not decided by their arguments, sorted.
  public private(set) var nondeterministicFunctions: [String] = []

  /// Makes an empty set; with Helm's functions, and what is missing as Helm has it, unless others are given.
  public init(functions: FunctionTable = .helm, options: TemplateOptions = TemplateOptions(missingKey: .zero)) {
    self.functions = functions
    self.options = options
  }

  /// The names of all templates, those of `define` among them, sorted.
  public var names: [String] { bodies.keys.sorted() }

  /// Compiles a template and adds it with all that it defines. A later definition takes the place of an earlier one, save that
  /// one of nothing but white space never does.
  public mutating func add(_ text: String, name: String) throws(TemplateError) {
    let parsed = try Parser.parse(text, name: name, table: functions)
    for (name, statements) in parsed.bodies where bodies[name] == nil || !Parser.isEmpty(statements) {
      bodies[name] = TemplateBody(source: parsed, statements: statements)
    }
    mutates = mutates || parsed.mutatesMaps
    nondeterministicFunctions = Set(nondeterministicFunctions + parsed.nondeterministicFunctions).sorted()
  }

  /// Executes a template by its name. Unlike Helm's, an execution never sees what another one did to the data.
  public func execute(
    _ name: String, _ data: TemplateValue, limits: TemplateLimits = .standard, environment: TemplateEnvironment = .system
  ) throws(TemplateError) -> String {
    guard let body = bodies[name] else { throw TemplateError("template: no template \(GoQuote.quoted(name)) is defined") }
    var executor = Executor(
      source: body.source, bodies: bodies, functions: functions, options: options, data: mutates ? data.deepCopy() : data, limits: limits,
      environment: environment)
    return try executor.run(body.statements)
  }
}

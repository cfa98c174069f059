/// A compiled Go template; may be executed any number of times, from any number of threads.
public final class GoTemplate: Sendable {
  let parsed: ParsedTemplate
  let main: [Statement]
  /// Whether it calls a function that changes maps in place, so that it needs a copy of its data.
  private let mutates: Bool
  private let literal: String?

  /// The template's options.
  public let options: TemplateOptions

  /// Whether it calls a function whose result is not decided by its arguments (`now`, `randAlpha`, `uuidv4`).
  public let isDeterministic: Bool

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
      isDeterministic = true
      return
    }
    literal = nil
    parsed = try Parser.parse(text, name: name, table: functions)
    main = parsed.bodies[name] ?? []
    mutates = parsed.functions.contains { $0.traits.contains(.mutatesMaps) }
    isDeterministic = !parsed.functions.contains { $0.traits.contains(.nondeterministic) }
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
  public func execute(_ data: TemplateValue, limits: TemplateLimits = .standard) throws(TemplateError) -> String {
    if let literal { return literal }
    let data = mutates ? data.deepCopy() : data
    var executor = Executor(template: self, data: data, limits: limits)
    return try executor.run()
  }
}

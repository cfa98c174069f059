/// Nodes written back as Go writes them in its error messages.
enum NodeText {
  static func text(_ content: NodeRecord.Content) -> String {
    switch content {
    case .expression(let expression): text(expression)
    case .command(let command): text(command)
    case .pipeline(let pipeline): text(pipeline)
    case .statement(let statement): text(statement)
    case .none: ""
    }
  }

  static func text(_ expression: Expression) -> String {
    switch expression {
    case .dot: "."
    case .null: "nil"
    case .bool(_, let value): value ? "true" : "false"
    case .number(_, let number): number.text
    case .string(_, _, let quoted): quoted
    case .field(_, let names): "." + names.joined(separator: ".")
    case .variable(_, let variable, let names): ([variable.name] + names).joined(separator: ".")
    case .function(_, let function): function.name
    case .pipeline(let pipeline): text(pipeline)
    case .chain(_, let base, let names): argument(base) + names.map { "." + $0 }.joined()
    }
  }

  /// A pipeline stands in parentheses where it is an argument.
  private static func argument(_ expression: Expression) -> String {
    if case .pipeline(let pipeline) = expression { return "(" + text(pipeline) + ")" }
    return text(expression)
  }

  static func text(_ command: Command) -> String { command.operands.map(argument).joined(separator: " ") }

  static func text(_ pipeline: Pipeline) -> String {
    let commands = pipeline.commands.map(text).joined(separator: " | ")
    if pipeline.variables.isEmpty { return commands }
    return pipeline.variables.map(\.name).joined(separator: ", ") + (pipeline.assigns ? " = " : " := ") + commands
  }

  static func text(_ statements: [Statement]) -> String { statements.map(text).joined() }

  static func text(_ statement: Statement) -> String {
    switch statement {
    case .text(let text): return text
    case .action(_, let pipeline), .field(_, let pipeline, _): return "{{" + text(pipeline) + "}}"
    case .branch(let branch):
      let otherwise = branch.alternative.map { "{{else}}" + text($0) } ?? ""
      return "{{\(branch.kind.rawValue) \(text(branch.pipeline))}}\(text(branch.body))\(otherwise){{end}}"
    case .template(_, let name, let pipeline):
      return "{{template \(GoQuote.quoted(name))" + (pipeline.map { " " + text($0) } ?? "") + "}}"
    case .leaveLoop: return "{{break}}"
    case .nextIteration: return "{{continue}}"
    }
  }
}

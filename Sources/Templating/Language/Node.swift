/// The number of a node in its template: what an error message is placed by.
typealias NodeID = Int32

/// Something that gives a value: an operand of a command.
indirect enum Expression: Sendable {
  case dot(NodeID)
  case null(NodeID)
  case bool(NodeID, Bool)
  case number(NodeID, NumberLiteral)
  case string(NodeID, String, quoted: String)
  case field(NodeID, [String])
  case variable(NodeID, Variable, [String])
  case function(NodeID, Function)
  case pipeline(Pipeline)
  case chain(NodeID, Expression, [String])

  var id: NodeID {
    switch self {
    case .dot(let id), .null(let id), .bool(let id, _), .number(let id, _), .string(let id, _, _), .field(let id, _),
      .variable(let id, _, _), .function(let id, _), .chain(let id, _, _):
      id
    case .pipeline(let pipeline): pipeline.id
    }
  }
}

/// A variable's name with its number in the template; `$` is number 0.
struct Variable: Sendable {
  let number: Int32
  let name: String
}

/// An operand with its arguments.
struct Command: Sendable {
  let id: NodeID
  let operands: [Expression]
}

/// Commands that hand their results on, and the variables that take the last one.
final class Pipeline: Sendable {
  let id: NodeID
  let assigns: Bool
  let variables: [Variable]
  let commands: [Command]

  init(id: NodeID, assigns: Bool, variables: [Variable], commands: [Command]) {
    self.id = id
    self.assigns = assigns
    self.variables = variables
    self.commands = commands
  }
}

/// `if`, `with` or `range`.
final class Branch: Sendable {
  enum Kind: String, Sendable {
    case `if`
    case with
    case range
  }

  let id: NodeID
  let kind: Kind
  let pipeline: Pipeline
  let body: [Statement]
  let alternative: [Statement]?

  init(id: NodeID, kind: Kind, pipeline: Pipeline, body: [Statement], alternative: [Statement]?) {
    self.id = id
    self.kind = kind
    self.pipeline = pipeline
    self.body = body
    self.alternative = alternative
  }
}

/// Something that is executed for its output.
enum Statement: Sendable {
  case text(String)
  case action(NodeID, Pipeline)
  /// An action that is nothing but one field of dot, by far the commonest.
  case field(NodeID, Pipeline, String)
  case branch(Branch)
  case template(NodeID, name: String, Pipeline?)
  case leaveLoop(NodeID)
  case nextIteration(NodeID)
}

/// A node as error messages see it.
struct NodeRecord: Sendable {
  enum Content: Sendable {
    case expression(Expression)
    case command(Command)
    case pipeline(Pipeline)
    case statement(Statement)
    case none
  }

  /// The byte at which it starts.
  let position: Int
  var content: Content
}

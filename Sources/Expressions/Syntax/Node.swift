/// A parsed expression.
indirect enum Node: Sendable {
  case literal(CELValue)
  case identifier(String)
  case select(Node, String, isOptional: Bool)
  /// `has(a.b)`.
  case has(Node, String)
  case index(Node, Node, isOptional: Bool)
  case call(String, [Node])
  case method(Node, String, [Node])
  case list([Node])
  case map([(key: Node, value: Node)])
  case not(Node)
  case negate(Node)
  case binary(Operator, Node, Node)
  case and(Node, Node)
  case or(Node, Node)
  case conditional(Node, Node, Node)
  case comprehension(Comprehension, Node, String, Node, Node?)

  enum Operator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
  }

  /// The macros that bind a variable to each element.
  enum Comprehension: String, Sendable {
    case all
    case exists
    case existsOne = "exists_one"
    case map
    case filter
  }
}

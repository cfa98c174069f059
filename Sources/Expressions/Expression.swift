import Document

/// A CEL expression, as Kubernetes users know them from validation rules: for readiness, health, analysis and policy.
///
/// Parsed once, evaluated many times; pure. Understood are the language's operators, literals and macros (`has`, `all`, `exists`,
/// `exists_one`, `map`, `filter`), optional fields (`object.?status.?phase.orValue("")`), its standard functions, and Kubernetes'
/// extensions for strings, lists, regular expressions and quantities. Types are checked while evaluating: there is no schema to check
/// them against before.
public struct Expression: Sendable, Hashable, CustomStringConvertible {
  /// The expression as written.
  public let text: String
  private let root: Node

  /// Parses an expression.
  /// - Throws: what is wrong, and at which column.
  public init(_ text: String) throws(ExpressionError) {
    self.text = text
    do {
      var parser = try Parser(text)
      root = try parser.whole()
    } catch {
      throw ExpressionError(error)
    }
  }

  /// The value of the expression for some variables.
  /// - Parameters:
  ///   - variables: such as `object` or `health`, by name
  ///   - budget: how many steps it may take, about ten million a second; an expression that takes more is an error
  /// - Throws: a missing key, an operand of the wrong type, a division by zero …
  public func evaluate(_ variables: [String: Value], budget: Int = 1_000_000) throws(ExpressionError) -> Value {
    do {
      var evaluator = Evaluator(variables: variables.mapValues { CELValue($0) }, budget: budget)
      return try evaluator.evaluate(root).document()
    } catch {
      throw ExpressionError(error)
    }
  }

  /// Whether the expression is true.
  /// - Throws: as ``evaluate(_:budget:)``, and for a value that is no truth value.
  public func holds(_ variables: [String: Value], budget: Int = 1_000_000) throws(ExpressionError) -> Bool {
    let value = try evaluate(variables, budget: budget)
    guard case .bool(let flag) = value else {
      throw ExpressionError("the expression gives a \(value.kindName), not true or false")
    }
    return flag
  }

  /// The text.
  public var description: String { text }

  /// By the text.
  public static func == (left: Expression, right: Expression) -> Bool { ByteOrder.equal(left.text, right.text) }

  /// By the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why an expression cannot be read or has no value.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public var message: String
  /// The column in the text, from 1; nil for errors of evaluation.
  public var column: Int?

  /// Makes an error.
  public init(_ message: String, column: Int? = nil) {
    self.message = message
    self.column = column
  }

  init(_ error: any Error) { self = error as? ExpressionError ?? ExpressionError("\(error)") }

  /// `message (column 5)`.
  public var description: String { column.map { "\(message) (column \($0))" } ?? message }
}

/// A template that does not parse or cannot be executed.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What Go's text/template says, such as `template: base:1:6: executing "base" at <.x>: map has no entry for key "x"`.
  public var message: String
  /// The line in the template, counted from 1; 0 where there is none.
  public var line: Int
  /// The column in bytes, counted from 0 as Go counts it; 0 where there is none.
  public var column: Int

  /// Makes an error.
  public init(_ message: String, line: Int = 0, column: Int = 0) {
    self.message = message
    self.line = line
    self.column = column
  }

  /// The message.
  public var description: String { message }

  /// Whether the template did more work than its limits allow; it would for most data.
  public var isWorkLimit: Bool { message.contains(TemplateError.workLimitText) }

  static let workLimitText = "the template does too much work: the limit of"
}

/// What went wrong inside a template function; becomes the end of a `TemplateError`.
struct FunctionError: Error, Sendable {
  var message: String

  init(_ message: String) { self.message = message }
}

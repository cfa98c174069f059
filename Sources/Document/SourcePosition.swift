/// A place in a file that a message can point at.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
  /// The file as the user knows it, relative to the folder or repository that was read.
  public var file: String
  /// The line, counted from 1.
  public var line: Int
  /// The column in characters, counted from 1.
  public var column: Int

  /// Makes a place.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, which editors and terminals turn into a link.
  public var description: String { "\(file):\(line):\(column)" }
}

/// Text that could not be read as a document, with its place.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, in lower case, without a full stop.
  public var message: String
  /// Where; nil when the input has no lines (a single value).
  public var position: SourcePosition?
  /// Where what is wrong begins, such as a quote that nothing closes; nil where that is the same place.
  public var beginning: SourcePosition?

  /// Makes an error.
  public init(_ message: String, at position: SourcePosition? = nil, beginning: SourcePosition? = nil) {
    self.beginning = beginning
    self.message = message
    self.position = position
  }

  /// `file:line:column: message`.
  public var description: String {
    guard let position else { return message }
    return "\(position): \(message)"
  }

  /// What a person can do about it, for the end of the message: the usual slips behind what YAML's parser says; often empty.
  public var advice: String {
    if let beginning { return " (what is not closed begins at line \(beginning.line), column \(beginning.column))" }
    if message.contains("cannot start any token") {
      return ": a tab may not indent, and a text that begins with @, ` or % stands in quotes"
    }
    if message.contains("invalid map key") { return ": a value that begins with {{ has to stand in quotes" }
    if message.contains("did not find expected key") || message.contains("did not find expected ',' or") {
      return ": look for a quote inside of a quoted text, a bracket that nothing closes, or an indentation that is off"
    }
    return ""
  }
}

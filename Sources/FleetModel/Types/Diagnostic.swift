import Document

/// Something that a person should know about a definition, with the place to mend it.
public struct Diagnostic: Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, Comparable {
    /// The definition, or a part of it, is not used.
    case error
    /// The definition is used as it is.
    case warning

    /// Errors before warnings.
    public static func < (left: Severity, right: Severity) -> Bool { left == .error && right == .warning }
  }

  /// How bad it is.
  public var severity: Severity
  /// What happened and what to do, in lower case, without the place.
  public var message: String
  /// Where; nil when no file is to blame.
  public var position: SourcePosition?
  /// What it is about, such as `ApplicationSet argocd/web`.
  public var subject: String?

  /// Makes a diagnostic.
  public init(_ severity: Severity, _ message: String, at position: SourcePosition? = nil, subject: String? = nil) {
    self.severity = severity
    self.message = message
    self.position = position
    self.subject = subject
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: subject: message`, the form that editors and terminals turn into a link.
  public var description: String {
    var text = position.map { "\($0): " } ?? ""
    text += "\(severity.rawValue): "
    if let subject { text += "\(subject): " }
    return text + message
  }
}

extension Diagnostic: Comparable {
  /// In the order of files and lines, then by severity and text; diagnostics without a place stand last.
  public static func < (left: Diagnostic, right: Diagnostic) -> Bool {
    switch (left.position, right.position) {
    case (.some(let leftPlace), .some(let rightPlace)) where leftPlace != rightPlace:
      let files = ByteOrder.compare(leftPlace.file, rightPlace.file)
      if files != 0 { return files < 0 }
      return (leftPlace.line, leftPlace.column) < (rightPlace.line, rightPlace.column)
    case (.some, .none): return true
    case (.none, .some): return false
    default: break
    }
    if left.severity != right.severity { return left.severity < right.severity }
    let subjects = ByteOrder.compare(left.subject ?? "", right.subject ?? "")
    return subjects == 0 ? ByteOrder.less(left.message, right.message) : subjects < 0
  }
}

/// A definition, or a part of one, that cannot be used.
public struct DefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, in lower case.
  public var message: String
  /// The field, such as `spec.syncPolicy.retry.limit`; empty for the whole definition.
  public var path: [PathComponent]

  /// Makes an error about a field.
  public init(_ message: String, path: [PathComponent] = []) {
    self.message = message
    self.path = path
  }

  /// `spec.field: message`.
  public var description: String { path.isEmpty ? message : "\(FieldPath.text(path)): \(message)" }
}

/// Paths of fields as people read them.
public enum FieldPath {
  /// `spec.sources[0].path`.
  public static func text(_ path: [PathComponent]) -> String {
    var text = ""
    for component in path {
      switch component {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }
}

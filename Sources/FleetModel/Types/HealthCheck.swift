import Document

/// How the health of objects of one kind is judged, as Flux's `healthCheckExprs` do it: CEL expressions over the object, of which the first
/// that holds decides.
public struct HealthCheck: Sendable, Hashable {
  /// What an expression that holds means, in the order in which they are asked.
  public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// On its way: Progressing.
    case inProgress
    /// It will not get there by itself: Degraded.
    case failed
    /// Somebody halted it: Suspended. Not in Flux.
    case suspended
    /// As it should be: Healthy.
    case current
  }

  /// API group and kind; the version does not matter.
  public var groupKind: GroupKind
  /// The expressions by what they mean; at least one.
  public var expressions: [Verdict: String]
  /// An expression for the message that people see; nil: there is none. Not in Flux.
  public var message: String?
  /// Where it is defined.
  public var position: SourcePosition?

  /// Makes a check.
  public init(groupKind: GroupKind, expressions: [Verdict: String], message: String? = nil, position: SourcePosition? = nil) {
    self.groupKind = groupKind
    self.expressions = expressions
    self.message = message
    self.position = position
  }
}

extension HealthCheck {
  /// Reads an entry of the Fleet's `healthChecks`.
  init(_ field: FieldReader, _ position: SourcePosition) throws(DefinitionError) {
    let version = try field.required("apiVersion")
    let group = version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
    var expressions: [Verdict: String] = [:]
    for verdict in Verdict.allCases { expressions[verdict] = try field.optionalString(verdict.rawValue) }
    guard !expressions.isEmpty else {
      throw DefinitionError("needs one of \(Verdict.allCases.map(\.rawValue).joined(separator: ", "))", path: field.path)
    }
    self.init(
      groupKind: GroupKind(group: group, kind: try field.required("kind")), expressions: expressions,
      message: try field.optionalString("message"), position: position)
  }
}

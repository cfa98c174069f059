import Document
import FleetModel

/// What definitions make of the world: every application that is wanted, and everything that stands in the way.
public struct Evaluation: Sendable {
  /// All valid instances, sorted by name, then by namespace and identity; no two share a namespace and a name.
  public var instances: [ApplicationInstance] = []
  /// One entry for each application set, sorted by namespace and name.
  public var sets: [SetEvaluation] = []
  /// Sources that generators ask for and that the inputs do not have: fetch them and evaluate again.
  public var missing: Set<SourceKey> = []
  /// All sources that generators ask for, also those that the inputs have.
  public var sources: Set<SourceKey> = []
  /// What is wrong, in the order of files and lines.
  public var diagnostics: [Diagnostic] = []

  /// Makes an empty evaluation.
  public init() {}

  /// Whether every set could be evaluated completely.
  public var isComplete: Bool { sets.allSatisfy(\.complete) }
}

/// What one application set makes.
public struct SetEvaluation: Sendable {
  /// `namespace/name`.
  public var id: String
  /// The instances that are valid, in the order of generation.
  public var instances: [InstanceID] = []
  /// Every application that could be rendered, in the order of generation, also those that failed validation: what Argo CD's
  /// generation gives, before its controller looks at the result.
  public var generated: [ApplicationInstance] = []
  /// Errors in the order in which Argo CD would have met them; it shows the first and gives up the set.
  public var errors: [EvaluationError] = []
  /// Validation errors by `namespace/name` of the application, in Argo CD's words.
  public var validationErrors: [String: String] = [:]
  /// Whether every generator answered completely. When it is false, an instance that is not listed here may still be wanted: nothing
  /// of the set may be removed.
  public var complete = true
  /// Elements that are wanted but could not be rendered or are not valid: what they made before stays as it is.
  public var failedElements: Set<InstanceID> = []
  /// Parameter sets of each generator of `spec.generators`, when they were asked for; nil where it failed.
  public var parameters: [[Value]?] = []

  /// Makes an evaluation of a set.
  public init(id: String) { self.id = id }

  /// The error that Argo CD would show; nil when there is none.
  public var firstError: EvaluationError? { errors.first { !$0.isPending } }
}

/// Why a generator, or one element of it, gives nothing.
public struct EvaluationError: Error, Sendable, Hashable {
  /// The reason as Argo CD's condition names it.
  public enum Reason: String, Sendable, Hashable {
    /// A generator failed.
    case generation = "ApplicationGenerationFromParamsError"
    /// A template failed.
    case rendering = "RenderTemplateParamsError"
    /// A rendered application is not valid.
    case validation = "ApplicationValidationError"
  }

  /// The reason.
  public var reason: Reason
  /// What happened, in Argo CD's words where it has some.
  public var message: String
  /// The generator, or the field.
  public var position: SourcePosition?
  /// The element; nil when the whole generator failed.
  public var element: InstanceID?
  /// Whether it only waits for a source that has not been fetched yet.
  public var isPending: Bool

  /// Makes an error.
  public init(_ reason: Reason, _ message: String, position: SourcePosition? = nil, element: InstanceID? = nil, isPending: Bool = false) {
    self.reason = reason
    self.message = message
    self.position = position
    self.element = element
    self.isPending = isPending
  }
}

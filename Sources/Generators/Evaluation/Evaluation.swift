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
  /// Questions to forges and plugins that the inputs have no answer to: ask them and evaluate again.
  public var missingQueries: Set<ExternalQuery> = []
  /// All questions to forges and plugins, also those that the inputs have an answer to.
  public var queries: Set<ExternalQuery> = []
  /// How much of it had to be worked out.
  public var work = Work()
  /// What is wrong, in the order of files and lines.
  public var diagnostics: [Diagnostic] = []

  /// Makes an empty evaluation.
  public init() {}

  /// Whether every set could be evaluated completely.
  public var isComplete: Bool { sets.allSatisfy(\.complete) }

  /// How much of an evaluation had to be worked out, and how much was known from the one before.
  public struct Work: Sendable, Hashable {
    /// Sets whose generators ran.
    public var setsEvaluated = 0
    /// Sets of which nothing had changed.
    public var setsReused = 0
    /// Applications that were rendered.
    public var rendered = 0
    /// Applications that were taken from the evaluation before.
    public var reused = 0

    /// No work.
    public init() {}
  }
}

/// What one application set makes.
public struct SetEvaluation: Sendable, Hashable {
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
  /// The shortest time after which a generator wants to run again without an event; nil: none does. After an error it is Argo CD's
  /// three minutes.
  public var requeueAfter: Duration?
  /// Whether templates of it ask for the time or for something random, so that its instances are what they are because of
  /// ``EvaluationInputs/pins``.
  public var isPinned = false
  /// The questions to forges and plugins that it asks.
  public var queries: Set<ExternalQuery> = []
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

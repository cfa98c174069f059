import Document
import FleetModel
import Templating

/// What is kept of the evaluation of one set.
struct SetMemo: Sendable {
  let set: ApplicationSet
  /// The places that were asked for, which move when somebody edits the file above them.
  var places: [Place]
  var compiled: SetCompilation
  var reads: ReadSet
  var nodes: NodeMemos
  var batches: [Batch]
  /// Before the applications were validated.
  var generation: SetOutcome
  var result: SetOutcome
  /// What the applications were validated with.
  var validator: ApplicationValidator
  /// The generated applications that are different from the evaluation before; nil where more than that is.
  var changed: [Int]?

  struct Place: Sendable {
    let path: [PathComponent]
    let position: SourcePosition
  }

  /// The elements that one generator gave, in order.
  struct Batch: Sendable {
    var elements: [Element]
    /// Which plan rendered them: empty for the set's own one.
    var plan: String
  }

  struct Element: Sendable {
    var parameters: ParameterSet
    /// The index of what became of it; nil where it could not be rendered.
    var instance: Int?
  }

  /// Whether the definition is what it was; where it stands does not matter.
  func describes(_ other: ApplicationSet) -> Bool {
    set.id == other.id && set.document.value == other.document.value
  }

  /// Whether there is nothing in it but valid applications.
  var isFlawless: Bool {
    generation.diagnostics.isEmpty && generation.evaluation.complete && generation.evaluation.errors.isEmpty
      && generation.evaluation.failedElements.isEmpty && result.evaluation.validationErrors.isEmpty
      && result.evaluation.instances.count == generation.evaluation.generated.count
  }

  /// Whether all places are what they were.
  func hasSamePlaces(_ other: ApplicationSet) -> Bool {
    places.allSatisfy { other.position($0.path) == $0.position }
  }
}

/// A result with what is to be said about it.
struct SetOutcome: Sendable {
  var evaluation: SetEvaluation
  var diagnostics: [Diagnostic] = []
}

/// All of a set that does not change with the inputs.
struct SetCompilation: Sendable {
  var template: Value
  var generators: [GeneratorNode]
  var plan: TemplatePlan
  /// The plans of generators that have a template of their own, by the generator's path.
  var ownPlans: [String: TemplatePlan] = [:]
  var texts: [String: CompiledText]
  var strictTexts: [String: CompiledText]
}

/// What generators gave, by the generator and the outer element whose parameters it was run with.
struct NodeMemos: Sendable {
  struct Key: Hashable, Sendable {
    let node: String
    /// The outer element's parameters; the memo holds them too, so that no other ones get the same identity.
    let outer: ObjectIdentifier?
  }

  struct Entry: Sendable {
    let results: [GeneratorResult]
    let reads: ReadSet
    let outer: TemplateMap?
  }

  struct Pair: Hashable, Sendable {
    let node: String
    let left: ObjectIdentifier
    let right: ObjectIdentifier?
  }

  /// An element made of one or two others, which are kept for their identity.
  struct Derived: Sendable {
    let left: TemplateMap
    let right: TemplateMap?
    let result: ParameterSet
  }

  var entries: [Key: Entry] = [:]
  var derived: [Pair: Derived] = [:]
}

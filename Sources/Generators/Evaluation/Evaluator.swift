import Document
import FleetModel

/// From definitions to applications: a pure function of the definitions and what is known of the world.
public enum Evaluator {
  /// Evaluates all application sets, in the order of their namespaces and names.
  ///
  /// The order of instances within a set is that of its generators: list elements as they stand, clusters by name (the hub's own one
  /// last), folders and files in the order of a walk, forges and plugins as they answer, matrix with the first generator as the
  /// slowest, merge in the order of its first generator.
  ///
  /// - Parameters:
  ///   - definitions: The definitions.
  ///   - inputs: What generators may see. What is not there is named in ``Evaluation/missing`` and ``Evaluation/missingQueries``.
  ///   - limits: How much the evaluation may use.
  ///   - keepsParameters: Whether the parameter sets of each generator are kept, for showing them.
  public static func evaluate(
    _ definitions: Definitions, inputs: EvaluationInputs, limits: EvaluationLimits = EvaluationLimits(), keepsParameters: Bool = false
  ) -> Evaluation {
    var none: EvaluationCache?
    return evaluate(definitions, inputs, limits, keepsParameters, &none)
  }

  /// Evaluates all application sets on top of the evaluation before, and keeps what the next one can use.
  ///
  /// The result is that of a fresh evaluation; ``Evaluation/work`` says how much of it had to be worked out.
  ///
  /// - Parameter cache: What the evaluation before left; it is replaced.
  public static func evaluate(
    _ definitions: Definitions, inputs: EvaluationInputs, limits: EvaluationLimits = EvaluationLimits(), keepsParameters: Bool = false,
    cache: inout EvaluationCache
  ) -> Evaluation {
    var working: EvaluationCache? = cache
    cache = EvaluationCache()
    let evaluation = evaluate(definitions, inputs, limits, keepsParameters, &working)
    if let working { cache = working }
    return evaluation
  }

  private static func evaluate(
    _ definitions: Definitions, _ inputs: EvaluationInputs, _ limits: EvaluationLimits, _ keepsParameters: Bool,
    _ cache: inout EvaluationCache?
  ) -> Evaluation {
    var limits = limits
    limits.instancesPerSet = min(limits.instancesPerSet, definitions.fleet.limits.instancesPerSet)
    let context = EvaluationContext(definitions, inputs, limits, cache: cache)
    var validator = ApplicationValidator(definitions, inputs)
    if let known = cache?.validator, known.isSame(as: validator) { validator = known }
    var evaluation = Evaluation()
    var memos: [SetMemo] = []
    memos.reserveCapacity(definitions.applicationSets.count)
    for set in definitions.applicationSets {
      let known = context.change == nil || cache?.keepsParameters != keepsParameters ? nil : cache?.sets[set.id]
      memos.append(evaluate(set, known, context, validator, keepsParameters, &evaluation.work))
    }
    var diagnostics = definitions.diagnostics
    let plain = definitions.applications.compactMap { Evaluator.plain($0, validator, &diagnostics) }
    let assembly = Assembly.make(plain, memos, known: cache?.assembly)
    for memo in memos {
      diagnostics += memo.result.diagnostics
      evaluation.sources.formUnion(memo.reads.sources)
      evaluation.queries.formUnion(memo.reads.queries)
      evaluation.sets.append(assembly.result(of: memo))
    }
    evaluation.instances = assembly.instances
    diagnostics += assembly.diagnostics
    diagnostics.sort()
    evaluation.diagnostics = diagnostics
    evaluation.missing = evaluation.sources.filter { key in
      if case .missing = inputs.source(key) { return true }
      return false
    }
    evaluation.missingQueries = evaluation.queries.filter { inputs.answers[$0] == nil }
    guard cache != nil else { return evaluation }
    var next = EvaluationCache()
    next.world = context.world
    next.limits = limits
    next.settings = context.settings
    next.keepsParameters = keepsParameters
    next.assembly = assembly
    next.validator = validator
    // Sources that nobody asked for this time are forgotten.
    next.listings = context.listings.known.filter { evaluation.sources.contains($0.key) }
    next.sets.reserveCapacity(memos.count)
    for memo in memos { next.sets[memo.set.id] = memo }
    cache = next
    return evaluation
  }

  private static func evaluate(
    _ set: ApplicationSet, _ known: SetMemo?, _ context: EvaluationContext, _ validator: ApplicationValidator, _ keepsParameters: Bool,
    _ work: inout Evaluation.Work
  ) -> SetMemo {
    let known = known.flatMap { $0.describes(set) ? $0 : nil }
    if let change = context.change, let known, !change.touches(known.reads), known.hasSamePlaces(set) {
      work.setsReused += 1
      work.reused += known.generation.evaluation.generated.count
      var memo = known.validator === validator ? known : SetEvaluator.revalidated(known, validator, context)
      if known.validator === validator { memo.changed = [] }
      return memo
    }
    var evaluator = SetEvaluator(set, context, validator, keepsParameters: keepsParameters, memo: known)
    let memo = evaluator.evaluate()
    work.setsEvaluated += evaluator.work.setsEvaluated
    work.rendered += evaluator.work.rendered
    work.reused += evaluator.work.reused
    return memo
  }

  private static func plain(
    _ definition: ApplicationDefinition, _ validator: ApplicationValidator, _ diagnostics: inout [Diagnostic]
  ) -> ApplicationInstance? {
    var application = Normalizer.application(definition.document.value)
    application[at: "metadata", "namespace"] = .string(definition.namespace)
    let id = InstanceID(namespace: definition.namespace, application: definition.name)
    let provenance = Provenance(
      applicationSet: nil, generator: "application", element: "application \(definition.name)", files: [definition.position.file],
      position: definition.position)
    let instance = ApplicationInstance(
      id: id, name: definition.name, namespace: definition.namespace, application: application, dependsOn: definition.dependsOn,
      provenance: provenance)
    guard let problem = validator.problem(instance, set: "") else { return instance }
    diagnostics.append(
      Diagnostic(.error, problem.message + problem.advice, at: definition.document.position(problem.path), subject: definition.subject))
    return nil
  }
}

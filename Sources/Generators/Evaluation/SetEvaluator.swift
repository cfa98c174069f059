import Document
import FleetModel
import Templating

/// Evaluates one application set, anew or on top of what is known from the evaluation before.
struct SetEvaluator {
  let set: ApplicationSet
  let context: EvaluationContext
  let validator: ApplicationValidator
  let keepsParameters: Bool
  let compiled: SetCompilation
  let runner: GeneratorRunner
  /// What the evaluation before made of the same definition.
  let memo: SetMemo?
  var outcome: SetOutcome
  private var batches: [SetMemo.Batch] = []
  private(set) var work = Evaluation.Work()
  private var elementCounts: [String: Int] = [:]
  private var places: [[PathComponent]: SourcePosition] = [:]
  /// What became of each element last time, by its identity.
  private var old: [InstanceID: (element: SetMemo.Element, plan: String)] = [:]
  private var memoHasSamePlaces = false
  /// What is said of fields of the patch that no Application has.
  var unknownInPatch: Set<String> = []
  /// Texts whose errors have been told.
  var blamedTexts: Set<String> = []
  /// Classic tags without a parameter, with the first element that lacks it and how many do.
  var missingTags: [String: (element: String, count: Int, names: [String])] = [:]

  init(
    _ set: ApplicationSet, _ context: EvaluationContext, _ validator: ApplicationValidator, keepsParameters: Bool, memo: SetMemo?
  ) {
    self.set = set
    self.context = context
    self.validator = validator
    self.keepsParameters = keepsParameters
    self.memo = memo
    let renderer = TextRenderer(set, limits: context.limits.templates, pins: context.inputs.pins, known: memo?.compiled)
    compiled = memo?.compiled ?? SetCompilation(set, renderer)
    runner = GeneratorRunner(set, renderer, context, known: memo?.nodes)
    outcome = SetOutcome(evaluation: SetEvaluation(id: set.id))
  }

  /// Evaluates the set; gives what may be kept for the next time.
  mutating func evaluate() -> SetMemo {
    work.setsEvaluated = 1
    let results = compiled.generators.map { (node: $0, results: runner.run($0)) }
    if let patched = patched(results) { return patched }
    work.rendered = 0
    work.reused = 0
    prepareReuse()
    generate(consume results)
    reportTexts()
    reportMissingTags()
    outcome.evaluation.queries = runner.reads.queries
    let generation = outcome
    validate()
    _ = position(["spec", "template", "metadata", "name"])
    return SetMemo(
      set: set, places: places.map { SetMemo.Place(path: $0.key, position: $0.value) }, compiled: finishedCompilation,
      reads: runner.reads, nodes: runner.memos, batches: batches, generation: generation, result: outcome,
      validator: validator)
  }

  /// The same evaluation with its applications validated once more.
  static func revalidated(_ memo: SetMemo, _ validator: ApplicationValidator, _ context: EvaluationContext) -> SetMemo {
    var evaluator = SetEvaluator(memo.set, context, validator, keepsParameters: false, memo: memo)
    evaluator.outcome = memo.generation
    evaluator.validate()
    var copy = memo
    copy.result = evaluator.outcome
    copy.validator = validator
    // Which of them are valid may be different now.
    copy.changed = nil
    return copy
  }

  private var finishedCompilation: SetCompilation {
    var copy = compiled
    copy.texts = runner.renderer.compiled
    copy.strictTexts = runner.renderer.compiledStrict
    return copy
  }

  mutating func position(_ path: [PathComponent]) -> SourcePosition {
    if let known = places[path] { return known }
    let position = set.position(path)
    places[path] = position
    return position
  }

  // MARK: Generators

  private mutating func generate(_ produced: consuming [(node: GeneratorNode, results: [GeneratorResult])]) {
    var results = produced
    outcome.evaluation.requeueAfter = compiled.generators.compactMap(\.requeueAfter).min().map { .seconds($0) }
    for number in results.indices {
      let node = results[number].node
      // Argo CD only logs it; what is not generated would then be removed. Here nothing of the set is.
      if !node.unknownKinds.isEmpty { outcome.evaluation.complete = false }
      if keepsParameters { keepParameters(results[number].results) }
      // Several kinds in one entry all run before anything is rendered, so their problems are the first ones.
      for result in results[number].results { for problem in result.output.problems { add(problem) } }
      for index in results[number].results.indices {
        let sets = results[number].results[index].output.sets
        results[number].results[index].output.sets = []
        let result = results[number].results[index]
        if sets.isEmpty, result.output.problems.isEmpty, let reason = runner.emptyReason(node) {
          outcome.diagnostics.append(Diagnostic(.warning, "makes nothing: \(reason)", at: position(node.path), subject: set.subject))
        }
        let key = result.template == nil ? "" : "\(node.id)#\(index)"
        let plan = compiled.ownPlans[key] ?? compiled.plan
        guard render(consume sets, plan, key, result.title, node.path) else { return }
      }
    }
    let evaluation = outcome.evaluation
    if evaluation.firstError != nil { outcome.evaluation.requeueAfter = .seconds(180) }
  }

  private mutating func keepParameters(_ results: [GeneratorResult]) {
    guard !results.isEmpty else { return }
    let failed = results.contains { $0.output.problems.contains { !$0.isSilent } }
    let sets = results.flatMap { $0.output.sets.map { TemplateValue.map($0.values).documentValue } }
    outcome.evaluation.parameters.append(failed ? nil : sets)
  }

  private mutating func add(_ problem: GeneratorProblem) {
    let id = problem.element.map { InstanceID(namespace: set.namespace, set: set.name, element: $0) }
    outcome.evaluation.complete = false
    if let id { outcome.evaluation.failedElements.insert(id) }
    let place = position(problem.path)
    if problem.isSilent {
      outcome.diagnostics.append(Diagnostic(.error, problem.message, at: place, subject: set.subject))
      return
    }
    add(EvaluationError(.generation, problem.message, position: place, element: id, isPending: problem.isPending))
  }

  /// - Parameter hint: What is said to people besides Argo CD's words.
  private mutating func add(_ error: EvaluationError, hint: String = "") {
    outcome.evaluation.errors.append(error)
    guard !error.isPending else { return }
    var message = error.message
    if let element = error.element, error.reason != .generation { message = "element \(element.element): \(message)" }
    outcome.diagnostics.append(Diagnostic(.error, message + hint, at: error.position, subject: set.subject))
  }

  // MARK: Applications

  /// Renders the elements of one generator; false when the set makes too many of them.
  private mutating func render(
    _ produced: consuming [ParameterSet], _ plan: TemplatePlan, _ planKey: String, _ title: String, _ path: [PathComponent]
  ) -> Bool {
    var sets = produced
    let place = position(path)
    outcome.evaluation.generated.reserveCapacity(outcome.evaluation.generated.count + sets.count)
    var batch = SetMemo.Batch(elements: [], plan: planKey)
    if context.remembers { batch.elements.reserveCapacity(sets.count) }
    for position in sets.indices {
      // What was rendered is not needed again: in a large set the parameters weigh as much as a tenth of the applications.
      let parameters = sets[position]
      sets[position] = ParameterSet.none
      guard outcome.evaluation.generated.count < context.limits.instancesPerSet else {
        outcome.evaluation.generated = []
        outcome.evaluation.complete = false
        batches = []
        let message =
          "makes more than \(context.limits.instancesPerSet) applications: nothing of the set is used; narrow its generators or raise "
          + "limits.instancesPerSet of the Fleet"
        add(EvaluationError(.generation, message, position: place))
        return false
      }
      let id = InstanceID(namespace: set.namespace, set: set.name, element: uniqueKey(parameters.key))
      var index: Int?
      do throws(RenderError) {
        let provenance = Provenance(
          applicationSet: set.id, generator: title, element: parameters.element, files: parameters.files, commit: parameters.commit,
          position: place)
        index = outcome.evaluation.generated.count
        outcome.evaluation.generated.append(try instance(id, parameters, plan, planKey, provenance))
      } catch {
        index = nil
        outcome.evaluation.failedElements.insert(id)
        let hint = set.goTemplate ? ParameterHint.text(for: error.message, in: .map(parameters.values)) : ""
        add(EvaluationError(.rendering, error.message, position: blamed(error), element: id), hint: hint)
      }
      if context.remembers { batch.elements.append(SetMemo.Element(parameters: parameters, instance: index)) }
    }
    if context.remembers { batches.append(batch) }
    return true
  }

  private mutating func instance(
    _ id: InstanceID, _ parameters: ParameterSet, _ plan: TemplatePlan, _ planKey: String, _ provenance: Provenance
  ) throws(RenderError) -> ApplicationInstance {
    if let memo, let known = old[id], known.plan == planKey, let index = known.element.instance,
      DeepEquality.equal(known.element.parameters.values, parameters.values)
    {
      work.reused += 1
      note(plan.missing(parameters), parameters)
      return reused(memo.generation.evaluation.generated[index], id, provenance)
    }
    let rendered = try plan.render(parameters, runner.renderer.scope(of: id))
    var dependencies: [Dependency] = []
    for (index, entry) in rendered.dependsOn.enumerated() {
      do {
        dependencies.append(try Dependency(entry, position: dependencyPosition(index)))
      } catch {
        throw RenderError("dependsOn: \(error.description)")
      }
    }
    work.rendered += 1
    note(rendered.missing, parameters)
    unknownInPatch.formUnion(rendered.unknown)
    return ApplicationInstance(
      id: id, name: rendered.application[at: "metadata", "name"]?.stringValue ?? "", namespace: set.namespace,
      application: rendered.application, dependsOn: dependencies, provenance: provenance)
  }

  /// What was rendered before, where it stands now.
  private mutating func reused(_ instance: ApplicationInstance, _ id: InstanceID, _ provenance: Provenance) -> ApplicationInstance {
    var copy = instance
    copy.id = id
    copy.provenance = provenance
    if !memoHasSamePlaces {
      for index in copy.dependsOn.indices { copy.dependsOn[index].position = dependencyPosition(index) }
    }
    return copy
  }

  private mutating func dependencyPosition(_ index: Int) -> SourcePosition {
    position(
      index < set.dependsOn.count
        ? ["spec", "dependsOn", .index(index)] : ["spec", "template", "spec", "dependsOn", .index(index - set.dependsOn.count)])
  }

  /// Two generators of a set may give elements with one key; the second and later ones get a number.
  private mutating func uniqueKey(_ key: String) -> String {
    let count = (elementCounts[key] ?? 0) + 1
    elementCounts[key] = count
    return count == 1 ? key : "\(key)#\(count)"
  }

  private mutating func validate() {
    let generated = outcome.evaluation.generated
    let duplicates = SetEvaluator.duplicateNames(generated)
    var valid: [InstanceID] = []
    valid.reserveCapacity(generated.count)
    for index in generated.indices {
      let problem = validator.problem(generated[index], set: set.name)
      let isDuplicate = !duplicates.isEmpty && duplicates.contains(generated[index].name)
      if problem == nil, !isDuplicate, ApplicationValidator.nameProblem(generated[index].name) == nil {
        valid.append(generated[index].id)
      } else {
        report(generated[index], problem, isDuplicate: isDuplicate, &valid)
      }
    }
    outcome.evaluation.instances = valid
    if !outcome.evaluation.validationErrors.isEmpty { outcome.evaluation.requeueAfter = .seconds(180) }
    // Validation does not stop a set in Argo CD, so it is no error of the generation.
    outcome.evaluation.errors.removeAll { $0.reason == .validation }
  }

  private mutating func report(
    _ instance: ApplicationInstance, _ found: ApplicationValidator.Problem?, isDuplicate: Bool, _ valid: inout [InstanceID]
  ) {
    let problem = found?.message
    let shown = isDuplicate ? "ApplicationSet \(set.name) contains applications with duplicate name: \(instance.name)" : problem
    if let shown { outcome.evaluation.validationErrors["\(instance.namespace)/\(instance.name)"] = shown }
    guard let problem = problem ?? ApplicationValidator.nameProblem(instance.name) else {
      valid.append(instance.id)
      return
    }
    outcome.evaluation.failedElements.insert(instance.id)
    let prefix = instance.name.isEmpty ? "" : "application \(instance.name): "
    let place = position(["spec", "template"] + (found?.path ?? ["metadata", "name"]))
    add(EvaluationError(.validation, prefix + problem, position: place, element: instance.id), hint: found?.advice ?? "")
  }

  /// The names that more than one application has.
  private static func duplicateNames(_ generated: [ApplicationInstance]) -> Set<String> {
    var seen: Set<String> = []
    seen.reserveCapacity(generated.count)
    var duplicates: Set<String> = []
    for index in generated.indices where !generated[index].name.isEmpty && !seen.insert(generated[index].name).inserted {
      duplicates.insert(generated[index].name)
    }
    return duplicates
  }

  // MARK: What is known

  private mutating func prepareReuse() {
    guard let memo else { return }
    memoHasSamePlaces = memo.hasSamePlaces(set)
    for batch in memo.batches {
      for element in batch.elements {
        guard let index = element.instance else { continue }
        old[memo.generation.evaluation.generated[index].id] = (element, batch.plan)
      }
    }
  }

  /// The evaluation before with the few applications put in that have changed, where the elements are the same ones, all of them are
  /// valid, and none changes its name; nil where it has to be done at length.
  private mutating func patched(_ results: [(node: GeneratorNode, results: [GeneratorResult])]) -> SetMemo? {
    guard var memo, !keepsParameters, memo.result.evaluation.parameters.isEmpty, memo.hasSamePlaces(set),
      memo.validator === validator, memo.isFlawless
    else { return nil }
    memoHasSamePlaces = true
    var number = 0
    var changes: [(index: Int, instance: ApplicationInstance)] = []
    for (node, results) in results {
      for (index, result) in results.enumerated() {
        guard number < memo.batches.count, result.output.problems.isEmpty else { return nil }
        let elements = memo.batches[number].elements
        guard elements.count == result.output.sets.count else { return nil }
        let key = result.template == nil ? "" : "\(node.id)#\(index)"
        let plan = compiled.ownPlans[key] ?? compiled.plan
        for (position, parameters) in result.output.sets.enumerated() {
          let known = elements[position]
          guard ByteOrder.equal(known.parameters.key, parameters.key), let instance = known.instance else { return nil }
          if known.parameters.isSame(as: parameters) { continue }
          guard let changed = patch(memo, instance, known, parameters, plan) else { return nil }
          memo.batches[number].elements[position].parameters = parameters
          changes.append((instance, changed))
        }
        number += 1
      }
    }
    guard number == memo.batches.count else { return nil }
    work.reused = memo.result.evaluation.generated.count - work.rendered
    for (index, instance) in changes {
      memo.generation.evaluation.generated[index] = instance
      memo.result.evaluation.generated[index] = instance
    }
    memo.reads = runner.reads
    memo.generation.evaluation.queries = runner.reads.queries
    memo.result.evaluation.queries = runner.reads.queries
    memo.nodes = runner.memos
    memo.compiled = finishedCompilation
    memo.changed = changes.map(\.index)
    return memo
  }

  private mutating func patch(
    _ memo: SetMemo, _ index: Int, _ known: SetMemo.Element, _ parameters: ParameterSet, _ plan: TemplatePlan
  ) -> ApplicationInstance? {
    let before = memo.generation.evaluation.generated[index]
    var provenance = before.provenance
    guard ByteOrder.equal(provenance.element, parameters.element) else { return nil }
    provenance.files = parameters.files
    provenance.commit = parameters.commit
    if DeepEquality.equal(known.parameters.values, parameters.values) { return reused(before, before.id, provenance) }
    guard let after = try? instance(before.id, parameters, plan, "", provenance), ByteOrder.equal(after.name, before.name),
      validator.problem(after, set: set.name) == nil
    else { return nil }
    return after
  }
}

extension SetCompilation {
  init(_ set: ApplicationSet, _ renderer: TextRenderer) {
    template = Normalizer.template(set.template)
    generators = set.generators.map { GeneratorNode($0.value, path: $0.path) }
    plan = TemplatePlan(template, set, renderer)
    texts = [:]
    strictTexts = [:]
    for node in generators {
      for (index, kind) in node.kinds.enumerated() {
        guard let own = kind.template else { continue }
        ownPlans["\(node.id)#\(index)"] = TemplatePlan(TemplateMerge.merged(own, under: template), set, renderer)
      }
    }
  }
}

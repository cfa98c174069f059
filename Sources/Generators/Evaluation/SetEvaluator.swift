import Document
import FleetModel
import Templating

/// Evaluates one application set.
struct SetEvaluator {
  let set: ApplicationSet
  let runner: GeneratorRunner
  let validator: ApplicationValidator
  let limits: EvaluationLimits
  let keepsParameters: Bool
  private(set) var result: SetEvaluation
  private(set) var diagnostics: [Diagnostic] = []
  private var elementCounts: [String: Int] = [:]

  init(
    _ set: ApplicationSet, _ runner: GeneratorRunner, _ validator: ApplicationValidator, _ limits: EvaluationLimits, keepsParameters: Bool
  ) {
    self.set = set
    self.runner = runner
    self.validator = validator
    self.limits = limits
    self.keepsParameters = keepsParameters
    result = SetEvaluation(id: set.id)
  }

  mutating func evaluate() {
    let template = Normalizer.template(set.template)
    let plan = TemplatePlan(template, set, runner.renderer)
    for generator in set.generators {
      let node = GeneratorNode(generator.value, path: generator.path)
      if !node.unknownKinds.isEmpty {
        // Argo CD only logs it; what is not generated would then be removed. Here nothing of the set is.
        result.complete = false
      }
      let results = runner.run(node)
      if keepsParameters { keepParameters(results) }
      for generated in results {
        for problem in generated.output.problems { add(problem) }
        let own = generated.template.map { TemplatePlan(TemplateMerge.merged($0, under: template), set, runner.renderer) }
        guard render(generated.output.sets, own ?? plan, generated.title, generator.path) else { return }
      }
    }
    validate()
  }

  private mutating func keepParameters(_ results: [GeneratorResult]) {
    guard !results.isEmpty else { return }
    let failed = results.contains { $0.output.problems.contains { !$0.isSilent } }
    let sets = results.flatMap { $0.output.sets.map { TemplateValue.map($0.values).documentValue } }
    result.parameters.append(failed ? nil : sets)
  }

  private mutating func add(_ problem: GeneratorProblem) {
    let id = problem.element.map { InstanceID(namespace: set.namespace, set: set.name, element: $0) }
    result.complete = false
    if let id { result.failedElements.insert(id) }
    if problem.isSilent {
      diagnostics.append(Diagnostic(.error, problem.message, at: set.position(problem.path), subject: set.subject))
      return
    }
    add(EvaluationError(.generation, problem.message, position: set.position(problem.path), element: id, isPending: problem.isPending))
  }

  private mutating func add(_ error: EvaluationError) {
    result.errors.append(error)
    guard !error.isPending else { return }
    var message = error.message
    if let element = error.element, error.reason != .generation { message = "element \(element.element): \(message)" }
    diagnostics.append(Diagnostic(.error, message, at: error.position, subject: set.subject))
  }

  /// Renders the elements of one generator; false when the set makes too many of them.
  private mutating func render(_ sets: [ParameterSet], _ plan: TemplatePlan, _ title: String, _ path: [PathComponent]) -> Bool {
    let position = set.position(path)
    let templatePosition = set.position(["spec", "template"])
    result.generated.reserveCapacity(result.generated.count + sets.count)
    for parameters in sets {
      guard result.generated.count < limits.instancesPerSet else {
        result.generated = []
        result.complete = false
        let message =
          "makes more than \(limits.instancesPerSet) applications: nothing of the set is used; narrow its generators or raise "
          + "limits.instancesPerSet of the Fleet"
        add(EvaluationError(.generation, message, position: position))
        return false
      }
      let id = InstanceID(namespace: set.namespace, set: set.name, element: uniqueKey(parameters.key))
      do throws(RenderError) {
        let rendered = try plan.render(parameters)
        var dependencies: [Dependency] = []
        for (index, entry) in rendered.dependsOn.enumerated() {
          dependencies.append(try dependency(entry, index))
        }
        result.generated.append(
          ApplicationInstance(
            id: id, name: rendered.application[at: "metadata", "name"]?.stringValue ?? "", namespace: set.namespace,
            application: rendered.application, dependsOn: dependencies,
            provenance: Provenance(
              applicationSet: set.id, generator: title, element: parameters.element, files: parameters.files, commit: parameters.commit,
              position: position)))
      } catch {
        result.failedElements.insert(id)
        add(EvaluationError(.rendering, error.message, position: templatePosition, element: id))
      }
    }
    return true
  }

  /// Two generators of a set may give elements with one key; the second and later ones get a number.
  private mutating func uniqueKey(_ key: String) -> String {
    let count = (elementCounts[key] ?? 0) + 1
    elementCounts[key] = count
    return count == 1 ? key : "\(key)#\(count)"
  }

  private func dependency(_ entry: Value, _ index: Int) throws(RenderError) -> Dependency {
    let ofSet = index < set.dependsOn.count
    let path: [PathComponent] =
      ofSet
      ? ["spec", "dependsOn", .index(index)]
      : ["spec", "template", "spec", "dependsOn", .index(index - set.dependsOn.count)]
    do {
      return try Dependency(entry, position: set.position(path))
    } catch {
      throw RenderError("dependsOn: \(error.description)")
    }
  }

  private mutating func validate() {
    var counts: [String: Int] = [:]
    for instance in result.generated { counts[instance.name, default: 0] += 1 }
    for instance in result.generated {
      var problem = validator.problem(instance.application, set: set.name)
      let isDuplicate = !instance.name.isEmpty && counts[instance.name, default: 0] > 1
      let shown = isDuplicate ? "ApplicationSet \(set.name) contains applications with duplicate name: \(instance.name)" : problem
      if let shown { result.validationErrors["\(instance.namespace)/\(instance.name)"] = shown }
      if problem == nil && instance.name.utf8.count > 253 { problem = "the name is longer than 253 bytes" }
      if let problem {
        result.failedElements.insert(instance.id)
        let prefix = instance.name.isEmpty ? "" : "application \(instance.name): "
        add(EvaluationError(.validation, prefix + problem, position: set.position(["spec", "template"]), element: instance.id))
      } else {
        result.instances.append(instance.id)
      }
    }
    // Validation does not stop a set in Argo CD, so it is no error of the generation.
    result.errors.removeAll { $0.reason == .validation }
  }
}

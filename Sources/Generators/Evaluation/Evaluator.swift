import Document
import FleetModel

/// From definitions to applications: a pure function of the definitions and what is known of the world.
public enum Evaluator {
  /// Evaluates all application sets, in the order of their namespaces and names.
  ///
  /// The order of instances within a set is that of its generators: list elements as they stand, clusters by name (the hub's own one
  /// last), folders and files in the order of a walk, matrix with the first generator as the slowest, merge in the order of its first
  /// generator.
  ///
  /// - Parameters:
  ///   - definitions: The definitions.
  ///   - inputs: What generators may see. Sources that are not there are collected in ``Evaluation/missing``.
  ///   - limits: How much the evaluation may use.
  ///   - keepsParameters: Whether the parameter sets of each generator are kept, for showing them.
  public static func evaluate(
    _ definitions: Definitions, inputs: EvaluationInputs, limits: EvaluationLimits = EvaluationLimits(), keepsParameters: Bool = false
  ) -> Evaluation {
    var evaluation = Evaluation()
    let validator = ApplicationValidator(definitions, inputs)
    let listings = SourceListings()
    var names = NameTable()
    evaluation.diagnostics = definitions.diagnostics
    for application in definitions.applications {
      if let instance = plain(application, validator, &evaluation.diagnostics) { names.claim(instance, nil, &evaluation.diagnostics) }
    }
    var limits = limits
    limits.instancesPerSet = min(limits.instancesPerSet, definitions.fleet.limits.instancesPerSet)
    for set in definitions.applicationSets {
      let renderer = TextRenderer(goTemplate: set.goTemplate, options: set.goTemplateOptions, limits: limits.templates)
      let runner = GeneratorRunner(renderer, inputs: inputs, limits: limits, definitions: definitions, listings: listings)
      var evaluator = SetEvaluator(set, runner, validator, limits, keepsParameters: keepsParameters)
      evaluator.evaluate()
      evaluation.diagnostics += evaluator.diagnostics
      evaluation.sources.formUnion(runner.asked)
      var result = evaluator.result
      let valid = Set(result.instances)
      result.instances = []
      for instance in result.generated where valid.contains(instance.id) {
        if names.claim(instance, set, &evaluation.diagnostics) {
          result.instances.append(instance.id)
        } else {
          result.failedElements.insert(instance.id)
        }
      }
      evaluation.sets.append(result)
    }
    evaluation.missing = evaluation.sources.filter { key in
      if case .missing = inputs.source(key) { return true }
      return false
    }
    evaluation.instances = names.instances.sorted { left, right in
      if left.name != right.name { return ByteOrder.less(left.name, right.name) }
      return left.namespace == right.namespace ? left.id < right.id : ByteOrder.less(left.namespace, right.namespace)
    }
    evaluation.diagnostics.sort()
    return evaluation
  }

  private static func plain(
    _ definition: ApplicationDefinition, _ validator: ApplicationValidator, _ diagnostics: inout [Diagnostic]
  ) -> ApplicationInstance? {
    var application = Normalizer.application(definition.document.value)
    application[at: "metadata", "namespace"] = .string(definition.namespace)
    if let problem = validator.problem(application, set: "") {
      diagnostics.append(Diagnostic(.error, problem, at: definition.document.position(["spec"]), subject: definition.subject))
      return nil
    }
    let id = InstanceID(namespace: definition.namespace, application: definition.name)
    let provenance = Provenance(
      applicationSet: nil, generator: "application", element: "application \(definition.name)", files: [definition.position.file],
      position: definition.position)
    return ApplicationInstance(
      id: id, name: definition.name, namespace: definition.namespace, application: application, dependsOn: definition.dependsOn,
      provenance: provenance)
  }
}

/// Who has which name: the first one that asks keeps it.
struct NameTable {
  private(set) var instances: [ApplicationInstance] = []
  private var owners: [String: Int] = [:]

  /// Takes an instance unless its name is taken; then both owners are reported.
  @discardableResult
  mutating func claim(_ instance: ApplicationInstance, _ set: ApplicationSet?, _ diagnostics: inout [Diagnostic]) -> Bool {
    let name = "\(instance.namespace)/\(instance.name)"
    guard let owner = owners[name] else {
      owners[name] = instances.count
      instances.append(instance)
      return true
    }
    let first = instances[owner].provenance
    let place = first.position.map { " (\($0))" } ?? ""
    let who = first.applicationSet.map { "ApplicationSet \($0), \(first.element)" } ?? first.element
    diagnostics.append(
      Diagnostic(
        .error,
        "makes the application \"\(instance.name)\" for \(instance.provenance.element), but the name belongs to \(who)\(place): "
          + "the first one keeps it, this one is not used",
        at: set?.position(["spec", "template", "metadata", "name"]) ?? instance.provenance.position, subject: set?.subject))
    return false
  }
}

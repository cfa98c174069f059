import Document
import FleetModel
import Generators
import Git
import Scheduling
import Transport

/// From definition files to evaluated instances and their manifests: the one path that the hub and all commands take.
public struct Pipeline: Sendable {
  private let provider: SourceProvider
  /// Who answers what generators ask of forges and plugins.
  private let queries: any QueryProvider
  /// Evaluation and rendering compute for longer than the cooperative pool may be held.
  private let pool: BlockingPool

  /// How many times an evaluation may find that it needs one more repository: matrix generators can name repositories in files
  /// of other repositories, but not without end.
  private static let maximumRounds = 16

  /// Makes a pipeline over a provider of sources.
  public init(
    provider: SourceProvider, queries: any QueryProvider = UnavailableProvider(),
    pool: BlockingPool = BlockingPool(name: "compute", threads: 2)
  ) {
    self.provider = provider
    self.queries = queries
    self.pool = pool
  }

  /// Reads definition files.
  public func decode(_ files: [SourceFile], strict: Bool = false) async -> Definitions {
    await pool.run { Definitions.decode(files, strict: strict) }
  }

  /// Evaluates definitions, fetching the sources that they turn out to need.
  ///
  /// - Parameter pins: What templates are told of time and chance.
  public func evaluate(_ definitions: Definitions, pins: TemplatePins, keepsParameters: Bool = false) async -> EvaluatedFleet {
    var none: EvaluationMemory?
    return await evaluate(definitions, pins, keepsParameters, &none)
  }

  /// Evaluates definitions on top of what is remembered of the evaluation before, and remembers this one.
  public func evaluate(_ definitions: Definitions, pins: TemplatePins, memory: inout EvaluationMemory) async -> EvaluatedFleet {
    var working: EvaluationMemory? = memory
    memory = EvaluationMemory()
    let evaluated = await evaluate(definitions, pins, false, &working)
    if let working { memory = working }
    return evaluated
  }

  private func evaluate(
    _ definitions: Definitions, _ pins: TemplatePins, _ keepsParameters: Bool, _ memory: inout EvaluationMemory?
  ) async -> EvaluatedFleet {
    await provider.use(definitions.repositories)
    // What the evaluation before asked for is there from the start: without it everything would look as if it had changed.
    var sources = await provider.resolve(memory?.sources ?? [])
    var answers = memory?.answers ?? [:]
    var evaluation = Evaluation()
    for _ in 0..<Pipeline.maximumRounds {
      let inputs = EvaluationInputs(clusters: definitions.clusters, sources: sources, answers: answers, pins: pins)
      let known = memory?.cache
      memory?.cache = EvaluationCache()
      var next: EvaluationCache?
      (evaluation, next) = await pool.run {
        guard var cache = known else {
          return (Evaluator.evaluate(definitions, inputs: inputs, keepsParameters: keepsParameters), nil)
        }
        let evaluation = Evaluator.evaluate(definitions, inputs: inputs, keepsParameters: keepsParameters, cache: &cache)
        return (evaluation, cache)
      }
      if let next { memory?.cache = next }
      let missing = evaluation.missing.subtracting(sources.keys)
      let asked = evaluation.missingQueries.filter { answers[$0] == nil }
      guard !missing.isEmpty || !asked.isEmpty else { break }
      sources.merge(await provider.resolve(missing)) { _, new in new }
      answers.merge(await queries.answers(asked)) { _, new in new }
    }
    memory?.sources = evaluation.sources
    memory?.answers = answers.filter { evaluation.queries.contains($0.key) }
    let unavailable = sources.filter { if case .failed = $0.value { true } else { false } }
    return EvaluatedFleet(
      definitions: definitions, evaluation: evaluation, time: pins.now, unavailable: Set(unavailable.keys.map(\.repoURL)))
  }

  /// Renders instances; what a cache already holds for the same commit and source is not rendered again.
  public func render(_ instances: [ApplicationInstance], cache: RenderCache) async -> RenderedFleet {
    var keys: Set<SourceKey> = []
    var plans: [RenderPlan] = []
    for instance in instances {
      let plan = RenderPlan(instance)
      keys.formUnion(plan.keys)
      plans.append(plan)
    }
    let sources = await provider.resolve(keys)
    let work = plans
    return await pool.run { RenderedFleet(work, sources: sources, cache: cache) }
  }
}

/// What is remembered between two evaluations, so that the second one costs what has changed.
public struct EvaluationMemory: Sendable {
  fileprivate var cache = EvaluationCache()
  fileprivate var sources: Set<SourceKey> = []
  /// What forges and plugins answered; it is used until it is forgotten.
  fileprivate var answers: [ExternalQuery: ExternalAnswer] = [:]

  /// Remembers nothing yet.
  public init() {}

  /// Forgets answers, so that the next evaluation asks again.
  public mutating func forget(_ queries: Set<ExternalQuery>) {
    for query in queries { answers[query] = nil }
  }
}

/// Definitions with all that they produce.
public struct EvaluatedFleet: Sendable {
  /// The definitions.
  public let definitions: Definitions
  /// What they produce.
  public let evaluation: Evaluation
  /// When: seconds since 1970. Instances that are new are pinned to it.
  public let time: Int64
  /// Which cluster each application goes to.
  public let destinations: FleetDestinations
  /// How health is judged where the definitions say it.
  let health: HealthRules
  /// The URLs of repositories that could not be read.
  public let unavailable: Set<String>

  /// Makes an evaluated fleet.
  public init(definitions: Definitions, evaluation: Evaluation, time: Int64, unavailable: Set<String> = []) {
    self.definitions = definitions
    self.evaluation = evaluation
    self.time = time
    self.unavailable = unavailable
    health = HealthRules(definitions.fleet)
    destinations = FleetDestinations(definitions, applications: evaluation.instances.lazy.map(\.application))
  }

  /// All that is wrong in files, sets and elements.
  public var diagnostics: [Diagnostic] { (definitions.diagnostics + evaluation.diagnostics + health.diagnostics).sorted() }
}

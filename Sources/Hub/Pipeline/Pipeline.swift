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
  public func evaluate(_ definitions: Definitions) async -> EvaluatedFleet {
    await provider.use(definitions.repositories)
    var sources: [SourceKey: SourceState] = [:]
    var answers: [ExternalQuery: ExternalAnswer] = [:]
    var evaluation = Evaluation()
    for _ in 0..<Pipeline.maximumRounds {
      let (known, answered) = (sources, answers)
      evaluation = await pool.run {
        Evaluator.evaluate(definitions, inputs: EvaluationInputs(clusters: definitions.clusters, sources: known, answers: answered))
      }
      let missing = evaluation.missing.subtracting(sources.keys)
      let asked = evaluation.missingQueries.filter { answers[$0] == nil }
      guard !missing.isEmpty || !asked.isEmpty else { break }
      sources.merge(await provider.resolve(missing)) { _, new in new }
      answers.merge(await queries.answers(asked)) { _, new in new }
    }
    let unavailable = sources.filter { if case .failed = $0.value { true } else { false } }
    return EvaluatedFleet(definitions: definitions, evaluation: evaluation, unavailable: Set(unavailable.keys.map(\.repoURL)))
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

/// Definitions with all that they produce.
public struct EvaluatedFleet: Sendable {
  /// The definitions.
  public let definitions: Definitions
  /// What they produce.
  public let evaluation: Evaluation
  /// The URLs of repositories that could not be read.
  public let unavailable: Set<String>

  /// Makes an evaluated fleet.
  public init(definitions: Definitions, evaluation: Evaluation, unavailable: Set<String> = []) {
    self.definitions = definitions
    self.evaluation = evaluation
    self.unavailable = unavailable
  }

  /// All that is wrong in files, sets and elements.
  public var diagnostics: [Diagnostic] { (definitions.diagnostics + evaluation.diagnostics).sorted() }

  /// The name of the cluster that an application goes to; nil where nothing of that name or address is registered.
  public static func cluster(of application: Application, in clusters: [Cluster]) -> String? {
    let destination = application.destination
    if !destination.name.isEmpty {
      return clusters.contains { ByteOrder.equal($0.name, destination.name) } ? destination.name : nil
    }
    return clusters.first { ByteOrder.equal($0.serverURL, destination.server) }?.name
  }
}

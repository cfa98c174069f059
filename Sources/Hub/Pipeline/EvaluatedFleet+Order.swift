import Document
import FleetModel
import Generators
import Scheduling

/// The order in which the instances of a fleet happen.
public struct FleetOrder: Sendable {
  /// For each instance its step; everything that it waits for is in a lower one.
  public let steps: [InstanceID: Int]
  /// For each instance the names of those that it waits for.
  public let waitsFor: [InstanceID: [String]]
  /// Cycles, and dependencies that name nothing.
  public let problems: [Diagnostic]

  /// Reads the order off a graph.
  public init(_ graph: DependencyGraph) {
    var steps: [InstanceID: Int] = [:]
    var waitsFor: [InstanceID: [String]] = [:]
    let names = Dictionary(graph.nodes.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    for node in graph.nodes {
      steps[node.id] = graph.step(of: node.id) ?? 0
      waitsFor[node.id] = graph.dependencies(of: node.id).compactMap { names[$0] }
    }
    self.steps = steps
    self.waitsFor = waitsFor
    problems = graph.diagnostics
  }
}

extension EvaluatedFleet {
  /// The dependency graph of all instances.
  public func graph() -> DependencyGraph {
    let clusters = definitions.clusters
    let nodes = evaluation.instances.map { instance in
      GraphNode(
        id: instance.id, name: instance.name,
        cluster: (try? Application(instance.application)).flatMap { EvaluatedFleet.cluster(of: $0, in: clusters) } ?? "",
        applicationSet: instance.id.set ?? "", labels: instance.labels, dependsOn: instance.dependsOn)
    }
    return DependencyGraph.build(nodes, clusterLabels: clusterLabels, applicationSets: Set(definitions.applicationSets.map(\.name)))
  }

  /// The labels of the clusters by name.
  public var clusterLabels: [String: [String: String]] {
    Dictionary(definitions.clusters.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
  }

  /// Those of the recorded instances that are missing from a new evaluation only because their part of it failed: they stay as they are.
  public func kept<Recorded>(_ recorded: [Recorded], id: (Recorded) -> InstanceID) -> [Recorded] {
    let produced = Set(evaluation.instances.map(\.id))
    let judge = RemovalJudge(self)
    return recorded.filter { !produced.contains(id($0)) && !judge.mayBeRemoved(id($0)) }
  }
}

/// Tells instances that nobody wants any more from those that an error only hides.
struct RemovalJudge {
  private let incomplete: Set<String>
  private let defined: Set<String>
  private let hasBrokenFiles: Bool
  private let brokenSubjects: Set<String>
  private let failedElements: Set<InstanceID>

  init(_ evaluated: EvaluatedFleet) {
    let sets = evaluated.evaluation.sets
    incomplete = Set(sets.filter { !$0.complete }.map(\.id))
    failedElements = sets.reduce(into: []) { $0.formUnion($1.failedElements) }
    defined = Set(evaluated.definitions.applicationSets.map { "\($0.namespace)/\($0.name)" })
    hasBrokenFiles = !evaluated.definitions.brokenFiles.isEmpty
    brokenSubjects = evaluated.definitions.brokenSubjects
  }

  /// Whether an instance that an evaluation does not produce may be taken for removed.
  func mayBeRemoved(_ id: InstanceID) -> Bool {
    guard let set = id.set else {
      return !hasBrokenFiles && !brokenSubjects.contains("Application \(id.namespace)/\(id.element)")
    }
    let name = "\(id.namespace)/\(set)"
    if failedElements.contains(id) || incomplete.contains(name) { return false }
    if brokenSubjects.contains("ApplicationSet \(name)") { return false }
    // A set that is gone may stand in a file that cannot be read.
    return defined.contains(name) || !hasBrokenFiles
  }
}

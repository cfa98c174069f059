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
  /// The instances that are not synced whatever their state, and why: cycles, and what waits for nothing that exists.
  public let held: [InstanceID: String]
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
    held = graph.held.mapValues(\.text)
    problems = graph.diagnostics
  }
}

extension EvaluatedFleet {
  /// The dependency graph of all instances.
  public func graph() -> DependencyGraph {
    let nodes = evaluation.instances.map { instance in
      GraphNode(
        id: instance.id, name: instance.name, cluster: destinations.cluster(of: instance.application)?.name ?? "",
        applicationSet: instance.id.set ?? "", labels: instance.labels, dependsOn: instance.dependsOn)
    }
    return DependencyGraph.build(nodes, clusterLabels: clusterLabels, applicationSets: Set(definitions.applicationSets.map(\.name)))
  }

  /// The labels of the clusters by name.
  public var clusterLabels: [String: [String: String]] {
    Dictionary(destinations.clusters.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
  }
}

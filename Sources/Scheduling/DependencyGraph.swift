import Document
import FleetModel

/// Which instances wait for which, over the whole fleet.
///
/// It is built once for each evaluation and answers in constant or linear time afterwards. Instances have numbers in the order
/// of their names; groups (see ``DependencyResolver``) follow after them.
public struct DependencyGraph: Sendable {
  /// The instances, by name and then by identity.
  public let nodes: [GraphNode]
  /// What is wrong with the dependencies: errors first, then by the first instance concerned.
  public let problems: [GraphProblem]
  /// The instances that must not be synced whatever their state.
  public let held: [InstanceID: HoldReason]

  let index: [InstanceID: Int]
  /// For every instance and `dependsOn` entry that leads somewhere.
  let edges: [[Edge]]
  /// The instances in every group, those that are to be removed among them.
  let members: [[Int]]
  /// Edges of what stays: instances to instances and groups, groups to members.
  let syncs: Adjacency
  /// Edges of what is to be removed, and between such instances only.
  let removals: StrongComponents?
  let removalEdges: Adjacency
  let dependentEdges: Adjacency
  let level: [Int]
  let removalLevel: [Int]
  let holds: [HoldReason?]

  /// Where one `dependsOn` entry of an instance leads.
  struct Edge: Sendable {
    var dependency: Int
    var vertex: Int
  }

  /// Builds the graph.
  ///
  /// - Parameters:
  ///   - nodes: all instances, those to be removed (marked so) among them; of two with one identity the first counts.
  ///   - clusterLabels: the labels of every cluster by its name, for `clusterSelector`.
  ///   - applicationSets: the names of all sets that are defined, also of those that have no instance at present.
  public static func build(
    _ nodes: [GraphNode], clusterLabels: [String: [String: String]] = [:], applicationSets: Set<String> = []
  ) -> DependencyGraph {
    var builder = DependencyGraphBuilder(nodes, clusterLabels: clusterLabels, applicationSets: applicationSets)
    return builder.build()
  }

  /// What is wrong, for people. Cycles that run through the same lines (one on every cluster, say) are told once.
  public var diagnostics: [Diagnostic] {
    var told: [[SourcePosition?]: Int] = [:]
    var result: [(problem: GraphProblem, more: Int)] = []
    for problem in problems {
      if case .cycle(let steps) = problem.kind {
        let places = steps.map(\.dependency.position)
        if let known = told[places], places.contains(where: { $0 != nil }) {
          result[known].more += 1
          continue
        }
        told[places] = result.count
      }
      result.append((problem, 0))
    }
    return result.map { problem, more in
      let rest =
        more == 0 ? "" : more == 1 ? "; one more cycle runs through the same lines" : "; \(more) more cycles run through the same lines"
      let name = problem.instances.first.flatMap { index[$0] }.map { nodes[$0].name }
      return Diagnostic(
        problem.isError ? .error : .warning, problem.message + rest, at: problem.position, subject: name.map { "Application \($0)" })
    }
  }

  /// The instances that stay, level by level: those of a level wait only for lower levels. By name within a level.
  public var levels: [[InstanceID]] { Self.divide(nodes, level) { !$0.isRemoved } }

  /// The instances that are to be removed, level by level in the order of their removal: dependants before what they need.
  public var removalLevels: [[InstanceID]] { Self.divide(nodes, removalLevel) { $0.isRemoved } }

  /// The step of the order in which an instance is synced, or removed, counted from 0; nil for one that is not in the graph.
  public func step(of id: InstanceID) -> Int? {
    index[id].map { nodes[$0].isRemoved ? removalLevel[$0] : level[$0] }
  }

  /// What an instance waits for, entry by entry.
  public func edges(of id: InstanceID) -> [DependencyEdge] {
    guard let number = index[id] else { return [] }
    return edges[number].map { edge in
      DependencyEdge(
        from: id, dependency: nodes[number].dependsOn[edge.dependency],
        targets: (edge.vertex < nodes.count ? [edge.vertex] : members[edge.vertex - nodes.count]).map { nodes[$0].id })
    }
  }

  /// The instances that an instance waits for directly, by name, each once.
  public func dependencies(of id: InstanceID) -> [InstanceID] {
    guard let number = index[id] else { return [] }
    var found: Set<Int> = []
    for edge in edges[number] {
      if edge.vertex < nodes.count { found.insert(edge.vertex) } else { found.formUnion(members[edge.vertex - nodes.count]) }
    }
    return found.sorted().map { nodes[$0].id }
  }

  /// The instances that stay and wait directly for an instance, by name, each once: who is to be looked at when it changes.
  public func dependents(of id: InstanceID) -> [InstanceID] {
    guard let number = index[id] else { return [] }
    var found: Set<Int> = []
    for vertex in dependentEdges[number] {
      if vertex < nodes.count { found.insert(vertex) } else { found.formUnion(dependentEdges[vertex]) }
    }
    return found.sorted().map { nodes[$0].id }
  }

  private static func divide(_ nodes: [GraphNode], _ level: [Int], _ included: (GraphNode) -> Bool) -> [[InstanceID]] {
    var result: [[InstanceID]] = []
    for (number, node) in nodes.enumerated() where included(node) {
      while result.count <= level[number] { result.append([]) }
      result[level[number]].append(node.id)
    }
    return result
  }
}

import FleetModel
import FoundationEssentials

/// Whether dependants of instances may go on; judged once for each group in a decision.
///
/// Ready is what is at the revision that it should be at *now*, has nothing running, and was seen healthy after it got there.
struct Readiness {
  /// What keeps the dependants of a vertex waiting.
  struct Blocked {
    /// The first instance that is not ready, by name.
    var first: Int
    var state: Unready
    /// How many are not ready.
    var count: Int
  }

  private enum Known {
    case unjudged
    case ready
    case blocked(Blocked)
  }

  private let graph: DependencyGraph
  private var groups: [Known]

  init(_ graph: DependencyGraph) {
    self.graph = graph
    groups = Array(repeating: .unjudged, count: graph.members.count)
  }

  /// What an instance waits for; nil when all of its dependencies are ready.
  mutating func blocked(_ number: Int, _ states: StateTable) -> Blocked? {
    var result: Blocked?
    for edge in graph.edges[number] {
      guard let blocked = judge(edge.vertex, states) else { continue }
      if result == nil { result = blocked } else { result?.count += blocked.count }
    }
    return result
  }

  private mutating func judge(_ vertex: Int, _ states: StateTable) -> Blocked? {
    guard vertex >= graph.nodes.count else {
      return Self.judge(instance: vertex, states).map { Blocked(first: vertex, state: $0, count: 1) }
    }
    let group = vertex - graph.nodes.count
    switch groups[group] {
    case .ready: return nil
    case .blocked(let blocked): return blocked
    case .unjudged:
      var result: Blocked?
      for member in graph.members[group] {
        // What goes away is no longer waited for.
        guard !graph.nodes[member].isRemoved, let state = Self.judge(instance: member, states) else { continue }
        if result == nil { result = Blocked(first: member, state: state, count: 1) } else { result?.count += 1 }
      }
      groups[group] = result.map { .blocked($0) } ?? .ready
      return result
    }
  }

  /// Why the dependants of an instance cannot go on; nil when they can.
  static func judge(instance number: Int, _ states: StateTable) -> Unready? {
    guard let state = states.state(number) else { return .unknown }
    if state.isRemoved || states.graph.nodes[number].isRemoved { return .removed }
    let cluster = states.graph.nodes[number].cluster
    if case .offline = states.condition(cluster) { return .offline(cluster: cluster) }
    if let since = state.runningSince { return .syncing(since: since) }
    guard let desired = state.desired else { return .unrendered(state.problem ?? "") }
    guard let synced = state.synced, synced.target.digest == desired.digest else {
      if let failures = state.failures, failures.digest == desired.digest { return .failed(failures.message) }
      return state.synced == nil ? .neverSynced : .outOfSync(desired: desired.revision)
    }
    if let drift = state.drift { return .drifted(drift) }
    guard let health = state.health, health.digest == synced.target.digest, health.at >= synced.at else { return .notSampled }
    return health.isHealthy ? nil : .unhealthy(status: health.status, message: health.message)
  }
}

/// The states of a snapshot by the numbers of the graph.
struct StateTable {
  let graph: DependencyGraph
  private let instances: [InstanceState]
  private let clusters: [String: ClusterCondition]
  private var position: [Int]
  /// States of instances that the graph does not know.
  private(set) var strangers: [InstanceID] = []

  init(_ snapshot: Snapshot, _ graph: DependencyGraph) {
    self.graph = graph
    instances = snapshot.instances
    clusters = snapshot.clusters
    position = Array(repeating: -1, count: graph.nodes.count)
    for place in instances.indices {
      // Where the caller keeps the states in the graph's order no look-up is needed.
      if place < graph.nodes.count, graph.nodes[place].id == instances[place].id {
        position[place] = place
      } else if let number = graph.index[instances[place].id] {
        position[number] = place
      } else {
        strangers.append(instances[place].id)
      }
    }
  }

  func state(_ number: Int) -> InstanceState? {
    position[number] < 0 ? nil : instances[position[number]]
  }

  func condition(_ cluster: String) -> ClusterCondition? { clusters[cluster] }
}

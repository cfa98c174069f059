import Document
import FleetModel
import FoundationEssentials
import Testing

@testable import Scheduling

/// A fleet that grows and lives at random, with its own simple idea of what may happen.
private struct RandomFleet {
  var random: SeededGenerator
  var nodes: [GraphNode] = []
  var states: [InstanceState] = []
  var clusters: [String: ClusterCondition] = [:]
  var limits = SyncLimits()
  var now = 0.0

  init(seed: UInt64, offline: Bool) {
    random = SeededGenerator(state: seed)
    let clusterCount = Int.random(in: 1...5, using: &random)
    for number in 0..<clusterCount {
      let isOffline = offline && Int.random(in: 0..<4, using: &random) == 0
      clusters["c\(number)"] = isOffline ? .offline(since: time(0), message: "no route") : .online
    }
    limits = SyncLimits(perCluster: Int.random(in: 1...4, using: &random), fleet: Int.random(in: 1...8, using: &random))
    let count = Int.random(in: 1...60, using: &random)
    for number in 0..<count {
      // Only earlier sets and names are depended on: no cycle.
      let layer = number * 4 / count
      var dependsOn: [Dependency] = []
      if number > 0, Bool.random(using: &random) { dependsOn.append(on("n\(Int.random(in: 0..<number, using: &random))")) }
      if layer > 0, Bool.random(using: &random) {
        dependsOn.append(onSet("s\(Int.random(in: 0..<layer, using: &random))", Bool.random(using: &random) ? .fleet : .sameCluster))
      }
      if layer > 0, Int.random(in: 0..<4, using: &random) == 0 { dependsOn.append(onLabels(["layer": "\(layer - 1)"], .fleet)) }
      nodes.append(
        GraphNode(
          id: id("n\(number)"), name: "n\(number)", cluster: "c\(Int.random(in: 0..<clusterCount, using: &random))",
          applicationSet: "s\(layer)",
          labels: ["layer": "\(layer)"], dependsOn: dependsOn))
      states.append(.new("n\(number)"))
    }
    nodes.shuffle(using: &random)
  }

  func place(_ id: InstanceID) -> Int? { states.firstIndex { $0.id == id } }
  func node(_ id: InstanceID) -> GraphNode? { nodes.first { $0.id == id } }

  /// Every instance that an entry stands for, found by looking at all.
  func targets(_ dependency: Dependency, of node: GraphNode) -> [GraphNode] {
    nodes.filter { other in
      guard other.id != node.id else { return false }
      switch dependency.scope {
      case .fleet: break
      case .sameCluster: guard other.cluster == node.cluster else { return false }
      case .clusters: return false
      }
      return switch dependency.target {
      case .application(let name): other.name == name
      case .applicationSet(let name): other.applicationSet == name
      case .selector(let selector): selector.matches(other.labels)
      }
    }
  }

  func isReady(_ id: InstanceID) -> Bool {
    guard let place = place(id), let node = node(id), case .online = clusters[node.cluster] else { return false }
    let state = states[place]
    return state.runningSince == nil && state.synced?.target == state.desired && state.drift == nil && state.health?.status == "Healthy"
      && state.health?.digest == state.desired?.digest && (state.health?.at ?? time(-1)) >= (state.synced?.at ?? time(0))
  }

  func isBlockedByOffline(_ node: GraphNode, _ seen: Set<InstanceID> = []) -> Bool {
    if case .offline = clusters[node.cluster] { return true }
    return node.dependsOn.contains { entry in
      targets(entry, of: node).contains { !seen.contains($0.id) && isBlockedByOffline($0, seen.union([node.id])) }
    }
  }

  /// One decision, checked, and carried out.
  mutating func step(_ graph: DependencyGraph, failures: Bool) -> [String] {
    let decisions = Scheduler.decide(Snapshot(instances: states, clusters: clusters, limits: limits), graph: graph, now: time(now))
    var broken: [String] = []
    states.shuffle(using: &random)
    let again = Scheduler.decide(Snapshot(instances: states, clusters: clusters, limits: limits), graph: graph, now: time(now))
    if decisions != again { broken.append("another order of the states decides otherwise") }
    for start in decisions.start {
      guard let node = node(start.instance), let place = place(start.instance) else { continue }
      for entry in node.dependsOn {
        for target in targets(entry, of: node) where !isReady(target.id) {
          broken.append("\(node.name) starts before \(target.name) is ready")
        }
      }
      if case .online = clusters[node.cluster] {} else { broken.append("\(node.name) starts on \(node.cluster)") }
      if states[place].runningSince != nil { broken.append("\(node.name) starts twice") }
    }
    for start in decisions.start {
      if let place = place(start.instance) { states[place].runningSince = time(now) }
    }
    let running = states.filter { $0.runningSince != nil }
    if running.count > limits.fleet { broken.append("\(running.count) at once in the fleet") }
    for cluster in clusters.keys {
      let here = running.filter { node($0.id)?.cluster == cluster }.count
      if here > limits.perCluster { broken.append("\(here) at once on \(cluster)") }
    }
    // Some of what runs ends, some becomes healthy, time passes.
    now += Double.random(in: 0.1...5, using: &random)
    for place in states.indices {
      if states[place].runningSince != nil, Bool.random(using: &random), let desired = states[place].desired {
        states[place].runningSince = nil
        if failures, Int.random(in: 0..<5, using: &random) == 0 {
          let count = (states[place].failures?.count ?? 0) + 1
          states[place].failures = InstanceState.Failures(count: count, digest: desired.digest, message: "boom", at: time(now))
        } else {
          states[place].synced = InstanceState.Synced(desired, at: time(now))
          states[place].failures = nil
        }
      } else if let synced = states[place].synced, Bool.random(using: &random) {
        let healthy = !failures || Int.random(in: 0..<4, using: &random) > 0
        states[place].health = HealthSample(status: healthy ? "Healthy" : "Progressing", digest: synced.target.digest, at: time(now))
      }
    }
    return broken
  }
}

@Suite struct PropertyTests {
  @Test(arguments: 0..<60) func nothingStartsTooEarlyOrBeyondTheLimits(_ seed: Int) {
    var fleet = RandomFleet(seed: UInt64(seed), offline: true)
    let graph = DependencyGraph.build(fleet.nodes, applicationSets: ["s0", "s1", "s2", "s3"])
    var broken: [String] = []
    for step in 0..<60 where broken.isEmpty {
      broken = fleet.step(graph, failures: true)
      if step == 30 {
        for place in fleet.states.indices where Bool.random(using: &fleet.random) { fleet.states[place].desired = target("2") }
      }
    }
    #expect(broken.isEmpty, "seed \(seed): \(broken)")
  }

  @Test(arguments: 0..<60) func everythingThatCanComesThrough(_ seed: Int) {
    var fleet = RandomFleet(seed: UInt64(seed) + 1000, offline: true)
    let graph = DependencyGraph.build(fleet.nodes, applicationSets: ["s0", "s1", "s2", "s3"])
    var steps = 0
    while steps < 2000, fleet.nodes.contains(where: { !fleet.isReady($0.id) && !fleet.isBlockedByOffline($0) }) {
      _ = fleet.step(graph, failures: false)
      steps += 1
    }
    let stuck = fleet.nodes.filter { !fleet.isReady($0.id) && !fleet.isBlockedByOffline($0) }.map(\.name)
    #expect(stuck.isEmpty, "seed \(seed): \(stuck) after \(steps) steps")
    let early = fleet.nodes.filter { fleet.isBlockedByOffline($0) && fleet.isReady($0.id) }.map(\.name)
    #expect(early.isEmpty, "seed \(seed): \(early) came through without their dependencies")
  }

  @Test(arguments: 0..<40) func levelsRespectEveryEdgeAndTheOrderOfTheNodesDoesNotMatter(_ seed: Int) {
    var fleet = RandomFleet(seed: UInt64(seed) + 2000, offline: false)
    let graph = DependencyGraph.build(fleet.nodes, applicationSets: ["s0", "s1", "s2", "s3"])
    for node in fleet.nodes {
      let expected = Set(node.dependsOn.flatMap { fleet.targets($0, of: node) }.map(\.id))
      let found = graph.dependencies(of: node.id)
      let inOrder = found.allSatisfy { (graph.step(of: $0) ?? 0) < (graph.step(of: node.id) ?? 0) }
      #expect(Set(found) == expected && inOrder, "seed \(seed), \(node.name): \(found), expected \(expected)")
    }
    fleet.nodes.shuffle(using: &fleet.random)
    #expect(DependencyGraph.build(fleet.nodes, applicationSets: ["s0", "s1", "s2", "s3"]).levels == graph.levels)
  }
}

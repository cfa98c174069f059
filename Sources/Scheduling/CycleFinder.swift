import Document
import FleetModel

/// Finds and words a shortest cycle among instances that all lie on cycles with each other.
struct CycleFinder {
  let nodes: [GraphNode]
  let edges: [[DependencyGraph.Edge]]
  let members: [[Int]]
  /// The instances of one strongly connected component, ascending.
  let component: [Int]

  /// From how many instances a cycle is looked for; each costs a walk over the component.
  private static let starts = 32

  /// The shortest cycle found, beginning with its first instance by name.
  func shortest() -> [CycleStep] {
    let inside = Set(component)
    var best: [CycleStep] = []
    for start in component.prefix(Self.starts) {
      let found = cycle(through: start, inside, shorterThan: best.isEmpty ? Int.max : best.count)
      if !found.isEmpty { best = found }
      if best.count == 2 { break }
    }
    guard let first = best.indices.min(by: { ByteOrder.less(best[$0].name, best[$1].name) }) else { return best }
    return Array(best[first...] + best[..<first])
  }

  /// Breadth first from the start; a group's members are visited once, whoever leads to it.
  private func cycle(through start: Int, _ inside: Set<Int>, shorterThan limit: Int) -> [CycleStep] {
    var cameFrom: [Int: (instance: Int, entry: Int)] = [:]
    var distance: [Int: Int] = [start: 1]
    var opened: Set<Int> = []
    var queue = [start]
    var next = 0
    while next < queue.count {
      let instance = queue[next]
      next += 1
      let reached = distance[instance] ?? 1
      guard reached < limit else { return [] }
      for edge in edges[instance] {
        let group = edge.vertex - nodes.count
        let closes = group < 0 ? edge.vertex == start : instance != start && contains(start, in: members[group])
        if closes && instance != start { return steps(to: instance, closing: edge.dependency, from: start, cameFrom) }
        guard group < 0 || opened.insert(group).inserted else { continue }
        for target in group < 0 ? [edge.vertex] : members[group] where inside.contains(target) && distance[target] == nil {
          distance[target] = reached + 1
          cameFrom[target] = (instance, edge.dependency)
          queue.append(target)
        }
      }
    }
    return []
  }

  private func contains(_ instance: Int, in group: [Int]) -> Bool {
    var low = 0
    var high = group.count
    while low < high {
      let middle = (low + high) / 2
      if group[middle] == instance { return true }
      if group[middle] < instance { low = middle + 1 } else { high = middle }
    }
    return false
  }

  private func steps(to last: Int, closing entry: Int, from start: Int, _ cameFrom: [Int: (instance: Int, entry: Int)]) -> [CycleStep] {
    var result = [step(last, entry)]
    var current = last
    while current != start, let back = cameFrom[current] {
      result.append(step(back.instance, back.entry))
      current = back.instance
    }
    return result.reversed()
  }

  private func step(_ instance: Int, _ entry: Int) -> CycleStep {
    CycleStep(instance: nodes[instance].id, name: nodes[instance].name, dependency: nodes[instance].dependsOn[entry])
  }

  /// `dependency cycle a → b → a (fleet/x.yaml:12, fleet/y.yaml:3)`, and how many more instances lie on such cycles.
  func message(_ steps: [CycleStep]) -> String {
    guard let first = steps.first else { return "dependency cycle" }
    let path = (steps.map(\.name) + [first.name]).joined(separator: " → ")
    let places = steps.map { step in step.dependency.position.map { "\($0.file):\($0.line)" } ?? "place unknown" }
    let rest = component.count - steps.count
    let more =
      rest == 0
      ? "" : rest == 1 ? "; one more application lies on a cycle with them" : "; \(rest) more applications lie on cycles with them"
    return "dependency cycle \(path) (\(places.joined(separator: ", ")))\(more)"
  }
}

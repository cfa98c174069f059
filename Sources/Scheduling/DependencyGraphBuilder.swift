import Document
import FleetModel

/// Builds a ``DependencyGraph`` in time linear in instances, entries and group members.
struct DependencyGraphBuilder {
  private let nodes: [GraphNode]
  private let index: [InstanceID: Int]
  private var resolver: DependencyResolver
  private var edges: [[DependencyGraph.Edge]]
  private var problems: [GraphProblem] = []
  private var holds: [HoldReason?]
  /// Names that were looked for in vain, with the nearest known one: a thousand instances often share one mistake.
  private var nearest: [Dependency.Target: String?] = [:]

  /// How many different dangling names get a suggestion; each costs a comparison with every known name.
  private static let suggestions = 50

  init(_ given: [GraphNode], clusterLabels: [String: [String: String]], applicationSets: Set<String>) {
    var seen: Set<InstanceID> = []
    nodes = given.filter { seen.insert($0.id).inserted }.sorted { left, right in
      let order = ByteOrder.compare(left.name, right.name)
      return order == 0 ? left.id < right.id : order < 0
    }
    var index: [InstanceID: Int] = [:]
    index.reserveCapacity(nodes.count)
    for (number, node) in nodes.enumerated() { index[node.id] = number }
    self.index = index
    resolver = DependencyResolver(nodes, clusterLabels: clusterLabels, knownSets: applicationSets)
    edges = Array(repeating: [], count: nodes.count)
    holds = Array(repeating: nil, count: nodes.count)
  }

  mutating func build() -> DependencyGraph {
    for number in nodes.indices {
      for entry in nodes[number].dependsOn.indices { resolve(number, entry) }
    }
    leaveOutOneself()
    let syncs = adjacency {
      !$0.isRemoved
    } includesMember: {
      !$0.isRemoved
    }
    let components = StrongComponents(syncs)
    let reversed = syncs.reversed()
    holdCycles(syncs, components, reversed)
    let anyRemoved = nodes.contains { $0.isRemoved }
    let removalEdges =
      anyRemoved
      ? adjacency {
        $0.isRemoved
      } includesMember: {
        $0.isRemoved
      } : Adjacency()
    let removals = anyRemoved ? StrongComponents(removalEdges) : nil
    var held: [InstanceID: HoldReason] = [:]
    for (number, reason) in holds.enumerated() where reason != nil { held[nodes[number].id] = reason }
    return DependencyGraph(
      nodes: nodes, problems: sortedProblems(), held: held, index: index, edges: edges, members: resolver.members, syncs: syncs,
      removals: removals, removalEdges: removalEdges, dependentEdges: reversed, level: levels(syncs, components),
      removalLevel: removals.map { removalLevels(removalEdges, $0) } ?? Array(repeating: 0, count: nodes.count), holds: holds)
  }

  // MARK: Entries

  private mutating func resolve(_ number: Int, _ entry: Int) {
    let dependency = nodes[number].dependsOn[entry]
    let removed = nodes[number].isRemoved
    if dependency.ready != nil, !removed {
      report(
        .readyExpression, [number], dependency,
        "`ready` of \(dependency.summary) is not evaluated yet: it counts as ready when it is synced and healthy")
    }
    switch resolver.resolve(dependency, of: number) {
    case .instance(let target): edges[number].append(DependencyGraph.Edge(dependency: entry, vertex: target))
    case .group(let group): edges[number].append(DependencyGraph.Edge(dependency: entry, vertex: nodes.count + group))
    case .itself: if !removed { reportSelf(number, dependency) }
    case .nothing:
      guard !removed, case .selector = dependency.target else { return }
      report(.matchesNothing, [number], dependency, "depends on \(dependency.summary), of which there is none: nothing is waited for")
    case .dangling:
      // What is on its way out may well depend on something that is gone already.
      guard !removed else { return }
      let name = nearestName(dependency.target)
      let hint = name.map { ": did you mean \"\($0)\"?" } ?? ""
      let text = "depends on \(dependency.summary), which no definition produces\(hint)"
      report(.dangling(nearest: name), [number], dependency, text)
      holds[number] = .dangling(dependency.position.map { "\(text) (\($0.file):\($0.line))" } ?? text)
    }
  }

  private mutating func reportSelf(_ number: Int, _ dependency: Dependency) {
    report(.selfDependency, [number], dependency, "depends on itself through \(dependency.summary): the entry is left out")
  }

  private mutating func report(_ kind: GraphProblem.Kind, _ instances: [Int], _ dependency: Dependency, _ message: String) {
    problems.append(
      GraphProblem(kind: kind, instances: instances.map { nodes[$0].id }, message: message, position: dependency.position))
  }

  private mutating func nearestName(_ target: Dependency.Target) -> String? {
    if let known = nearest[target] { return known }
    guard nearest.count < Self.suggestions else { return nil }
    let wanted: String
    switch target {
    case .application(let name), .applicationSet(let name): wanted = name
    case .selector: return nil
    }
    let found = NearestName.find(wanted, in: resolver.knownNames(for: target).sorted(by: ByteOrder.less))
    nearest[target] = .some(found)
    return found
  }

  private func sortedProblems() -> [GraphProblem] {
    problems.enumerated().sorted { left, right in
      if left.element.isError != right.element.isError { return left.element.isError }
      let first = left.element.instances.first.flatMap { index[$0] } ?? 0
      let second = right.element.instances.first.flatMap { index[$0] } ?? 0
      return first == second ? left.offset < right.offset : first < second
    }.map(\.element)
  }

  // MARK: Groups that hold the one who waits for them

  /// An instance that waits for a group which it belongs to means the others. Where two of a group do so, they wait for each
  /// other, and that is a cycle to report.
  private mutating func leaveOutOneself() {
    var waiting: [Int: [Int]] = [:]
    for number in nodes.indices {
      for edge in edges[number] where edge.vertex >= nodes.count && resolver.contains(number, in: edge.vertex - nodes.count) {
        let group = edge.vertex - nodes.count
        if waiting[group]?.last != number { waiting[group, default: []].append(number) }
      }
    }
    for (group, instances) in waiting.sorted(by: { $0.key < $1.key }) {
      for removed in [false, true] {
        let concerned = instances.filter { nodes[$0].isRemoved == removed }
        guard concerned.count == 1, let number = concerned.first else { continue }
        let resolution = resolver.group(group, without: number)
        var kept: [DependencyGraph.Edge] = []
        for var edge in edges[number] {
          if edge.vertex == nodes.count + group {
            guard case .group(let others) = resolution else {
              if !removed { reportSelf(number, nodes[number].dependsOn[edge.dependency]) }
              continue
            }
            edge.vertex = nodes.count + others
          }
          kept.append(edge)
        }
        edges[number] = kept
      }
    }
  }

  private func adjacency(
    _ includes: (GraphNode) -> Bool, includesMember: (GraphNode) -> Bool
  ) -> Adjacency {
    var result = Adjacency(capacity: nodes.count + resolver.members.count)
    for number in nodes.indices { result.append(includes(nodes[number]) ? edges[number].map(\.vertex) : []) }
    for group in resolver.members { result.append(group.filter { includesMember(nodes[$0]) }) }
    return result
  }

  // MARK: Cycles

  private mutating func holdCycles(_ syncs: Adjacency, _ components: StrongComponents, _ reversed: Adjacency) {
    guard components.sizes.contains(where: { $0 > 1 }) else { return }
    var cyclic: [Int: [Int]] = [:]
    for number in nodes.indices where components.isCyclic(number) { cyclic[components.component[number], default: []].append(number) }
    var origin: [Int] = Array(repeating: -1, count: syncs.count)
    var texts: [String] = Array(repeating: "", count: nodes.count)
    var queue: [Int] = []
    for component in cyclic.values.sorted(by: { $0[0] < $1[0] }) {
      let finder = CycleFinder(nodes: nodes, edges: edges, members: resolver.members, component: component)
      let steps = finder.shortest()
      let text = finder.message(steps)
      problems.append(
        GraphProblem(
          kind: .cycle(steps), instances: component.map { nodes[$0].id }, message: text, position: steps.first?.dependency.position))
      for number in component {
        holds[number] = .cycle(text)
        texts[number] = text
        origin[number] = number
        queue.append(number)
      }
    }
    var next = 0
    while next < queue.count {
      let vertex = queue[next]
      next += 1
      for dependent in reversed[vertex] where origin[dependent] < 0 {
        guard dependent < nodes.count else {
          // A group passes on the member through which it was reached first.
          origin[dependent] = vertex
          queue.append(dependent)
          continue
        }
        let via = vertex < nodes.count ? vertex : origin[vertex]
        origin[dependent] = dependent
        texts[dependent] = texts[via]
        holds[dependent] = .behindCycle(via: nodes[via].id, name: nodes[via].name, cycle: texts[via])
        queue.append(dependent)
      }
    }
  }

  // MARK: Levels

  /// The longest way down from every instance; groups are as high as their highest member.
  private func levels(_ graph: Adjacency, _ components: StrongComponents) -> [Int] {
    var level = Array(repeating: 0, count: graph.count)
    var componentLevel = Array(repeating: -1, count: components.sizes.count)
    for vertex in components.order {
      let component = components.component[vertex]
      var highest = -1
      for target in graph[vertex] where components.component[target] != component {
        highest = max(highest, componentLevel[components.component[target]])
      }
      let own = vertex < nodes.count || components.isCyclic(vertex) ? highest + 1 : highest
      componentLevel[component] = max(componentLevel[component], own)
    }
    for vertex in nodes.indices { level[vertex] = max(0, componentLevel[components.component[vertex]]) }
    return level
  }

  /// The longest way up from every instance to be removed: what nothing depends on goes first.
  private func removalLevels(_ graph: Adjacency, _ components: StrongComponents) -> [Int] {
    var componentLevel = Array(repeating: 0, count: components.sizes.count)
    for vertex in components.order.reversed() {
      let component = components.component[vertex]
      let step = vertex < nodes.count ? 1 : 0
      for target in graph[vertex] where components.component[target] != component {
        let below = components.component[target]
        componentLevel[below] = max(componentLevel[below], componentLevel[component] + step)
      }
    }
    return nodes.indices.map { componentLevel[components.component[$0]] }
  }
}

import Document
import FleetModel

/// Finds the instances that `dependsOn` entries stand for.
///
/// An entry that stands for many instances leads to a *group* vertex, which leads to its members; entries that stand for the
/// same instances share the group. A thousand instances that wait for a set of a thousand are two thousand edges, not a million.
struct DependencyResolver {
  /// Where an entry leads.
  enum Resolution {
    case instance(Int)
    case group(Int)
    /// Nothing, and that is a mistake in the definitions.
    case dangling
    /// Nothing, which may be so.
    case nothing
    /// Only the instance itself.
    case itself
  }

  private struct GroupKey: Hashable {
    var target: Dependency.Target
    var cluster: String?
    var clusters: LabelSelector?
    /// Set when the group was made for one of its own members, which is left out of it.
    var without: Int?
  }

  private struct Label: Hashable {
    var key: String
    var value: String
  }

  private let nodes: [GraphNode]
  private let clusterLabels: [String: [String: String]]
  private let knownSets: Set<String>
  private var named: [String: [Int]] = [:]
  private var sets: [String: [Int]] = [:]
  private var labelled: [Label: [Int]] = [:]
  private var groups: [GroupKey: Int] = [:]
  private var keys: [GroupKey?] = []
  private var matchingClusters: [LabelSelector: Set<String>] = [:]

  /// The members of every group, ascending.
  private(set) var members: [[Int]] = []

  init(_ nodes: [GraphNode], clusterLabels: [String: [String: String]], knownSets: Set<String>) {
    self.nodes = nodes
    self.clusterLabels = clusterLabels
    self.knownSets = knownSets
    for (index, node) in nodes.enumerated() {
      named[node.name, default: []].append(index)
      guard !node.applicationSet.isEmpty else { continue }
      sets[node.applicationSet, default: []].append(index)
      if let short = Self.withoutNamespace(node.applicationSet) { sets[short, default: []].append(index) }
    }
    let selects = nodes.contains { node in
      node.dependsOn.contains { if case .selector = $0.target { true } else { false } }
    }
    guard selects else { return }
    for (index, node) in nodes.enumerated() {
      for (key, value) in node.labels { labelled[Label(key: key, value: value), default: []].append(index) }
    }
  }

  private static func withoutNamespace(_ set: String) -> String? {
    guard let slash = set.lastIndex(of: "/") else { return nil }
    return String(set[set.index(after: slash)...])
  }

  /// The names that a dangling entry of this kind could have meant.
  func knownNames(for target: Dependency.Target) -> [String] {
    switch target {
    case .application: Array(named.keys)
    case .applicationSet: Array(Set(sets.keys).union(knownSets))
    case .selector: []
    }
  }

  /// Finds what an entry of an instance stands for.
  mutating func resolve(_ dependency: Dependency, of index: Int) -> Resolution {
    if case .application(let name) = dependency.target { return resolveName(name, dependency.scope, of: index) }
    var key = GroupKey(target: dependency.target)
    switch dependency.scope {
    case .sameCluster: key.cluster = nodes[index].cluster
    case .fleet: break
    case .clusters(let selector): key.clusters = selector
    }
    let group = self.group(key)
    guard members[group].isEmpty else { return .group(group) }
    guard case .applicationSet(let name) = dependency.target else { return .nothing }
    // A set that exists but has nothing here is no mistake: platform may be on production clusters only.
    return sets[name] == nil && !knownSets.contains(name) ? .dangling : .nothing
  }

  /// A name stands for what is to stay; only where nothing of that name stays, for what is being removed.
  private mutating func resolveName(_ name: String, _ scope: Dependency.Scope, of index: Int) -> Resolution {
    var all = named[name] ?? []
    switch scope {
    case .fleet: break
    case .sameCluster: all = all.filter { nodes[$0].cluster == nodes[index].cluster }
    case .clusters(let selector):
      let clusters = self.clusters(matching: selector)
      all = all.filter { clusters.contains(nodes[$0].cluster) }
    }
    guard !all.isEmpty else { return .dangling }
    let staying = all.filter { !nodes[$0].isRemoved }
    let others = (staying.isEmpty || nodes[index].isRemoved ? all : staying).filter { $0 != index }
    guard let first = others.first else { return .itself }
    if others.count == 1 { return .instance(first) }
    return .group(add(nil, others))
  }

  /// A group without one of its members, for that member: the instances labelled `tier: db` may wait for `tier: db`,
  /// which means the others.
  mutating func group(_ group: Int, without index: Int) -> Resolution {
    guard var key = keys[group] else { return .group(group) }
    key.without = index
    if let known = groups[key] { return members[known].isEmpty ? .itself : .group(known) }
    let added = add(key, members[group].filter { $0 != index })
    return members[added].isEmpty ? .itself : .group(added)
  }

  /// Whether an instance is in a group.
  func contains(_ index: Int, in group: Int) -> Bool {
    let list = members[group]
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle] == index { return true }
      if list[middle] < index { low = middle + 1 } else { high = middle }
    }
    return false
  }

  private mutating func add(_ key: GroupKey?, _ list: [Int]) -> Int {
    if let key { groups[key] = members.count }
    keys.append(key)
    members.append(list)
    return members.count - 1
  }

  private mutating func group(_ key: GroupKey) -> Int {
    if let known = groups[key] { return known }
    if key.cluster != nil { addPerCluster(key.target) }
    if let known = groups[key] { return known }
    guard key.cluster == nil else { return add(key, []) }
    let all = instances(of: key.target)
    guard let selector = key.clusters else { return add(key, all) }
    let clusters = self.clusters(matching: selector)
    return add(key, all.filter { clusters.contains(nodes[$0].cluster) })
  }

  /// Divides a target's instances by cluster, once for all clusters.
  private mutating func addPerCluster(_ target: Dependency.Target) {
    let marker = GroupKey(target: target, cluster: "", clusters: nil, without: -1)
    guard groups[marker] == nil else { return }
    _ = add(marker, [])
    var divided: [String: [Int]] = [:]
    for index in instances(of: target) { divided[nodes[index].cluster, default: []].append(index) }
    for (cluster, list) in divided.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      _ = add(GroupKey(target: target, cluster: cluster), list)
    }
  }

  private mutating func clusters(matching selector: LabelSelector) -> Set<String> {
    if let known = matchingClusters[selector] { return known }
    var names: Set<String> = []
    for (name, labels) in clusterLabels where selector.matches(labels) { names.insert(name) }
    matchingClusters[selector] = names
    return names
  }

  private func instances(of target: Dependency.Target) -> [Int] {
    switch target {
    case .application(let name): return named[name] ?? []
    case .applicationSet(let name): return sets[name] ?? []
    case .selector(let selector):
      // The shortest list of the labels that must be equal bounds the search.
      var candidates: [Int]?
      for (key, value) in selector.matchLabels {
        let list = labelled[Label(key: key, value: value)] ?? []
        if list.count < candidates?.count ?? Int.max { candidates = list }
      }
      return (candidates ?? Array(nodes.indices)).filter { selector.matches(nodes[$0].labels) }
    }
  }
}

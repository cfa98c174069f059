import Document
import FleetModel
import Templating

/// One cluster with the parameters that every set gets for it: they are made once, and again only when the cluster changes.
final class ClusterEntry: Sendable {
  let cluster: Cluster
  let isInCluster: Bool
  /// Nil where no set uses Go templates.
  let goTemplate: ParameterSet?
  /// Nil where no set uses classic templates.
  let classic: ParameterSet?

  init(_ cluster: Cluster, goTemplate: Bool, classic: Bool) {
    self.cluster = cluster
    isInCluster = cluster.serverURL == Cluster.inClusterURL
    func parameters(_ nested: Bool) -> ParameterSet {
      ParameterSet(
        ClusterEntry.values(cluster, nested: nested), key: "cluster=\(cluster.name)", element: "cluster \(cluster.name)")
    }
    self.goTemplate = goTemplate ? parameters(true) : nil
    self.classic = classic ? parameters(false) : nil
  }

  func parameters(goTemplate nested: Bool) -> ParameterSet {
    let known = nested ? goTemplate : classic
    return known
      ?? ParameterSet(ClusterEntry.values(cluster, nested: nested), key: "cluster=\(cluster.name)", element: "cluster \(cluster.name)")
  }

  /// Whether generators see the same in both.
  static func same(_ left: Cluster, _ right: Cluster) -> Bool {
    ByteOrder.equal(left.name, right.name) && left.labels == right.labels && left.annotations == right.annotations
      && ByteOrder.equal(left.project, right.project) && ByteOrder.equal(left.serverURL, right.serverURL)
      && left.isRegistered == right.isRegistered
  }

  private static func values(_ cluster: Cluster, nested: Bool) -> TemplateMap {
    var entries: [(String, TemplateValue)] = [
      ("name", .string(cluster.name)), ("nameNormalized", .string(Names.normalize(cluster.name))),
      ("project", .string(cluster.project)), ("server", .string(cluster.serverURL)),
    ]
    guard cluster.isRegistered else { return TemplateMap(entries) }
    let annotations = cluster.annotations.sorted { ByteOrder.less($0.key, $1.key) }
    let labels = cluster.labels.sorted { ByteOrder.less($0.key, $1.key) }
    if nested {
      var metadata: [(String, TemplateValue)] = []
      if !annotations.isEmpty { metadata.append(("annotations", .stringMap(annotations.map { ($0.key, $0.value) }))) }
      if !labels.isEmpty { metadata.append(("labels", .stringMap(labels.map { ($0.key, $0.value) }))) }
      entries.insert(("metadata", .dictionary(metadata)), at: 0)
    } else {
      for (key, value) in annotations { entries.append(("metadata.annotations.\(key)", .string(value))) }
      for (key, value) in labels { entries.append(("metadata.labels.\(key)", .string(value))) }
    }
    return TemplateMap(entries)
  }
}

/// The clusters of one evaluation, sorted by name, with what can be kept of the evaluation before.
struct ClusterTable: Sendable {
  let entries: [ClusterEntry]
  /// The cluster that the hub runs in, which generators list where nobody registered it.
  let inCluster: ClusterEntry
  /// Why there is no list.
  let failure: String?

  init(_ list: ClusterList, goTemplate: Bool, classic: Bool, previous: ClusterTable?) {
    func entry(_ cluster: Cluster, _ known: ClusterEntry?) -> ClusterEntry {
      guard let known, !goTemplate || known.goTemplate != nil, !classic || known.classic != nil, ClusterEntry.same(known.cluster, cluster)
      else { return ClusterEntry(cluster, goTemplate: goTemplate, classic: classic) }
      return known
    }
    inCluster = entry(.inCluster, previous?.inCluster)
    switch list {
    case .failed(let reason):
      failure = reason
      entries = []
    case .clusters(let clusters):
      failure = nil
      // Where a name appears twice, which no honest list does, both stand in the order given.
      let sorted = clusters.enumerated().sorted { left, right in
        let order = ByteOrder.compare(left.element.name, right.element.name)
        return order == 0 ? left.offset < right.offset : order < 0
      }
      var old = (previous?.entries ?? [])[...]
      var result: [ClusterEntry] = []
      result.reserveCapacity(sorted.count)
      for (_, cluster) in sorted {
        while let first = old.first, ByteOrder.less(first.cluster.name, cluster.name) { old.removeFirst() }
        let known = old.first.flatMap { ByteOrder.equal($0.cluster.name, cluster.name) ? $0 : nil }
        if known != nil { old.removeFirst() }
        result.append(entry(cluster, known))
      }
      entries = result
    }
  }

  /// The clusters that are different, as they were and as they are; nil where one of the lists failed.
  static func changes(from old: ClusterTable, to new: ClusterTable) -> [Cluster]? {
    if old.failure != nil || new.failure != nil { return old.failure == new.failure ? [] : nil }
    var result: [Cluster] = []
    var left = old.entries[...]
    var right = new.entries[...]
    while let one = left.first, let two = right.first {
      if one === two {
        left.removeFirst()
        right.removeFirst()
        continue
      }
      let order = ByteOrder.compare(one.cluster.name, two.cluster.name)
      if order <= 0 {
        result.append(one.cluster)
        left.removeFirst()
      }
      if order >= 0 {
        result.append(two.cluster)
        right.removeFirst()
      }
    }
    return result + left.map(\.cluster) + right.map(\.cluster)
  }
}

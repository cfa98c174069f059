import Document
import FleetModel

/// What the inputs of an evaluation were, as far as one can tell later whether they still are.
struct World: Sendable {
  /// Which content a source had.
  enum Version: Sendable, Equatable {
    case commit(String)
    case failed(String)
    case missing
  }

  let clusters: ClusterTable
  let sources: [SourceKey: Version]
  let answers: [ExternalQuery: ExternalAnswer]
  let configMaps: [Value]
  let otherObjects: [Value]

  init(_ definitions: Definitions, _ inputs: EvaluationInputs, previous: World?) {
    var goTemplate = false
    var classic = false
    for set in definitions.applicationSets {
      if set.goTemplate { goTemplate = true } else { classic = true }
    }
    clusters = ClusterTable(inputs.clusters, goTemplate: goTemplate, classic: classic, previous: previous?.clusters)
    sources = inputs.sources.mapValues { state in
      switch state {
      case .tree(_, let commit): .commit(commit)
      case .failed(let reason): .failed(reason)
      case .missing: .missing
      }
    }
    answers = inputs.answers
    configMaps = definitions.configMaps
    otherObjects = definitions.otherObjects
  }
}

/// What is different between the inputs of two evaluations.
struct WorldChange {
  /// Clusters that came, went or changed, each as it was and as it is; nil where everything about clusters must be taken for new.
  private let clusters: [Cluster]?
  private let sources: Set<SourceKey>
  private let queries: Set<ExternalQuery>
  private let objects: Bool

  init(from old: World, to new: World) {
    clusters = ClusterTable.changes(from: old.clusters, to: new.clusters)
    var sources: Set<SourceKey> = []
    for (key, version) in new.sources {
      // A source without a commit may have changed without anybody having seen it.
      if version == .commit("") || old.sources[key] ?? .missing != version { sources.insert(key) }
    }
    for (key, version) in old.sources where new.sources[key] == nil && version != .missing { sources.insert(key) }
    self.sources = sources
    var queries: Set<ExternalQuery> = []
    for (query, answer) in new.answers where old.answers[query] != answer { queries.insert(query) }
    for query in old.answers.keys where new.answers[query] == nil { queries.insert(query) }
    self.queries = queries
    objects = old.configMaps != new.configMaps || old.otherObjects != new.otherObjects
  }

  /// Whether what was read may have changed.
  func touches(_ reads: ReadSet) -> Bool {
    if objects && reads.objects { return true }
    if !sources.isEmpty && !reads.sources.isDisjoint(with: sources) { return true }
    if !queries.isEmpty && !reads.queries.isDisjoint(with: queries) { return true }
    guard let clusters else { return reads.allClusters || !reads.selectors.isEmpty }
    if clusters.isEmpty { return false }
    return reads.allClusters || reads.selectors.contains { selector in clusters.contains { selector.matches($0.labels) } }
  }

  /// Whether the content of a source is what it was.
  func changed(_ source: SourceKey) -> Bool { sources.contains(source) }
}

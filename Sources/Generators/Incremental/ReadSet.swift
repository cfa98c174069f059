import FleetModel

/// What an evaluation, or a part of it, has looked at.
struct ReadSet: Sendable {
  var sources: Set<SourceKey> = []
  /// Selectors by which clusters were chosen.
  var selectors: Set<LabelSelector> = []
  /// Whether clusters were looked at in any other way.
  var allClusters = false
  var queries: Set<ExternalQuery> = []
  /// Whether ConfigMaps or objects of other kinds were looked at.
  var objects = false

  mutating func formUnion(_ other: ReadSet) {
    if !other.sources.isEmpty { sources.formUnion(other.sources) }
    if !other.selectors.isEmpty { selectors.formUnion(other.selectors) }
    if !other.queries.isEmpty { queries.formUnion(other.queries) }
    allClusters = allClusters || other.allClusters
    objects = objects || other.objects
  }
}

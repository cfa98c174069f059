import FleetModel
import Git

/// A repository at a revision, as generators name it.
public struct SourceKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The address as written (after templates).
  public var repoURL: String
  /// Branch, tag or commit as written; empty means HEAD.
  public var revision: String

  /// Makes a key; an empty revision is `HEAD`.
  public init(repoURL: String, revision: String) {
    self.repoURL = repoURL
    self.revision = revision.isEmpty ? "HEAD" : revision
  }

  /// `https://…@HEAD`.
  public var description: String { "\(repoURL)@\(revision)" }

  /// By address, then revision.
  public static func < (left: SourceKey, right: SourceKey) -> Bool {
    (left.repoURL, left.revision) < (right.repoURL, right.revision)
  }
}

/// What is known of a source.
public enum SourceState: Sendable {
  /// Its files at a commit; the commit is empty for a folder without history.
  case tree(any FileTree, commit: String)
  /// It could not be read, and why.
  case failed(String)
  /// Nobody has asked for it yet.
  case missing
}

/// The list of clusters, or why there is none: a list that failed is not an empty list.
public enum ClusterList: Sendable {
  /// All registered clusters.
  case clusters([Cluster])
  /// The list could not be read, and why.
  case failed(String)
}

/// Everything that an evaluation may see of the world.
public struct EvaluationInputs: Sendable {
  /// The registered clusters.
  public var clusters: ClusterList
  /// The sources that have been looked at so far.
  public var sources: [SourceKey: SourceState]
  /// What forges and plugins have answered so far.
  public var answers: [ExternalQuery: ExternalAnswer]
  /// What templates are told of time and chance.
  public var pins: TemplatePins

  /// Makes inputs.
  public init(
    clusters: ClusterList = .clusters([]), sources: [SourceKey: SourceState] = [:], answers: [ExternalQuery: ExternalAnswer] = [:],
    pins: TemplatePins = TemplatePins()
  ) {
    self.clusters = clusters
    self.sources = sources
    self.answers = answers
    self.pins = pins
  }

  /// Makes inputs from a list of clusters that was read completely.
  public init(
    clusters: [Cluster], sources: [SourceKey: SourceState] = [:], answers: [ExternalQuery: ExternalAnswer] = [:],
    pins: TemplatePins = TemplatePins()
  ) {
    self.init(clusters: .clusters(clusters), sources: sources, answers: answers, pins: pins)
  }

  /// The state of a source.
  public func source(_ key: SourceKey) -> SourceState { sources[key] ?? .missing }
}

import FleetModel
import FoundationEssentials

/// Whether a cluster can be worked on.
public enum ClusterCondition: Sendable, Hashable {
  /// It answers.
  case online
  /// It has not answered since then.
  case offline(since: Date, message: String)
  /// It has not been asked yet.
  case unknown
}

/// How much may happen at once.
public struct SyncLimits: Sendable, Hashable {
  /// Operations at once on one cluster.
  public var perCluster: Int
  /// Operations at once in the fleet.
  public var fleet: Int
  /// An operation that runs longer than this no longer counts against the fleet's limit (it still does against its
  /// cluster's): what is stuck must not keep others waiting.
  public var stalledAfter: Duration
  /// The pause between the end of a sync and the healing of drift, so that two controllers that undo each other's work do not
  /// do so as fast as they can.
  public var healPause: Duration
  /// The longest such pause: each heal that does not last makes the next one wait three times as long.
  public var longestHealPause: Duration

  /// Makes limits.
  public init(
    perCluster: Int = 10, fleet: Int = 200, stalledAfter: Duration = .seconds(60), healPause: Duration = .seconds(5),
    longestHealPause: Duration = .seconds(300)
  ) {
    self.longestHealPause = longestHealPause
    self.perCluster = perCluster
    self.fleet = fleet
    self.stalledAfter = stalledAfter
    self.healPause = healPause
  }

  /// The pause before drift is healed that was healed so many times in a row.
  public func healPause(after heals: Int) -> Duration {
    var pause = healPause
    for _ in 0..<min(max(0, heals), 20) where pause < longestHealPause { pause *= 3 }
    return min(pause, longestHealPause)
  }

  /// Whether drift that is seen now comes so soon after a heal that the two belong together.
  public func isSameFight(healedAt: Date, now: Date) -> Bool {
    healedAt.after(longestHealPause * 2) > now
  }

  /// The limits that a Fleet document sets.
  public init(_ limits: Fleet.Limits) {
    self.init(perCluster: limits.perCluster, fleet: limits.fleet)
  }
}

/// All that a decision depends on besides the graph and the time.
public struct Snapshot: Sendable {
  /// The instances. In the order of the graph's nodes they are found fastest; any order is right.
  public var instances: [InstanceState]
  /// The clusters by name.
  public var clusters: [String: ClusterCondition]
  /// How much may happen at once.
  public var limits: SyncLimits

  /// Makes a snapshot.
  public init(instances: [InstanceState], clusters: [String: ClusterCondition], limits: SyncLimits = SyncLimits()) {
    self.instances = instances
    self.clusters = clusters
    self.limits = limits
  }
}

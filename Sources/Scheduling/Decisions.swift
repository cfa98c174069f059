import FleetModel
import FoundationEssentials

/// A sync that is to begin now.
public struct SyncStart: Sendable, Hashable {
  /// Why it begins.
  public enum Cause: String, Sendable, Hashable {
    /// It was never synced.
    case firstSync = "first sync"
    /// It should be at another digest.
    case newRevision = "new revision"
    /// The cluster differs from what was synced.
    case drift
    /// Somebody asked.
    case requested
  }

  /// The instance.
  public var instance: InstanceID
  /// Its cluster.
  public var cluster: String
  /// What it is to be synced to.
  public var target: SyncTarget
  /// Why.
  public var cause: Cause
  /// The number of this attempt, counted from 1.
  public var attempt: Int

  /// Makes a start.
  public init(instance: InstanceID, cluster: String, target: SyncTarget, cause: Cause, attempt: Int = 1) {
    self.instance = instance
    self.cluster = cluster
    self.target = target
    self.cause = cause
    self.attempt = attempt
  }
}

/// A removal that is to begin now.
public struct RemovalStart: Sendable, Hashable {
  /// The instance.
  public var instance: InstanceID
  /// Its cluster.
  public var cluster: String
  /// The number of this attempt, counted from 1.
  public var attempt: Int

  /// Makes a start.
  public init(instance: InstanceID, cluster: String, attempt: Int = 1) {
    self.instance = instance
    self.cluster = cluster
    self.attempt = attempt
  }
}

/// What is to be done now, what waits and why, and when to decide again if nothing happens before.
public struct Decisions: Sendable, Hashable {
  /// Syncs to begin, by level and then by name.
  public var start: [SyncStart] = []
  /// Removals to begin, dependants first, then by name.
  public var removals: [RemovalStart] = []
  /// Instances that have something to do and cannot.
  public var waiting: [InstanceID: WaitReason] = [:]
  /// When time alone changes the decision; nil: only an event can.
  public var wake: Date?

  /// Nothing to do.
  public init() {}

  /// Why an instance waits, from itself down to what everything behind it waits for, one line each.
  ///
  /// Empty for an instance that waits for nothing.
  public func chain(of id: InstanceID, in graph: DependencyGraph, now: Date) -> [String] {
    var lines: [String] = []
    var seen: Set<InstanceID> = []
    var current: InstanceID? = id
    while let instance = current, let reason = waiting[instance], seen.insert(instance).inserted {
      let name = graph.index[instance].map { graph.nodes[$0].name } ?? instance.rawValue
      lines.append("\(name) \(reason.text(at: now))")
      current = reason.blocker
    }
    return lines
  }

  mutating func wake(at time: Date) {
    wake = wake.map { min($0, time) } ?? time
  }
}

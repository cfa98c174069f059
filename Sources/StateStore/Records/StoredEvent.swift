import FleetModel
import Foundation

/// What an event tells.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
  /// The definitions were evaluated at another revision, or with another result.
  case evaluated = "Evaluated"
  /// A definition is not usable; or all are again.
  case problemsChanged = "ProblemsChanged"
  /// A new instance.
  case created = "Created"
  /// The Application document of an instance changed.
  case changed = "Changed"
  /// An instance has another name.
  case renamed = "Renamed"
  /// An instance goes to another cluster.
  case moved = "Moved"
  /// An instance is to be removed.
  case removalPlanned = "RemovalPlanned"
  /// An instance that was to be removed stays.
  case removalCancelled = "RemovalCancelled"
  /// An instance is gone.
  case removed = "Removed"
  /// An instance should be at another digest.
  case revisionChanged = "RevisionChanged"
  /// An instance cannot be rendered.
  case renderFailed = "RenderFailed"
  /// An instance can be rendered again.
  case renderRecovered = "RenderRecovered"
  /// Somebody asked for a sync.
  case syncRequested = "SyncRequested"
  /// A sync began.
  case syncStarted = "SyncStarted"
  /// A sync ended well.
  case syncSucceeded = "SyncSucceeded"
  /// A sync failed.
  case syncFailed = "SyncFailed"
  /// A removal began.
  case removalStarted = "RemovalStarted"
  /// A removal failed.
  case removalFailed = "RemovalFailed"
  /// The hub ended while an operation ran.
  case interrupted = "Interrupted"
  /// The health of an instance changed.
  case healthChanged = "HealthChanged"
  /// A cluster differs from what was synced.
  case driftDetected = "DriftDetected"
  /// It no longer does.
  case driftGone = "DriftGone"
  /// An instance was paused.
  case paused = "Paused"
  /// An instance goes on.
  case resumed = "Resumed"
  /// A cluster was registered, or its registration changed.
  case clusterRegistered = "ClusterRegistered"
  /// A cluster is no longer registered.
  case clusterRemoved = "ClusterRemoved"
  /// A cluster answers.
  case clusterOnline = "ClusterOnline"
  /// A cluster does not answer.
  case clusterOffline = "ClusterOffline"
  /// A repository stands at another commit.
  case sourceChanged = "SourceChanged"
  /// A repository could not be read.
  case sourceFailed = "SourceFailed"
  /// Removals are held.
  case held = "Held"
  /// A hold was released.
  case released = "Released"
  /// Anything else worth keeping.
  case note = "Note"
}

/// Something that happened, before it is stored.
public struct NewEvent: Sendable, Hashable {
  /// When.
  public var at: Date
  /// What.
  public var kind: EventKind
  /// Who did it, such as `hub` or `user:alice`.
  public var actor: String
  /// The instance that it is about.
  public var instance: InstanceID?
  /// The name that the instance had.
  public var name: String?
  /// The cluster that it is about, or that the instance is on.
  public var cluster: String?
  /// Why, in a word.
  public var reason: String
  /// Why, in a sentence; may be empty.
  public var message: String
  /// The state before.
  public var from: String?
  /// The state after.
  public var to: String?

  /// Makes an event.
  public init(
    _ kind: EventKind, at: Date, actor: String = "hub", instance: InstanceID? = nil, name: String? = nil, cluster: String? = nil,
    reason: String = "", message: String = "", from: String? = nil, to: String? = nil
  ) {
    self.at = at
    self.kind = kind
    self.actor = actor
    self.instance = instance
    self.name = name
    self.cluster = cluster
    self.reason = reason
    self.message = message
    self.from = from
    self.to = to
  }
}

/// Something that happened. Events are only ever appended.
public struct StoredEvent: Sendable, Hashable {
  /// Its number; later events have greater ones.
  public var seq: Int64
  /// The kind as stored: a later Flotilla may know more kinds.
  public var kindName: String
  /// The event. Of a kind that is not known it is a note.
  public var event: NewEvent
}

/// Which events to read.
public struct EventQuery: Sendable, Hashable {
  /// Only of this instance.
  public var instance: InstanceID?
  /// Only of this cluster and of instances on it.
  public var cluster: String?
  /// Only of these kinds; empty: all.
  public var kinds: Set<EventKind>
  /// Only with a greater number.
  public var after: Int64
  /// Only at or after this time.
  public var since: Date?
  /// At most so many.
  public var limit: Int
  /// The newest instead of the oldest of those that match; the result is in ascending order either way.
  public var newest: Bool

  /// Makes a query; without arguments it asks for the newest 200 events.
  public init(
    instance: InstanceID? = nil, cluster: String? = nil, kinds: Set<EventKind> = [], after: Int64 = 0, since: Date? = nil,
    limit: Int = 200, newest: Bool = true
  ) {
    self.instance = instance
    self.cluster = cluster
    self.kinds = kinds
    self.after = after
    self.since = since
    self.limit = limit
    self.newest = newest
  }
}

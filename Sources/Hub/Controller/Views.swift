import Document
import FleetModel

/// What the hub says of one application.
public struct ApplicationView: Sendable, Hashable {
  /// What it is.
  public var id: InstanceID
  /// The name.
  public var name: String
  /// The namespace of its Application.
  public var namespace: String
  /// The project.
  public var project: String
  /// The labels.
  public var labels: [String: String]
  /// The destination cluster; empty where it names none that is known.
  public var cluster: String
  /// The namespace that its objects go to.
  public var destinationNamespace: String
  /// Where it comes from.
  public var provenance: Provenance
  /// The revision that it should be at.
  public var desiredRevision: String
  /// The revision that it was last synced to; nil before the first sync.
  public var syncedRevision: String?
  /// `Synced`, `OutOfSync`, `Syncing` or `Unknown`.
  public var sync: String
  /// The health of all its objects together.
  public var health: String
  /// What is not healthy.
  public var healthMessage: String
  /// Why it is not synced and healthy; empty where it is.
  public var reason: String
  /// How many objects it has.
  public var objects: Int
  /// Whether somebody asked for a sync that has not begun.
  public var isRequested: Bool
  /// The last operation, or the one under way.
  public var operation: OperationView?
}

/// What the hub says of one sync.
public struct OperationView: Sendable, Hashable {
  /// `Running`, `Succeeded` or `Failed`.
  public var phase: String
  /// What came of it.
  public var message: String
  /// The revision that it synced to.
  public var revision: String
  /// The attempt, counted from 1.
  public var attempt: Int
  /// When it began, in RFC 3339.
  public var startedAt: String
  /// When it ended; nil while it runs.
  public var finishedAt: String?
}

/// What the hub says of one object of an application.
public struct ObjectView: Sendable, Hashable {
  /// The object.
  public var identity: ObjectIdentity
  /// `Synced` or `OutOfSync`.
  public var sync: String
  /// Its health; empty for kinds that have none.
  public var health: String
  /// What differs or is not healthy.
  public var message: String
}

/// Why an application is in its state.
public struct WhyAnswer: Sendable, Hashable {
  /// One sentence.
  public var summary: String
  /// The chain behind it, the nearest reason first.
  public var reasons: [String]
}

/// What the hub says of one cluster.
public struct ClusterView: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The labels of its registration.
  public var labels: [String: String]
  /// The address of its API server.
  public var server: String
  /// `Online`, `Offline` or `Unknown`.
  public var state: String
  /// The version of its API server.
  public var version: String
  /// When it last answered, in RFC 3339.
  public var lastContact: String?
  /// Why it is not online.
  public var message: String
  /// How many applications go there.
  public var applications: Int
  /// How many of them are synced and healthy.
  public var healthy: Int
}

/// What the hub says of one application set.
public struct ApplicationSetView: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The namespace.
  public var namespace: String
  /// How many applications it has.
  public var applications: Int
  /// How many are synced.
  public var synced: Int
  /// How many are healthy.
  public var healthy: Int
  /// What is wrong with it.
  public var problems: [String]
}

/// Removals that wait for an approval.
public struct HoldView: Sendable, Hashable {
  /// The set.
  public var set: String
  /// Why.
  public var message: String
  /// The applications that would go, sorted by name.
  public var applications: [String]
}

/// The fleet in one look.
public struct FleetStatus: Sendable, Hashable {
  /// The revision of the definitions in use.
  public var definitionsRevision: String
  /// How many applications there are.
  public var applications: Int
  /// How many of them are synced.
  public var synced: Int
  /// How many of them are synced and healthy.
  public var healthy: Int
  /// How many operations are under way.
  public var running: Int
  /// Whether everything asked for is done: all synced and healthy, nothing held, no problem.
  public var isConverged: Bool
  /// What is wrong with the definitions or their sources.
  public var problems: [String]
}

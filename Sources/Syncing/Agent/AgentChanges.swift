import Document
import FleetModel

/// Something that was seen in a cluster, for the event log.
public struct Observation: Sendable, Hashable {
  /// Whose object.
  public let application: InstanceID
  /// Which object.
  public let identity: ObjectIdentity
  /// What happened to it.
  public let kind: IndexChange.Kind
}

/// What changed in a cluster since it was last asked.
public struct AgentChanges: Sendable {
  /// The applications whose status may have changed: ask for it.
  public var applications: Set<InstanceID> = []
  /// What was seen, oldest first.
  public var observations: [Observation] = []
  /// How many observations were dropped because nobody took them in time; the applications are named all the same.
  public var droppedObservations = 0
  /// How many drifts were taken together with a later one of the same object.
  public var mergedObservations = 0
  /// Set when the cluster went Online or Offline.
  public var connectivity: Connectivity?

  /// No change.
  public init() {}

  /// Whether there is nothing.
  public var isEmpty: Bool { applications.isEmpty && observations.isEmpty && connectivity == nil }
}

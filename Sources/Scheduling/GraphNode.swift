import Document
import FleetModel

/// One application instance as the dependency graph sees it.
public struct GraphNode: Sendable, Hashable {
  /// The identity of the instance.
  public var id: InstanceID
  /// The application's name, which other instances' `dependsOn` may give.
  public var name: String
  /// The name of the cluster that the instance is deployed to.
  public var cluster: String
  /// The application set that produced it, as `name` or `namespace/name`; empty for a plain Application.
  public var applicationSet: String
  /// The labels of the application.
  public var labels: [String: String]
  /// What must be ready before it.
  public var dependsOn: [Dependency]
  /// Whether the instance is to be removed: its edges then order removals only and never take part in a cycle of syncs.
  public var isRemoved: Bool

  /// Makes a node.
  public init(
    id: InstanceID, name: String, cluster: String, applicationSet: String = "", labels: [String: String] = [:],
    dependsOn: [Dependency] = [], isRemoved: Bool = false
  ) {
    self.id = id
    self.name = name
    self.cluster = cluster
    self.applicationSet = applicationSet
    self.labels = labels
    self.dependsOn = dependsOn
    self.isRemoved = isRemoved
  }
}

/// One entry of an instance's `dependsOn` with the instances that it stands for.
public struct DependencyEdge: Sendable, Hashable {
  /// The instance that waits.
  public var from: InstanceID
  /// What it was told to wait for, and where that is written.
  public var dependency: Dependency
  /// The instances that it waits for, by name.
  public var targets: [InstanceID]
}

/// One step of a dependency cycle: `from` depends on the next step's `from`.
public struct CycleStep: Sendable, Hashable {
  /// The instance that waits.
  public var instance: InstanceID
  /// Its name.
  public var name: String
  /// The `dependsOn` entry that makes it wait.
  public var dependency: Dependency
}

import Document
import FleetModel
import FoundationEssentials

@testable import Scheduling

/// Deterministic numbers, so that a property that failed fails again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

func id(_ name: String) -> InstanceID { InstanceID(rawValue: name) }

func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }

/// `on("a")`: application a, wherever it is; lines are counted by the caller.
func on(_ name: String, line: Int = 1) -> Dependency {
  Dependency(target: .application(name), scope: .fleet, position: SourcePosition(file: "fleet/x.yaml", line: line, column: 3))
}

func onSet(_ name: String, _ scope: Dependency.Scope = .sameCluster, line: Int = 1) -> Dependency {
  Dependency(target: .applicationSet(name), scope: scope, position: SourcePosition(file: "fleet/x.yaml", line: line, column: 3))
}

func onLabels(_ labels: [String: String], _ scope: Dependency.Scope = .sameCluster, line: Int = 1) -> Dependency {
  Dependency(
    target: .selector(LabelSelector(matchLabels: labels)), scope: scope,
    position: SourcePosition(file: "fleet/x.yaml", line: line, column: 3))
}

/// A node on cluster c1.
func node(
  _ name: String, set: String = "", labels: [String: String] = [:], removed: Bool = false, _ dependsOn: Dependency...
) -> GraphNode {
  GraphNode(
    id: id(name), name: name, cluster: "c1", applicationSet: set, labels: labels, dependsOn: dependsOn, isRemoved: removed)
}

func node(
  _ name: String, _ cluster: String, set: String = "", labels: [String: String] = [:], removed: Bool = false, _ dependsOn: Dependency...
) -> GraphNode {
  GraphNode(
    id: id(name), name: name, cluster: cluster, applicationSet: set, labels: labels, dependsOn: dependsOn, isRemoved: removed)
}

func target(_ digest: String) -> SyncTarget { SyncTarget(revision: "r-\(digest)", digest: digest) }

extension InstanceState {
  /// Synced to its digest and seen healthy a second later.
  static func ready(_ name: String, _ digest: String = "1", at moment: Date = time(0)) -> InstanceState {
    InstanceState(
      id: InstanceID(rawValue: name), desired: target(digest), synced: Synced(target(digest), at: moment),
      health: HealthSample(status: "Healthy", digest: digest, at: moment.addingTimeInterval(1)))
  }

  /// Never synced.
  static func new(_ name: String, _ digest: String = "1") -> InstanceState {
    InstanceState(id: InstanceID(rawValue: name), desired: target(digest))
  }

  /// The same with a change.
  func with(_ change: (inout InstanceState) -> Void) -> InstanceState {
    var copy = self
    change(&copy)
    return copy
  }
}

import Document
import FleetModel
import Foundation
import Scheduling
import Syncing

/// What the hub knows of the fleet at one moment: a value, changed by events and asked for decisions.
///
/// It holds no connection, no clock and no store, so every rule of it can be tested with plain values.
struct FleetBoard {
  /// All that is known of one instance.
  struct Entry {
    /// What the definitions ask for.
    var instance: ApplicationInstance
    /// The same, typed.
    var application: Application
    /// The destination cluster; empty where none is known.
    var cluster: String
    /// The digest of the Application's own document.
    var definitionDigest: String
    /// The last manifests that could be rendered.
    var rendered: RenderedInstance?
    /// What the cluster was last seen to hold.
    var status: ApplicationStatus?
    /// What the scheduler sees.
    var scheduling: InstanceState
    /// The last operation.
    var operation: OperationView?
    /// What was asked for besides the sync itself.
    var wish = SyncWish()
    /// Whether its objects go when it does.
    var cascades: Bool
    /// What its project allows; nil where it has none.
    var policy: ProjectPolicy?
    /// The digest of a sync that began and has not come to its end; nil: the last one did.
    var unfinished: String?
    /// When it was first made: seconds since 1970. Its templates are told this time.
    var createdAt: Int64

    /// The name of the application.
    var name: String { instance.name }
  }

  /// What is known of one cluster.
  struct ClusterEntry {
    /// Its definition.
    var cluster: Cluster
    /// Whether it answers.
    var condition: ClusterCondition = .unknown
    /// The version of its API server.
    var version = ""
    /// When it last answered.
    var lastContact: Date?
  }

  /// The instances.
  var entries: [InstanceID: Entry] = [:]
  /// The clusters by name.
  var clusters: [String: ClusterEntry] = [:]
  /// What waits for what.
  private(set) var graph = DependencyGraph.build([])
  /// The last decisions, which know why everything that waits does.
  var decisions = Decisions()
  /// The limits of the fleet.
  var limits = SyncLimits()
  /// Removals that are held, by set.
  var holds: [String: Removals.Hold] = [:]
  private var names: [String: InstanceID] = [:]

  /// The instance of a name.
  func id(named name: String) -> InstanceID? { names[name] }

  /// All names, sorted.
  var allNames: [String] { names.keys.sorted(by: ByteOrder.less) }

  /// Builds the graph anew after instances came, went or changed.
  mutating func rebuildGraph(applicationSets: Set<String>) {
    names = Dictionary(entries.values.map { ($0.name, $0.instance.id) }, uniquingKeysWith: { min($0, $1) })
    let nodes = entries.values.map { entry in
      GraphNode(
        id: entry.instance.id, name: entry.name, cluster: entry.cluster,
        applicationSet: entry.instance.id.set ?? "", labels: entry.instance.labels, dependsOn: entry.instance.dependsOn,
        isRemoved: entry.scheduling.isRemoved)
    }
    graph = DependencyGraph.build(
      nodes.sorted { $0.id < $1.id }, clusterLabels: clusters.mapValues(\.cluster.labels), applicationSets: applicationSets)
  }

  /// Asks the scheduler.
  mutating func decide(now: Date) -> Decisions {
    var instances: [InstanceState] = []
    instances.reserveCapacity(entries.count)
    for node in graph.nodes {
      if let entry = entries[node.id] { instances.append(entry.scheduling) }
    }
    decisions = Scheduler.decide(
      Snapshot(instances: instances, clusters: clusters.mapValues(\.condition), limits: limits), graph: graph, now: now)
    return decisions
  }

  /// Takes in how an application stands in its cluster. Returns what changed for those who look at it from outside.
  mutating func observe(_ status: ApplicationStatus, of id: InstanceID, now: Date) -> Observation? {
    guard var entry = entries[id] else { return nil }
    let before = (sync: entry.status?.sync, health: entry.status?.health)
    entry.status = status
    let syncedDigest = entry.scheduling.synced?.target.digest
    // A status speaks of the state that the agent was last given; only against that can the cluster drift.
    let isCurrent = entry.scheduling.desired.map { $0.digest == status.revision } ?? false
    if isCurrent, syncedDigest == status.revision, status.sync == .outOfSync {
      entry.scheduling.drift = StatusText.drift(status)
    } else if status.sync != .unknown {
      entry.scheduling.drift = nil
    }
    if let syncedDigest, entry.scheduling.runningSince == nil {
      let sample = entry.scheduling.health
      let changed =
        sample?.status != status.health.status.rawValue || sample?.message != status.health.message || sample?.digest != syncedDigest
      if changed {
        entry.scheduling.health = HealthSample(
          status: status.health.status.rawValue, message: status.health.message, digest: syncedDigest, at: now)
      }
    }
    entries[id] = entry
    guard before.sync != status.sync || before.health?.status != status.health.status else { return nil }
    return Observation(
      id: id, syncBefore: before.sync, sync: status.sync, healthBefore: before.health?.status, health: status.health,
      drift: entry.scheduling.drift)
  }

  /// A change of status that people want to hear of.
  struct Observation {
    var id: InstanceID
    var syncBefore: Syncing.SyncStatus?
    var sync: Syncing.SyncStatus
    var healthBefore: HealthStatus?
    var health: Health
    var drift: String?
  }
}

/// Statuses in words.
enum StatusText {
  /// In what a cluster differs: `2 missing, 1 changed: apps/Deployment/shop/checkout`.
  static func drift(_ status: ApplicationStatus) -> String {
    var parts: [String] = []
    if status.counts.missing > 0 { parts.append("\(status.counts.missing) missing") }
    if status.counts.outOfSync > 0 { parts.append("\(status.counts.outOfSync) changed") }
    if status.counts.extra > 0 { parts.append("\(status.counts.extra) not wanted") }
    let named = status.objects.filter { object in
      switch object.sync {
      case .synced, .unknown: false
      default: true
      }
    }
    let names = named.prefix(3).map(named(_:)).joined(separator: ", ")
    return parts.joined(separator: ", ") + (names.isEmpty ? "" : ": \(names)")
  }

  /// An object with the first fields in which it differs: `apps/Deployment/shop/checkout (spec.replicas: 9 → 2)`.
  private static func named(_ object: ObjectStatus) -> String {
    guard case .outOfSync(let differences) = object.sync, !differences.isEmpty else { return object.identity.description }
    let more = differences.count > 3 ? " and \(differences.count - 3) more" : ""
    return "\(object.identity) (\(differences.prefix(3).map(\.description).joined(separator: ", "))\(more))"
  }
}

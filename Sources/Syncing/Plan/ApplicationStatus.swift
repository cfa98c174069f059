import Document
import FleetModel

/// Whether an application is in a cluster as it is wanted.
public enum SyncStatus: String, Sendable, Hashable, CustomStringConvertible {
  /// All of it is.
  case synced = "Synced"
  /// Something is missing, different, or too much.
  case outOfSync = "OutOfSync"
  /// Not known yet.
  case unknown = "Unknown"

  /// The word that Argo CD uses.
  public var description: String { rawValue }
}

/// One object of an application.
public struct ObjectStatus: Sendable, Hashable {
  /// Which object.
  public let identity: ObjectIdentity
  /// The version that it is wanted in; nil for what is not wanted.
  public let type: GroupVersionKind?
  /// How it stands to what is wanted.
  public let sync: ObjectSync
  /// How it is doing.
  public let health: Health
  /// Its wave.
  public let wave: Int
  /// The live object's version; empty where there is none.
  public let resourceVersion: String
}

/// How many objects stand how.
public struct ObjectCounts: Sendable, Hashable {
  /// All objects, wanted or too much.
  public var total = 0
  /// As wanted.
  public var synced = 0
  /// Wanted and not there.
  public var missing = 0
  /// There and different.
  public var outOfSync = 0
  /// There and not wanted.
  public var extra = 0
  /// Not known yet.
  public var unknown = 0
  /// Healthy ones.
  public var healthy = 0

  /// Counts nothing.
  public init() {}
}

/// How an application stands in one cluster.
public struct ApplicationStatus: Sendable, Hashable {
  /// Whose status.
  public let owner: Owner
  /// What the caller called the wanted state that this is measured against.
  public let revision: String
  /// The digest of that state.
  public let digest: Digest
  /// Whether it is there.
  public let sync: SyncStatus
  /// How it is doing: the worst of its objects.
  public let health: Health
  /// How many objects stand how.
  public let counts: ObjectCounts
  /// Mistakes: manifests that cannot be used, objects that two applications want.
  public let problems: [String]
  /// The objects in the order of their identities; empty when only a summary was asked for.
  public let objects: [ObjectStatus]

  /// Whether it is synced and healthy: what dependants wait for.
  public var isReady: Bool { sync == .synced && health.status == .healthy }
}

extension LiveIndex {
  /// How an application stands; nil when it wants nothing here. Answered from memory.
  public func status(of label: String, objects listed: Bool = true) -> ApplicationStatus? {
    guard let set = desired(label) else { return nil }
    var counts = ObjectCounts()
    var problems = set.refusals + set.problems.map(\.description)
    var health = HealthSummary()
    let extras = extras(of: label)
    var objects: [ObjectStatus] = []
    // The hub keeps a status of every application: no room beyond what it needs.
    if listed { objects.reserveCapacity(set.objects.count + extras.count) }
    var wanted = 0
    for object in set.objects where object.hook == nil {
      wanted += 1
      let sync = sync(of: object, for: label)
      let record = record(object.identity)
      var own = record?.health ?? Health(.missing)
      counts.total += 1
      switch sync {
      case .synced: counts.synced += 1
      case .missing: counts.missing += 1
      case .outOfSync, .deleting: counts.outOfSync += 1
      case .claimed(let other):
        counts.outOfSync += 1
        problems.append("\(object.identity) is wanted by application \(other) too: remove it from one of the two")
      case .extra: counts.extra += 1
      case .unknown:
        counts.unknown += 1
        if record == nil { own = Health(.unknown, "not seen yet") }
      }
      if own.status == .healthy { counts.healthy += 1 }
      health.add(own) { "\(object.identity.kind) \(object.identity.name)" }
      if listed {
        objects.append(
          ObjectStatus(
            identity: object.identity, type: object.type, sync: sync, health: own, wave: object.wave,
            resourceVersion: record?.resourceVersion ?? ""))
      }
    }
    for (identity, record) in extras {
      counts.total += 1
      if !record.flags.contains(.ignoredExtra) { counts.extra += 1 }
      guard listed else { continue }
      objects.append(
        ObjectStatus(
          identity: identity, type: nil, sync: .extra, health: record.health, wave: record.wave, resourceVersion: record.resourceVersion))
    }
    let isSynced = counts.synced + counts.unknown == wanted && counts.extra == 0 && !set.isIncomplete && set.refusals.isEmpty
    return ApplicationStatus(
      owner: set.owner, revision: set.revision, digest: set.digest,
      sync: !isSynced ? .outOfSync : counts.unknown > 0 ? .unknown : .synced, health: health.worst, counts: counts,
      problems: problems, objects: extras.isEmpty ? objects : objects.sorted { $0.identity < $1.identity })
  }
}

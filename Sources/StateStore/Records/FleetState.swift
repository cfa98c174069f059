import Document
import FleetModel
import Foundation
import Scheduling

/// A cluster as the store keeps it. Credentials are never stored.
public struct StoredCluster: Sendable, Hashable {
  /// Whether it answers.
  public enum Contact: String, Sendable, Hashable {
    /// It has not been asked.
    case unknown
    /// It does.
    case online
    /// It does not.
    case offline
  }

  /// The name.
  public var name: String
  /// The address, without user information.
  public var server: String
  /// The digest of its registration.
  public var digest: String
  /// Whether it answers.
  public var contact: Contact
  /// Why it does not.
  public var message: String
  /// Since when.
  public var since: Date
  /// When it answered last, as far as that was recorded.
  public var lastContact: Date?

  /// As the scheduler sees it.
  public var condition: ClusterCondition {
    switch contact {
    case .unknown: .unknown
    case .online: .online
    case .offline: .offline(since: since, message: message)
    }
  }
}

/// What is known of a repository at a revision.
public struct StoredSource: Sendable, Hashable {
  /// The address, without user information.
  public var repoURL: String
  /// Branch, tag or commit as the definitions name it.
  public var revision: String
  /// The commit that it stood at when it could be read last.
  public var commit: String?
  /// Why it could not be read; nil: it could.
  public var error: String?
  /// When that was found.
  public var checkedAt: Date
}

/// The evaluation that the fleet stands at.
public struct StoredEvaluation: Sendable, Hashable {
  /// The revision of the definitions.
  public var revision: String
  /// What is wrong with them, a line each.
  public var problems: [String]
  /// When its result last changed.
  public var at: Date
}

/// An object that belongs to an instance.
public struct InventoryEntry: Sendable, Hashable {
  /// The object.
  public var identity: ObjectIdentity
  /// The UID that the cluster gave it; deletions are conditional on it.
  public var uid: String
  /// The digest of what was applied.
  public var digest: String

  /// Makes an entry.
  public init(identity: ObjectIdentity, uid: String, digest: String) {
    self.identity = identity
    self.uid = uid
    self.digest = digest
  }
}

/// Removals, or something else, that wait for an approval.
public struct StoredHold: Sendable, Hashable {
  /// The name under which it is released.
  public var id: String
  /// What is held, such as a set.
  public var subject: String
  /// Why.
  public var reason: String
  /// Since when.
  public var createdAt: Date
  /// When it was released.
  public var releasedAt: Date?
  /// By whom.
  public var releasedBy: String?
}

/// All that a hub needs to go on after a restart, but for inventories, which it reads by cluster.
public struct FleetState: Sendable {
  /// The clusters by name.
  public var clusters: [StoredCluster] = []
  /// The repositories.
  public var sources: [StoredSource] = []
  /// The evaluation that the fleet stands at; nil: there was none.
  public var evaluation: StoredEvaluation?
  /// The instances by identity.
  public var instances: [StoredInstance] = []
  /// The holds that are not released.
  public var holds: [StoredHold] = []
  /// The number of the last event.
  public var lastEvent: Int64 = 0
}

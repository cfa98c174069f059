import FleetModel
import Foundation
import Scheduling

/// The number of an operation.
public struct OperationID: Sendable, Hashable, Comparable {
  /// The number.
  public var rawValue: Int64

  /// Takes a number that was an operation's before.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Later operations are greater.
  public static func < (left: OperationID, right: OperationID) -> Bool { left.rawValue < right.rawValue }
}

/// How many objects an operation did what with.
public struct OperationCounts: Sendable, Hashable {
  /// Objects that were made.
  public var created: Int
  /// Objects that were changed.
  public var changed: Int
  /// Objects that were as they should be.
  public var unchanged: Int
  /// Objects that were deleted.
  public var pruned: Int
  /// Objects that could not be handled.
  public var failed: Int

  /// Makes counts.
  public init(created: Int = 0, changed: Int = 0, unchanged: Int = 0, pruned: Int = 0, failed: Int = 0) {
    self.created = created
    self.changed = changed
    self.unchanged = unchanged
    self.pruned = pruned
    self.failed = failed
  }
}

/// A sync or removal as the store keeps it.
public struct StoredOperation: Sendable, Hashable {
  /// What an operation does.
  public enum Kind: String, Sendable, Hashable {
    /// Applies what is desired.
    case sync
    /// Deletes all objects of an instance that is to be removed.
    case removal
  }

  /// Where it stands.
  public enum Phase: String, Sendable, Hashable {
    /// It runs.
    case running = "Running"
    /// It ended well.
    case succeeded = "Succeeded"
    /// It failed.
    case failed = "Failed"
    /// The hub ended while it ran.
    case interrupted = "Interrupted"
  }

  /// The operation that an instance is busy with.
  public struct Running: Sendable, Hashable {
    /// Its number.
    public var id: OperationID
    /// When it began.
    public var since: Date
    /// What it does.
    public var kind: Kind
  }

  /// The number.
  public var id: OperationID
  /// The instance.
  public var instance: InstanceID
  /// The name that the instance had.
  public var name: String
  /// The cluster.
  public var cluster: String
  /// What it does.
  public var kind: Kind
  /// Why it began.
  public var cause: String
  /// What it syncs to; empty for a removal.
  public var target: SyncTarget
  /// The number of the attempt, counted from 1.
  public var attempt: Int
  /// Who began it.
  public var actor: String
  /// Where it stands.
  public var phase: Phase
  /// How it ended, or what it does now.
  public var message: String
  /// What it did.
  public var counts: OperationCounts
  /// When it began.
  public var startedAt: Date
  /// When it ended.
  public var finishedAt: Date?
}

import Document

/// What became of one object in a sync.
public struct ObjectResult: Sendable, Hashable, CustomStringConvertible {
  /// Which object.
  public let identity: ObjectIdentity
  /// What was to be done.
  public let action: PlannedOperation.Action
  /// Whether it was done.
  public let isDone: Bool
  /// What there is to say: the error, what was taken over from whom; often empty.
  public let message: String

  /// `create v1 …: message`.
  public var description: String { "\(action.rawValue) \(identity)\(isDone ? "" : " failed")\(message.isEmpty ? "" : ": \(message)")" }
}

/// What became of a sync.
public struct SyncResult: Sendable, Hashable {
  /// How it ended.
  public enum Outcome: String, Sendable, Hashable {
    /// Everything was done.
    case succeeded = "Succeeded"
    /// There was nothing to do, and nothing was sent.
    case unchanged = "Unchanged"
    /// Something could not be done; what was done stays, and the next sync goes on from there.
    case failed = "Failed"
    /// It was stopped half-way; the next sync goes on from there.
    case cancelled = "Cancelled"
  }

  /// How it ended.
  public let outcome: Outcome
  /// In one sentence, with cluster and object where something failed.
  public let message: String
  /// Whether the same sync may succeed later without anybody doing something.
  public let isRetryable: Bool
  /// What the caller called the wanted state.
  public let revision: String
  /// What became of the objects, in the order in which they were done.
  public let objects: [ObjectResult]
  /// What was left alone, and why.
  public let skipped: [SkippedOperation]

  /// Nothing had to be sent, and that is what was wanted.
  public static func unchanged(_ message: String, revision: String = "") -> SyncResult {
    SyncResult(outcome: .unchanged, message: message, isRetryable: false, revision: revision, objects: [], skipped: [])
  }

  /// A sync that did not come to do anything, for a reason that may pass.
  public static func failed(_ message: String, revision: String = "") -> SyncResult {
    SyncResult(outcome: .failed, message: message, isRetryable: true, revision: revision, objects: [], skipped: [])
  }

  /// A sync that somebody stopped before it began.
  static func cancelled(_ message: String) -> SyncResult {
    SyncResult(outcome: .cancelled, message: message, isRetryable: true, revision: "", objects: [], skipped: [])
  }

  /// Whether the cluster is now as wanted, as far as this sync was to bring it there.
  public var isSuccess: Bool { outcome == .succeeded || outcome == .unchanged }
}

import FleetModel
import FoundationEssentials

/// What an instance should be at: what the sync engine is given.
public struct SyncTarget: Sendable, Hashable {
  /// The revision for people, such as a commit.
  public var revision: String
  /// The digest of all that is applied. Two revisions with one digest need no sync between them.
  public var digest: String

  /// Makes a target.
  public init(revision: String, digest: String) {
    self.revision = revision
    self.digest = digest
  }
}

/// The health of an instance as it was seen once.
public struct HealthSample: Sendable, Hashable {
  /// Argo CD's word for it: `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing` or `Unknown`.
  public var status: String
  /// Why, such as `1 of 3 ready`; may be empty.
  public var message: String
  /// The digest that was synced when the sample was taken.
  public var digest: String
  /// When it was taken.
  public var at: Date

  /// Makes a sample.
  public init(status: String, message: String = "", digest: String, at: Date) {
    self.status = status
    self.message = message
    self.digest = digest
    self.at = at
  }

  /// Whether dependants may go on.
  public var isHealthy: Bool { status == "Healthy" }
}

/// What the scheduler has to know of one instance.
public struct InstanceState: Sendable, Hashable {
  /// A sync that succeeded.
  public struct Synced: Sendable, Hashable {
    /// What was applied.
    public var target: SyncTarget
    /// When it was done.
    public var at: Date

    /// Makes a record of a sync.
    public init(_ target: SyncTarget, at: Date) {
      self.target = target
      self.at = at
    }
  }

  /// Operations that failed in a row.
  public struct Failures: Sendable, Hashable {
    /// How many.
    public var count: Int
    /// What they tried to sync. Failures at another digest than the desired one no longer count.
    public var digest: String
    /// What went wrong last.
    public var message: String
    /// When the last one ended.
    public var at: Date

    /// Makes a record of failures.
    public init(count: Int, digest: String, message: String, at: Date) {
      self.count = count
      self.digest = digest
      self.message = message
      self.at = at
    }
  }

  /// The identity.
  public var id: InstanceID
  /// What it should be at; nil while it could not be rendered.
  public var desired: SyncTarget?
  /// Why it could not be rendered.
  public var problem: String?
  /// The last sync that succeeded; nil: never.
  public var synced: Synced?
  /// Whether the cluster has been seen to differ from what was synced; nil: it does not. The text says in what.
  public var drift: String?
  /// How many times in a row drift was healed that came back soon.
  public var heals = 0
  /// When the operation that runs now began; nil: none runs.
  public var runningSince: Date?
  /// The operations that failed since the last that succeeded.
  public var failures: Failures?
  /// The last health sample.
  public var health: HealthSample?
  /// Whether new revisions are synced without being asked.
  public var isAutomated: Bool
  /// Whether drift is healed without being asked.
  public var healsDrift: Bool
  /// Whether somebody has asked for a sync that has not begun.
  public var isRequested: Bool
  /// Who has paused it, or why; nil: it is not paused.
  public var paused: String?
  /// Whether it is to be removed, after all guards.
  public var isRemoved: Bool
  /// How often a failed operation is tried again.
  public var retry: RetryPolicy

  /// Makes a state: never synced, synced without being asked, nothing running.
  public init(
    id: InstanceID, desired: SyncTarget?, problem: String? = nil, synced: Synced? = nil, drift: String? = nil, runningSince: Date? = nil,
    failures: Failures? = nil, health: HealthSample? = nil, isAutomated: Bool = true, healsDrift: Bool = true, isRequested: Bool = false,
    paused: String? = nil, isRemoved: Bool = false, retry: RetryPolicy = RetryPolicy()
  ) {
    self.id = id
    self.desired = desired
    self.problem = problem
    self.synced = synced
    self.drift = drift
    self.runningSince = runningSince
    self.failures = failures
    self.health = health
    self.isAutomated = isAutomated
    self.healsDrift = healsDrift
    self.isRequested = isRequested
    self.paused = paused
    self.isRemoved = isRemoved
    self.retry = retry
  }
}

import Document

/// What a caller wants of a sync.
public struct SyncRequest: Sendable, Hashable {
  /// Whether objects that are no longer wanted are deleted.
  public var prune: Bool
  /// Whether a sync may leave the application without any object.
  public var allowEmpty: Bool
  /// Whether objects marked `Prune=confirm` or `Delete=confirm` may go.
  public var confirmed: Bool
  /// Whether objects are applied that are as they should be.
  public var all: Bool
  /// Only these objects, without hooks; nil for all.
  public var selection: Set<ObjectIdentity>?
  /// Whether hooks run.
  public var hooks: Bool
  /// Whether an earlier sync to the same state did not come to its end: then hooks run even where no object is to be changed, because those
  /// behind the objects may not have run.
  public var resumes: Bool
  /// Whether the cluster is only asked what it would say: nothing is stored, nothing is waited for.
  public var dryRun: Bool
  /// Whether objects that cannot be changed are deleted and made again, as `Force=true` on every object.
  public var force: Bool
  /// For removals: how dependants go, over what the application's options say (`resources-finalizer.argocd.argoproj.io/background`).
  public var propagation: SyncOptions.Propagation?
  /// How long to wait for a wave to become healthy, and for a deleted object to be gone.
  public var waveTimeout: Duration
  /// How long a hook may take: a migration takes longer than a rollout.
  public var hookTimeout: Duration

  /// Makes a request.
  public init(
    prune: Bool = false, allowEmpty: Bool = false, confirmed: Bool = false, all: Bool = false, selection: Set<ObjectIdentity>? = nil,
    hooks: Bool = true, waveTimeout: Duration = .seconds(300), dryRun: Bool = false, force: Bool = false,
    propagation: SyncOptions.Propagation? = nil, resumes: Bool = false, hookTimeout: Duration = .seconds(1800)
  ) {
    self.resumes = resumes
    self.hookTimeout = hookTimeout
    self.prune = prune
    self.allowEmpty = allowEmpty
    self.confirmed = confirmed
    self.all = all
    self.selection = selection
    self.hooks = hooks
    self.waveTimeout = waveTimeout
    self.dryRun = dryRun
    self.force = force
    self.propagation = propagation
  }
}

/// One write that a sync makes.
public struct PlannedOperation: Sendable, Hashable, CustomStringConvertible {
  /// What is done.
  public enum Action: String, Sendable, Hashable {
    /// The object is made, or taken over where others made it.
    case create
    /// The object is changed.
    case update
    /// The object is deleted because it is no longer wanted.
    case prune
    /// The hook runs.
    case hook
  }

  /// What is done.
  public let action: Action
  /// To which object.
  public let identity: ObjectIdentity
  /// Why, in a few words.
  public let reason: String
  /// What changes, where that is known without asking the cluster.
  public internal(set) var differences: [Difference]
  /// What is applied; nil for prunes.
  public let object: DesiredObject?
  /// For prunes: the one object that may be deleted.
  public let uid: String
  /// Set when the object is there already and was applied by another tool: it is taken over as it is, not made anew.
  public internal(set) var adoption: Adoption?

  /// `update apps/Deployment/web/web: reason`.
  public var description: String { "\(action.rawValue) \(identity): \(reason)" }
}

/// The part of a sync that runs before the next one may start: first prunes, then applies.
public struct SyncStep: Sendable, Hashable {
  /// The phase.
  public let phase: SyncPhase
  /// The wave of the phase.
  public let wave: Int
  /// What is deleted, in order.
  public let prunes: [PlannedOperation]
  /// What is applied, in order; objects of equal kind that follow each other go together.
  public internal(set) var applies: [PlannedOperation]

  /// The operations in order.
  public var operations: [PlannedOperation] { prunes + applies }
}

/// Something that a sync does not do, and why.
public struct SkippedOperation: Sendable, Hashable, CustomStringConvertible {
  /// The object.
  public let identity: ObjectIdentity
  /// Why it is left alone.
  public let reason: String
  /// Whether that keeps the application from being in sync because of a mistake that somebody must settle.
  public let isError: Bool

  /// `object: reason`.
  public var description: String { "\(identity): \(reason)" }
}

/// Everything that a sync of one application in one cluster will do, in order. An empty plan makes no request.
public struct SyncPlan: Sendable, Hashable {
  /// Whose plan.
  public let owner: Owner
  /// To which revision it leads.
  public let revision: String
  /// The namespace that is made first because of `CreateNamespace=true`.
  public internal(set) var createsNamespace: String?
  /// The steps in order.
  public internal(set) var steps: [SyncStep]
  /// What is not done.
  public let skipped: [SkippedOperation]
  /// Set when the sync must not prune at all: what somebody has to decide.
  public let held: String?
  /// Objects whose state is not known yet: the plan may change once it is.
  public let unknown: [ObjectIdentity]

  /// Whether there is nothing to do.
  public var isEmpty: Bool { steps.isEmpty }

  /// All operations in order.
  public var operations: [PlannedOperation] { steps.flatMap(\.operations) }

  /// The kinds whose definitions are applied.
  var definedKinds: Set<GroupKind> { Set(operations.compactMap { $0.action == .prune ? nil : $0.object?.defines }) }

  /// What keeps the whole sync from beginning: objects that the project does not allow.
  public let refusals: [String]

  /// `2 to create, 1 to adopt, 1 to update, 1 to prune`.
  public var summary: String {
    if isEmpty { return "nothing to do" }
    let operations = operations
    let words: [(PlannedOperation.Action, String)] = [
      (.create, "to create"), (.update, "to update"), (.prune, "to prune"), (.hook, "hooks to run"),
    ]
    var parts = words.compactMap { action, word in
      let count = operations.count { $0.action == action && $0.adoption == nil }
      return count == 0 ? nil : "\(count) \(word)"
    }
    let adopted = operations.count { $0.adoption != nil }
    if adopted > 0 { parts.insert("\(adopted) to adopt", at: min(1, parts.count)) }
    return parts.joined(separator: ", ")
  }
}

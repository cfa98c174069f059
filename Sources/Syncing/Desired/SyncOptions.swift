import Document

/// The sync options of an application (`spec.syncPolicy.syncOptions`) or of one object (annotation `argocd.argoproj.io/sync-options`).
///
/// Every spelling that Argo CD knows is recognised. Those that have no effect here are named in ``unsupported``, those that nobody knows in
/// ``unknown``: neither is dropped in silence.
public struct SyncOptions: Sendable, Hashable {
  /// Whether something may be removed.
  public enum Permission: String, Sendable, Hashable {
    /// Yes.
    case allowed
    /// Never.
    case never
    /// Only after approval.
    case confirm
  }

  /// What happens to the dependants of a deleted object.
  public enum Propagation: String, Sendable, Hashable {
    /// The object goes after its dependants.
    case foreground = "Foreground"
    /// The object goes at once, its dependants later.
    case background = "Background"
    /// The dependants stay.
    case orphan = "Orphan"
  }

  /// `Prune=false|confirm`.
  public var prune = Permission.allowed
  /// `Delete=false|confirm`: on deletion of the application.
  public var delete = Permission.allowed
  /// `PruneLast=true`.
  public var pruneLast = false
  /// `PrunePropagationPolicy=foreground|background|orphan`; nil: as fits the kind (``propagation(for:)``).
  public var propagation: Propagation?
  /// `CreateNamespace=true`.
  public var createNamespace = false
  /// `FailOnSharedResource=true`.
  public var failOnSharedResource = false
  /// `Replace=true`: the object is written whole (PUT, or POST where it is missing) instead of applied.
  public var replace = false
  /// `Force=true`: an object that cannot be changed is deleted and made again; together with `Replace=true` always.
  public var force = false
  /// `Validate=false` makes the server take fields that it does not know.
  public var validate = true
  /// `ApplyOutOfSyncOnly=false` on an object: it is applied in every sync, also when it is as it should be. On an application the option
  /// says nothing new: only what differs is applied anyway.
  public var alwaysApply = false
  /// `ClientSideApplyMigration=false` leaves the fields of former tools to them when an object is adopted.
  public var migrate = true
  /// `SkipDryRunOnMissingResource=true`; nothing is lost by it, since a sync here does not start with a dry run.
  public var skipDryRunOnMissingResource = false
  /// `RespectIgnoreDifferences=true`: what `ignoreDifferences` names is sent as it is in the cluster.
  public var respectIgnoreDifferences = false
  /// Spellings that are recognised and have no effect.
  public private(set) var unsupported: [String] = []
  /// Spellings that no version of Argo CD knows.
  public private(set) var unknown: [String] = []

  /// The options that hold when nothing is said.
  public init() {}

  /// Reads options, each `Name=value`; of the same name the last one counts.
  public init(_ options: some Sequence<String>) {
    for option in options { apply(option.trimmed, .application) }
  }

  /// Reads the annotation of an object, laid over the options of its application where both levels know the option: what the object says
  /// wins.
  init(annotation: String?, over application: SyncOptions) {
    self = application
    unsupported = []
    unknown = []
    alwaysApply = false
    for option in (annotation ?? "").split(separator: ",") { apply(String(option).trimmed, .object) }
  }

  private enum Level {
    case application
    case object
  }

  /// Why an option has no effect.
  static let reasons: [String: String] = [
    "ServerSideApply=false": "Flotilla always applies server-side; Replace=true writes an object whole"
  ]

  private mutating func apply(_ option: String, _ level: Level) {
    guard !option.isEmpty else { return }
    switch option {
    case "Prune=false": prune = .never
    case "Prune=confirm": prune = .confirm
    case "Prune=true": prune = .allowed
    case "Delete=false": delete = .never
    case "Delete=confirm": delete = .confirm
    case "Delete=true": delete = .allowed
    case "PruneLast=true": pruneLast = true
    case "PruneLast=false": pruneLast = false
    case "PrunePropagationPolicy=foreground": propagation = .foreground
    case "PrunePropagationPolicy=background": propagation = .background
    case "PrunePropagationPolicy=orphan": propagation = .orphan
    case "CreateNamespace=true": createNamespace = true
    case "CreateNamespace=false": createNamespace = false
    case "FailOnSharedResource=true": failOnSharedResource = true
    case "FailOnSharedResource=false": failOnSharedResource = false
    case "Validate=false": validate = false
    case "Validate=true": validate = true
    case "SkipDryRunOnMissingResource=true": skipDryRunOnMissingResource = true
    case "SkipDryRunOnMissingResource=false": skipDryRunOnMissingResource = false
    case "Replace=true": replace = true
    case "Replace=false": replace = false
    case "Force=true": force = true
    case "Force=false": force = false
    case "RespectIgnoreDifferences=true": respectIgnoreDifferences = true
    case "RespectIgnoreDifferences=false": respectIgnoreDifferences = false
    case "ClientSideApplyMigration=true": migrate = true
    case "ClientSideApplyMigration=false": migrate = false
    // An application that applies everything in every sync would write what nobody changed; a single object may ask for it.
    case "ApplyOutOfSyncOnly=false": alwaysApply = level == .object
    case "ApplyOutOfSyncOnly=true": alwaysApply = false
    // How Flotilla works anyway.
    case "ServerSideApply=true": break
    case "ServerSideApply=false": unsupported.append(option)
    default: unknown.append(option)
    }
  }

  /// How an object of a kind is deleted: as the options say, else in the foreground, as Argo CD does, but for kinds that have no dependants
  /// to wait for: those go at once, and need no garbage collector for it.
  public func propagation(for kind: GroupKind) -> Propagation {
    propagation ?? (SyncOptions.childless.contains(kind) || Health.isTrivial(kind) ? .background : .foreground)
  }

  private static let childless: Set<GroupKind> = [
    GroupKind(group: "", kind: "Namespace"), GroupKind(group: "", kind: "PersistentVolume"),
    GroupKind(group: "", kind: "PersistentVolumeClaim"), GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"),
    GroupKind(group: "apiregistration.k8s.io", kind: "APIService"),
    GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"), GroupKind(group: "coordination.k8s.io", kind: "Lease"),
    GroupKind(group: "discovery.k8s.io", kind: "EndpointSlice"), GroupKind(group: "networking.k8s.io", kind: "Ingress"),
    GroupKind(group: "policy", kind: "PodDisruptionBudget"),
  ]

  /// Whether an application's annotations approve the deletion of what is marked `Delete=confirm` or `Prune=confirm`: Argo CD's
  /// `argocd.argoproj.io/deletion-approved` with a time, which must not lie before the moment that is to be approved.
  /// - Parameter since: That moment, as RFC 3339 in UTC (`2026-01-02T03:04:05Z`); nil: any time approves.
  public static func isDeletionApproved(_ annotations: [String: String], since: String? = nil) -> Bool {
    guard let time = annotations["argocd.argoproj.io/deletion-approved"]?.trimmed, time.utf8.count >= 20,
      time.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true, time.contains("T")
    else { return false }
    guard let since else { return true }
    // Times in UTC sort as text; one in another zone cannot be placed here and counts only where any time would.
    return time.hasSuffix("Z") && !ByteOrder.less(String(time.prefix(19)), String(since.prefix(19)))
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}

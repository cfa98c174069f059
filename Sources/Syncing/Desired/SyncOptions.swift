import Document

/// The sync options of an application (`spec.syncPolicy.syncOptions`) or of one object (annotation `argocd.argoproj.io/sync-options`).
///
/// Every spelling that Argo CD knows is recognised. Those that do not yet have an effect are named in ``unsupported``, those that nobody knows in
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
  /// `PrunePropagationPolicy=foreground|background|orphan`.
  public var propagation = Propagation.foreground
  /// `CreateNamespace=true`.
  public var createNamespace = false
  /// `FailOnSharedResource=true`.
  public var failOnSharedResource = false
  /// `Replace=true`.
  public var replace = false
  /// `Force=true`.
  public var force = false
  /// `Validate=false` turns it off.
  public var validate = true
  /// `SkipDryRunOnMissingResource=true`; nothing is lost by it, since a sync here does not start with a dry run.
  public var skipDryRunOnMissingResource = false
  /// `RespectIgnoreDifferences=true`.
  public var respectIgnoreDifferences = false
  /// Spellings that are recognised and have no effect yet.
  public var unsupported: [String] = []
  /// Spellings that no version of Argo CD knows.
  public var unknown: [String] = []

  /// The options that hold when nothing is said.
  public init() {}

  /// Reads options, each `Name=value`.
  public init(_ options: some Sequence<String>) {
    for option in options { apply(option.trimmed) }
  }

  /// Reads the annotation of an object, laid over the options of its application where both levels know the option.
  init(annotation: String?, over application: SyncOptions) {
    self.init((annotation ?? "").split(separator: ",").map(String.init))
    if prune == .allowed { prune = application.prune }
    if delete == .allowed { delete = application.delete }
    pruneLast = pruneLast || application.pruneLast
    propagation = application.propagation
    replace = replace || application.replace
    force = force || application.force
    validate = validate && application.validate
  }

  private mutating func apply(_ option: String) {
    guard !option.isEmpty else { return }
    switch option {
    case "Prune=false": prune = .never
    case "Prune=confirm": prune = .confirm
    case "Prune=true": prune = .allowed
    case "Delete=false": delete = .never
    case "Delete=confirm": delete = .confirm
    case "Delete=true": delete = .allowed
    case "PruneLast=true": pruneLast = true
    case "PrunePropagationPolicy=foreground": propagation = .foreground
    case "PrunePropagationPolicy=background": propagation = .background
    case "PrunePropagationPolicy=orphan": propagation = .orphan
    case "CreateNamespace=true": createNamespace = true
    case "FailOnSharedResource=true": failOnSharedResource = true
    case "Validate=false": validate = false
    case "SkipDryRunOnMissingResource=true": skipDryRunOnMissingResource = true
    // How Flotilla works anyway: server-side apply of what differs, with managers' fields taken over.
    case "ServerSideApply=true", "ApplyOutOfSyncOnly=true", "ClientSideApplyMigration=true": break
    case "PruneLast=false", "CreateNamespace=false", "FailOnSharedResource=false", "Validate=true", "SkipDryRunOnMissingResource=false",
      "Replace=false", "Force=false", "RespectIgnoreDifferences=false", "ApplyOutOfSyncOnly=false", "ClientSideApplyMigration=false":
      break
    case "Replace=true":
      replace = true
    case "Force=true":
      force = true
    case "RespectIgnoreDifferences=true":
      respectIgnoreDifferences = true
      unsupported.append(option)
    case "ServerSideApply=false": unsupported.append(option)
    default: unknown.append(option)
    }
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

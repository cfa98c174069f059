import Document

/// The parts of a sync, in the order in which they run.
public enum SyncPhase: Int, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
  /// Before anything of the application is touched.
  case preSync = -1
  /// The application itself.
  case sync = 0
  /// Once everything is applied and healthy.
  case postSync = 1
  /// Only when the sync failed.
  case syncFail = 2

  /// Sorted as they run.
  public static func < (left: SyncPhase, right: SyncPhase) -> Bool { left.rawValue < right.rawValue }

  /// `PreSync`, `Sync`, `PostSync`, `SyncFail`.
  public var description: String {
    switch self {
    case .preSync: "PreSync"
    case .sync: "Sync"
    case .postSync: "PostSync"
    case .syncFail: "SyncFail"
    }
  }
}

/// An object that is no part of the application's state but runs at a moment of its sync or deletion.
public struct Hook: Sendable, Hashable {
  /// When the hook object is deleted.
  public enum DeletePolicy: String, Sendable, Hashable {
    /// Once it succeeded.
    case hookSucceeded = "HookSucceeded"
    /// Once it failed.
    case hookFailed = "HookFailed"
    /// Before it is made the next time; the default.
    case beforeHookCreation = "BeforeHookCreation"
  }

  /// The phases of a sync that it runs in.
  public var phases: Set<SyncPhase> = []
  /// It runs before the objects of the application are deleted.
  public var preDelete = false
  /// It runs after the objects of the application are deleted.
  public var postDelete = false
  /// `Skip`: the object is never applied.
  public var skipped = false
  /// When it is deleted.
  public var deletePolicies: Set<DeletePolicy> = [.beforeHookCreation]
  /// Words that name no hook.
  public var unknown: [String] = []

  static let argoAnnotation = "argocd.argoproj.io/hook"
  static let argoPolicyAnnotation = "argocd.argoproj.io/hook-delete-policy"
  static let helmAnnotation = "helm.sh/hook"
  static let helmPolicyAnnotation = "helm.sh/hook-delete-policy"

  /// Reads the hook annotations of a manifest; nil for a plain object.
  ///
  /// An Argo CD annotation overrides Helm's. Helm's `crd-install` makes a plain object of it, its rollback and test hooks are left out of
  /// syncs.
  public init?(_ manifest: Value) {
    let annotations = manifest[at: "metadata", "annotations"]
    if let types = annotations?[Hook.argoAnnotation]?.stringValue {
      for type in Hook.words(types) { add(argo: type) }
    } else if let types = annotations?[Hook.helmAnnotation]?.stringValue {
      let words = Hook.words(types)
      if words.contains("crd-install") { return nil }
      for type in words { add(helm: type) }
      if phases.isEmpty && !preDelete && !postDelete && unknown.isEmpty { skipped = true }
    } else {
      return nil
    }
    readPolicies(annotations)
  }

  private mutating func add(argo type: String) {
    switch type {
    case "PreSync": phases.insert(.preSync)
    case "Sync": phases.insert(.sync)
    case "PostSync": phases.insert(.postSync)
    case "SyncFail": phases.insert(.syncFail)
    case "PreDelete": preDelete = true
    case "PostDelete": postDelete = true
    case "Skip": skipped = true
    default: unknown.append(type)
    }
  }

  private mutating func add(helm type: String) {
    switch type {
    case "pre-install", "pre-upgrade": phases.insert(.preSync)
    case "post-install", "post-upgrade": phases.insert(.postSync)
    case "pre-delete": preDelete = true
    case "post-delete": postDelete = true
    case "pre-rollback", "post-rollback", "test", "test-success", "test-failure": break
    default: unknown.append(type)
    }
  }

  private mutating func readPolicies(_ annotations: Value?) {
    let text = annotations?[Hook.argoPolicyAnnotation]?.stringValue ?? annotations?[Hook.helmPolicyAnnotation]?.stringValue ?? ""
    var policies: Set<DeletePolicy> = []
    for word in Hook.words(text) {
      switch word {
      case "HookSucceeded", "hook-succeeded": policies.insert(.hookSucceeded)
      case "HookFailed", "hook-failed": policies.insert(.hookFailed)
      case "BeforeHookCreation", "before-hook-creation": policies.insert(.beforeHookCreation)
      default: unknown.append(word)
      }
    }
    if !policies.isEmpty { deletePolicies = policies }
  }

  /// Whether live metadata marks a hook: such objects are never pruned.
  static func marks(_ annotations: Value?) -> Bool {
    if annotations?[argoAnnotation]?.stringValue != nil { return true }
    guard let helm = annotations?[helmAnnotation]?.stringValue else { return false }
    return !words(helm).contains("crd-install")
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
  }
}

/// The wave of an object within its phase.
public enum SyncWave {
  static let argoAnnotation = "argocd.argoproj.io/sync-wave"
  static let helmAnnotation = "helm.sh/hook-weight"

  /// The integer of `argocd.argoproj.io/sync-wave`; where that cannot be read, that of `helm.sh/hook-weight`; else 0.
  public static func of(_ manifest: Value) -> Int { of(annotations: manifest[at: "metadata", "annotations"]) }

  static func of(annotations: Value?) -> Int {
    for key in [argoAnnotation, helmAnnotation] {
      if let text = annotations?[key]?.stringValue, let wave = Int(text) { return wave }
    }
    return 0
  }
}

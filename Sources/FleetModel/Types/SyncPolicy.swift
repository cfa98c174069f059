import Document

/// When and how an application is synced.
public struct SyncPolicy: Sendable, Hashable {
  /// Syncing without being asked; nil: only when somebody asks.
  public var automated: Automated?
  /// Options such as `CreateNamespace=true`, as written.
  public var syncOptions: [String]
  /// Retries; nil: as the Fleet says.
  public var retry: RetryPolicy?
  /// Labels and annotations of the destination namespace where it is created.
  public var managedNamespaceMetadata: NamespaceMetadata?

  /// Syncing without being asked.
  public struct Automated: Sendable, Hashable {
    /// Whether it is switched on; it is unless `enabled: false` says otherwise.
    public var enabled: Bool
    /// Whether objects that are no longer desired are deleted.
    public var prune: Bool
    /// Whether changes made in the cluster are undone.
    public var selfHeal: Bool
    /// Whether a sync may leave the application without any object.
    public var allowEmpty: Bool

    /// Makes settings.
    public init(enabled: Bool = true, prune: Bool = false, selfHeal: Bool = false, allowEmpty: Bool = false) {
      self.enabled = enabled
      self.prune = prune
      self.selfHeal = selfHeal
      self.allowEmpty = allowEmpty
    }
  }

  /// Labels and annotations of the destination namespace.
  public struct NamespaceMetadata: Sendable, Hashable {
    /// The labels.
    public var labels: [String: String]
    /// The annotations.
    public var annotations: [String: String]
  }

  /// Makes a policy of syncing when asked.
  public init() { syncOptions = [] }

  /// The value of an option such as `CreateNamespace`; nil where it is not set. The last one that is set wins.
  public func option(_ name: String) -> String? {
    for option in syncOptions.reversed() {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, ByteOrder.equal(String(parts[0]), name) { return String(parts[1]) }
    }
    return nil
  }

  init(_ field: FieldReader) throws(DefinitionError) {
    self.init()
    syncOptions = try field.strings("syncOptions")
    if field.has("automated") {
      let automated = try field.object("automated")
      self.automated = Automated(
        enabled: try automated.bool("enabled") ?? true, prune: try automated.bool("prune") ?? false,
        selfHeal: try automated.bool("selfHeal") ?? false, allowEmpty: try automated.bool("allowEmpty") ?? false)
    }
    if field.has("retry") { retry = try RetryPolicy(try field.object("retry"), defaults: RetryPolicy(limit: 0)) }
    if field.has("managedNamespaceMetadata") {
      let metadata = try field.object("managedNamespaceMetadata")
      managedNamespaceMetadata = NamespaceMetadata(
        labels: try metadata.stringMap("labels"), annotations: try metadata.stringMap("annotations"))
    }
  }
}

extension RetryPolicy {
  /// Reads Argo CD's `retry` object; what it does not say comes from the defaults.
  init(_ field: FieldReader, defaults: RetryPolicy) throws(DefinitionError) {
    let backoff = try field.object("backoff")
    self.init(
      limit: try field.integer("limit") ?? defaults.limit, duration: try backoff.duration("duration") ?? defaults.duration,
      factor: try backoff.integer("factor") ?? defaults.factor, maxDuration: try backoff.duration("maxDuration") ?? defaults.maxDuration,
      refresh: try field.bool("refresh") ?? defaults.refresh)
  }
}

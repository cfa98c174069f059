import Document
import FleetModel

/// What an application wants in one cluster, as it comes from rendering.
public struct DesiredInput: Sendable {
  /// Whose objects they are.
  public var owner: Owner
  /// What the caller calls this state, usually the commit.
  public var revision: String
  /// The rendered manifests.
  public var manifests: [Value]
  /// The namespace of the destination.
  public var namespace: String
  /// `spec.syncPolicy.syncOptions`.
  public var syncOptions: [String]
  /// `spec.syncPolicy.managedNamespaceMetadata`: an object with `labels` and `annotations`.
  public var namespaceMetadata: Value?
  /// `spec.ignoreDifferences`.
  public var ignoreDifferences: [Application.IgnoredDifference]
  /// What the application's project allows in this cluster; nil: everything. An object that it does not allow makes the sync refuse
  /// before anything is sent.
  public var policy: ProjectPolicy?

  /// Makes an input.
  public init(
    owner: Owner, revision: String, manifests: [Value], namespace: String, syncOptions: [String] = [], namespaceMetadata: Value? = nil,
    ignoreDifferences: [Application.IgnoredDifference] = [], policy: ProjectPolicy? = nil
  ) {
    self.owner = owner
    self.revision = revision
    self.manifests = manifests
    self.namespace = namespace
    self.syncOptions = syncOptions
    self.namespaceMetadata = namespaceMetadata
    self.ignoreDifferences = ignoreDifferences
    self.policy = policy
  }
}

extension DesiredSet {
  /// Normalises what rendering made.
  public init(_ input: DesiredInput, scopes: Scopes = Scopes()) {
    self.init(
      owner: input.owner, revision: input.revision, manifests: input.manifests, namespace: input.namespace,
      options: SyncOptions(input.syncOptions), namespaceMetadata: input.namespaceMetadata, scopes: scopes,
      ignoring: IgnoreRules(input.ignoreDifferences), policy: input.policy)
  }
}

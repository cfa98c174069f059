import Document

/// What the agent of a cluster needs of its API server: the edge at which tests put a cluster of their own.
///
/// The real one is ``ClusterClient`` behind an adapter. Every answer is whole or an error, never a shorter list.
public protocol SpokeAPI: Sendable {
  /// How a kind is served; nil when the cluster does not serve it (asked anew on every miss). An empty version means the one that the
  /// server prefers.
  func resource(for type: GroupVersionKind) async throws(SpokeError) -> ServedResource?
  /// Every kind that can be listed, watched and deleted, one version each.
  func resources() async throws(SpokeError) -> [ServedResource]
  /// One object; nil where there is none.
  func get(_ resource: ServedResource, namespace: String, name: String) async throws(SpokeError) -> Value?
  /// All objects of a namespace (empty: of all) with a label (empty: with any or none), page by page; the answer is the version of the
  /// list.
  func list(
    _ resource: ServedResource, namespace: String, labelSelector: String, metadataOnly: Bool, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String
  /// Changes from a version on. The stream ends when the server closes it and throws ``SpokeError``.
  func watch(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error>
  /// Server-side apply; the answer is the object as it is now.
  func apply(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value
  /// Makes an object that must not be there yet.
  func create(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value
  /// Writes an object whole over the version and uid that it carries, and over no other.
  func replace(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value
  /// Changes an object by a JSON patch.
  func patch(
    _ resource: ServedResource, namespace: String, name: String, _ operations: Value, _ options: SpokeWriteOptions
  ) async throws(SpokeError) -> Value
  /// Begins the deletion of one object, and of no other that bears its name; nothing happens where it is gone already.
  func delete(
    _ resource: ServedResource, namespace: String, name: String, uid: String, propagation: SyncOptions.Propagation, dryRun: Bool
  ) async throws(SpokeError)
}

/// How an object is written.
public struct SpokeWriteOptions: Sendable, Hashable {
  /// Whether fields are taken from other managers; applies only.
  public var force = false
  /// Whether everything is done but storing.
  public var dryRun = false
  /// Whether fields that the server does not know are an error; else they are dropped in silence.
  public var validate = true
  /// Under which name the fields are owned.
  public var manager = Tracking.fieldManager

  /// The usual way.
  public init(force: Bool = false, dryRun: Bool = false, validate: Bool = true, manager: String = Tracking.fieldManager) {
    self.force = force
    self.dryRun = dryRun
    self.validate = validate
    self.manager = manager
  }
}

/// A kind as a cluster serves it.
public struct ServedResource: Sendable, Hashable {
  /// Group, version and kind.
  public var type: GroupVersionKind
  /// The name in URLs, such as `deployments`.
  public var plural: String
  /// Whether its objects live in namespaces.
  public var isNamespaced: Bool

  /// Makes a resource.
  public init(type: GroupVersionKind, plural: String, isNamespaced: Bool) {
    self.type = type
    self.plural = plural
    self.isNamespaced = isNamespaced
  }
}

/// One event of a watch.
public enum SpokeEvent: Sendable {
  /// An object is there, new or changed.
  case changed(Value)
  /// An object is gone; this is how it was last.
  case deleted(Value)
  /// Nothing up to this version is missing.
  case bookmark(String)
}

/// Why a request to a cluster failed.
public struct SpokeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What can be done about it.
  public enum Kind: String, Sendable, Hashable {
    /// The cluster did not answer.
    case unreachable
    /// The server cannot now, or asks for patience.
    case unavailable
    /// The hub may not do this, or is not known.
    case forbidden
    /// The thing, or its namespace, is not there.
    case notFound
    /// The asked version is no longer kept: list again.
    case expired
    /// Others hold fields, or the object is not the one that was meant.
    case conflict
    /// The server refuses the object as it is.
    case invalid
    /// The caller gave up.
    case cancelled
    /// Anything else.
    case other
  }

  /// A field that another manager holds.
  public struct Holder: Sendable, Hashable {
    /// The manager's name.
    public var manager: String
    /// The field as the server writes it: `.spec.replicas`.
    public var field: String

    /// Makes a holder.
    public init(manager: String, field: String) {
      self.manager = manager
      self.field = field
    }
  }

  /// What can be done about it.
  public var kind: Kind
  /// What the server said.
  public var message: String
  /// When the server wants to be asked again.
  public var retryAfter: Duration?
  /// For conflicts of an apply: who holds which fields.
  public var holders: [Holder]

  /// Makes an error.
  public init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil, holders: [Holder] = []) {
    self.kind = kind
    self.message = message
    self.retryAfter = retryAfter
    self.holders = holders
  }

  /// Whether the same request may succeed a little later.
  public var isRetryable: Bool { kind == .unreachable || kind == .unavailable }

  /// The message.
  public var description: String { message }

  /// Any error as one of these.
  init(_ error: any Error) {
    if let error = error as? SpokeError {
      self = error
    } else if error is CancellationError {
      self.init(.cancelled, "cancelled")
    } else {
      self.init(.other, "\(error)")
    }
  }
}

import Document
import Kubernetes

/// The real API server behind the edge of the agent: names of the Kubernetes module on one side, ours on the other, nothing else.
public struct ClusterClientSpoke: SpokeAPI {
  let client: ClusterClient
  /// The namespaces that may be seen; empty: all.
  let namespaces: [String]
  let positions = WatchPositions()

  /// Wraps a client.
  /// - Parameter namespaces: the only ones that the account may see; empty: all. Collections are then listed and watched in each of them.
  public init(_ client: ClusterClient, namespaces: [String] = []) {
    self.client = client
    self.namespaces = Array(Set(namespaces)).sorted(by: ByteOrder.less)
  }

  /// How a kind is served.
  public func resource(for type: GroupVersionKind) async throws(SpokeError) -> ServedResource? {
    try await translate { () throws(KubernetesError) in
      guard type.version.isEmpty else { return try await client.resource(for: type).map(ServedResource.init) }
      if let found = try await client.resource(for: type.groupKind) { return ServedResource(found) }
      // An API service that is down does not mean that its kinds are gone.
      guard try await client.discovered().isIncomplete(type) else { return nil }
      throw KubernetesError(
        "the server cannot tell at present what the group \(type.group) holds: its API service is down", reason: "ServiceUnavailable",
        operation: "find \(type.groupKind)", transport: .connectionFailed)
    }
  }

  /// Every kind that can be listed and watched, the first version of each.
  public func resources() async throws(SpokeError) -> [ServedResource] {
    let all = try await translate { () throws(KubernetesError) in try await client.resources() }
    var seen: Set<GroupKind> = []
    return all.filter { $0.verbs.isSuperset(of: ["list", "watch", "delete"]) && seen.insert($0.groupVersionKind.groupKind).inserted }
      .map(ServedResource.init)
  }

  /// One object.
  public func get(_ resource: ServedResource, namespace: String, name: String) async throws(SpokeError) -> Value? {
    try await translate { () throws(KubernetesError) in try await client.get(resource.api, namespace: namespace, name: name) }
  }

  /// All objects of a selection.
  public func list(
    _ resource: ServedResource, namespace: String, labelSelector: String, metadataOnly: Bool, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String {
    if isPartial(resource), namespace.isEmpty {
      return try await listNamespaces(resource, labelSelector: labelSelector, metadataOnly: metadataOnly, page: page)
    }
    let selection = Selection(
      namespace: namespace.isEmpty ? nil : namespace, labelSelector: labelSelector.isEmpty ? nil : labelSelector, metadataOnly: metadataOnly
    )
    let result = try await following { () throws(KubernetesError) in try await client.list(resource.api, selection) }
    await page(result.items)
    return result.resourceVersion
  }

  /// Changes from a version on.
  public func watch(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error> {
    if isPartial(resource) {
      return try await watchNamespaces(resource, labelSelector: labelSelector, from: resourceVersion, metadataOnly: metadataOnly)
    }
    let selection = Selection(labelSelector: labelSelector, metadataOnly: metadataOnly)
    let events = try await following { () throws(KubernetesError) in
      try await client.watch(resource.api, selection, from: resourceVersion)
    }
    // Reading one event for each that is asked for keeps the back-pressure of the wire.
    let reader = WatchReader(events)
    return AsyncThrowingStream { try await reader.next() }
  }

  /// Server-side apply.
  public func apply(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    try await translate { () throws(KubernetesError) in
      try await client.applying(object, to: resource.api, force: options.force, options: options.client).object
    }
  }

  /// Makes an object.
  public func create(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    try await translate { () throws(KubernetesError) in
      try await client.create(object, in: resource.api, options: options.client)
    }
  }

  /// Writes an object whole.
  public func replace(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    try await translate { () throws(KubernetesError) in
      try await client.update(object, in: resource.api, options: options.client)
    }
  }

  /// Changes an object by a JSON patch.
  public func patch(
    _ resource: ServedResource, namespace: String, name: String, _ operations: Value, _ options: SpokeWriteOptions
  ) async throws(SpokeError) -> Value {
    try await translate { () throws(KubernetesError) in
      try await client.patch(resource.api, namespace: namespace, name: name, .json, operations, options: options.client)
    }
  }

  /// Begins the deletion of one object.
  public func delete(
    _ resource: ServedResource, namespace: String, name: String, uid: String, propagation: SyncOptions.Propagation, dryRun: Bool
  ) async throws(SpokeError) {
    let policy = Propagation(rawValue: propagation.rawValue)
    do {
      try await translate { () throws(KubernetesError) in
        _ = try await client.delete(
          resource.api, namespace: namespace, name: name, uid: uid, propagation: policy, dryRun: dryRun)
      }
    } catch  where error.kind == .notFound {
      return
    }
  }

  /// Reads a collection. Where there is none the kind is no longer served, such as after its definition was deleted: what is known of the
  /// server is old, and is asked for anew.
  func following<Answer>(
    _ body: () async throws(KubernetesError) -> Answer
  ) async throws(SpokeError) -> Answer {
    try await translate { () throws(KubernetesError) in
      do throws(KubernetesError) {
        return try await body()
      } catch  where error.isNotFound {
        try await client.refreshDiscovery()
        throw error
      }
    }
  }

  private func translate<Answer>(
    _ body: () async throws(KubernetesError) -> Answer
  ) async throws(SpokeError) -> Answer {
    do {
      return try await body()
    } catch {
      throw SpokeError(error)
    }
  }
}

/// Reads a watch for the one task that follows it.
private actor WatchReader {
  private var events: WatchStream.AsyncIterator

  init(_ stream: WatchStream) { events = stream.makeAsyncIterator() }

  func next() async throws -> SpokeEvent? {
    do {
      var reader = events
      let event = try await reader.next(isolation: self)
      events = reader
      return event.map { SpokeEvent($0) }
    } catch {
      throw SpokeError(error)
    }
  }
}

extension SpokeEvent {
  init(_ event: WatchEvent) {
    switch event {
    case .added(let object), .modified(let object): self = .changed(object)
    case .deleted(let object): self = .deleted(object)
    case .bookmark(let version, _): self = .bookmark(version)
    }
  }
}

extension ServedResource {
  init(_ resource: APIResource) {
    self.init(type: resource.groupVersionKind, plural: resource.plural, isNamespaced: resource.namespaced)
  }

  var api: APIResource { APIResource(groupVersionKind: type, plural: plural, namespaced: isNamespaced) }
}

extension SpokeWriteOptions {
  /// Strict as `kubectl --validate=true`, which Argo CD uses: a misspelled field is an error and not a difference for ever.
  var client: ClusterClient.WriteOptions {
    ClusterClient.WriteOptions(fieldManager: manager, dryRun: dryRun, fieldValidation: validate ? .strict : .ignore)
  }
}

extension SpokeError {
  init(_ error: KubernetesError) {
    let kind: Kind
    if error.isCancelled {
      kind = .cancelled
    } else if error.isUnreachable {
      kind = .unreachable
    } else if error.isGone {
      kind = .expired
    } else if error.isConflict || error.isAlreadyExists {
      kind = .conflict
    } else if error.isNotFound {
      kind = .notFound
    } else if error.isForbidden, error.causes.contains(where: { $0.reason == "NamespaceTerminating" }) {
      // Nobody has to be given a permission: the namespace is on its way out, and may come back.
      kind = .unavailable
    } else if error.isForbidden || error.isUnauthorized {
      kind = .forbidden
    } else if error.isInvalid {
      kind = .invalid
    } else if error.isRetryable {
      kind = .unavailable
    } else {
      kind = .other
    }
    let holders = error.conflictingFields.map { Holder(manager: SpokeError.manager($0.message), field: $0.field) }
    // What nobody can mend in a definition of the application is mended at the cluster or its registration.
    let advice = kind == .forbidden || kind == .unreachable ? error.advice.map { ": \($0)" } ?? "" : ""
    self.init(kind, error.message + advice, retryAfter: error.retryAfter, holders: holders)
  }

  /// The manager's name out of `conflict with "kubectl" using apps/v1`.
  private static func manager(_ message: String) -> String {
    let parts = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[1]) : message
  }
}

import Document
import Kubernetes
import Synchronization
import Syncing

/// The agent's edge to the real API server, as the hub uses it, with account of what is sent.
final class CountingSpoke: SpokeAPI {
  struct Account: Sendable {
    /// Writes that were not dry runs, as `apply ConfigMap/shop/a`, in the order in which they were sent.
    var writes: [String] = []
    var lists = 0
    var watches = 0
    /// Lists and watches that the server refused because their version is too old.
    var expired = 0
  }

  private let real: ClusterClientSpoke
  private let account = Mutex(Account())
  private let beforeWrite = Mutex<(@Sendable (Int) async -> Void)?>(nil)

  init(_ client: ClusterClient) { real = ClusterClientSpoke(client) }

  var counts: Account { account.withLock { $0 } }
  var writes: [String] { counts.writes }

  /// Runs something before each write, which is told how many there were before.
  func interfere(_ body: (@Sendable (Int) async -> Void)?) { beforeWrite.withLock { $0 = body } }

  private func write(_ verb: String, _ object: ObjectIdentity?, dryRun: Bool) async {
    guard !dryRun else { return }
    let count = account.withLock { account in
      account.writes.append("\(verb) \(object.map(\.description) ?? "?")")
      return account.writes.count - 1
    }
    await beforeWrite.withLock { $0 }?(count)
  }

  private func identity(_ resource: ServedResource, _ namespace: String, _ name: String) -> ObjectIdentity {
    ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
  }

  private func watched<Answer>(_ body: () async throws(SpokeError) -> Answer) async throws(SpokeError) -> Answer {
    do throws(SpokeError) {
      return try await body()
    } catch {
      if error.kind == .expired { account.withLock { $0.expired += 1 } }
      throw error
    }
  }

  func resource(for type: GroupVersionKind) async throws(SpokeError) -> ServedResource? { try await real.resource(for: type) }
  func resources() async throws(SpokeError) -> [ServedResource] { try await real.resources() }

  func get(_ resource: ServedResource, namespace: String, name: String) async throws(SpokeError) -> Value? {
    try await real.get(resource, namespace: namespace, name: name)
  }

  func list(
    _ resource: ServedResource, namespace: String, labelSelector: String, metadataOnly: Bool, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String {
    account.withLock { $0.lists += 1 }
    return try await watched { () throws(SpokeError) in
      try await real.list(resource, namespace: namespace, labelSelector: labelSelector, metadataOnly: metadataOnly, page: page)
    }
  }

  func watch(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error> {
    account.withLock { $0.watches += 1 }
    let events = try await watched { () throws(SpokeError) in
      try await real.watch(resource, labelSelector: labelSelector, from: resourceVersion, metadataOnly: metadataOnly)
    }
    let reader = EventReader(events)
    return AsyncThrowingStream { [weak self] in
      do {
        return try await reader.next()
      } catch {
        if (error as? SpokeError)?.kind == .expired { self?.account.withLock { $0.expired += 1 } }
        throw error
      }
    }
  }

  func apply(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    await write("apply", object.objectIdentity, dryRun: options.dryRun)
    return try await real.apply(object, resource, options)
  }

  func create(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    await write("create", object.objectIdentity, dryRun: options.dryRun)
    return try await real.create(object, resource, options)
  }

  func replace(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    await write("replace", object.objectIdentity, dryRun: options.dryRun)
    return try await real.replace(object, resource, options)
  }

  func patch(
    _ resource: ServedResource, namespace: String, name: String, _ operations: Value, _ options: SpokeWriteOptions
  ) async throws(SpokeError) -> Value {
    await write("patch", identity(resource, namespace, name), dryRun: options.dryRun)
    return try await real.patch(resource, namespace: namespace, name: name, operations, options)
  }

  func delete(
    _ resource: ServedResource, namespace: String, name: String, uid: String, propagation: SyncOptions.Propagation, dryRun: Bool
  ) async throws(SpokeError) {
    await write("delete", identity(resource, namespace, name), dryRun: dryRun)
    try await real.delete(resource, namespace: namespace, name: name, uid: uid, propagation: propagation, dryRun: dryRun)
  }
}

/// Reads a stream of events for one task at a time.
private actor EventReader {
  private var events: AsyncThrowingStream<SpokeEvent, any Error>.AsyncIterator

  init(_ stream: AsyncThrowingStream<SpokeEvent, any Error>) { events = stream.makeAsyncIterator() }

  func next() async throws -> SpokeEvent? {
    var reader = events
    let event = try await reader.next(isolation: self)
    events = reader
    return event
  }
}

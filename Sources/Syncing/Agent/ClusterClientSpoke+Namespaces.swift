import Document
import Kubernetes
import Synchronization

/// Clusters of which the hub's account may see some namespaces only: what is one list or watch elsewhere is one for each of them.
extension ClusterClientSpoke {
  /// Whether a collection of all namespaces is out of reach.
  func isPartial(_ resource: ServedResource) -> Bool { resource.isNamespaced && !namespaces.isEmpty }

  /// The lists of all namespaces, one after the other; the answer is the version of the first, before which nothing is missing in any.
  func listNamespaces(
    _ resource: ServedResource, labelSelector: String, metadataOnly: Bool, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String {
    var first: String?
    for name in namespaces {
      let selection = Selection(
        namespace: name, labelSelector: labelSelector.isEmpty ? nil : labelSelector, metadataOnly: metadataOnly)
      let result = try await following { () throws(KubernetesError) in try await client.list(resource.api, selection) }
      await page(result.items)
      first = first ?? result.resourceVersion
    }
    let version = first ?? ""
    // Watches go on from there in every namespace: what a later list had already is told once more, which does no harm.
    positions.reset(resource.type, namespaces, to: version)
    return version
  }

  /// One watch in each namespace, told as one. It ends as soon as one of them does.
  func watchNamespaces(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error> {
    var watches: [(namespace: String, events: WatchStream)] = []
    for name in namespaces {
      // Events of several watches come in any order: each goes on from its own last one.
      let version = positions.position(resource.type, name) ?? resourceVersion
      let selection = Selection(namespace: name, labelSelector: labelSelector, metadataOnly: metadataOnly)
      watches.append(
        (name, try await following { () throws(KubernetesError) in try await client.watch(resource.api, selection, from: version) }))
    }
    let (type, positions) = (resource.type, positions)
    let reader = MergedReader(watches) { namespace, version in positions.reached(type, namespace, version) }
    return AsyncThrowingStream { try await reader.next() }
  }
}

/// How far the watches of single namespaces came.
final class WatchPositions: Sendable {
  private let versions = Mutex<[GroupVersionKind: [String: String]]>([:])

  func reset(_ type: GroupVersionKind, _ namespaces: [String], to version: String) {
    versions.withLock { $0[type] = Dictionary(namespaces.map { ($0, version) }, uniquingKeysWith: { first, _ in first }) }
  }

  func reached(_ type: GroupVersionKind, _ namespace: String, _ version: String) {
    versions.withLock { $0[type, default: [:]][namespace] = version }
  }

  func position(_ type: GroupVersionKind, _ namespace: String) -> String? { versions.withLock { $0[type]?[namespace] } }
}

/// Reads several watches for the one task that follows them. Letting go of it ends all of them.
private actor MergedReader {
  private struct Item: Sendable {
    let namespace: String
    let event: WatchEvent
  }

  private var items: AsyncThrowingStream<Item, any Error>.AsyncIterator
  private let tasks: [Task<Void, Never>]
  /// As many events as may wait for the reader, over all watches: the rest stays on the wire.
  private let room = AsyncSemaphore(limit: 32)
  private let reached: @Sendable (String, String) -> Void

  init(_ watches: [(namespace: String, events: WatchStream)], reached: @escaping @Sendable (String, String) -> Void) {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: Item.self)
    let room = room
    self.reached = reached
    items = stream.makeAsyncIterator()
    tasks = watches.map { watch in
      Task {
        do throws(KubernetesError) {
          for try await event in watch.events {
            guard await room.acquire() else { break }
            continuation.yield(Item(namespace: watch.namespace, event: event))
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: SpokeError(error))
        }
      }
    }
  }

  deinit { for task in tasks { task.cancel() } }

  func next() async throws -> SpokeEvent? {
    var reader = items
    let item = try await reader.next(isolation: self)
    items = reader
    guard let item else { return nil }
    room.release()
    // Only now: what nobody has read would be lost if the next watch went on behind it.
    if let version = item.event.resourceVersion { reached(item.namespace, version) }
    return SpokeEvent(item.event)
  }
}

import Document
import Synchronization
import Transport

/// A list with the watch that goes on from it.
struct Snapshot<Element: Sendable>: Sendable {
  var list: ListResult<Element>
  /// The watch that brought the list, when it was a streaming one: it goes on.
  var events: WatchStream.AsyncIterator?
}

extension ClusterClient {
  /// All objects of a selection, as a streaming list where the server has them (Kubernetes 1.32 and later, by default): one object at a
  /// time, so that neither side holds the whole list. Falls back to pages, and stays with them, where the server does not know it.
  public func streamingList<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection = Selection(), transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> ListResult<Element> {
    try await snapshot(resource, selection, transform).list
  }

  /// The list, and the still open watch that it came from if it was a streaming one.
  func snapshot<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection, _ transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> Snapshot<Element> {
    if !streamingListsRefused.load(ordering: .relaxed), resource.verbs.isEmpty || resource.verbs.contains("watch") {
      do throws(KubernetesError) {
        if let snapshot = try await streamed(resource, selection, transform) { return snapshot }
      } catch {
        // Unknown parameters are refused as invalid; whatever else is wrong would be wrong with pages too.
        guard error.isInvalid || error.isMissingStorageFeature else { throw error }
      }
      streamingListsRefused.store(true, ordering: .relaxed)
    }
    return Snapshot(list: try await list(resource, selection, transform: transform), events: nil)
  }

  /// Nil when the server took the request for a plain watch.
  private func streamed<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection, _ transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> Snapshot<Element>? {
    let operation = describe("list", resource, selection.namespace, nil)
    var events = try await watch(resource, selection, sendInitialEvents: true).makeAsyncIterator()
    var items: [Element] = []
    while let event = try await events.next(isolation: #isolation) {
      switch event {
      case .added(let object): if let element = transform(object) { items.append(element) }
      case .bookmark(let version, let isEnd):
        guard isEnd, !version.isEmpty else { return nil }
        return Snapshot(list: ListResult(items: items, resourceVersion: version), events: events)
      // A change before the end of the list: this is an ordinary watch.
      case .modified, .deleted: return nil
      }
    }
    throw KubernetesError(
      "the streaming list ended before it was complete", operation: operation, cluster: name, transport: .connectionLost)
  }
}

extension KubernetesError {
  /// Whether the server knows streaming lists and its store does not: over etcd before 3.4.25 and 3.5.8 it answers each with 500.
  fileprivate var isMissingStorageFeature: Bool { status == 500 && message.contains("required storage feature") }
}

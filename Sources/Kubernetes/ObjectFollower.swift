import Document
import Transport

/// What following a selection of objects brings.
public enum FollowEvent<Element: Sendable>: Sendable {
  /// All there is at this moment: what was known before and is not among it is gone.
  case reset(ListResult<Element>)
  /// An object is new or has changed.
  case changed(Element, resourceVersion: String)
  /// An object is gone; in its last state.
  case removed(Element, resourceVersion: String)
  /// Nothing has changed up to this version.
  case current(resourceVersion: String)
  /// The cluster cannot be followed at present; it is tried again after the pause, from where it was.
  case interrupted(KubernetesError, pause: Duration)
}

extension ClusterClient {
  /// Follows a selection for ever: lists, watches, takes the watch up again where it ended, lists again only when the server no longer
  /// knows that place (410), and waits longer from failure to failure. Ends when the task is cancelled.
  ///
  /// Each iteration asks for one event only: a slow reader slows the reading, not the memory.
  /// - Parameters:
  ///   - from: a version to go on from without listing, such as one that was stored
  ///   - transform: makes of each object what the caller keeps; nil leaves the object out
  public func follow<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection = Selection(), from resourceVersion: String? = nil,
    watchTimeout: Duration = .seconds(290), transform: @escaping @Sendable (Value) -> Element?
  ) -> ObjectFollower<Element> {
    ObjectFollower(
      client: self, resource: resource, selection: selection, start: resourceVersion, watchTimeout: watchTimeout, transform: transform)
  }
}

/// The events of ``ClusterClient/follow(_:_:from:watchTimeout:transform:)``, for one reader.
public struct ObjectFollower<Element: Sendable>: AsyncSequence, Sendable {
  /// Errors are events: only cancellation ends the sequence.
  public typealias Failure = Never

  let client: ClusterClient
  let resource: APIResource
  let selection: Selection
  let start: String?
  let watchTimeout: Duration
  let transform: @Sendable (Value) -> Element?

  /// Starts following.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

  /// Reads events.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private enum Phase {
      case list
      case open(String)
      case read(WatchStream.AsyncIterator, String)
      case ended
    }

    private let source: ObjectFollower
    private var phase: Phase
    private var failures = 0
    private var pause: Duration?

    init(_ source: ObjectFollower) {
      self.source = source
      phase = source.start.map { .open($0) } ?? .list
    }

    /// The next event; nil once the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> FollowEvent<Element>? {
      if let pause {
        self.pause = nil
        do { try await Task.sleep(for: pause) } catch { phase = .ended }
      }
      while true {
        if Task.isCancelled { phase = .ended }
        do throws(KubernetesError) {
          switch phase {
          case .ended: return nil
          case .list:
            let snapshot = try await source.client.snapshot(source.resource, source.selection, source.transform)
            failures = 0
            phase = snapshot.events.map { .read($0, snapshot.list.resourceVersion) } ?? .open(snapshot.list.resourceVersion)
            return .reset(snapshot.list)
          case .open(let version):
            let stream = try await source.client.watch(source.resource, source.selection, from: version, timeout: source.watchTimeout)
            phase = .read(stream.makeAsyncIterator(), version)
          case .read(var events, let version):
            guard let event = try await events.next(isolation: actor) else {
              // The server has ended the watch in good order.
              phase = .open(version)
              continue
            }
            failures = 0
            let reached = event.resourceVersion ?? version
            phase = .read(events, reached)
            if let event = translate(event, reached) { return event }
          }
        } catch {
          if error.isCancelled {
            phase = .ended
          } else if error.isGone {
            // What lies between is no longer known: only a list tells. At once the first time, then with pauses.
            phase = .list
            failures += 1
            if failures > 1 { return interrupted(error) }
          } else {
            if case .read(_, let version) = phase { phase = .open(version) }
            failures += 1
            return interrupted(error)
          }
        }
      }
    }

    private func translate(_ event: WatchEvent, _ version: String) -> FollowEvent<Element>? {
      switch event {
      case .added(let object), .modified(let object): source.transform(object).map { .changed($0, resourceVersion: version) }
      case .deleted(let object): source.transform(object).map { .removed($0, resourceVersion: version) }
      case .bookmark: .current(resourceVersion: version)
      }
    }

    private mutating func interrupted(_ error: KubernetesError) -> FollowEvent<Element> {
      let pause = source.client.followPause(after: failures, error)
      self.pause = pause
      return .interrupted(error, pause: pause)
    }
  }
}

extension ClusterClient {
  /// Half a second, doubled from failure to failure up to half a minute, and between half and all of it; as long as the server wants at least.
  func followPause(after failures: Int, _ error: KubernetesError) -> Duration {
    let full = min(limits.followPause * (1 << min(max(failures - 1, 0), 10)), limits.longestFollowPause)
    return max(full * (0.5 + 0.5 * random()), error.retryAfter ?? .zero)
  }
}

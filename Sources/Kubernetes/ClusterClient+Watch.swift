import Document
import Transport

/// A change that a watch reports. Objects carry their own `apiVersion` and `kind`, also when only metadata was asked for.
public enum WatchEvent: Sendable, Hashable {
  /// The object is new, or has come to match the selection.
  case added(Value)
  /// The object has changed.
  case modified(Value)
  /// The object is gone, or no longer matches the selection; in its last state.
  case deleted(Value)
  /// Nothing has changed up to this resource version.
  case bookmark(resourceVersion: String, initialEventsEnd: Bool)

  /// The moment of the change: where a watch that breaks off goes on.
  public var resourceVersion: String? {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object[at: "metadata", "resourceVersion"]?.stringValue
    case .bookmark(let version, _): version
    }
  }

  /// The object; nil for a bookmark.
  public var object: Value? {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object
    case .bookmark: nil
    }
  }
}

extension ClusterClient {
  /// Opens a watch. The server ends it after `timeout`: the sequence then ends without error, and one goes on with a new watch from the last
  /// resource version. An error with `isGone` says that this version is too old: list again.
  /// - Parameters:
  ///   - resourceVersion: from a list or an earlier watch; nil reports what exists as added first
  ///   - timeout: whole seconds; the server is also given up when nothing, not even a bookmark, comes for that long
  ///   - sendInitialEvents: streaming list: report what exists, then a bookmark that says so
  public func watch(
    _ resource: APIResource, _ selection: Selection = Selection(), from resourceVersion: String? = nil,
    timeout: Duration = .seconds(290), sendInitialEvents: Bool = false
  ) async throws(KubernetesError) -> WatchStream {
    let operation = describe("watch", resource, selection.namespace, nil)
    let seconds = max(1, Int(timeout.components.seconds))
    var call = Call(operation, "GET", resource.path(namespace: selection.namespace))
    call.query = [("watch", "true"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", "\(seconds)")] + selection.query
    if let resourceVersion { call.query.append(("resourceVersion", resourceVersion)) }
    if sendInitialEvents {
      call.query += [("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan")]
    }
    if selection.metadataOnly { call.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json" }
    var renewed = false
    while true {
      let credential = try await resolveCredential(operation)
      var request = request(for: call, credential)
      request.timeout = nil
      request.headTimeout = limits.watchOpening
      // Packing would make the server hold events back until a block is full.
      request.acceptsCompression = false
      request.idleTimeout = .seconds(seconds + 15)
      let opened = await Self.outcome { () async throws(TransportError) in
        try await http.stream(request, settings: settings(credential), bufferBytes: limits.watchBufferBytes)
      }
      let stream: HTTPStream
      switch opened {
      case .success(let open): stream = open
      case .failure(let error): throw KubernetesError(error, operation: operation, cluster: name)
      }
      if stream.status == 200 { return WatchStream(stream, resource: resource, client: self, operation: operation) }
      if stream.status == 401 && !renewed && credentials.invalidate(credential) {
        renewed = true
        continue
      }
      let body = await Self.outcome { () async throws(TransportError) in try await stream.collect(maximumBytes: 1 << 20) }
      let response = HTTPResponse(status: stream.status, headers: stream.headers, body: (try? body.get()) ?? [])
      let failure = refusal(response, operation)
      if response.status == 404 && failure.objectName == nil { invalidateDiscovery() }
      throw failure
    }
  }
}

/// The events of an open watch, for one reader. Letting go of it, or cancelling the task that reads, ends the watch.
public struct WatchStream: AsyncSequence, Sendable {
  /// A change.
  public typealias Element = WatchEvent
  /// What reading fails with.
  public typealias Failure = KubernetesError

  private let stream: HTTPStream
  private let resource: APIResource
  private let client: ClusterClient
  private let operation: String

  init(_ stream: HTTPStream, resource: APIResource, client: ClusterClient, operation: String) {
    self.stream = stream
    self.resource = resource
    self.client = client
    self.operation = operation
  }

  /// Ends the watch.
  public func cancel() { stream.cancel() }

  /// Starts reading.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      stream: stream, client: client, decoder: WatchDecoder(resource: resource, client: client, operation: operation), operation: operation)
  }

  /// Reads events one by one or as many at a time as have come.
  public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
    let stream: HTTPStream
    let client: ClusterClient
    var decoder: WatchDecoder
    let operation: String
    private var ready: [WatchEvent] = []
    private var position = 0

    init(stream: HTTPStream, client: ClusterClient, decoder: WatchDecoder, operation: String) {
      self.stream = stream
      self.client = client
      self.decoder = decoder
      self.operation = operation
    }

    /// The next event; nil when the server has ended the watch.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(KubernetesError) -> WatchEvent? {
      while position == ready.count {
        guard let batch = try await nextBatch(isolation: actor) else { return nil }
        ready = batch
        position = 0
      }
      let event = ready[position]
      position += 1
      // A watch is mostly quiet: what it brought last is not to be held until it speaks again.
      if position == ready.count { (ready, position) = ([], 0) }
      return event
    }

    /// All events that have come since the last call, at least one; nil when the server has ended the watch.
    ///
    /// Events before an error are handed over first, the error with the next call.
    public mutating func nextBatch(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(KubernetesError) -> [WatchEvent]? {
      while true {
        if let failure = decoder.failure {
          stream.cancel()
          throw failure
        }
        let piece: [UInt8]?
        do throws(TransportError) {
          piece = try await stream.next()
        } catch {
          throw KubernetesError(error, operation: operation, cluster: client.name)
        }
        guard let piece else { return nil }
        let events: [WatchEvent]
        if piece.count < client.limits.largeBodyBytes {
          events = decoder.decode(piece)
        } else {
          // A burst: off Swift's own pool.
          let current = decoder
          (events, decoder) = await client.http.computePool.run {
            var decoder = current
            return (decoder.decode(piece), decoder)
          }
        }
        if !events.isEmpty { return events }
      }
    }
  }
}

/// Turns the bytes of a watch into events.
struct WatchDecoder: Sendable {
  private var framer: LineFramer
  private let reader: WatchEventReader
  /// What ended the watch, once something has.
  private(set) var failure: KubernetesError?

  init(resource: APIResource, client: ClusterClient, operation: String) {
    self.init(resource: resource, limit: client.limits.maximumEventBytes, operation: operation, cluster: client.name)
  }

  init(resource: APIResource, limit: Int, operation: String, cluster: String) {
    framer = LineFramer(limit: limit)
    reader = WatchEventReader(resource: resource, operation: operation, cluster: cluster)
  }

  mutating func decode(_ piece: [UInt8]) -> [WatchEvent] {
    guard failure == nil else { return [] }
    framer.add(piece)
    var events: [WatchEvent] = []
    let reader = reader
    do throws(KubernetesError) {
      try framer.lines { line throws(KubernetesError) in events.append(try reader.event(line)) }
      if framer.isOverfull { throw reader.failure("an event is larger than \(framer.limit) bytes") }
    } catch {
      failure = error
    }
    return events
  }
}

/// Reads single events.
struct WatchEventReader: Sendable {
  let resource: APIResource
  let operation: String
  let cluster: String

  func failure(_ message: String) -> KubernetesError { KubernetesError(message, operation: operation, cluster: cluster) }

  func event(_ line: UnsafeBufferPointer<UInt8>) throws(KubernetesError) -> WatchEvent {
    let value: Value
    do {
      value = try JSON.decode(line)
    } catch {
      throw failure("an event cannot be read: \(error)")
    }
    guard let type = value["type"]?.stringValue, let object = value["object"], object.objectValue != nil else {
      throw failure("an event has no type or no object")
    }
    switch type {
    case "ADDED": return .added(ListPage<Value>.identified(object, resource))
    case "MODIFIED": return .modified(ListPage<Value>.identified(object, resource))
    case "DELETED": return .deleted(ListPage<Value>.identified(object, resource))
    case "BOOKMARK":
      let end = object[at: "metadata", "annotations", "k8s.io/initial-events-end"]?.stringValue == "true"
      return .bookmark(resourceVersion: object[at: "metadata", "resourceVersion"]?.stringValue ?? "", initialEventsEnd: end)
    case "ERROR": throw KubernetesError(status: object, operation: operation, cluster: cluster)
    default: throw failure("an event has the unknown type \(type)")
    }
  }
}

import Synchronization

/// An answer whose body is read as it comes: an asynchronous sequence of non-empty pieces, for one reader.
///
/// What has come and is not yet read is kept in a buffer of the given size. When the buffer is full, the stream either fails with
/// `slowConsumer` or pauses the sender, as ``HTTPStreamOverflow`` says. Letting go of the stream, cancelling it, or cancelling the task
/// that waits for a piece ends the exchange.
public final class HTTPStream: Sendable, AsyncSequence {
  /// A piece of the body.
  public typealias Element = [UInt8]
  /// What reading fails with.
  public typealias Failure = TransportError

  /// Status and header fields.
  public let head: HTTPResponseHead
  /// The status code.
  public var status: Int { head.status }
  /// The header fields.
  public var headers: HTTPHeaders { head.headers }

  private let buffer: StreamBuffer
  private let client: HTTPClient
  private let id: UInt64

  init(head: HTTPResponseHead, buffer: StreamBuffer, client: HTTPClient, id: UInt64) {
    self.head = head
    self.buffer = buffer
    self.client = client
    self.id = id
  }

  deinit { cancel() }

  /// Ends the exchange; a reader that waits gets `cancelled`.
  public func cancel() { client.mailbox.post(.cancel(id)) }

  /// All that has come since the last call, waiting for at least one byte; nil at the end.
  public func next() async throws(TransportError) -> [UInt8]? {
    let (outcome, resume) = await withTaskCancellationHandler {
      await buffer.next()
    } onCancel: {
      cancel()
    }
    if resume { client.mailbox.post(.resume(id)) }
    return try outcome.get()
  }

  /// The rest of the body, up to a size.
  public func collect(maximumBytes: Int) async throws(TransportError) -> [UInt8] {
    var result: [UInt8] = []
    while let piece = try await next() {
      guard piece.count <= maximumBytes - result.count else {
        cancel()
        throw buffer.error(.tooLarge, "the body is larger than the \(maximumBytes) bytes allowed")
      }
      result += piece
    }
    return result
  }

  /// Iterates over the pieces of the body.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let stream: HTTPStream

    /// The next piece.
    public mutating func next() async throws(TransportError) -> [UInt8]? { try await stream.next() }

    /// The next piece.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(TransportError) -> [UInt8]? {
      try await stream.next()
    }
  }

  /// Starts reading; there may be one reader only.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }
}

/// What happens when a stream's buffer is full.
public enum HTTPStreamOverflow: Sendable, Hashable {
  /// The stream fails with `slowConsumer`. Right for watches, which can start afresh: over HTTP/2, a paused stream would hold up every
  /// other stream of its connection while libcurl goes on buffering up to 32 MB.
  case fail
  /// The sender is paused. The exchange is made over HTTP/1.1, where this really stops the wire.
  case pause
}

extension HTTPClient {
  /// Sends a request and waits for the head of its answer only; the body is read from the stream.
  ///
  /// The request's `timeout` spans the whole stream: leave it nil, and set `idleTimeout`, for streams that stay open.
  public func stream(
    _ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), bufferBytes: Int = 4 << 20,
    overflow: HTTPStreamOverflow = .fail, over pool: ConnectionPool = .streams
  ) async throws(TransportError) -> HTTPStream {
    let id = mailbox.newID()
    var request = request
    if overflow == .pause { request.version = .http1 }
    let buffer = StreamBuffer(limit: bufferBytes, overflow: overflow, method: request.method, url: request.url)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        buffer.awaitHead(continuation)
        submit(request, settings, id: id, pool: pool, sink: buffer)
        if Task.isCancelled { mailbox.post(.cancel(id)) }
      }
    } onCancel: {
      mailbox.post(.cancel(id))
    }
    return HTTPStream(head: try outcome.get(), buffer: buffer, client: self, id: id)
  }
}

/// The buffer between the libcurl thread and the task that reads a stream.
final class StreamBuffer: TransferSink {
  typealias Piece = (outcome: Result<[UInt8]?, TransportError>, resume: Bool)

  private struct State {
    var head: CheckedContinuation<Result<HTTPResponseHead, TransportError>, Never>?
    var reader: CheckedContinuation<Piece, Never>?
    var pending: [UInt8] = []
    var paused = false
    var end: Result<Void, TransportError>?
  }

  private let state = Mutex(State())
  private let limit: Int
  private let overflow: HTTPStreamOverflow
  private let method: String
  private let url: String

  init(limit: Int, overflow: HTTPStreamOverflow, method: String, url: String) {
    self.limit = limit
    self.overflow = overflow
    self.method = method
    self.url = url
  }

  func awaitHead(_ continuation: CheckedContinuation<Result<HTTPResponseHead, TransportError>, Never>) {
    state.withLock { $0.head = continuation }
  }

  func error(_ kind: TransportError.Kind, _ reason: String) -> TransportError {
    TransportError(kind, reason, method: method, url: url)
  }

  func receive(head: HTTPResponseHead) {
    let waiting = state.withLock { $0.head.take() }
    waiting?.resume(returning: .success(head))
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
    let (reception, reader): (Reception, CheckedContinuation<Piece, Never>?) = state.withLock { state in
      if let reader = state.reader.take() { return (.proceed, reader) }
      guard state.pending.isEmpty || bytes.count <= limit - state.pending.count else {
        if overflow == .pause {
          state.paused = true
          return (.pause, nil)
        }
        return (.abort(.slowConsumer, "the reader fell \(limit) bytes behind"), nil)
      }
      state.pending.append(contentsOf: bytes)
      return (.proceed, nil)
    }
    reader?.resume(returning: (.success(Array(bytes)), false))
    return reception
  }

  func finish(_ failure: TransferFailure?) {
    let (head, reader) = state.withLock { state in
      state.end = failure.map { .failure($0) } ?? .success(())
      return (state.head.take(), state.reader.take())
    }
    if let head {
      head.resume(returning: .failure(failure ?? error(.malformedResponse, "the answer has no head")))
    }
    reader?.resume(returning: (failure.map { .failure($0) } ?? .success(nil), false))
  }

  func next() async -> Piece {
    await withCheckedContinuation { continuation in
      let ready: Piece? = state.withLock { state in
        if !state.pending.isEmpty {
          let pending = state.pending
          state.pending = []
          let resume = state.paused
          state.paused = false
          return (.success(pending), resume)
        }
        switch state.end {
        case .success: return (.success(nil), false)
        case .failure(let failure): return (.failure(failure), false)
        case nil: break
        }
        if state.reader != nil { return (.failure(error(.other, "two readers on one stream")), false) }
        state.reader = continuation
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }
}

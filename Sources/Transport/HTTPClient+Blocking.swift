/// Forms for threads that may block, such as libgit2's callbacks. Never call them from a task of Swift's own pool.
extension HTTPClient {
  /// Sends a request and blocks the thread until its whole answer is there.
  public func sendBlocking(
    _ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), maximumBodyBytes: Int = 64 << 20
  ) throws(TransportError) -> HTTPResponse {
    let answer = Monitor<Result<HTTPResponse, TransportError>?>(nil)
    let sink = CollectingSink(limit: maximumBodyBytes) { result in answer.change { $0 = result } }
    submit(request, settings, id: mailbox.newID(), pool: .requests, sink: sink)
    return try answer.wait { $0 }.get()
  }

  /// Sends a request and blocks the thread until the head of its answer is there; the body is read from the stream.
  ///
  /// Made over HTTP/1.1, on which a reader that does not keep up really stops the sender; `bufferBytes` are kept at most.
  /// - Parameter underWay: called before the wait begins, with a function that ends the exchange from any thread: the waiting thread
  ///   itself cannot be told otherwise. The exchange then fails with `cancelled`.
  public func openBlocking(
    _ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), bufferBytes: Int = 1 << 20,
    underWay: (_ cancel: @escaping @Sendable () -> Void) -> Void = { _ in }
  ) throws(TransportError) -> HTTPBlockingStream {
    let id = mailbox.newID()
    var request = request
    request.version = .http1
    let buffer = BlockingBuffer(limit: bufferBytes)
    submit(request, settings, id: id, pool: .streams, sink: buffer)
    underWay { [mailbox] in mailbox.post(.cancel(id)) }
    let head = try buffer.waitForHead()
    return HTTPBlockingStream(head: head, buffer: buffer, client: self, id: id)
  }

  /// Sends a request and calls back on this thread with each piece of the body; returning false ends the exchange early, without an error.
  /// - Returns: status and header fields
  @discardableResult
  public func streamBlocking(
    _ request: HTTPRequest, settings: ConnectionSettings = ConnectionSettings(), onHead: (HTTPResponseHead) -> Bool = { _ in true },
    _ onPiece: ([UInt8]) -> Bool
  ) throws(TransportError) -> HTTPResponseHead {
    let stream = try openBlocking(request, settings: settings)
    guard onHead(stream.head) else { return stream.head }
    while let piece = try stream.next() {
      guard onPiece(piece) else { break }
    }
    return stream.head
  }
}

/// An answer whose body is pulled by a thread that may block. Letting go of it ends the exchange.
public final class HTTPBlockingStream: Sendable {
  /// Status and header fields.
  public let head: HTTPResponseHead
  private let buffer: BlockingBuffer
  private let client: HTTPClient
  private let id: UInt64

  init(head: HTTPResponseHead, buffer: BlockingBuffer, client: HTTPClient, id: UInt64) {
    self.head = head
    self.buffer = buffer
    self.client = client
    self.id = id
  }

  deinit { cancel() }

  /// Ends the exchange, from any thread; a reader that waits gets `cancelled`.
  public func cancel() { client.mailbox.post(.cancel(id)) }

  /// All that has come since the last call, waiting for at least one byte; nil at the end.
  public func next() throws(TransportError) -> [UInt8]? {
    let (outcome, resume) = buffer.take(atMost: nil)
    if resume { client.mailbox.post(.resume(id)) }
    return try outcome.get()
  }

  /// Fills the start of a buffer with what has come, waiting for at least one byte.
  /// - Returns: the number of bytes; 0 at the end
  public func read(into target: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
    guard !target.isEmpty else { return 0 }
    let (outcome, resume) = buffer.take(atMost: target.count)
    if resume { client.mailbox.post(.resume(id)) }
    guard let piece = try outcome.get() else { return 0 }
    target.copyBytes(from: piece)
    return piece.count
  }
}

/// The buffer between the libcurl thread and a thread that reads.
final class BlockingBuffer: TransferSink {
  private struct State {
    var head: HTTPResponseHead?
    var pending: [UInt8] = []
    /// Where reading goes on in `pending`.
    var start = 0
    var paused = false
    var end: Result<Void, TransportError>?
  }

  private let state = Monitor(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func receive(head: HTTPResponseHead) { state.change { $0.head = head } }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
    state.change { state in
      let count = state.pending.count - state.start
      guard count == 0 || bytes.count <= limit - count else {
        state.paused = true
        return .pause
      }
      state.pending.append(contentsOf: bytes)
      return .proceed
    }
  }

  func finish(_ failure: TransferFailure?) { state.change { $0.end = failure.map { .failure($0) } ?? .success(()) } }

  func waitForHead() throws(TransportError) -> HTTPResponseHead {
    let outcome: Result<HTTPResponseHead, TransportError> = state.wait { state in
      if let head = state.head { return .success(head) }
      guard case .failure(let failure) = state.end else { return nil }
      return .failure(failure)
    }
    return try outcome.get()
  }

  func take(atMost limit: Int?) -> (Result<[UInt8]?, TransportError>, resume: Bool) {
    state.wait { state in
      let available = state.pending.count - state.start
      guard available > 0 else {
        switch state.end {
        case .success: return (.success(nil), false)
        case .failure(let failure): return (.failure(failure), false)
        case nil: return nil
        }
      }
      let resume = state.paused
      state.paused = false
      let count = min(available, limit ?? available)
      if count == available && state.start == 0 {
        let all = state.pending
        state.pending = []
        return (.success(all), resume)
      }
      let piece = Array(state.pending[state.start..<state.start + count])
      state.start += count
      if state.start == state.pending.count {
        state.pending.removeAll(keepingCapacity: true)
        state.start = 0
      }
      return (.success(piece), resume)
    }
  }
}

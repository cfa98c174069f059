import Synchronization

/// Where the libcurl thread delivers an answer. Every method is called on that thread and must not block.
protocol TransferSink: Sendable {
  /// Status and header fields have come; called once, before the body.
  func receive(head: HTTPResponseHead)
  /// A piece of the body.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Reception
  /// The exchange is over; called exactly once, and nothing is called after it.
  func finish(_ failure: TransferFailure?)
}

/// What a sink answers to a piece of the body.
enum Reception {
  case proceed
  /// The piece was not taken; it is offered again after a resume command.
  case pause
  case abort(TransportError.Kind, String)
}

/// Why an exchange ended early, before it is known as which request's error.
typealias TransferFailure = TransportError

/// Collects a whole answer for a task or a thread that waits for it.
final class CollectingSink: TransferSink {
  private struct State {
    var head = HTTPResponseHead(status: 0)
    var body: [UInt8] = []
  }

  private let state = Mutex(State())
  private let limit: Int
  private let completion: @Sendable (Result<HTTPResponse, TransportError>) -> Void

  init(limit: Int, completion: @escaping @Sendable (Result<HTTPResponse, TransportError>) -> Void) {
    self.limit = limit
    self.completion = completion
  }

  func receive(head: HTTPResponseHead) {
    state.withLock { state in
      state.head = head
      if head.headers["content-encoding"] == nil, let length = head.headers["content-length"].flatMap({ Int($0) }), length <= limit {
        state.body.reserveCapacity(min(length, 1 << 20))
      }
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
    state.withLock { state in
      guard bytes.count <= limit - state.body.count else {
        return .abort(.tooLarge, "the body is larger than the \(limit) bytes allowed")
      }
      state.body.append(contentsOf: bytes)
      return .proceed
    }
  }

  func finish(_ failure: TransferFailure?) {
    if let failure { return completion(.failure(failure)) }
    let response = state.withLock { state in
      defer { state.body = [] }
      return HTTPResponse(status: state.head.status, headers: state.head.headers, body: state.body)
    }
    completion(.success(response))
  }
}

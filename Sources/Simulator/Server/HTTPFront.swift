import HTTPTypes
import HummingbirdCore
import NIOCore

/// Carries HTTP requests to a cluster's state machine and its answers back; knows nothing of Kubernetes.
struct HTTPFront: Sendable {
  let server: SimulatedClusterServer
  let clock: SimulatorClock
  /// The largest body that is read.
  static let maximumBody = 8 << 20

  func respond(_ incoming: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    var incoming = incoming
    let buffer = try await incoming.collectBody(upTo: HTTPFront.maximumBody)
    let request = HTTPFront.request(incoming, Array(buffer.readableBytesView))
    if let answer = AdminEndpoint.answer(request, server) {
      try await write(answer, writer)
      return
    }
    let (fate, latency) = server.fate()
    if latency > .zero { try await Task.sleep(for: latency) }
    switch fate {
    case .close:
      try? await channel.close()
      throw CancellationError()
    case .hang:
      try await waitForEndOfOutage(channel)
      throw CancellationError()
    case .fail(let response):
      try await write(response, writer)
    case .answer:
      let (response, stream) = server.answer(request, at: clock.now())
      guard let stream, let watch = response.watch else {
        try await write(response, writer)
        return
      }
      try await follow(stream, watch, response, writer, channel)
    }
  }

  /// Sends a watch's events until it ends, the client goes, or the server stops.
  private func follow(
    _ stream: AsyncStream<[UInt8]>, _ watch: Int, _ response: APIResponse, _ writer: consuming ResponseWriter, _ channel: any Channel
  ) async throws {
    channel.closeFuture.whenComplete { [server] _ in server.closeWatch(watch) }
    defer { server.closeWatch(watch) }
    var body = try await writer.writeHead(head(response))
    for await chunk in stream { try await body.write(ByteBuffer(bytes: chunk)) }
    try await body.finish(nil)
  }

  /// No answer comes: the client gives up, or finds its connection closed when the outage is over.
  private func waitForEndOfOutage(_ channel: any Channel) async throws {
    while channel.isActive, server.faults.outage == .hang { try await Task.sleep(for: .milliseconds(20)) }
    try? await channel.close()
  }

  private static func request(_ incoming: Request, _ body: [UInt8]) -> APIRequest {
    var headers: [String: String] = [:]
    for field in incoming.headers {
      // A field that comes several times is one list.
      headers[field.name.canonicalName, default: ""] += (headers[field.name.canonicalName] == nil ? "" : ", ") + field.value
    }
    return APIRequest(method: incoming.method.rawValue, target: incoming.head.path ?? "/", headers: headers, body: body)
  }

  private func head(_ response: APIResponse) -> HTTPResponse {
    var fields = HTTPFields()
    // By which clients see how far the clocks are apart.
    fields[.date] = clock.now().httpText
    for (name, value) in response.headers {
      if let name = HTTPField.Name(name), name != .transferEncoding { fields.append(HTTPField(name: name, value: value)) }
    }
    return HTTPResponse(status: HTTPResponse.Status(code: response.status), headerFields: fields)
  }

  private func write(_ response: APIResponse, _ writer: consuming ResponseWriter) async throws {
    var head = self.head(response)
    head.headerFields[.contentLength] = String(response.body.count)
    try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
  }
}

/// Closes a connection as soon as its client has stopped sending, so that a watch never outlives its client.
final class HalfClosedConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}

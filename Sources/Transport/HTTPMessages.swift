/// A request. Its body is whole; its answer may be whole or streamed, as the method of ``HTTPClient`` says.
public struct HTTPRequest: Sendable {
  /// The method in capital letters.
  public var method: String
  /// An `http` or `https` URL. User and password in it become basic authentication and never appear in a message.
  public var url: String
  /// Header fields. `Host`, `Content-Length` and `Accept-Encoding` are set by the client.
  public var headers: [(String, String)]
  /// The body; nil sends none.
  public var body: [UInt8]?
  /// The most that the exchange may take, connecting and waiting for a free connection included; nil for no limit.
  public var timeout: Duration?
  /// A stream that brings no byte for this long is given up (whole seconds); nil for no limit.
  public var idleTimeout: Duration?
  /// The longest wait for the head of the answer once there is a connection (whole seconds); nil for as long as ``idleTimeout`` allows.
  /// For streams, whose silence may be long later on but not at the start.
  public var headTimeout: Duration?
  /// Whether up to five redirects are followed (never from https to http; credentials stay with the first host).
  public var followsRedirects: Bool
  /// Whether a gzip body is asked for and unpacked.
  public var acceptsCompression: Bool
  /// Which HTTP version may be spoken.
  public var version: HTTPVersionChoice
  /// Whether sending the request twice does no more than sending it once.
  public var isIdempotent: Bool

  /// Makes a request. Without `isIdempotent`, GET, HEAD, PUT, DELETE and OPTIONS count as repeatable.
  public init(
    _ method: String = "GET", _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    timeout: Duration? = .seconds(30), isIdempotent: Bool? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.idleTimeout = nil
    self.headTimeout = nil
    self.followsRedirects = false
    self.acceptsCompression = true
    self.version = .automatic
    self.isIdempotent = isIdempotent ?? ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method)
  }
}

/// Which HTTP version a request may use.
public enum HTTPVersionChoice: Sendable, Hashable {
  /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
  case automatic
  /// HTTP/1.1 only: a connection for this exchange alone, on which pausing really stops the sender.
  case http1
}

/// Which connections a request travels on. Streams never share a connection with requests: a long list would hold up a watch.
public enum ConnectionPool: Int, Sendable, Hashable, CaseIterable {
  /// Short exchanges.
  case requests
  /// Watches and other streams that stay open.
  case streams
}

/// Status and header fields of an answer.
public struct HTTPResponseHead: Sendable, Hashable {
  /// The status code.
  public var status: Int
  /// The header fields.
  public var headers: HTTPHeaders

  /// Makes a head.
  public init(status: Int, headers: HTTPHeaders = HTTPHeaders()) {
    self.status = status
    self.headers = headers
  }
}

/// A whole answer. Any status is an answer, also 4xx and 5xx: only a failure to get one is an error.
public struct HTTPResponse: Sendable, Hashable {
  /// The status code.
  public var status: Int
  /// The header fields.
  public var headers: HTTPHeaders
  /// The body, unpacked.
  public var body: [UInt8]

  /// Makes an answer.
  public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The body as text; bytes that are no UTF-8 are replaced.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

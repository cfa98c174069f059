import Document
import Transport

/// Speaks to one cluster's API server.
///
/// All clients of a process share one ``HTTPClient``; each has its own budget of requests under way, its own knowledge of what the server
/// serves, and its own credential. Calls are repeated as ``RetryPolicy`` allows and fail with a ``KubernetesError`` that names the
/// cluster, the operation and the object.
public final class ClusterClient: Sendable {
  /// What the client may spend.
  public struct Limits: Sendable, Hashable {
    /// Requests under way at once; others wait. Watches do not count.
    public var requestsInFlight: Int
    /// The most that one request may take.
    public var timeout: Duration
    /// The largest answer that is taken in.
    public var maximumBodyBytes: Int
    /// The largest event of a watch.
    public var maximumEventBytes: Int
    /// What a watch may buffer for a reader that is behind, before it fails.
    public var watchBufferBytes: Int
    /// Bodies from this size on are decoded on the client's compute pool.
    public var largeBodyBytes: Int

    /// Makes limits.
    public init(
      requestsInFlight: Int = 32, timeout: Duration = .seconds(30), maximumBodyBytes: Int = 128 << 20, maximumEventBytes: Int = 16 << 20,
      watchBufferBytes: Int = 8 << 20, largeBodyBytes: Int = 64 << 10
    ) {
      self.requestsInFlight = requestsInFlight
      self.timeout = timeout
      self.maximumBodyBytes = maximumBodyBytes
      self.maximumEventBytes = maximumEventBytes
      self.watchBufferBytes = watchBufferBytes
      self.largeBodyBytes = largeBodyBytes
    }
  }

  /// The cluster.
  public let connection: ClusterConnection
  /// The cluster's name, as in messages.
  public var name: String { connection.name }
  let http: HTTPClient
  let limits: Limits
  let budget: AsyncSemaphore
  let credentials: CredentialStore
  let discovery = DiscoveryCache()
  private let retry: RetryPolicy
  private let random: @Sendable () -> Double

  /// Makes a client; nothing is sent yet.
  public init(
    _ connection: ClusterConnection, http: HTTPClient, limits: Limits = Limits(), retry: RetryPolicy = RetryPolicy(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.connection = connection
    self.http = http
    self.limits = limits
    self.retry = retry
    self.random = random
    budget = AsyncSemaphore(limit: limits.requestsInFlight)
    credentials = CredentialStore(connection.credential)
  }

  /// What `/version` says, such as `gitVersion`.
  public func version() async throws(KubernetesError) -> Value {
    try await decode(try await perform(Call("get the version", "GET", "/version")), operation: "get the version")
  }

  // MARK: - sending

  /// A call, before it becomes a request.
  struct Call: Sendable {
    var operation: String
    var method: String
    var path: String
    var query: [(String, String)] = []
    var accept = "application/json"
    var headers: [(String, String)] = []
    var contentType: String?
    var body: [UInt8]?
    var timeout: Duration?
    var isIdempotent: Bool

    init(_ operation: String, _ method: String, _ path: String, isIdempotent: Bool? = nil) {
      self.operation = operation
      self.method = method
      self.path = path
      self.isIdempotent = isIdempotent ?? (method != "POST" && method != "PATCH")
    }
  }

  /// Sends a call until it is answered well or for good; an error status is an error, except where the caller takes it.
  func perform(_ call: Call, accepting extra: Set<Int> = []) async throws(KubernetesError) -> HTTPResponse {
    guard await budget.acquire() else { throw cancelled(call.operation) }
    defer { budget.release() }
    var attempt = 1
    var renewed = false
    while true {
      let request = try request(for: call)
      let outcome = await Self.outcome { () async throws(TransportError) in
        try await http.send(request, settings: connection.settings, maximumBodyBytes: limits.maximumBodyBytes)
      }
      let failure: KubernetesError
      let pause: Duration?
      switch outcome {
      case .success(let response):
        if (200..<300).contains(response.status) || extra.contains(response.status) { return response }
        failure = KubernetesError(response, operation: call.operation, cluster: name)
        // A rotated token: read it again, once.
        if response.status == 401 && !renewed && credentials.invalidate() {
          renewed = true
          continue
        }
        pause =
          failure.isRetryable
          ? retry.delay(
            after: attempt, status: response.status, retryAfter: failure.retryAfter, isIdempotent: call.isIdempotent, random: random())
          : nil
      case .failure(let error):
        failure = KubernetesError(error, operation: call.operation, cluster: name)
        pause = retry.delay(after: attempt, error: error, isIdempotent: call.isIdempotent, random: random())
      }
      guard let pause else { throw failure }
      attempt += 1
      do {
        try await Task.sleep(for: pause)
      } catch {
        throw cancelled(call.operation)
      }
    }
  }

  func request(for call: Call) throws(KubernetesError) -> HTTPRequest {
    var headers = call.headers
    headers.append(("Accept", call.accept))
    headers.append(("User-Agent", "flotilla/1.0"))
    if let type = call.contentType { headers.append(("Content-Type", type)) }
    do {
      if let authorization = try credentials.authorization() { headers.append(("Authorization", authorization)) }
    } catch {
      var error = error
      error.operation = call.operation
      error.cluster = name
      throw error
    }
    if let impersonation = connection.impersonation { headers += impersonation.headers }
    return HTTPRequest(
      call.method, connection.server + call.path + Percent.query(call.query), headers: headers, body: call.body,
      timeout: call.timeout ?? limits.timeout, isIdempotent: call.isIdempotent)
  }

  func cancelled(_ operation: String) -> KubernetesError {
    KubernetesError("cancelled", operation: operation, cluster: name, transport: .cancelled)
  }

  func failure(_ message: String, _ operation: String) -> KubernetesError {
    KubernetesError(message, operation: operation, cluster: name)
  }

  static func outcome<Success>(
    _ body: () async throws(TransportError) -> Success
  ) async -> Result<Success, TransportError> {
    do throws(TransportError) {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }

  // MARK: - decoding

  /// Decodes a body as JSON; large ones off Swift's own pool.
  func decode(_ response: HTTPResponse, operation: String) async throws(KubernetesError) -> Value {
    try await compute(response.body.count, operation) { [limits] () throws(DocumentError) in
      try JSON.decode(response.body, limits: DecodingLimits(maxBytes: limits.maximumBodyBytes))
    }
  }

  /// Runs work over so many bytes where such work belongs.
  func compute<Success: Sendable>(
    _ bytes: Int, _ operation: String, _ body: @escaping @Sendable () throws(DocumentError) -> Success
  ) async throws(KubernetesError) -> Success {
    do throws(DocumentError) {
      if bytes < limits.largeBodyBytes { return try body() }
      return try await http.computePool.run(body)
    } catch {
      throw failure("the server's answer cannot be read: \(error)", operation)
    }
  }
}

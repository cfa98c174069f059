import Document
import Synchronization
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
    /// How long a watch may take to begin.
    public var watchOpening: Duration = .seconds(30)
    /// The first pause of ``ClusterClient/follow(_:_:from:watchTimeout:transform:)`` after a failure; it doubles.
    public var followPause: Duration = .milliseconds(500)
    /// The longest such pause.
    public var longestFollowPause: Duration = .seconds(30)
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
  let library: DiscoveryLibrary
  /// Whether the server has refused a streaming list: then pages are asked for at once.
  let streamingListsRefused = Atomic(false)
  private let retry: RetryPolicy
  let random: @Sendable () -> Double

  /// Makes a client; nothing is sent yet.
  /// - Parameters:
  ///   - http: shared by all clients of the process
  ///   - plugins: runs credential plugins; share one, so that what they printed is shared too
  ///   - library: what servers serve; share one, so that it is held once for all that serve the same
  ///   - random: evenly distributed in 0..<1, for the pauses between attempts
  public init(
    _ connection: ClusterConnection, http: HTTPClient, limits: Limits = Limits(), retry: RetryPolicy = RetryPolicy(),
    plugins: ExecPluginHost = ExecPluginHost(), library: DiscoveryLibrary = DiscoveryLibrary(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.connection = connection
    self.http = http
    self.limits = limits
    self.retry = retry
    self.library = library
    self.random = random
    budget = AsyncSemaphore(limit: limits.requestsInFlight)
    credentials = CredentialStore(connection, plugins: plugins)
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
    /// How often it is sent at most; nil for what the client's policy says.
    var maximumAttempts: Int?
    var isDiscovery = false

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
      let credential = try await resolveCredential(call.operation)
      let request = request(for: call, credential)
      let outcome = await Self.outcome { () async throws(TransportError) in
        try await http.send(request, settings: settings(credential), maximumBodyBytes: limits.maximumBodyBytes)
      }
      let failure: KubernetesError
      let pause: Duration?
      let attemptsLeft = call.maximumAttempts.map { attempt < $0 } ?? true
      switch outcome {
      case .success(let response):
        if (200..<300).contains(response.status) || extra.contains(response.status) { return response }
        failure = refusal(response, call.operation)
        // A rotated credential: take the new one, once.
        if response.status == 401 && !renewed && credentials.invalidate(credential) {
          renewed = true
          continue
        }
        // A path that is gone: what the server serves has changed.
        if response.status == 404 && failure.objectName == nil && !call.isDiscovery { invalidateDiscovery() }
        pause =
          attemptsLeft && failure.isRetryable
          ? retry.delay(
            after: attempt, status: response.status, retryAfter: failure.retryAfter, isIdempotent: call.isIdempotent, random: random())
          : nil
      case .failure(let error):
        failure = KubernetesError(error, operation: call.operation, cluster: name)
        pause = attemptsLeft ? retry.delay(after: attempt, error: error, isIdempotent: call.isIdempotent, random: random()) : nil
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

  func resolveCredential(_ operation: String) async throws(KubernetesError) -> ResolvedCredential {
    do throws(KubernetesError) {
      return try await credentials.resolve()
    } catch {
      var error = error
      error.operation = operation
      error.cluster = name
      throw error
    }
  }

  func settings(_ credential: ResolvedCredential) -> ConnectionSettings {
    guard let certificate = credential.certificatePEM else { return connection.settings }
    var settings = connection.settings
    settings.clientCertificatePEM = certificate
    settings.clientKeyPEM = credential.keyPEM
    return settings
  }

  func request(for call: Call, _ credential: ResolvedCredential) -> HTTPRequest {
    var headers = call.headers
    headers.append(("Accept", call.accept))
    headers.append(("User-Agent", "flotilla/1.0"))
    if let type = call.contentType { headers.append(("Content-Type", type)) }
    if let authorization = credential.authorization { headers.append(("Authorization", authorization)) }
    if let impersonation = connection.impersonation { headers += impersonation.headers }
    var request = HTTPRequest(
      call.method, connection.server + call.path + Percent.query(call.query), headers: headers, body: call.body,
      timeout: call.timeout ?? limits.timeout, isIdempotent: call.isIdempotent)
    request.acceptsCompression = connection.acceptsCompression
    return request
  }

  /// An answer with an error status as an error, without the secrets that were sent and those that a Secret holds.
  func refusal(_ response: HTTPResponse, _ operation: String) -> KubernetesError {
    var error = KubernetesError(response, operation: operation, cluster: name)
    let holdsSecret = operation.contains(" v1 Secret")
    func clean(_ text: String) -> String {
      let text = credentials.redact(text)
      return holdsSecret ? Redaction.removeQuotedValues(from: text) : text
    }
    error.message = clean(error.message)
    for index in error.causes.indices { error.causes[index].message = clean(error.causes[index].message) }
    return error
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

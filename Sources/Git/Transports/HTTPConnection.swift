import Document
import Transport

/// Git's smart protocol over the house's own HTTP client: one request for the references, one per round for the pack.
final class HTTPConnection: SmartConnection {
  private let operation: Operation
  /// Where the repository really is, after redirects.
  private var base: String
  private var sendsCredentials = true

  init(url: String, operation: Operation) {
    base = url
    self.operation = operation
  }

  func open(_ service: SmartService) throws(GitError) -> any SmartStream {
    switch service {
    case .advertisement: HTTPAnswer(stream: try advertisement(), connection: self)
    case .pack: HTTPExchange(connection: self)
    }
  }

  func close() { operation.onCancel(nil) }

  /// Follows redirects by hand: the pack is asked for where the references were found, and credentials stay with their host.
  private func advertisement() throws(GitError) -> HTTPBlockingStream {
    let suffix = "/info/refs?service=git-upload-pack"
    for _ in 0..<6 {
      let stream = try send(request("GET", base + suffix, accept: "application/x-git-upload-pack-advertisement"))
      if (301...308).contains(stream.head.status), let location = stream.head.headers["Location"] {
        try follow(location, suffix: suffix)
        continue
      }
      try check(stream)
      let type = stream.head.headers["Content-Type"] ?? ""
      guard type.lowercased().hasPrefix("application/x-git-upload-pack-advertisement") else {
        throw GitError(
          .repositoryNotFound,
          "the server answered, but not as a Git server (content type `\(GitLibrary.presentable(type, maximum: 60))`); check the address")
      }
      return stream
    }
    throw GitError(.network, "the server redirects too often")
  }

  private func follow(_ location: String, suffix: String) throws(GitError) {
    let absolute: String
    if location.contains("://") {
      absolute = location
    } else if location.hasPrefix("/") {
      absolute = Self.origin(base) + location
    } else {
      throw GitError(.network, "the server redirects to an address that cannot be followed")
    }
    guard absolute.hasSuffix(suffix) else {
      throw GitError(
        .authentication,
        "the server redirects to another page, probably its login (\(Self.origin(absolute))); check the address and the credentials")
    }
    let target = String(absolute.dropLast(suffix.count))
    guard target.hasPrefix("https://") || (target.hasPrefix("http://") && base.hasPrefix("http://")) else {
      throw GitError(.untrusted, "the server redirects from https to an address that is not https; this is not followed")
    }
    guard let address = try? GitAddress(target), case .http(let clean) = address.location else {
      throw GitError(.network, "the server redirects to an address that cannot be read")
    }
    if Self.origin(clean).lowercased() != Self.origin(base).lowercased() { sendsCredentials = false }
    base = clean
  }

  private static func origin(_ url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    return parts.count >= 3 ? parts[0...2].joined(separator: "/") : url
  }

  fileprivate func post(_ body: [UInt8]) throws(GitError) -> HTTPBlockingStream {
    var request = request("POST", base + "/git-upload-pack", accept: "application/x-git-upload-pack-result")
    request.headers.append(("Content-Type", "application/x-git-upload-pack-request"))
    request.body = body
    request.acceptsCompression = false
    let stream = try send(request)
    try check(stream)
    return stream
  }

  private func request(_ method: String, _ url: String, accept: String) -> HTTPRequest {
    var request = HTTPRequest(method, url, timeout: operation.remaining, isIdempotent: true)
    request.idleTimeout = operation.settings.idleTimeout
    // Forges tell Git from browsers by this name, and answer web pages to anything else.
    request.headers = [("User-Agent", "git/2.0 (flotilla)"), ("Accept", accept), ("Pragma", "no-cache")]
    if sendsCredentials, let authorization { request.headers.append(("Authorization", authorization)) }
    return request
  }

  /// What the repository's credentials say; user and password of the URL come second.
  private var authorization: String? {
    if let token = operation.credentials?.bearerToken { return "Bearer \(token)" }
    let user = operation.credentials?.username ?? operation.address.userInfo?.user
    let password = operation.credentials?.password ?? operation.address.userInfo?.password
    guard user != nil || password != nil else { return nil }
    // A token alone goes with any name; `git` is what the forges' documentation uses most.
    return "Basic " + Base64.encode(Array("\(user ?? "git"):\(password ?? "")".utf8))
  }

  private func send(_ request: HTTPRequest) throws(GitError) -> HTTPBlockingStream {
    try operation.checkpoint()
    do throws(TransportError) {
      return try operation.http.openBlocking(request, settings: operation.settings.connection, bufferBytes: 4 << 20) { cancel in
        operation.onCancel(cancel)
      }
    } catch {
      throw failure(error)
    }
  }

  private func check(_ stream: HTTPBlockingStream) throws(GitError) {
    let status = stream.head.status
    guard status != 200 else { return }
    stream.cancel()
    let hasCredentials = authorization != nil && sendsCredentials
    switch status {
    case 401:
      throw GitError(
        .authentication,
        hasCredentials
          ? "the server refused the credentials (HTTP 401); check user and token, and whether the token has expired"
          : "the server wants credentials (HTTP 401); give the repository a user and a token, or check its address")
    case 403: throw GitError(.authentication, "these credentials may not read the repository (HTTP 403)")
    case 404, 410:
      throw GitError(
        .repositoryNotFound,
        "there is no such repository (HTTP \(status))\(hasCredentials ? ", or these credentials may not see it" : ", or it is private and needs credentials")"
      )
    case 407: throw GitError(.authentication, "the proxy wants credentials (HTTP 407)")
    case 429: throw GitError(.network, "the server asks for fewer requests (HTTP 429)")
    default: throw GitError(.network, "the server answered HTTP \(status)")
    }
  }

  fileprivate func failure(_ error: TransportError) -> GitError {
    switch error.kind {
    case .cancelled: operation.cancelledError
    case .timeout:
      operation.remaining == .zero
        ? operation.timeoutError : GitError(.timeout, "the server did not answer in time (\(GitLibrary.presentable(error.reason)))")
    case .tls:
      GitError(
        .untrusted,
        "the server's certificate was not accepted: \(GitLibrary.presentable(error.reason)); give the repository its authority's certificate"
      )
    case .invalidRequest: GitError(.invalid, GitLibrary.presentable(error.reason))
    default: GitError(.network, GitLibrary.presentable(error.reason))
    }
  }
}

/// The body of an answer.
private final class HTTPAnswer: SmartStream {
  private let stream: HTTPBlockingStream
  private let connection: HTTPConnection

  init(stream: HTTPBlockingStream, connection: HTTPConnection) {
    self.stream = stream
    self.connection = connection
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
    do throws(TransportError) {
      return try stream.read(into: buffer)
    } catch {
      throw connection.failure(error)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
    throw GitError(.invalid, "nothing is sent after the references were asked for")
  }
}

/// One round: what libgit2 writes is collected, and goes out when it first wants to read.
private final class HTTPExchange: SmartStream {
  private let connection: HTTPConnection
  private var body: [UInt8] = []
  private var answer: HTTPAnswer?

  init(connection: HTTPConnection) { self.connection = connection }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
    guard answer == nil else { throw GitError(.invalid, "the request was sent already") }
    body.append(contentsOf: bytes)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
    if let answer { return try answer.read(into: buffer) }
    let opened = HTTPAnswer(stream: try connection.post(body), connection: connection)
    body = []
    answer = opened
    return try opened.read(into: buffer)
  }
}

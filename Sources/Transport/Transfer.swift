import CCurl
import Glibc

/// One libcurl easy handle with everything that must live as long as it. Lives on the libcurl thread only.
final class Transfer {
  let id: UInt64
  let pool: ConnectionPool
  let easy: UnsafeMutableRawPointer
  private let sink: any TransferSink
  private let request: HTTPRequest
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private var headParser = HeadParser()
  private var deliveredHead = false
  private var abort: (kind: TransportError.Kind, reason: String)?
  private let connectTimeout: Duration
  private var lastSign = CurlPool.now()
  private var uploadedBytes: curl_off_t = 0
  private var isPaused = false

  /// Prepares a handle; nil after having told the sink why not.
  init?(_ submission: Submission) {
    guard let easy = curl_easy_init() else {
      errorText.deallocate()
      submission.sink.finish(
        TransportError(
          .other, "libcurl has no memory for another request", method: submission.request.method, url: submission.request.url,
          mayHaveReachedServer: false))
      return nil
    }
    self.easy = easy
    id = submission.id
    pool = submission.pool
    sink = submission.sink
    request = submission.request
    connectTimeout = submission.settings.connectTimeout
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    if let reason = configure(submission) {
      sink.finish(error(.invalidRequest, reason, sent: false))
      return nil
    }
  }

  deinit {
    curl_easy_cleanup(easy)
    for list in lists { curl_slist_free_all(list) }
    errorText.deallocate()
  }

  /// Ends the exchange: the sink hears of it, whatever the outcome.
  func finish(_ code: CURLcode) {
    if code == CURLE_OK && abort == nil {
      deliverHead()
      sink.finish(nil)
    } else {
      sink.finish(failure(code))
    }
  }

  /// Ends the exchange for a reason of our own.
  func finish(_ kind: TransportError.Kind, _ reason: String) { sink.finish(error(kind, reason, sent: true)) }

  // MARK: - what libcurl calls

  fileprivate func header(_ line: UnsafeRawBufferPointer) {
    lastSign = CurlPool.now()
    // What comes after the body is a trailer; nobody asks for those.
    guard !deliveredHead, headParser.take(line) == .end else { return }
    let status = headParser.status
    if status < 200 { return }
    if request.followsRedirects, (300..<400).contains(status), status != 304,
      headParser.fields.contains(where: { HTTPHeaders.sameName($0.name, "location") })
    {
      return
    }
    deliverHead()
  }

  private func deliverHead() {
    guard !deliveredHead else { return }
    deliveredHead = true
    fl_easy_set_long(easy, CURLOPT_FORBID_REUSE, 0)
    sink.receive(head: HTTPResponseHead(status: headParser.status, headers: HTTPHeaders(headParser.fields)))
  }

  fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    lastSign = CurlPool.now()
    // The body of a redirect that is being followed.
    if !deliveredHead && request.followsRedirects && (300..<400).contains(headParser.status) { return bytes.count }
    deliverHead()
    switch sink.receive(bytes) {
    case .proceed: return bytes.count
    case .pause:
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    case .abort(let kind, let reason):
      abort = (kind, reason)
      return bytes.count == 0 ? 1 : 0
    }
  }

  // MARK: - silence

  // libcurl has a limit on low speed, but looks at each transfer each second for it: for thousands of quiet watches that is all that it does.

  /// When the other side will have been silent for too long, in nanoseconds of the monotonic clock; nil while nobody minds.
  var silenceEnd: Int64? {
    guard !isPaused, let patience = deliveredHead ? request.idleTimeout : request.headTimeout ?? request.idleTimeout else { return nil }
    return lastSign + Int64(patience / .nanoseconds(1))
  }

  /// Before this nothing can be too late, whatever comes until then; nil where nobody minds.
  var earliestSilenceEnd: Int64? {
    [request.headTimeout, request.idleTimeout].compactMap { $0 }.min().map { lastSign + Int64($0 / .nanoseconds(1)) }
  }

  /// Whether something was sent since the last time that was asked, which is a sign of life too.
  func isStillSending() -> Bool {
    var bytes: curl_off_t = 0
    fl_easy_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &bytes)
    guard bytes != uploadedBytes else { return false }
    uploadedBytes = bytes
    lastSign = CurlPool.now()
    return true
  }

  /// The reader is ready again.
  func resumed() {
    isPaused = false
    lastSign = CurlPool.now()
  }

  /// Ends the exchange because of silence.
  func finishSilent() {
    var sentBytes = 0
    fl_easy_get_long(easy, CURLINFO_REQUEST_SIZE, &sentBytes)
    let patience = deliveredHead ? request.idleTimeout : request.headTimeout ?? request.idleTimeout
    let time = patience.map { "\($0)" } ?? ""
    sink.finish(error(.timeout, deliveredHead ? "no byte for \(time)" : "no answer within \(time)", sent: sentBytes > 0))
  }

  // MARK: - errors

  private func failure(_ code: CURLcode) -> TransportError {
    if let abort { return error(abort.kind, abort.reason, sent: true) }
    var sentBytes = 0
    fl_easy_get_long(easy, CURLINFO_REQUEST_SIZE, &sentBytes)
    let sent = sentBytes > 0
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE:
      return error(.invalidRequest, detail(code), sent: false)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return error(.unknownHost, detail(code), sent: false)
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: return error(.connectionFailed, detail(code), sent: false)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED:
      return error(.tls, detail(code), sent: false, certificateProblem(code))
    case CURLE_OPERATION_TIMEDOUT: return error(.timeout, timeoutReason(sent: sent), sent: sent)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_TOO_MANY_REDIRECTS, CURLE_BAD_CONTENT_ENCODING:
      return error(.malformedResponse, detail(code), sent: true)
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      // The proxy's answer to CONNECT, which the server never saw.
      if String(cString: errorText).contains("CONNECT") { return error(.connectionFailed, "the proxy: " + detail(code), sent: false) }
      // With TLS 1.3 the server judges the client's certificate after the client has begun to send.
      if refusesClientCertificate { return error(.tls, detail(code), sent: false, .clientCertificate) }
      return error(.connectionLost, detail(code), sent: true)
    default: return error(.other, detail(code), sent: sent)
    }
  }

  private func timeoutReason(sent: Bool) -> String {
    if !sent { return "no connection within \(min(connectTimeout, request.timeout ?? connectTimeout))" }
    guard let timeout = request.timeout else { return "timed out" }
    return deliveredHead ? "the answer was not complete after \(timeout)" : "no answer within \(timeout)"
  }

  private func detail(_ code: CURLcode) -> String {
    let own = String(cString: errorText)
    let text = own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    // An abbreviation stays as it is.
    guard let first = text.first, let second = text.dropFirst().first, !second.isUppercase else { return text }
    return first.lowercased() + text.dropFirst()
  }

  private func error(
    _ kind: TransportError.Kind, _ reason: String, sent: Bool, _ certificate: TransportError.CertificateProblem? = nil
  ) -> TransportError {
    TransportError(
      kind, reason, method: request.method, url: request.url, mayHaveReachedServer: sent, certificate: certificate)
  }

  /// An alert by which the server speaks of our certificate.
  private var refusesClientCertificate: Bool {
    let text = String(cString: errorText)
    return ["certificate required", "bad certificate", "alert certificate", "alert unknown ca"].contains { text.contains($0) }
  }

  private func certificateProblem(_ code: CURLcode) -> TransportError.CertificateProblem? {
    if refusesClientCertificate { return .clientCertificate }
    guard code == CURLE_PEER_FAILED_VERIFICATION else { return nil }
    // libcurl compares names itself, after OpenSSL was content with the chain.
    if String(cString: errorText).contains("subject name") { return .wrongHost }
    // The numbers of OpenSSL's X509_V_ERR_….
    var result = 0
    fl_easy_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &result)
    switch result {
    case 62, 64: return .wrongHost
    case 9: return .notYetValid
    case 10: return .expired
    case 2, 18, 19, 20, 21, 24: return .unknownAuthority
    default: return .other
    }
  }

  // MARK: - options

  /// Sets all options; returns what is wrong with the request.
  private func configure(_ submission: Submission) -> String? {
    let settings = submission.settings
    guard let url = URLParts(request.url), url.scheme == "http" || url.scheme == "https" else {
      return "not an http or https URL"
    }
    guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return "not an HTTP method" }
    fl_easy_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
    fl_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    fl_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    fl_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_PROXY, submission.proxy ?? "")
    set(CURLOPT_NOPROXY, "")
    fl_easy_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // libcurl reads into a buffer of 16 KB for as long as a transfer lasts: too much for thousands of watches.
    if pool == .streams { fl_easy_set_long(easy, CURLOPT_BUFFERSIZE, 4096) }
    setTimes(settings)
    setCallbacks()
    if let problem = setTarget(url, settings) ?? setHeaders(url, settings) { return problem }
    setBody()
    setVersion(url)
    if url.scheme == "https" { setTrust(settings) }
    if submission.proxy?.hasPrefix("https:") ?? false { setProxyTrust(settings) }
    if request.followsRedirects {
      fl_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
      fl_easy_set_long(easy, CURLOPT_MAXREDIRS, 5)
      set(CURLOPT_REDIR_PROTOCOLS_STR, url.scheme == "https" ? "https" : "http,https")
    }
    if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    return nil
  }

  private func setTimes(_ settings: ConnectionSettings) {
    fl_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Transfer.milliseconds(settings.connectTimeout))
    if let timeout = request.timeout { fl_easy_set_long(easy, CURLOPT_TIMEOUT_MS, Transfer.milliseconds(timeout)) }
    // An HTTP/2 connection survives the time-outs of its streams, and a peer that hangs, or whose packets are dropped, would swallow request
    // after request. One that did not answer is closed as soon as nobody else uses it; the head of an answer takes this back.
    fl_easy_set_long(easy, CURLOPT_FORBID_REUSE, 1)
    fl_easy_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    // The probes of thousands of connections that were opened together must not go out in the same moment: some would be lost.
    fl_easy_set_long(easy, CURLOPT_TCP_KEEPIDLE, 20 + Int(id % 20))
    fl_easy_set_long(easy, CURLOPT_TCP_KEEPINTVL, 5)
    // A connection to a host that drops packets stays in the pool and would swallow request after request: let the kernel end it
    // once sent bytes stay unacknowledged. The same time counts for probes, from the last sign of life on: on a quiet watch it must be long
    // enough for several of them, since one may always be lost.
    if pool == .streams {
      fl_easy_set_sockopt(easy) { _, descriptor, _ in Transfer.prepare(descriptor, unacknowledged: 60_000) }
    } else {
      fl_easy_set_sockopt(easy) { _, descriptor, _ in Transfer.prepare(descriptor, unacknowledged: 20_000) }
    }
  }

  private static func prepare(_ descriptor: curl_socket_t, unacknowledged milliseconds: UInt32) -> Int32 {
    // Programs that we start have no business on it.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var milliseconds = milliseconds
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    return 0
  }

  private func setCallbacks() {
    let itself = Unmanaged.passUnretained(self).toOpaque()
    fl_easy_set_write(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.write(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    fl_easy_set_pointer(easy, CURLOPT_WRITEDATA, itself)
    fl_easy_set_write(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      transfer.header(UnsafeRawBufferPointer(start: data, count: size * count))
      return size * count
    }
    fl_easy_set_pointer(easy, CURLOPT_HEADERDATA, itself)
  }

  /// The URL. To ask for and verify another name, the URL names it, and the connection is led to the real host.
  private func setTarget(_ url: URLParts, _ settings: ConnectionSettings) -> String? {
    guard let name = settings.serverName, !name.isEmpty, url.scheme == "https" else {
      set(CURLOPT_URL, request.url)
      return nil
    }
    let plain = name.utf8.allSatisfy { byte in
      (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E
    }
    guard plain else { return "the TLS server name is no host name" }
    let bracketed = name.contains(":") ? "[\(name)]" : name
    let rest = url.rest.hasPrefix("/") ? url.rest : "/" + url.rest
    set(CURLOPT_URL, "https://\(bracketed):\(url.port)\(rest)")
    append(["::\(url.bracketedHost):\(url.port)"], to: CURLOPT_CONNECT_TO)
    return nil
  }

  private func setHeaders(_ url: URLParts, _ settings: ConnectionSettings) -> String? {
    var lines: [String] = []
    var hasType = false
    for (name, value) in request.headers {
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }),
        value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { return "malformed header \(name.filter { $0.isLetter || $0 == "-" })" }
      if HTTPHeaders.sameName(name, "content-type") { hasType = true }
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    if !hasType { lines.append("Content-Type:") }
    lines.append("Expect:")
    if let name = settings.serverName, !name.isEmpty, url.scheme == "https" { lines.append("Host: \(url.authority)") }
    append(lines, to: CURLOPT_HTTPHEADER)
    return nil
  }

  private func setBody() {
    if let body = request.body {
      fl_easy_set_long(easy, CURLOPT_POST, 1)
      fl_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      body.withUnsafeBytes { bytes in
        // An empty array has no address, and a null pointer would mean that a read callback delivers the body.
        if let base = bytes.baseAddress, !bytes.isEmpty {
          _ = fl_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: base))
        } else {
          _ = fl_easy_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
        }
      }
      if request.method != "POST" { set(CURLOPT_CUSTOMREQUEST, request.method) }
    } else if request.method == "HEAD" {
      fl_easy_set_long(easy, CURLOPT_NOBODY, 1)
    } else if request.method == "POST" {
      fl_easy_set_long(easy, CURLOPT_POST, 1)
      fl_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
      fl_easy_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
    } else {
      fl_easy_set_long(easy, CURLOPT_HTTPGET, 1)
      if request.method != "GET" { set(CURLOPT_CUSTOMREQUEST, request.method) }
    }
  }

  private func setVersion(_ url: URLParts) {
    switch request.version {
    case .automatic where url.scheme == "https":
      fl_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      // Wait for a connection that is being made instead of opening one per request.
      fl_easy_set_long(easy, CURLOPT_PIPEWAIT, 1)
    default: fl_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    }
  }

  private func setTrust(_ settings: ConnectionSettings) {
    if settings.insecureSkipVerify {
      fl_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      fl_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let authorities = settings.caPEM {
      set(CURLOPT_CAINFO_BLOB, authorities)
      // Debian's libcurl also trusts all of /etc/ssl/certs unless told not to.
      fl_easy_set_string(easy, CURLOPT_CAPATH, nil)
    }
    if let certificate = settings.clientCertificatePEM {
      let key = settings.clientKeyPEM ?? []
      // libcurl compares certificates, not keys, before it reuses a connection: whoever knew a certificate, which is no secret, could
      // travel on a connection made with its key. The key behind the certificate makes the difference; OpenSSL passes over it there.
      set(CURLOPT_SSLCERT_BLOB, certificate + [0x0A] + key)
      set(CURLOPT_SSLKEY_BLOB, key.isEmpty ? certificate : key)
    }
  }

  /// A proxy's certificate is judged as the server's, as in Go, and the system's authorities count besides.
  private func setProxyTrust(_ settings: ConnectionSettings) {
    if settings.insecureSkipVerify {
      fl_easy_set_long(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0)
      fl_easy_set_long(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0)
    }
    if let authorities = settings.caPEM { set(CURLOPT_PROXY_CAINFO_BLOB, authorities) }
  }

  private func set(_ option: CURLoption, _ text: String) { fl_easy_set_string(easy, option, text) }

  private func set(_ option: CURLoption, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { _ = fl_easy_set_blob(easy, option, $0.baseAddress, $0.count) }
  }

  private func append(_ lines: [String], to option: CURLoption) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) ?? list }
    guard let list else { return }
    lists.append(list)
    fl_easy_set_list(easy, option, list)
  }

  /// At least one: zero would mean no limit.
  static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return max(1, Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}

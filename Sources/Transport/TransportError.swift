/// An exchange that brought no (whole) answer.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: String, Sendable, Hashable {
    /// The request cannot be sent as it is: malformed URL or header, unreadable certificate.
    case invalidRequest
    /// The host's name is unknown.
    case unknownHost
    /// No connection: refused, unreachable, or the proxy would not.
    case connectionFailed
    /// The TLS handshake failed or the server's certificate is not trusted.
    case tls
    /// Connecting, the whole exchange or a silent stream took too long.
    case timeout
    /// The connection broke after the request had been sent.
    case connectionLost
    /// The answer is no valid HTTP, or a redirect leads nowhere.
    case malformedResponse
    /// The body is larger than the caller allows.
    case tooLarge
    /// A stream brought more than its reader took, and its buffer is full.
    case slowConsumer
    /// The caller gave up, or the client was shut down.
    case cancelled
    /// Anything else that libcurl reports.
    case other
  }

  /// What is wrong with a certificate of a TLS handshake.
  public enum CertificateProblem: String, Sendable, Hashable {
    /// The server's certificate, or one above it, has run out.
    case expired
    /// The server's certificate is not valid yet: often it is the clock that is wrong.
    case notYetValid
    /// It is signed by an authority that the settings do not name.
    case unknownAuthority
    /// It is for other names than the one that was asked for.
    case wrongHost
    /// The server refuses the client's certificate, or wants one.
    case clientCertificate
    /// The server's certificate is refused for another reason.
    case other
  }

  /// What went wrong.
  public var kind: Kind
  /// What is wrong with a certificate; nil when something else is.
  public var certificate: CertificateProblem?
  /// The reason in lower case, without the URL and without secrets.
  public var reason: String
  /// The method of the request.
  public var method: String
  /// The URL without user, password, query and fragment.
  public var url: String
  /// Whether the server may have acted on the request: false when it certainly never got it.
  public var mayHaveReachedServer: Bool

  /// Makes an error; the URL is stripped of what must not be shown.
  public init(
    _ kind: Kind, _ reason: String, method: String = "GET", url: String, mayHaveReachedServer: Bool = true,
    certificate: CertificateProblem? = nil
  ) {
    self.kind = kind
    self.certificate = certificate
    self.reason = reason
    self.method = method
    self.url = URLParts.presentable(url)
    self.mayHaveReachedServer = mayHaveReachedServer
  }

  /// `GET https://host/path: reason`.
  public var message: String { "\(method) \(url): \(reason)" }

  /// The message.
  public var description: String { message }
}

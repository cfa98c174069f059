import Document
import Transport

/// A call to a cluster that failed: the server's refusal, or no (whole) answer at all.
public struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One of several reasons that a server gives.
  public struct Cause: Sendable, Hashable {
    /// A word such as `FieldValueRequired` or `FieldManagerConflict`.
    public var reason: String
    /// The text.
    public var message: String
    /// The field, such as `.spec.replicas`; may be empty.
    public var field: String

    /// Makes a cause.
    public init(reason: String, message: String, field: String) {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }

  /// The HTTP status; nil when there was no answer.
  public var status: Int?
  /// The server's word for it, such as `NotFound` or `Conflict`.
  public var reason: String?
  /// What is wrong, without cluster and object.
  public var message: String
  /// The single reasons, such as the fields of an invalid object or the managers of a conflict.
  public var causes: [Cause]
  /// The name of the object that the server speaks of.
  public var objectName: String?
  /// What was being done: `apply apps/v1 Deployment default/web`.
  public var operation: String
  /// The cluster, as the user named it.
  public var cluster: String?
  /// When the server wants to be asked again.
  public var retryAfter: Duration?
  /// Why there was no answer; nil when there was one.
  public var transport: TransportError.Kind?
  /// What is wrong with a certificate; nil when something else is.
  public var certificate: TransportError.CertificateProblem?

  /// Makes an error of our own, or of a server's words.
  public init(
    _ message: String, status: Int? = nil, reason: String? = nil, causes: [Cause] = [], operation: String = "", cluster: String? = nil,
    retryAfter: Duration? = nil, transport: TransportError.Kind? = nil
  ) {
    self.message = message
    self.status = status
    self.reason = reason
    self.causes = causes
    self.operation = operation
    self.cluster = cluster
    self.retryAfter = retryAfter
    self.transport = transport
  }

  /// `cluster east: apply v1 ConfigMap default/a: … (409 Conflict): what to do`.
  public var description: String {
    var parts: [String] = []
    if let cluster, !cluster.isEmpty { parts.append("cluster \(cluster)") }
    if !operation.isEmpty { parts.append(operation) }
    var text = message
    if let status {
      let code = reason.map { "\(status) \($0)" } ?? "\(status)"
      text += text.isEmpty ? code : " (\(code))"
    }
    parts.append(text)
    if let advice { parts.append(advice) }
    return parts.joined(separator: ": ")
  }
}

extension KubernetesError {
  /// Another writer came first, another manager owns a field, or a precondition does not hold.
  public var isConflict: Bool { status == 409 && reason != "AlreadyExists" }
  /// An object of this name is there already.
  public var isAlreadyExists: Bool { status == 409 && reason == "AlreadyExists" }
  /// No such object, or no such resource.
  public var isNotFound: Bool { status == 404 }
  /// The resource version or continue token is too old: list again.
  public var isGone: Bool { status == 410 }
  /// Known, but not allowed.
  public var isForbidden: Bool { status == 403 }
  /// The credentials are not accepted.
  public var isUnauthorized: Bool { status == 401 }
  /// The object is not valid.
  public var isInvalid: Bool { status == 422 || status == 400 }
  /// The caller gave up.
  public var isCancelled: Bool { transport == .cancelled }
  /// The cluster gave no answer.
  public var isUnreachable: Bool {
    guard let transport else { return false }
    return [.unknownHost, .connectionFailed, .connectionLost, .timeout, .tls].contains(transport)
  }

  /// Whether the same call may succeed later without anything being changed by a person.
  public var isRetryable: Bool {
    if let transport { return [.unknownHost, .connectionFailed, .connectionLost, .timeout, .slowConsumer].contains(transport) }
    switch status {
    case 429, 502, 503, 504: return true
    // Applying a field that does not exist is a 500 without reason: that stays wrong however often it is sent.
    case 500: return reason == "InternalError" || reason == "ServerTimeout" || reason == "Timeout" || retryAfter != nil
    default: return false
    }
  }

  /// The managers that own fields which an apply without force wanted to change, by the fields' names.
  public var conflictingFields: [Cause] { causes.filter { $0.reason == "FieldManagerConflict" } }

  init(_ error: TransportError, operation: String, cluster: String?) {
    self.init(error.reason, operation: operation, cluster: cluster, transport: error.kind)
    certificate = error.certificate
    // The host says which of several proxies, load balancers or names was meant.
    if let separator = error.url.range(of: "://") {
      let host = error.url[separator.upperBound...].prefix { $0 != "/" }
      message = "\(host): \(error.reason)"
    }
  }

  /// Reads an answer with an error status: a `Status` object where there is one, else the text.
  init(_ response: HTTPResponse, operation: String, cluster: String?) {
    self.init("", status: response.status, operation: operation, cluster: cluster)
    retryAfter = RetryPolicy.retryAfter(response.headers)
    if let body = try? JSON.decode(response.body), body["kind"]?.stringValue == "Status" {
      read(body)
    } else {
      let text = response.text.prefix(300).split(whereSeparator: \.isNewline).joined(separator: " ")
      message = text.isEmpty ? "the server answered without an explanation" : text
    }
    if response.status == 401 && message == "Unauthorized" { message = "the server does not accept the credentials" }
  }

  /// Reads a `Status` object, such as the one in an error event of a watch.
  init(status value: Value, operation: String, cluster: String?) {
    self.init("", operation: operation, cluster: cluster)
    status = value["code"]?.intValue.map { Int($0) }
    read(value)
  }

  private mutating func read(_ value: Value) {
    message = value["message"]?.stringValue ?? ""
    reason = value["reason"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    objectName = value[at: "details", "name"]?.stringValue
    causes = (value[at: "details", "causes"]?.arrayValue ?? []).map { cause in
      Cause(
        reason: cause["reason"]?.stringValue ?? "", message: cause["message"]?.stringValue ?? "", field: cause["field"]?.stringValue ?? "")
    }
    if let seconds = value[at: "details", "retryAfterSeconds"]?.intValue, seconds >= 0 { retryAfter = .seconds(seconds) }
  }
}

extension StringProtocol {
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}

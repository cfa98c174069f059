import Transport

extension KubernetesError {
  /// What a person can do about it, for the end of a message; nil where the message itself says so or nothing is to be done.
  public var advice: String? {
    if let transport { return advice(onTransport: transport) }
    guard let status else { return nil }
    switch status {
    case 401: return "renew the token or certificate in the cluster's definition"
    case 403: return "grant it to the account that asks; `flotilla cluster check` lists all that is missing"
    case 404 where objectName == nil:
      return "the server does not serve this path: is the kind's CustomResourceDefinition installed, and its version served?"
    case 409 where reason == "AlreadyExists": return "choose another name, or adopt the object"
    case 409 where !conflictingFields.isEmpty:
      return "take the fields out of the definition, take them over by force, or make the other manager let go of them"
    case 409: return "someone else wrote it meanwhile: read it again and repeat"
    case 410: return "list again and go on from there"
    case 413: return "make the object smaller: an API server takes about 1.5 MiB, an annotation 256 KiB"
    case 400, 422: return causes.isEmpty ? "correct the object" : "correct \(fieldNames)"
    case 429: return "the server is overloaded\(wait): spread the load, or raise its limits for the hub"
    case 500: return isRetryable ? "look at the API server's log\(wait)" : "correct the object: the server cannot make sense of it"
    case 502, 503, 504: return "the API server, or what stands before it, is not ready\(wait): look at its health and log"
    default: return nil
    }
  }

  private var wait: String { retryAfter.map { ", asks to wait \($0.components.seconds) s" } ?? "" }

  private var fieldNames: String {
    // A field may be wrong for several reasons.
    var names: [String] = []
    for cause in causes where !cause.field.isEmpty && !names.contains(cause.field) { names.append(cause.field) }
    return names.isEmpty ? "the object" : names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }

  private func advice(onTransport kind: TransportError.Kind) -> String? {
    switch kind {
    case .unknownHost: return "check the server's address in the cluster's definition, and name resolution here"
    case .connectionFailed: return "is the API server running, and does a firewall, VPN or proxy let this machine through?"
    case .connectionLost: return "it can be tried again; if that stays, look for a proxy or load balancer that cuts connections"
    case .timeout: return "the server, or a firewall before it, is silent: check the way from here to there"
    case .tls: return adviceOnCertificate
    case .tooLarge: return "the answer is larger than this client takes"
    case .malformedResponse: return "is this the address of an API server, with the right scheme?"
    case .slowConsumer: return "the watch starts afresh"
    case .invalidRequest: return "check address, certificate and key in the cluster's definition"
    case .cancelled, .other: return nil
    }
  }

  private var adviceOnCertificate: String? {
    switch certificate {
    case .expired: "the certificate of the server, or of its authority, has run out: renew it, and check the clock here"
    case .notYetValid: "the server's certificate is not valid yet: check the clocks here and there"
    case .unknownAuthority:
      "put the authority that signed the server's certificate into the cluster's definition (certificate-authority-data)"
    case .wrongHost: "use an address that the server's certificate names, or set tls-server-name to a name in it"
    case .clientCertificate: "the server refuses the client certificate: renew it in the cluster's definition"
    case .other, nil: "check the TLS settings in the cluster's definition against the server's"
    }
  }
}

import Document

/// What a token says of itself. Nothing is verified: that is the server's part.
public enum TokenClaims {
  /// When a JSON Web Token runs out, in seconds since 1970; nil for other tokens, and for those without end.
  public static func expiry(_ token: String) -> Int64? { claims(token)?["exp"]?.intValue }

  /// Whose token it is, such as `system:serviceaccount:flotilla-system:flotilla-hub`; nil for tokens that do not say.
  public static func subject(_ token: String) -> String? { claims(token)?["sub"]?.stringValue }

  private static func claims(_ token: String) -> Value? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var text = parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    while text.count % 4 != 0 { text.append("=") }
    guard let bytes = Base64.decode(String(text).utf8) else { return nil }
    return try? JSON.decode(bytes)
  }
}

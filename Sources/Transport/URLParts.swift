/// The parts of an `http` or `https` URL, as far as choosing a proxy, naming a server and printing need them.
struct URLParts: Hashable {
  /// In lower case.
  var scheme: String
  /// Without user and password; an IPv6 address stands without its brackets.
  var host: String
  /// As written, or the scheme's own.
  var port: Int
  /// Host and port as written, without user and password.
  var authority: String
  /// Path, query and fragment; may be empty.
  var rest: String

  /// Splits a URL; nil when it has no scheme or host, or holds spaces or control characters.
  init?(_ url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let separator = url.range(of: "://") else { return nil }
    scheme = url[..<separator.lowerBound].lowercased()
    let remainder = url[separator.upperBound...]
    let end = remainder.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? remainder.endIndex
    var authorityText = remainder[..<end]
    rest = String(remainder[end...])
    if let at = authorityText.lastIndex(of: "@") { authorityText = authorityText[authorityText.index(after: at)...] }
    authority = String(authorityText)
    var portText: Substring?
    if authorityText.hasPrefix("[") {
      guard let close = authorityText.firstIndex(of: "]") else { return nil }
      host = String(authorityText[authorityText.index(after: authorityText.startIndex)..<close])
      let tail = authorityText[authorityText.index(after: close)...]
      if tail.hasPrefix(":") { portText = tail.dropFirst() } else if !tail.isEmpty { return nil }
    } else if let colon = authorityText.lastIndex(of: ":") {
      host = String(authorityText[..<colon])
      portText = authorityText[authorityText.index(after: colon)...]
    } else {
      host = String(authorityText)
    }
    guard !host.isEmpty else { return nil }
    if let portText, !portText.isEmpty {
      guard let number = UInt16(portText) else { return nil }
      port = Int(number)
    } else {
      port = scheme == "http" ? 80 : 443
    }
  }

  /// The host as it stands in a URL.
  var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// A URL without user, password, query and fragment, fit for logs; something unreadable becomes a placeholder.
  static func presentable(_ url: String) -> String {
    guard let parts = URLParts(url) else { return "(malformed URL)" }
    let path = parts.rest.prefix { $0 != "?" && $0 != "#" }
    return "\(parts.scheme)://\(parts.authority)\(path)"
  }
}

extension StringProtocol {
  /// The range of the first occurrence of a text; here to do without Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}

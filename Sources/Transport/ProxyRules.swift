/// Which proxy a request goes through. Decided here and not by libcurl, since libcurl would ask about the name that is
/// verified (``ConnectionSettings/serverName``) where the user means the host that is connected to.
struct ProxyRules: Sendable, Hashable {
  var httpProxy: String?
  var httpsProxy: String?
  var noProxy: String?

  /// Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in lower case first. `HTTP_PROXY` in capitals is ignored in a CGI
  /// process, where a request header sets it.
  init(environment: [String: String]) {
    func variable(_ name: String) -> String? {
      if let value = environment[name.lowercased()], !value.isEmpty { return value }
      if name == "HTTP_PROXY", environment["REQUEST_METHOD"] != nil { return nil }
      guard let value = environment[name], !value.isEmpty else { return nil }
      return value
    }
    let all = variable("ALL_PROXY")
    httpProxy = variable("HTTP_PROXY") ?? all
    httpsProxy = variable("HTTPS_PROXY") ?? all
    noProxy = variable("NO_PROXY")
  }

  /// The proxy for a URL; nil for none.
  func proxy(for url: URLParts, settings: ConnectionSettings) -> String? {
    let chosen: String?
    if let explicit = settings.proxy {
      chosen = explicit.isEmpty || ProxyRules.excludes(url, list: settings.noProxy ?? "") ? nil : explicit
    } else {
      // As Go does: the environment's proxy is never asked for the machine itself.
      guard !ProxyRules.isLoopback(url.host), !ProxyRules.excludes(url, list: settings.noProxy ?? noProxy ?? "") else { return nil }
      chosen = url.scheme == "http" ? httpProxy : httpsProxy
    }
    guard let chosen else { return nil }
    // The proxy resolves names, as with Go's socks5.
    if chosen.hasPrefix("socks5://") { return "socks5h://" + chosen.dropFirst("socks5://".count) }
    return chosen
  }

  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || (host.hasPrefix("127.") && address(host) != nil)
  }

  /// Whether a `NO_PROXY` list names a host: `*`, `host`, `.domain`, `*.domain`, an address or a block of addresses, each with or without port.
  static func excludes(_ url: URLParts, list: String) -> Bool {
    let host = url.host.lowercased()
    for raw in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
      var entry = raw.lowercased()
      if entry == "*" { return true }
      if let slash = entry.firstIndex(of: "/") {
        if let bits = Int(entry[entry.index(after: slash)...]), block(String(entry[..<slash]), bits, contains: host) { return true }
        continue
      }
      if entry.hasPrefix("["), let close = entry.firstIndex(of: "]") {
        let tail = entry[entry.index(after: close)...]
        if tail.hasPrefix(":"), Int(tail.dropFirst()) != url.port { continue }
        entry = String(entry[entry.index(after: entry.startIndex)..<close])
      } else if entry.filter({ $0 == ":" }).count == 1, let colon = entry.firstIndex(of: ":") {
        if Int(entry[entry.index(after: colon)...]) != url.port { continue }
        entry = String(entry[..<colon])
      }
      if entry.hasPrefix("*.") { entry.removeFirst() }
      if entry.isEmpty { continue }
      if entry.hasPrefix(".") ? host.hasSuffix(entry) : host == entry || host.hasSuffix("." + entry) { return true }
    }
    return false
  }

  /// The four bytes of an IPv4 address as one number.
  private static func address(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part) else { return nil }
      result = result << 8 | UInt32(byte)
    }
    return result
  }

  private static func block(_ network: String, _ bits: Int, contains host: String) -> Bool {
    guard (0...32).contains(bits), let base = address(network), let candidate = address(host) else { return false }
    return bits == 0 || (base ^ candidate) >> UInt32(32 - bits) == 0
  }
}

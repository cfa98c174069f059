/// Where a repository is, read from what people write: a URL, `user@host:path`, or a folder.
struct GitAddress: Sendable, Hashable {
  enum Location: Sendable, Hashable {
    /// `https` or `http`; the URL has no user, password, query or fragment and no slash at its end.
    case http(url: String)
    /// The path is what the other side's shell is told, quoted.
    case ssh(user: String?, host: String, port: UInt16?, path: String)
    /// A folder on this machine.
    case local(path: String)
  }

  let location: Location
  /// User and password that stood in the URL.
  let userInfo: (user: String, password: String?)?

  static func == (left: GitAddress, right: GitAddress) -> Bool {
    left.location == right.location && left.userInfo?.user == right.userInfo?.user && left.userInfo?.password == right.userInfo?.password
  }

  func hash(into hasher: inout Hasher) { hasher.combine(location) }

  /// The address without credentials, for messages and for telling mirrors apart.
  var display: String {
    switch location {
    case .http(let url): url
    case .ssh(let user, let host, let port, let path):
      "ssh://" + (user.map { $0 + "@" } ?? "") + (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
        + (path.hasPrefix("/") ? path : "/" + path)
    case .local(let path): path
    }
  }

  /// Reads an address.
  init(_ text: String) throws(GitError) {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) || text.hasPrefix("/") || text.hasPrefix("file://"),
      !text.utf8.contains(where: { $0 < 0x20 })
    else {
      throw GitError(.invalid, "the repository address is empty or holds spaces or control characters")
    }
    if let separator = Self.firstRange(of: "://", in: text) {
      let scheme = text[..<separator.lowerBound].lowercased()
      (location, userInfo) = try Self.read(scheme: scheme, rest: text[separator.upperBound...])
      return
    }
    userInfo = nil
    // `host:path` has its colon before any slash, as Git reads it; everything else is a folder.
    if let colon = Self.scpColon(text), colon != text.startIndex {
      let (user, host) = try Self.userAndHost(text[..<colon])
      let path = String(text[text.index(after: colon)...])
      // `user:password@host:path` and `https:/user:password@host` would become a host `user` or `https` and a path with a secret in it.
      guard !path.contains("@"), !["http", "https", "ssh", "file", "git"].contains(host.lowercased()) else {
        throw GitError(
          .invalid,
          "the repository address cannot be read; write https://host/path, ssh://user@host/path or user@host:path, without a password")
      }
      guard !path.isEmpty else { throw GitError(.invalid, "repository address \(host): the path is missing after the colon") }
      location = .ssh(user: user, host: host, port: nil, path: path)
    } else {
      location = .local(path: text)
    }
  }

  private typealias UserInfo = (user: String, password: String?)

  private static func read(scheme: String, rest: Substring) throws(GitError) -> (Location, UserInfo?) {
    let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<authorityEnd]
    let path = rest[authorityEnd...]
    switch scheme {
    case "file":
      guard authority.isEmpty || authority == "localhost" else {
        throw GitError(.invalid, "a file address names no host; write file:///folder")
      }
      guard !path.isEmpty else { throw GitError(.invalid, "a file address needs an absolute folder: file:///folder") }
      return (.local(path: percentDecoded(path)), nil)
    case "http", "https":
      let at = authority.lastIndex(of: "@")
      let host = at.map { authority[authority.index(after: $0)...] } ?? authority
      guard !host.isEmpty else { throw GitError(.invalid, "the repository address has no host") }
      // What is no host may be half of a password with a `/` or `?` in it: it must not be shown as one.
      guard isHostAndPort(host) else {
        throw GitError(
          .invalid,
          "the host or the port of the repository address cannot be read; a `/`, `?`, `#` or `@` in a password is written %2F, %3F, %23, %40"
        )
      }
      let userInfo: UserInfo? = at.map { at in
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (percentDecoded(parts.first ?? ""), parts.count > 1 ? percentDecoded(parts[1]) : nil)
      }
      var clean = path.prefix { $0 != "?" && $0 != "#" }
      while clean.last == "/" { clean.removeLast() }
      return (.http(url: "\(scheme)://\(host)\(clean)"), userInfo)
    case "ssh", "git+ssh", "ssh+git":
      guard path.count > 1 else { throw GitError(.invalid, "the repository address has no path") }
      var (user, host) = try userAndHost(authority)
      var port: UInt16?
      if !authority.hasSuffix("]"), let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon || authority.contains("]:") {
        guard let number = UInt16(host[host.index(after: colon)...]) else {
          throw GitError(.invalid, "the port of the repository address is no number")
        }
        port = number
        host = String(host[..<colon])
      }
      if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
      if let colon = user?.firstIndex(of: ":") { user = user.map { String($0[..<colon]) } }
      let decoded = percentDecoded(path)
      return (.ssh(user: user, host: host, port: port, path: decoded.hasPrefix("/~") ? String(decoded.dropFirst()) : decoded), nil)
    default:
      throw GitError(
        .invalid, "repository addresses with `\(GitLibrary.presentable(scheme))://` are not supported; use https, ssh, file or a folder")
    }
  }

  private static func isHostAndPort(_ text: Substring) -> Bool {
    var host = text
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return false }
      let rest = text[text.index(after: end)...]
      guard text[..<end].dropFirst().allSatisfy({ $0.isHexDigit || ".:%".contains($0) }) else { return false }
      return rest.isEmpty || (rest.first == ":" && UInt16(rest.dropFirst()) != nil)
    }
    if let colon = text.lastIndex(of: ":") {
      guard UInt16(text[text.index(after: colon)...]) != nil else { return false }
      host = text[..<colon]
    }
    return !host.isEmpty && host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
  }

  /// Neither user nor host may look like an option of ssh.
  private static func userAndHost(_ text: Substring) throws(GitError) -> (user: String?, host: String) {
    let at = text.lastIndex(of: "@")
    let user = at.map { String(text[..<$0]) }
    let host = String(at.map { text[text.index(after: $0)...] } ?? text)
    guard !host.isEmpty, !host.hasPrefix("-"), user.map({ !$0.isEmpty && !$0.hasPrefix("-") }) ?? true else {
      throw GitError(.invalid, "the repository address has no valid user and host")
    }
    return (user, host)
  }

  private static func scpColon(_ text: String) -> String.Index? {
    var inBrackets = false
    for index in text.indices {
      switch text[index] {
      case "[": inBrackets = true
      case "]": inBrackets = false
      case "/": return nil
      case ":" where !inBrackets: return index
      default: break
      }
    }
    return nil
  }

  private static func firstRange(of word: String, in text: String) -> Range<String.Index>? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(word) { return start..<text.index(start, offsetBy: word.count) }
      start = text.index(after: start)
    }
    return nil
  }

  static func percentDecoded(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var index = 0
    while index < source.count {
      if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
        let value = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        index += 3
      } else {
        bytes.append(source[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

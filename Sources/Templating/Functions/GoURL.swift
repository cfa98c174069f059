/// A URL as Go's `net/url` takes it apart and puts it together.
struct GoURL {
  var scheme = ""
  var opaque = ""
  /// The part before `@`, unescaped; the password is nil where there is no colon.
  var user: (name: String, password: String?)?
  var host = ""
  var path = ""
  /// A `?` with nothing after it.
  var forceQuery = false
  var query = ""
  var fragment = ""

  /// The part of a URL that is escaped: each has its own characters that may stand as they are.
  private enum Part {
    case path
    case host
    case zone
    case userPassword
    case fragment
  }

  init() {}

  /// Parses a URL; the error is what Go's says after `parse "…": `.
  init(_ text: String) throws(FunctionError) {
    let bytes = Array(text.utf8)
    let hash = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
    try parse(bytes[..<hash])
    fragment = try GoURL.unescape(bytes[min(hash + 1, bytes.count)...], .fragment)
  }

  private mutating func parse(_ text: ArraySlice<UInt8>) throws(FunctionError) {
    if text.contains(where: { $0 < 32 || $0 == 127 }) { throw FunctionError("net/url: invalid control character in URL") }
    if text.elementsEqual("*".utf8) {
      path = "*"
      return
    }
    var rest = try GoURL.schemeAndRest(text, &scheme)
    let marks = rest.reduce(0) { $0 + ($1 == UInt8(ascii: "?") ? 1 : 0) }
    if marks == 1 && rest.last == UInt8(ascii: "?") {
      forceQuery = true
      rest = rest.dropLast()
    } else if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      query = String(decoding: rest[(mark + 1)...], as: UTF8.self)
      rest = rest[..<mark]
    }
    let slash = UInt8(ascii: "/")
    if rest.first != slash {
      if !scheme.isEmpty {
        opaque = String(decoding: rest, as: UTF8.self)
        return
      }
      if rest.prefix(while: { $0 != slash }).contains(UInt8(ascii: ":")) {
        throw FunctionError("first path segment in URL cannot contain colon")
      }
    }
    if !scheme.isEmpty || !rest.starts(with: "///".utf8), rest.starts(with: "//".utf8) {
      let authority = rest.dropFirst(2)
      let end = authority.firstIndex(of: slash) ?? authority.endIndex
      rest = authority[end...]
      try parseAuthority(authority[..<end])
    }
    path = try GoURL.unescape(rest, .path)
  }

  private static func schemeAndRest(_ text: ArraySlice<UInt8>, _ scheme: inout String) throws(FunctionError) -> ArraySlice<UInt8> {
    for (index, byte) in zip(text.indices, text) {
      switch byte {
      case 65...90, 97...122: continue
      case 48...57, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): if index == text.startIndex { return text }
      case UInt8(ascii: ":"):
        if index == text.startIndex { throw FunctionError("missing protocol scheme") }
        scheme = String(decoding: text[..<index].map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
        return text[(index + 1)...]
      default: return text
      }
    }
    return text
  }

  private mutating func parseAuthority(_ authority: ArraySlice<UInt8>) throws(FunctionError) {
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    host = try parseHost(at.map { authority[($0 + 1)...] } ?? authority)
    guard let at else { return }
    let info = authority[..<at]
    guard info.allSatisfy({ GoURL.isAlphaNumeric($0) || "-._:~!$&'()*+,;=%@".utf8.contains($0) }) else {
      throw FunctionError("net/url: invalid userinfo")
    }
    guard let colon = info.firstIndex(of: UInt8(ascii: ":")) else {
      user = (try GoURL.unescape(info, .userPassword), nil)
      return
    }
    user = (try GoURL.unescape(info[..<colon], .userPassword), try GoURL.unescape(info[(colon + 1)...], .userPassword))
  }

  private func parseHost(_ text: ArraySlice<UInt8>) throws(FunctionError) -> String {
    if let open = text.lastIndex(of: UInt8(ascii: "[")) {
      guard open == text.startIndex else { throw FunctionError("invalid IP-literal") }
      guard let close = text.lastIndex(of: UInt8(ascii: "]")) else { throw FunctionError("missing ']' in host") }
      let port = text[(close + 1)...]
      try GoURL.checkPort(port)
      let inner = text[(open + 1)..<close]
      var name: String
      if let zone = GoStrings.find(Array("%25".utf8), in: Array(inner), from: 0) {
        let split = inner.startIndex + zone
        name = try GoURL.unescape(inner[..<split], .host)
        name += try GoURL.unescape(inner[split...], .zone)
      } else {
        name = try GoURL.unescape(inner, .host)
      }
      guard let address = IPAddress(name) else {
        throw FunctionError("invalid host: ParseAddr(\(GoQuote.quoted(name))): unable to parse IP")
      }
      if address.bytes.count == 4 { throw FunctionError("invalid IP-literal") }
      return "[\(name)]" + String(decoding: port, as: UTF8.self)
    }
    if let first = text.firstIndex(of: UInt8(ascii: ":")) {
      let isStrict = scheme == "http" || scheme == "https"
      let colon = isStrict ? first : text.lastIndex(of: UInt8(ascii: ":")) ?? first
      try GoURL.checkPort(text[colon...])
    }
    return try GoURL.unescape(text, .host)
  }

  private static func isPort(_ text: some Collection<UInt8>) -> Bool {
    text.isEmpty || (text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { $0 >= 48 && $0 <= 57 })
  }

  private static func checkPort(_ text: ArraySlice<UInt8>) throws(FunctionError) {
    if !isPort(text) { throw FunctionError("invalid port \(GoQuote.quoted(String(decoding: text, as: UTF8.self))) after host") }
  }

  /// The host without its port and brackets.
  var hostname: String {
    var bytes = Array(host.utf8)[...]
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), GoURL.isPort(bytes[colon...]) { bytes = bytes[..<colon] }
    if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") { bytes = bytes.dropFirst().dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `user:password`, escaped.
  var userinfo: String {
    guard let user else { return "" }
    return GoURL.escape(user.name, .userPassword) + (user.password.map { ":" + GoURL.escape($0, .userPassword) } ?? "")
  }

  /// The whole URL.
  var text: String {
    var result = scheme.isEmpty ? "" : scheme + ":"
    if opaque.isEmpty {
      if (!scheme.isEmpty || !host.isEmpty || user != nil) && (!host.isEmpty || !path.isEmpty || user != nil) { result += "//" }
      if user != nil { result += userinfo + "@" }
      result += GoURL.escape(host, .host)
      let escaped = path == "*" ? "*" : GoURL.escape(path, .path)
      if !escaped.isEmpty, !escaped.hasPrefix("/"), !host.isEmpty { result += "/" }
      // A first segment with a colon would be taken for a scheme.
      if result.isEmpty, escaped.prefix(while: { $0 != "/" }).contains(":") { result += "./" }
      result += escaped
    } else {
      result += opaque
    }
    if forceQuery || !query.isEmpty { result += "?" + query }
    if !fragment.isEmpty { result += "#" + GoURL.escape(fragment, .fragment) }
    return result
  }

  // MARK: - Escaping

  private static func isAlphaNumeric(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
  }

  private static func stands(_ byte: UInt8, in part: Part) -> Bool {
    if isAlphaNumeric(byte) || "-_.~".utf8.contains(byte) { return true }
    switch part {
    case .path: return "$&+,/:;=@".utf8.contains(byte)
    case .host, .zone: return "!$&'()*+,;=:[]<>\"".utf8.contains(byte)
    case .userPassword: return "$&+,;=".utf8.contains(byte)
    case .fragment: return "$&+,/:;=?@!()*".utf8.contains(byte)
    }
  }

  private static func escape(_ text: String, _ part: Part) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if stands(byte, in: part) {
        result.append(byte)
      } else {
        result += ("%" + GoQuote.hexadecimal(UInt32(byte), 2, uppercase: true)).utf8
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  private static func unescape(_ text: ArraySlice<UInt8>, _ part: Part) throws(FunctionError) -> String {
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte == UInt8(ascii: "%") {
        let escape = text[index...].prefix(3)
        let invalid = FunctionError("invalid URL escape \(GoQuote.quoted(String(decoding: escape, as: UTF8.self)))")
        guard escape.count == 3, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else { throw invalid }
        let value = high << 4 | low
        let isPercent = escape.elementsEqual("%25".utf8)
        if part == .host && high < 8 && !isPercent { throw invalid }
        if part == .zone && !isPercent && value != 32 && !stands(value, in: .host) { throw invalid }
        result.append(value)
        index += 3
        continue
      }
      if part == .host || part == .zone, byte < 0x80, !stands(byte, in: part) {
        throw FunctionError("invalid character \(GoQuote.quoted(String(UnicodeScalar(byte)))) in host name")
      }
      result.append(byte)
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// A request to a simulated API server, free of any transport.
public struct APIRequest: Sendable {
  /// The HTTP method in capitals.
  public var method: String
  /// The path without its query, not decoded.
  public var path: String
  /// The query's names and values, decoded.
  public var query: [(name: String, value: String)]
  /// Header fields; names in lower case.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  /// Makes a request from a target such as `/api/v1/pods?limit=5`.
  public init(method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []) {
    self.method = method
    self.headers = headers
    self.body = body
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts.first ?? "")
    query = parts.count < 2 ? [] : APIRequest.parse(query: parts[1])
  }

  private static func parse(query: Substring) -> [(name: String, value: String)] {
    query.split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decode(sides[0]), sides.count > 1 ? decode(sides[1]) : "")
    }
  }

  /// Undoes percent encoding, and `+` for a space.
  static func decode(_ text: Substring) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), rest.count >= 2,
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The first value of a query parameter; nil when it is absent.
  func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// Whether a query parameter says yes.
  func flag(_ name: String) -> Bool {
    guard let value = parameter(name) else { return false }
    return value == "true" || value == "1" || value == "True" || value == "TRUE" || value == "t"
  }

  /// Whether every parameter of the media type has a name and a value.
  var hasWellFormedMediaType: Bool {
    let parts = (headers["content-type"] ?? "").split(separator: ";", omittingEmptySubsequences: false).dropFirst()
    return parts.allSatisfy { part in
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
      return sides.count == 2 && !sides[0].isEmpty
    }
  }

  /// The media type of the body without its parameters.
  var mediaType: String {
    let type = headers["content-type"]?.split(separator: ";").first ?? ""
    return type.split(separator: " ").joined().lowercased()
  }
}

/// An answer; for a watch, its head and the first events, with the number under which more will come.
public struct APIResponse: Sendable {
  /// The HTTP status.
  public var status: Int
  /// Header fields.
  public var headers: [(name: String, value: String)]
  /// The body, or the first lines of a watch.
  public var body: [UInt8]
  /// Set for a watch that stays open.
  public var watch: Int?

  init(
    status: Int, contentType: String = "application/json", headers: [(name: String, value: String)] = [], body: [UInt8], watch: Int? = nil
  ) {
    self.status = status
    self.headers = [("content-type", contentType)] + headers
    self.body = body
    self.watch = watch
  }
}

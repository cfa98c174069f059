/// A path into a value (RFC 6901): `/metadata/labels/app.kubernetes.io~1name`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The unescaped parts; none for the whole document.
  public var tokens: [String]

  /// Makes a pointer from unescaped parts.
  public init(tokens: [String]) { self.tokens = tokens }

  /// Reads a pointer, which is empty or begins with a slash.
  public init(_ text: String) throws(DocumentError) {
    if text.isEmpty {
      tokens = []
      return
    }
    guard text.utf8.first == UInt8(ascii: "/") else {
      throw DocumentError("the JSON pointer \"\(text)\" must be empty or begin with \"/\"")
    }
    tokens = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { part in
      JSONPointer.unescape(Substring(part))
    }
  }

  /// The pointer as text, with `~` and `/` in its parts escaped.
  public var description: String { tokens.map { "/" + JSONPointer.escape($0) }.joined() }

  /// The value that the pointer names; nil when there is none.
  public func value(in document: Value) -> Value? {
    var current = document
    for token in tokens {
      switch current {
      case .object(let object):
        guard let next = object[token] else { return Optional<Value>.none }
        current = next
      case .array(let list):
        guard let index = JSONPointer.index(token), index < list.count else { return Optional<Value>.none }
        current = list[index]
      default: return Optional<Value>.none
      }
    }
    return current
  }

  /// The index that a part names: digits without a leading zero.
  static func index(_ token: String) -> Int? {
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 &- 48 < 10 }), token == "0" || token.utf8.first != UInt8(ascii: "0") else {
      return nil
    }
    return Int(token)
  }

  private static func escape(_ token: String) -> String {
    var out: [UInt8] = []
    for byte in token.utf8 {
      switch byte {
      case UInt8(ascii: "~"): out.append(contentsOf: "~0".utf8)
      case UInt8(ascii: "/"): out.append(contentsOf: "~1".utf8)
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func unescape(_ token: Substring) -> String {
    guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
    var out: [UInt8] = []
    for byte in token.utf8 {
      if out.last == UInt8(ascii: "~"), byte == UInt8(ascii: "1") {
        out[out.count - 1] = UInt8(ascii: "/")
      } else if out.last == UInt8(ascii: "~"), byte == UInt8(ascii: "0") {
        // Marked as done by a byte that no UTF-8 has, so that `~01` stays `~1`.
        out[out.count - 1] = 0xFF
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out.map { $0 == 0xFF ? UInt8(ascii: "~") : $0 }, as: UTF8.self)
  }
}

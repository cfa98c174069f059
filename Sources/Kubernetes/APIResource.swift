import Document

/// One kind of object that a server serves, in one version.
public struct APIResource: Sendable, Hashable, CustomStringConvertible {
  /// Group, version and kind of its objects.
  public var groupVersionKind: GroupVersionKind
  /// The name in URLs, such as `deployments`.
  public var plural: String
  /// The name for one, such as `deployment`; may be empty.
  public var singular: String
  /// Whether its objects live in namespaces.
  public var namespaced: Bool
  /// What may be done, such as `list` and `watch`.
  public var verbs: Set<String>
  /// Abbreviations, such as `deploy`.
  public var shortNames: [String]
  /// Groups of kinds, such as `all`.
  public var categories: [String]
  /// What hangs below an object, such as `status` and `scale`.
  public var subresources: [String]

  /// Makes a description.
  public init(
    groupVersionKind: GroupVersionKind, plural: String, singular: String = "", namespaced: Bool, verbs: Set<String> = [],
    shortNames: [String] = [], categories: [String] = [], subresources: [String] = []
  ) {
    self.groupVersionKind = groupVersionKind
    self.plural = plural
    self.singular = singular
    self.namespaced = namespaced
    self.verbs = verbs
    self.shortNames = shortNames
    self.categories = categories
    self.subresources = subresources
  }

  /// The API group; empty for the core group.
  public var group: String { groupVersionKind.group }
  /// The version.
  public var version: String { groupVersionKind.version }
  /// The kind.
  public var kind: String { groupVersionKind.kind }

  /// `deployments.apps/v1`.
  public var description: String { group.isEmpty ? "\(plural)/\(version)" : "\(plural).\(group)/\(version)" }

  /// The path of the collection or of one object below the server's URL.
  ///
  /// A namespace is left out for resources of the cluster itself.
  public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
    var path = group.isEmpty ? "/api/\(Percent.encode(version))" : "/apis/\(Percent.encode(group))/\(Percent.encode(version))"
    if namespaced, let namespace, !namespace.isEmpty { path += "/namespaces/\(Percent.encode(namespace))" }
    path += "/\(Percent.encode(plural))"
    if let name { path += "/\(Percent.encode(name))" }
    if let subresource { path += "/\(Percent.encode(subresource))" }
    return path
  }
}

/// Percent-encoding of path segments and query values.
enum Percent {
  /// Leaves letters, digits and `-._~` as they are. A segment of dots only is encoded whole, lest it walks up the path.
  static func encode(_ text: String) -> String {
    let onlyDots = !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
        if onlyDots { result += "%2E" } else { result.unicodeScalars.append(Unicode.Scalar(byte)) }
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  /// `?a=b&c=d`; empty for no items.
  static func query(_ items: [(String, String)]) -> String {
    items.isEmpty ? "" : "?" + items.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
  }
}

import Document

/// What an application instance *is*: the generator element that it stands for, never its name.
///
/// A change of the name template renames instances and keeps their workloads, because the identity stays. Its text is
/// `<namespace>/<set>/<element key>`; an application that was defined by hand has the set `-` and its own name as key.
public struct InstanceID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The whole text.
  public let rawValue: String

  /// Takes a text that was an identity before, as from the state store.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The identity of one element of a set.
  public init(namespace: String, set: String, element: String) {
    rawValue = "\(namespace)/\(set)/\(element)"
  }

  /// The identity of an application that stands in the definition files as such.
  public init(namespace: String, application: String) {
    rawValue = "\(namespace)/-/\(application)"
  }

  /// The namespace of the set.
  public var namespace: String { String(rawValue.prefix { $0 != "/" }) }

  /// The name of the set; nil for an application that no set made.
  public var set: String? {
    let parts = rawValue.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && parts[1] != "-" ? String(parts[1]) : nil
  }

  /// The key of the element within its set.
  public var element: String {
    let parts = rawValue.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[2]) : rawValue
  }

  /// The text.
  public var description: String { rawValue }

  /// By the bytes of the text.
  public static func < (left: InstanceID, right: InstanceID) -> Bool { ByteOrder.less(left.rawValue, right.rawValue) }
}

import Document

/// A field in which a live object is not what its application wants.
public struct Difference: Sendable, Hashable, CustomStringConvertible {
  /// Where: `spec.template.spec.containers[name=web].image`.
  public var path: String
  /// The wanted value as JSON, cut at 200 characters; nil where the field should not be there, and for secrets.
  public var desired: String?
  /// The live value; nil where the field is missing, and for secrets.
  public var live: String?
  /// Whether the values are withheld because they are secret.
  public var isMasked: Bool

  /// Makes a difference.
  public init(path: String, desired: String?, live: String?, isMasked: Bool = false) {
    self.path = path
    self.desired = desired
    self.live = live
    self.isMasked = isMasked
  }

  /// `path: live → desired`.
  public var description: String {
    if isMasked { return "\(path): (secret)" }
    return "\(path): \(live ?? "(missing)") → \(desired ?? "(removed)")"
  }
}

/// A path into an object as people read it, built while walking down.
struct FieldPath {
  private(set) var text = ""
  /// The innermost keys, the last one first in line for rules that depend on the field's name.
  private(set) var last = ""
  private(set) var parent = ""

  func key(_ name: String) -> FieldPath {
    var path = self
    path.parent = last
    path.last = name
    let simple = name.utf8.allSatisfy {
      $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x41 && $0 <= 0x5a || $0 >= 0x61 && $0 <= 0x7a || $0 == 0x5f || $0 == 0x2d
    }
    path.text += simple && !name.isEmpty ? (text.isEmpty ? name : ".\(name)") : "[\(JSON.string(.string(name)))]"
    return path
  }

  func element(_ index: Int) -> FieldPath {
    var path = self
    path.text += "[\(index)]"
    return path
  }

  func element(_ keys: Object) -> FieldPath {
    var path = self
    let parts = keys.members.map { "\($0.key)=\($0.value.stringValue ?? JSON.string($0.value))" }
    path.text += "[\(parts.joined(separator: ","))]"
    return path
  }
}

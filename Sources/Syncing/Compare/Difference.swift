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

/// A path into an object as people read it, built while walking down. Its text is made only where somebody reads it.
struct FieldPath {
  private enum Step {
    case key(String)
    case index(Int)
    case keys(Object)
  }

  private final class Node {
    let step: Step
    let parent: Node?

    init(_ step: Step, _ parent: Node?) {
      self.step = step
      self.parent = parent
    }
  }

  private let node: Node?

  /// The object itself.
  init() { node = nil }

  private init(_ node: Node) { self.node = node }

  /// Whether it is the object itself.
  var isRoot: Bool { node == nil }

  func key(_ name: String) -> FieldPath { FieldPath(Node(.key(name), node)) }

  func element(_ index: Int) -> FieldPath { FieldPath(Node(.index(index), node)) }

  func element(_ keys: Object) -> FieldPath { FieldPath(Node(.keys(keys), node)) }

  /// The innermost field's name, for rules that depend on it.
  var last: String { name(0) }

  /// The name of the field around that one.
  var parent: String { name(1) }

  private func name(_ skipped: Int) -> String {
    var skipped = skipped
    var current = node
    while let node = current {
      if case .key(let name) = node.step {
        if skipped == 0 { return name }
        skipped -= 1
      }
      current = node.parent
    }
    return ""
  }

  /// `spec.template.spec.containers[name=web].image`.
  var text: String {
    var steps: [Step] = []
    var current = node
    while let node = current {
      steps.append(node.step)
      current = node.parent
    }
    var text = ""
    for step in steps.reversed() {
      switch step {
      case .key(let name):
        text += FieldPath.isSimple(name) ? (text.isEmpty ? name : ".\(name)") : "[\(JSON.string(.string(name)))]"
      case .index(let index): text += "[\(index)]"
      case .keys(let keys):
        let parts = keys.members.map { "\($0.key)=\($0.value.stringValue ?? JSON.string($0.value))" }
        text += "[\(parts.joined(separator: ","))]"
      }
    }
    return text
  }

  private static func isSimple(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x41 && $0 <= 0x5a || $0 >= 0x61 && $0 <= 0x7a || $0 == 0x5f || $0 == 0x2d
      }
  }
}

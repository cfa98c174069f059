import Document

/// A set of field paths in the form that `managedFields` stores: nested objects whose keys are path elements.
///
/// `f:name` is a field, `k:{…}` a list element by its keys, `v:…` an element of a set. An empty object means that the path itself
/// belongs to the set; where something stands beneath it, `.` says so. Working on the stored form saves a translation both ways.
struct FieldSet: Sendable, Hashable {
  var root: Object

  init(_ root: Object = Object()) { self.root = root }

  var isEmpty: Bool { root.isEmpty }

  /// What a node says: whether its own path belongs to the set, and what stands beneath.
  struct Node {
    var member: Bool
    var children: Object

    init(member: Bool = false, children: Object = Object()) {
      self.member = member
      self.children = children
    }

    init(_ stored: Value?) {
      guard let object = stored?.objectValue else {
        self.init()
        return
      }
      guard !object.isEmpty else {
        self.init(member: true)
        return
      }
      if let first = object.members.first, first.key == "." {
        self.init(member: true, children: Object(sortedMembers: Array(object.members.dropFirst())))
      } else {
        self.init(member: false, children: object)
      }
    }

    /// The stored form; nil for a node that says nothing.
    var stored: Value? {
      if children.isEmpty { return member ? .object(Object()) : nil }
      guard member else { return .object(children) }
      return .object(Object(sortedMembers: [Member(key: ".", value: .object(Object()))] + children.members))
    }
  }

  func union(_ other: FieldSet) -> FieldSet { FieldSet(FieldSet.combine(root, other.root, FieldSet.unite)) }

  func intersection(_ other: FieldSet) -> FieldSet { FieldSet(FieldSet.combine(root, other.root, FieldSet.intersect)) }

  /// Without the exact paths of the other set; what stands beneath such a path stays.
  func difference(_ other: FieldSet) -> FieldSet { FieldSet(FieldSet.combine(root, other.root, FieldSet.subtract)) }

  /// Without the paths of the other set and all beneath them.
  func removingTrees(_ other: FieldSet) -> FieldSet { FieldSet(FieldSet.combine(root, other.root, FieldSet.cut)) }

  /// With every named field on the way to a member being a member itself.
  func withNamedFieldsAsMembers() -> FieldSet { FieldSet(FieldSet.ensureMembers(root)) }

  private static func ensureMembers(_ object: Object) -> Object {
    Object(
      sortedMembers: object.members.map { member in
        guard member.key != "." else { return member }
        var node = Node(member.value)
        node.children = ensureMembers(node.children)
        if member.key.utf8.first == UInt8(ascii: "f") { node.member = true }
        return Member(key: member.key, value: node.stored ?? .object(Object()))
      })
  }

  private static func combine(_ left: Object, _ right: Object, _ rule: (Node?, Node?) -> Node?) -> Object {
    var result: [Member] = []
    var leftIndex = 0
    var rightIndex = 0
    let leftMembers = left.members
    let rightMembers = right.members
    func add(_ key: String, _ node: Node?) {
      if let stored = node?.stored { result.append(Member(key: key, value: stored)) }
    }
    while leftIndex < leftMembers.count || rightIndex < rightMembers.count {
      let order: Int
      if leftIndex == leftMembers.count {
        order = 1
      } else if rightIndex == rightMembers.count {
        order = -1
      } else {
        order = ByteOrder.compare(leftMembers[leftIndex].key, rightMembers[rightIndex].key)
      }
      if order < 0 {
        add(leftMembers[leftIndex].key, rule(Node(leftMembers[leftIndex].value), nil))
        leftIndex += 1
      } else if order > 0 {
        add(rightMembers[rightIndex].key, rule(nil, Node(rightMembers[rightIndex].value)))
        rightIndex += 1
      } else {
        add(leftMembers[leftIndex].key, rule(Node(leftMembers[leftIndex].value), Node(rightMembers[rightIndex].value)))
        leftIndex += 1
        rightIndex += 1
      }
    }
    return Object(sortedMembers: result)
  }

  private static func unite(_ left: Node?, _ right: Node?) -> Node? {
    guard let left else { return right }
    guard let right else { return left }
    return Node(member: left.member || right.member, children: combine(left.children, right.children, unite))
  }

  private static func intersect(_ left: Node?, _ right: Node?) -> Node? {
    guard let left, let right else { return nil }
    return Node(member: left.member && right.member, children: combine(left.children, right.children, intersect))
  }

  private static func subtract(_ left: Node?, _ right: Node?) -> Node? {
    guard let left else { return nil }
    guard let right else { return left }
    return Node(member: left.member && !right.member, children: combine(left.children, right.children, subtract))
  }

  private static func cut(_ left: Node?, _ right: Node?) -> Node? {
    guard let left else { return nil }
    guard let right else { return left }
    if right.member { return nil }
    return Node(member: left.member, children: combine(left.children, right.children, cut))
  }

  /// Every path, members of a level before what stands beneath them, as a message prints it.
  var paths: [String] {
    var result: [String] = []
    FieldSet.print(root, prefix: "", into: &result)
    return result
  }

  private static func print(_ object: Object, prefix: String, into result: inout [String]) {
    let nodes = object.members.filter { $0.key != "." }.map { (prefix + PathElement.text($0.key), Node($0.value)) }
    for (path, node) in nodes where node.member { result.append(path) }
    for (path, node) in nodes where !node.children.isEmpty { print(node.children, prefix: path, into: &result) }
  }
}

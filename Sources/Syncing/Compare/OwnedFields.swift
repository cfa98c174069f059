import Document

/// The fields of a live object that Flotilla applied and still owns, as the server keeps account of them in `managedFields`.
///
/// The account is a tree in the spelling `FieldsV1`: `f:name` is a field, `k:{…}` an element of a list by its keys, `v:…` an element of a
/// set by its value, `.` the thing itself; a leaf is owned as a whole.
struct OwnedFields {
  /// The tree.
  let tree: Value
  /// The part of it that was applied: what we said ourselves. A plain write (`Replace=true`) makes us the owner of the server's defaults
  /// as well, so of its fields nobody can tell which ones the manifest had.
  let applied: Value?
  /// The version in which the fields are named.
  let apiVersion: String

  /// Reads what a manager owns: the entry of its applies, together with that of its plain writes (`Replace=true`); nil when it never
  /// wrote the object.
  init?(_ live: Value, manager: String = Tracking.fieldManager) {
    var tree: Value?
    var applied: Value?
    var version = ""
    for entry in live[at: "metadata", "managedFields"]?.arrayValue ?? [] {
      guard entry["manager"]?.stringValue == manager, entry["subresource"]?.stringValue ?? "" == "", let fields = entry["fieldsV1"] else {
        continue
      }
      let entryVersion = entry["apiVersion"]?.stringValue ?? ""
      if entry["operation"]?.stringValue == "Apply" { applied = .some(fields) }
      if let known = tree {
        // Paths of another version may have other names: the entry of the applies is the one that counts.
        if ByteOrder.equal(entryVersion, version) { tree = OwnedFields.union(known, fields) }
      } else {
        tree = fields
        version = entryVersion
      }
    }
    guard let tree else { return nil }
    self.tree = tree
    self.applied = applied
    apiVersion = version
  }

  /// The fields of both accounts.
  static func union(_ left: Value, _ right: Value) -> Value {
    guard case .object(let one) = left, case .object(let other) = right else { return left }
    // Nothing below a path means all of it.
    if one.isEmpty || other.isEmpty { return .object(Object()) }
    var result = one
    for member in other.members { result[member.key] = .some(one[member.key].map { union($0, member.value) } ?? member.value) }
    return .object(result)
  }

  /// A hash of the values of all owned fields: it stays the same while only others' fields change, such as the status.
  ///
  /// Keyed anew in every process, so it is good for memory only, and nobody outside can aim at equal ones.
  func hash(of live: Value) -> Int {
    var hasher = Hasher()
    OwnedFields.feed(&hasher, tree, live)
    return hasher.finalize()
  }

  private static func feed(_ hasher: inout Hasher, _ tree: Value, _ live: Value?) {
    guard case .object(let fields) = tree, !fields.isEmpty else {
      switch live {
      case .some(let value):
        hasher.combine(true)
        hasher.combine(value)
      case .none: hasher.combine(false)
      }
      return
    }
    hasher.combine(fields.count)
    for field in fields.members {
      hasher.combine(field.key)
      switch FieldKey(field.key) {
      case .itself: continue
      case .field(let name): feed(&hasher, field.value, live?[name])
      case .keys(let keys): feed(&hasher, field.value, FieldKey.find(keys, in: live?.arrayValue ?? []))
      case .value(let value): hasher.combine(live?.arrayValue?.contains(value) ?? false)
      case .index(let index): feed(&hasher, field.value, live?.value(at: [.index(index)]))
      case .unknown: continue
      }
    }
  }

  /// The managers other than ours that applied or wrote fields of an object's content, in the order of the account.
  static func otherManagers(_ live: Value, manager: String = Tracking.fieldManager) -> [String] {
    var names: [String] = []
    for entry in live[at: "metadata", "managedFields"]?.arrayValue ?? [] {
      guard let name = entry["manager"]?.stringValue, name != manager, entry["subresource"]?.stringValue ?? "" == "", !names.contains(name)
      else { continue }
      names.append(name)
    }
    return names
  }
}

extension Object {
  /// What an account says of a field: the member `f:name`, found without making that text.
  func account(of name: String) -> Value? {
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      let order = Object.compare(members[middle].key, name)
      if order == 0 { return members[middle].value }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return .none
  }

  /// The order of a key and `f:` with a name, by bytes.
  private static func compare(_ key: String, _ name: String) -> Int {
    var key = key.utf8.makeIterator()
    guard let first = key.next() else { return -1 }
    if first != UInt8(ascii: "f") { return first < UInt8(ascii: "f") ? -1 : 1 }
    guard let second = key.next() else { return -1 }
    if second != UInt8(ascii: ":") { return second < UInt8(ascii: ":") ? -1 : 1 }
    for wanted in name.utf8 {
      guard let byte = key.next() else { return -1 }
      if byte != wanted { return byte < wanted ? -1 : 1 }
    }
    return key.next() == nil ? 0 : 1
  }
}

/// One step of a path in `FieldsV1`.
enum FieldKey {
  /// `.`: the thing itself.
  case itself
  /// `f:name`.
  case field(String)
  /// `k:{"name":"web"}`.
  case keys(Object)
  /// `v:"text"`.
  case value(Value)
  /// `i:3`.
  case index(Int)
  /// Something newer than this code.
  case unknown

  init(_ text: String) {
    if text == "." {
      self = .itself
    } else if text.hasPrefix("f:") {
      self = .field(String(text.dropFirst(2)))
    } else if text.hasPrefix("k:"), case .object(let keys)? = FieldKey.decode(text) {
      self = .keys(keys)
    } else if text.hasPrefix("v:"), let value = FieldKey.decode(text) {
      self = .value(value)
    } else if text.hasPrefix("i:"), let index = Int(text.dropFirst(2)), index >= 0 {
      self = .index(index)
    } else {
      self = .unknown
    }
  }

  private static func decode(_ text: String) -> Value? { try? JSON.decode(Array(text.utf8.dropFirst(2))) }

  /// The keys of an element, as far as it has them.
  static func keys(_ names: [String], of element: Value) -> Object {
    Object(names.compactMap { name in element[name].map { Member(key: name, value: $0) } })
  }

  /// Where in a live list each wanted element stands. Those that have all keys choose first; of what is left, one that leaves a key to its
  /// default takes what fits: of several ports of one number, the wanted one without a protocol is that of TCP.
  static func pair(_ wanted: [Value], _ found: [Value], by names: [String]) -> [Int?] {
    var positions = [Int?](repeating: nil, count: wanted.count)
    var taken: Set<Int> = []
    for isWhole in [true, false] {
      for (index, element) in wanted.enumerated() {
        let keys = keys(names, of: element)
        guard (keys.count == names.count) == isWhole, !keys.isEmpty else { continue }
        let fitting = found.indices.filter { position in
          !taken.contains(position) && keys.members.allSatisfy { found[position][$0.key] ?? $0.value == $0.value }
            && keys.members.contains { found[position][$0.key] == $0.value }
        }
        let usual = keys["protocol"] == nil ? fitting.first { found[$0]["protocol"] == "TCP" } : nil
        positions[index] = usual ?? fitting.first
        if let position = positions[index] { taken.insert(position) }
      }
    }
    return positions
  }

  /// The element of a list that the keys name. A key that an element leaves out has a default: such an element matches where no other does.
  static func find(_ keys: Object, in list: [Value]) -> Value? {
    position(keys, in: list).map { list[$0] }
  }

  /// Where in a list the element stands that the keys name.
  static func position(_ keys: Object, in list: [Value]) -> Int? {
    var partial: Int?
    for (index, element) in list.enumerated() {
      var given = 0
      var wrong = false
      for key in keys.members {
        guard let value = element[key.key] else { continue }
        if value == key.value { given += 1 } else { wrong = true }
      }
      if wrong { continue }
      if given == keys.count { return index }
      if given > 0, partial == nil { partial = index }
    }
    return partial
  }
}

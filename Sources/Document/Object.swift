/// One key with its value.
public struct Member: Sendable {
  /// The key.
  public let key: String
  /// What stands under the key.
  public var value: Value

  /// Makes a member.
  @inlinable
  public init(key: String, value: Value) {
    self.key = key
    self.value = value
  }
}

/// A JSON object: members sorted by the UTF-8 bytes of their keys, no key twice.
///
/// The sorted form is canonical, which makes equality, hashing, comparison and output linear. Kubernetes objects have few
/// keys per object, for which a sorted array is both smaller and faster than a dictionary.
public struct Object: Sendable {
  /// The members, sorted by key.
  public private(set) var members: [Member]

  /// An empty object.
  public init() { members = [] }

  /// An object with these members; of members with equal keys the last one stays.
  public init(_ members: [Member]) {
    self.members = members
    guard !Object.isSorted(members) else { return }
    let sorted = members.enumerated().sorted { left, right in
      let order = ByteOrder.compare(left.element.key, right.element.key)
      return order == 0 ? left.offset < right.offset : order < 0
    }
    self.members = []
    self.members.reserveCapacity(sorted.count)
    for (_, member) in sorted {
      if let last = self.members.last, ByteOrder.equal(last.key, member.key) { self.members.removeLast() }
      self.members.append(member)
    }
  }

  /// Takes members that the caller knows to be sorted by bytes and free of duplicates.
  public init(sortedMembers: [Member]) { members = sortedMembers }

  private static func isSorted(_ members: [Member]) -> Bool {
    guard members.count > 1 else { return true }
    for index in 1..<members.count where !ByteOrder.less(members[index - 1].key, members[index].key) { return false }
    return true
  }

  /// The number of members.
  public var count: Int { members.count }

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }

  /// The keys in order.
  public var keys: [String] { members.map(\.key) }

  /// The value under a key; assigning nil removes the key.
  public subscript(key: String) -> Value? {
    get {
      let (index, found) = position(of: key)
      return found ? .some(members[index].value) : .none
    }
    set {
      let (index, found) = position(of: key)
      switch (newValue, found) {
      case (.some(let value), true): members[index].value = value
      case (.some(let value), false): members.insert(Member(key: key, value: value), at: index)
      case (.none, true): members.remove(at: index)
      case (.none, false): break
      }
    }
  }

  /// The value under a key, or a default; written back after a change in place.
  public subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
    get { self[key] ?? fallback() }
    set { self[key] = newValue }
    _modify {
      let (index, found) = position(of: key)
      if !found { members.insert(Member(key: key, value: fallback()), at: index) }
      yield &members[index].value
    }
  }

  /// The index of a key and whether it is there; where it is not, the index at which it belongs.
  public func position(of key: String) -> (index: Int, found: Bool) {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      let order = ByteOrder.compare(members[middle].key, key)
      if order == 0 { return (middle, true) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }
}

extension Object: Sequence {
  /// Iterates over the members in the order of their keys.
  public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension Object: Hashable {
  /// Objects are equal when all keys and values are.
  public static func == (left: Object, right: Object) -> Bool {
    guard left.members.count == right.members.count else { return false }
    for index in left.members.indices {
      guard ByteOrder.equal(left.members[index].key, right.members[index].key),
        left.members[index].value == right.members[index].value
      else { return false }
    }
    return true
  }

  /// Hashes all keys and values in order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(members.count)
    for member in members {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}

extension Object: ExpressibleByDictionaryLiteral {
  /// Makes an object from a literal; of equal keys the last one stays.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self.init(elements.map { Member(key: $0.0, value: $0.1) })
  }
}

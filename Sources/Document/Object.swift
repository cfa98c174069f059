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
/// keys per object, for which a sorted array is both smaller and faster than a dictionary. Objects that were made from one
/// template share their keys besides (see ``ObjectLayout``); a change makes such an object one like any other.
public struct Object: Sendable {
  /// How the members are kept, which nobody can tell from outside.
  fileprivate enum Storage: Sendable {
    /// Sorted by key.
    case members([Member])
    /// The values in a frame, as a layout finds them there.
    case record(ObjectLayout, [Value?])
  }

  fileprivate var storage: Storage

  /// An empty object.
  public init() { storage = .members([]) }

  /// An object with these members; of members with equal keys the last one stays.
  public init(_ members: [Member]) {
    guard !Object.isSorted(members) else {
      storage = .members(members)
      return
    }
    let sorted = members.enumerated().sorted { left, right in
      let order = ByteOrder.compare(left.element.key, right.element.key)
      return order == 0 ? left.offset < right.offset : order < 0
    }
    var unique: [Member] = []
    unique.reserveCapacity(sorted.count)
    for (_, member) in sorted {
      if let last = unique.last, ByteOrder.equal(last.key, member.key) { unique.removeLast() }
      unique.append(member)
    }
    storage = .members(unique)
  }

  /// Takes members that the caller knows to be sorted by bytes and free of duplicates.
  public init(sortedMembers: [Member]) { storage = .members(sortedMembers) }

  /// The object that a layout finds in a frame.
  ///
  /// - Parameter frame: May hold the values of other objects too. None of them may be an object over this very frame.
  public init(_ layout: ObjectLayout, frame: [Value?]) { storage = .record(layout, frame) }

  /// The members, sorted by key.
  ///
  /// To go through them, go through the object itself: the list may have to be made.
  public var members: [Member] {
    switch storage {
    case .members(let members): members
    case .record: Array(self)
    }
  }

  private static func isSorted(_ members: [Member]) -> Bool {
    guard members.count > 1 else { return true }
    for index in 1..<members.count where !ByteOrder.less(members[index - 1].key, members[index].key) { return false }
    return true
  }

  /// The number of members.
  public var count: Int {
    switch storage {
    case .members(let members): members.count
    case .record(let layout, let frame): layout.count(in: frame)
    }
  }

  /// Whether there is no member.
  public var isEmpty: Bool { count == 0 }

  /// The keys in order.
  public var keys: [String] { map(\.key) }

  /// The value under a key; assigning nil removes the key.
  public subscript(key: String) -> Value? {
    get {
      switch storage {
      case .members(let members):
        let (index, found) = Object.position(of: key, in: members)
        return found ? .some(members[index].value) : .none
      case .record(let layout, let frame): return layout.value(key, in: frame)
      }
    }
    set {
      var members = takeMembers()
      let (index, found) = Object.position(of: key, in: members)
      switch (newValue, found) {
      case (.some(let value), true): members[index].value = value
      case (.some(let value), false): members.insert(Member(key: key, value: value), at: index)
      case (.none, true): members.remove(at: index)
      case (.none, false): break
      }
      storage = .members(members)
    }
  }

  /// The value under a key, or a default; written back after a change in place.
  public subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
    get { self[key] ?? fallback() }
    set { self[key] = newValue }
    _modify {
      var members = takeMembers()
      defer { storage = .members(members) }
      let (index, found) = Object.position(of: key, in: members)
      if !found { members.insert(Member(key: key, value: fallback()), at: index) }
      yield &members[index].value
    }
  }

  /// The index of a key and whether it is there; where it is not, the index at which it belongs.
  public func position(of key: String) -> (index: Int, found: Bool) { Object.position(of: key, in: members) }

  /// The members, to be changed in place and put back: as long as they are out, the object is empty.
  private mutating func takeMembers() -> [Member] {
    let members = members
    storage = .members([])
    return members
  }

  private static func position(of key: String, in members: [Member]) -> (index: Int, found: Bool) {
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
  /// The members of an object, one after the other.
  public struct Iterator: IteratorProtocol {
    private let storage: Storage
    private var index = 0

    fileprivate init(_ storage: Storage) { self.storage = storage }

    /// The next member in the order of the keys.
    public mutating func next() -> Member? {
      switch storage {
      case .members(let members):
        guard index < members.count else { return nil }
        defer { index += 1 }
        return members[index]
      case .record(let layout, let frame):
        while index < layout.keys.count {
          defer { index += 1 }
          if let value = layout.value(at: index, in: frame) { return Member(key: layout.keys[index], value: value) }
        }
        return nil
      }
    }
  }

  /// Iterates over the members in the order of their keys.
  public func makeIterator() -> Iterator { Iterator(storage) }

  /// As many members as there can be.
  public var underestimatedCount: Int { count }
}

extension Object: Hashable {
  /// Objects are equal when all keys and values are.
  public static func == (left: Object, right: Object) -> Bool {
    switch (left.storage, right.storage) {
    case (.record(let layout, let frame), .record(let other, let otherFrame)) where layout === other:
      return layout.areEqual(frame, otherFrame)
    case (.members(let one), .members(let two)):
      guard one.count == two.count else { return false }
      return one.indices.allSatisfy { ByteOrder.equal(one[$0].key, two[$0].key) && one[$0].value == two[$0].value }
    default:
      return left.count == right.count && zip(left, right).allSatisfy { ByteOrder.equal($0.key, $1.key) && $0.value == $1.value }
    }
  }

  /// Hashes all keys and values in order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for member in self {
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

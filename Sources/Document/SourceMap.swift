/// One step on the way into a value.
public enum PathComponent: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// Into the value under a key.
  case key(String)
  /// To an element of a list, counted from 0.
  case index(Int)

  /// Makes a step to a key.
  public init(stringLiteral value: String) { self = .key(value) }
  /// Makes a step to an element.
  public init(integerLiteral value: Int) { self = .index(value) }
}

/// Where the parts of a document stand: a member at its key, an element at its beginning.
///
/// A tree laid out in one array in the order of the text, each entry with the index behind its last descendant.
public struct SourceMap: Sendable {
  /// The file of all positions.
  public let file: String
  private var entries: [Entry] = []

  struct Entry: Sendable {
    var line: UInt32
    var column: UInt32
    /// The index of the first entry that is not inside this one.
    var end: UInt32 = 0
    /// For an alias: the entry it stands for.
    var target: UInt32 = Entry.none
    var kind: Kind
    var key: String = ""

    static let none = UInt32.max
  }

  enum Kind: UInt8, Sendable { case member, element, merge }

  init(file: String) { self.file = file }

  /// Where the value at a path stands, or its nearest ancestor that is there.
  public func position(at path: [PathComponent]) -> SourcePosition {
    guard !entries.isEmpty else { return SourcePosition(file: file, line: 1, column: 1) }
    var index = 0
    for component in path {
      guard let next = child(component, of: index, depth: 0) else { break }
      index = next
    }
    return SourcePosition(file: file, line: Int(entries[index].line), column: Int(entries[index].column))
  }

  /// The entry one step below; a key that the mapping itself does not have is looked for in what it merges.
  private func child(_ component: PathComponent, of parent: Int, depth: Int) -> Int? {
    guard depth < 32 else { return nil }
    let target = entries[parent].target
    if target != Entry.none { return child(component, of: Int(target), depth: depth + 1) }
    var found: Int?
    var merges: [Int] = []
    var element = 0
    var index = parent + 1
    while index < Int(entries[parent].end) {
      switch (entries[index].kind, component) {
      case (.member, .key(let key)): if ByteOrder.equal(entries[index].key, key) { found = index }
      case (.merge, _): merges.append(index)
      case (.element, .index(let wanted)):
        if element == wanted { return index }
        element += 1
      default: break
      }
      index = Int(entries[index].end)
    }
    if found != nil { return found }
    for merge in merges.reversed() {
      if let inside = child(component, of: merge, depth: depth + 1) { return inside }
      // `<<: [*a, *b]`: the earlier one wins.
      var listed = merge + 1
      while listed < Int(entries[merge].end), entries[listed].kind == .element {
        if let inside = child(component, of: listed, depth: depth + 1) { return inside }
        listed = Int(entries[listed].end)
      }
    }
    return nil
  }

  // MARK: Building

  /// Opens an entry; what is opened until it is closed stands inside it.
  mutating func open(_ entry: Entry) -> Int {
    entries.append(entry)
    return entries.count - 1
  }

  mutating func close(_ index: Int) { entries[index].end = UInt32(truncatingIfNeeded: entries.count) }

  mutating func redirect(_ index: Int, to target: Int) { entries[index].target = UInt32(truncatingIfNeeded: target) }
}

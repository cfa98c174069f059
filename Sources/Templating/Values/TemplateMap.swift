import Document

/// A Go map with string keys: a reference, as in Go, that every holder sees change.
///
/// The entries are sorted by the bytes of their keys, which is the order in which Go prints and ranges over them.
///
/// `@unchecked Sendable`: only template functions that are declared as mutating change a map, and a template that uses one
/// works on a copy of its data, made for that one execution. A map that more than one thread can see is never changed.
public final class TemplateMap: @unchecked Sendable {
  /// One key with its value.
  public struct Entry: Sendable {
    /// The key.
    public let key: String
    /// The value.
    public internal(set) var value: TemplateValue
  }

  /// `map[string]interface {}` or `map[string]string`.
  public let type: GoType
  /// The entries in the order of their keys.
  public private(set) var entries: [Entry]
  /// What the map costs to walk over, and how deeply it is nested, not counting what was put later into maps that it holds.
  private(set) var extent = Extent()
  /// How many maps there are at most on the way to this one, each put by `set` or `merge` into the one before.
  private var rank = 0

  /// A map of `any`, or of strings.
  public init(_ entries: [(String, TemplateValue)] = [], type: GoType = .anyMap) {
    self.type = type
    self.entries = []
    self.entries.reserveCapacity(entries.count)
    for (key, value) in entries {
      if let last = self.entries.last, ByteOrder.less(last.key, key) {
        self.entries.append(Entry(key: key, value: value))
        extent.include(value.extent)
      } else {
        set(key, value)
      }
    }
  }

  /// A map of the members of an object.
  init(_ object: Object) {
    type = .anyMap
    entries = object.members.map { Entry(key: $0.key, value: TemplateValue($0.value)) }
    for entry in entries { extent.include(entry.value.extent) }
  }

  private init(type: GoType, entries: [Entry]) {
    self.type = type
    self.entries = entries
    for entry in entries { extent.include(entry.value.extent) }
  }

  /// The number of entries.
  public var count: Int { entries.count }

  /// The value under a key.
  public subscript(key: String) -> TemplateValue? {
    let index = position(of: key)
    guard index >= 0 else { return nil }
    return entries[index].value
  }

  /// Puts a value into a map that templates may already hold: it may neither contain this map nor nest too deeply.
  func attach(_ key: String, _ value: TemplateValue, _ budget: inout Budget) throws(FunctionError) {
    if value.extent.height > 0 { try adopt(value, &budget) }
    set(key, value)
  }

  /// Looks through all that a value holds for this map, and notes for the maps in it that they are held from here.
  private func adopt(_ value: TemplateValue, _ budget: inout Budget) throws(FunctionError) {
    let newRank = rank + 1
    guard newRank <= Extent.maximumRank, value.extent.height < Extent.maximumHeight else {
      throw FunctionError("the values are nested too deeply")
    }
    var visited: Set<ObjectIdentifier> = []
    var pending = [value]
    while let next = pending.popLast() {
      switch next {
      case .list(let list):
        try budget.spend(list.elements.count / 16)
        for element in list.elements where element.extent.height > 0 { pending.append(element) }
      case .map(let map):
        if map === self { throw FunctionError("a map cannot be put into itself") }
        guard visited.insert(ObjectIdentifier(map)).inserted else { continue }
        try budget.spend(1 + map.count / 16)
        map.rank = max(map.rank, newRank)
        for entry in map.entries where entry.value.extent.height > 0 { pending.append(entry.value) }
      default: continue
      }
    }
  }

  /// Puts a value under a key.
  func set(_ key: String, _ value: TemplateValue) {
    extent.include(value.extent)
    let index = position(of: key)
    if index >= 0 {
      entries[index].value = value
    } else {
      entries.insert(Entry(key: key, value: value), at: -index - 1)
    }
  }

  /// Takes a key away.
  func remove(_ key: String) {
    let index = position(of: key)
    if index >= 0 { entries.remove(at: index) }
  }

  /// A copy whose maps can change without being seen from here.
  func deepCopy() -> TemplateMap {
    TemplateMap(type: type, entries: entries.map { Entry(key: $0.key, value: $0.value.deepCopy()) })
  }

  /// A copy of this map alone.
  func shallowCopy() -> TemplateMap { TemplateMap(type: type, entries: entries) }

  /// The index of a key; where it is not there, minus one minus the index at which it belongs.
  private func position(of key: String) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      let order = ByteOrder.compare(entries[middle].key, key)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return -low - 1
  }
}

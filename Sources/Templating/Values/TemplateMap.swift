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

  /// A map of `any`, or of strings.
  public init(_ entries: [(String, TemplateValue)] = [], type: GoType = .anyMap) {
    self.type = type
    self.entries = []
    self.entries.reserveCapacity(entries.count)
    for (key, value) in entries {
      if let last = self.entries.last, ByteOrder.less(last.key, key) {
        self.entries.append(Entry(key: key, value: value))
      } else {
        set(key, value)
      }
    }
  }

  /// A map of the members of an object.
  init(_ object: Object) {
    type = .anyMap
    entries = object.members.map { Entry(key: $0.key, value: TemplateValue($0.value)) }
  }

  private init(type: GoType, entries: [Entry]) {
    self.type = type
    self.entries = entries
  }

  /// The number of entries.
  public var count: Int { entries.count }

  /// The value under a key.
  public subscript(key: String) -> TemplateValue? {
    let index = position(of: key)
    guard index >= 0 else { return nil }
    return entries[index].value
  }

  /// Puts a value under a key.
  func set(_ key: String, _ value: TemplateValue) {
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

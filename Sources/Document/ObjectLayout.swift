/// What all objects that were made from one template have in common: their keys, and where the value of each key is found.
///
/// Ten thousand applications of one template differ in a few texts. Each of them is then one list of those texts, its frame, and
/// every object in it is a layout with that frame: keys, values that never change and the objects in between are stored once, in
/// the layouts.
public final class ObjectLayout: Sendable {
  /// Where the value of a key is.
  public enum Place: Sendable {
    /// It is the same in every object.
    case constant(Value)
    /// It stands in the frame at this position; where nothing stands there, the object does not have the key.
    case slot(Int)
    /// It is an object with a layout of its own over the same frame.
    case object(ObjectLayout)
  }

  let keys: [String]
  let places: [Place]

  /// A layout of keys that the caller knows to be sorted by bytes and free of duplicates.
  public init(sortedKeys entries: [(key: String, place: Place)]) {
    keys = entries.map(\.key)
    places = entries.map(\.place)
  }

  /// The value of the key with this number; nil where the object does not have it.
  func value(at index: Int, in frame: [Value?]) -> Value? {
    switch places[index] {
    case .constant(let value): value
    case .slot(let slot): slot < frame.count ? frame[slot] : .none
    case .object(let layout): .object(Object(layout, frame: frame))
    }
  }

  /// The value under a key.
  func value(_ key: String, in frame: [Value?]) -> Value? {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      let order = ByteOrder.compare(keys[middle], key)
      if order == 0 { return value(at: middle, in: frame) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return .none
  }

  /// How many keys the object of a frame has.
  func count(in frame: [Value?]) -> Int {
    var count = 0
    for place in places {
      if case .slot(let slot) = place, slot >= frame.count || frame[slot] == nil { continue }
      count += 1
    }
    return count
  }

  /// Whether the objects of two frames are equal; what the layout itself holds need not be compared.
  func areEqual(_ left: [Value?], _ right: [Value?]) -> Bool {
    if left.withUnsafeBufferPointer(\.baseAddress) == right.withUnsafeBufferPointer(\.baseAddress) { return true }
    for place in places {
      switch place {
      case .constant: continue
      case .slot(let slot):
        guard (slot < left.count ? left[slot] : .none) == (slot < right.count ? right[slot] : .none) else { return false }
      case .object(let layout): guard layout.areEqual(left, right) else { return false }
      }
    }
    return true
  }
}

import Document

/// One step into a tree: a field of an object or an element of a list.
enum FieldStep: Sendable, Hashable {
  case key(String)
  case index(Int)
}

extension Value {
  /// What stands at a path; nil where there is nothing.
  func value(at path: ArraySlice<FieldStep>) -> Value? {
    guard let first = path.first else { return .some(self) }
    switch (first, self) {
    case (.key(let key), .object(let object)): return object[key]?.value(at: path.dropFirst())
    case (.index(let index), .array(let list)): return list.indices.contains(index) ? list[index].value(at: path.dropFirst()) : .none
    default: return .none
    }
  }

  /// Puts something at a path whose parent is there, or takes it away; a path into nothing changes nothing.
  mutating func set(_ new: Value?, at path: ArraySlice<FieldStep>) {
    guard let first = path.first else {
      if let new { self = new }
      return
    }
    let rest = path.dropFirst()
    switch (first, self) {
    case (.key(let key), .object(var object)):
      self = .null
      if rest.isEmpty {
        object[key] = new
      } else if var child = object[key] {
        child.set(new, at: rest)
        object[key] = .some(child)
      }
      self = .object(object)
    case (.index(let index), .array(var list)) where list.indices.contains(index):
      self = .null
      if !rest.isEmpty {
        list[index].set(new, at: rest)
      } else if let new {
        list[index] = new
      } else {
        list.remove(at: index)
      }
      self = .array(list)
    default: return
    }
  }

  /// Takes several places away, of one list the last element first, so that the others keep their places.
  mutating func remove(_ paths: Set<[FieldStep]>) {
    for path in paths.sorted(by: FieldStep.isLater) where !path.isEmpty { set(.none, at: path[...]) }
  }
}

extension FieldStep {
  /// Deeper and later places first.
  static func isLater(_ left: [FieldStep], _ right: [FieldStep]) -> Bool {
    for (one, other) in zip(left, right) where one != other {
      switch (one, other) {
      case (.index(let one), .index(let other)): return one > other
      case (.key(let one), .key(let other)): return ByteOrder.less(other, one)
      case (.index, .key): return true
      case (.key, .index): return false
      }
    }
    return left.count > right.count
  }
}

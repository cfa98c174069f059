/// Comparison of strings by their UTF-8 bytes.
///
/// Swift's own `==` and `<` on strings follow Unicode canonical equivalence, which neither Kubernetes nor Git do: to them
/// two spellings of `é` are two keys. It is also several times slower for text that is not known to be normalised.
public enum ByteOrder {
  /// Whether both strings have the same bytes.
  @inlinable
  public static func equal(_ left: String, _ right: String) -> Bool {
    compare(left, right) == 0
  }

  /// Whether `left` sorts before `right` byte by byte.
  @inlinable
  public static func less(_ left: String, _ right: String) -> Bool {
    compare(left, right) < 0
  }

  /// A negative number, zero or a positive number: the order of the two strings' bytes.
  @inlinable
  public static func compare(_ left: String, _ right: String) -> Int {
    let fast = left.utf8.withContiguousStorageIfAvailable { leftBytes in
      right.utf8.withContiguousStorageIfAvailable { rightBytes in compare(leftBytes, rightBytes) }
    }
    if case .some(.some(let order)) = fast { return order }
    var leftCopy = left
    var rightCopy = right
    return leftCopy.withUTF8 { leftBytes in rightCopy.withUTF8 { compare(leftBytes, $0) } }
  }

  @usableFromInline
  static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let common = min(left.count, right.count)
    for index in 0..<common where left[index] != right[index] {
      return left[index] < right[index] ? -1 : 1
    }
    return left.count - right.count
  }
}

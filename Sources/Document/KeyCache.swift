/// Shares the storage of keys that occur again and again (`app.kubernetes.io/managed-by` in every object).
///
/// Strings of up to 15 bytes need no storage in Swift; only longer ones are kept here.
struct KeyCache {
  private static let slots = 512
  private var cached = [String](repeating: "", count: KeyCache.slots)

  /// The text of these bytes.
  mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.count > 15, bytes.count <= 128 else { return String(decoding: bytes, as: UTF8.self) }
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let slot = Int(hash) & (KeyCache.slots - 1)
    if KeyCache.holds(cached[slot], bytes) { return cached[slot] }
    let text = String(decoding: bytes, as: UTF8.self)
    cached[slot] = text
    return text
  }

  private static func holds(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { ByteOrder.compare($0, bytes) == 0 } ?? false
  }
}

/// Members as they are read, of all the objects that are open, in one stack: a finished object takes an array of its exact size.
struct MemberStack {
  private var members: [Member] = []
  /// Where each key stands (`SourceMap.Mark`), 0 for a key that may be overridden.
  private var marks: [UInt64] = []

  var count: Int { members.count }

  mutating func append(_ member: Member, mark: UInt64) {
    members.append(member)
    marks.append(mark)
  }

  /// Takes the members from `start` on as an object; `duplicate` is the mark and key of one that stands there twice.
  mutating func take(from start: Int) -> (object: Object, duplicate: (mark: UInt64, key: String)?) {
    let count = members.count - start
    guard count > 0 else { return (Object(), nil) }
    var duplicate: (mark: UInt64, key: String)?
    if !isAscending(from: start) {
      sort(from: start)
      duplicate = mergeEqualKeys(from: start)
    }
    let object = Object(sortedMembers: Array(members[start...]))
    members.removeLast(members.count - start)
    marks.removeLast(marks.count - start)
    return (object, duplicate)
  }

  private func isAscending(from start: Int) -> Bool {
    var index = start + 1
    while index < members.count {
      if !ByteOrder.less(members[index - 1].key, members[index].key) { return false }
      index += 1
    }
    return true
  }

  /// Sorts by key, members of one key in the order in which they were read.
  private mutating func sort(from start: Int) {
    if members.count - start <= 32 {
      var index = start + 1
      while index < members.count {
        var hole = index
        while hole > start, ByteOrder.less(members[hole].key, members[hole - 1].key) {
          members.swapAt(hole, hole - 1)
          marks.swapAt(hole, hole - 1)
          hole -= 1
        }
        index += 1
      }
    } else {
      let order = (start..<members.count).sorted { left, right in
        let difference = ByteOrder.compare(members[left].key, members[right].key)
        return difference == 0 ? left < right : difference < 0
      }
      let sortedMembers = order.map { members[$0] }
      let sortedMarks = order.map { marks[$0] }
      members.replaceSubrange(start..., with: sortedMembers)
      marks.replaceSubrange(start..., with: sortedMarks)
    }
  }

  /// Keeps the last member of every key; returns the second marked key among equal ones, if there is one.
  private mutating func mergeEqualKeys(from start: Int) -> (mark: UInt64, key: String)? {
    var duplicate: (mark: UInt64, key: String)?
    var last = start
    for index in (start + 1)..<members.count {
      if ByteOrder.equal(members[last].key, members[index].key) {
        if duplicate == nil, marks[last] != 0, marks[index] != 0 { duplicate = (marks[index], members[index].key) }
        marks[index] = max(marks[last], marks[index])
      } else {
        last += 1
      }
      members[last] = members[index]
      marks[last] = marks[index]
    }
    members.removeLast(members.count - last - 1)
    marks.removeLast(marks.count - last - 1)
    return duplicate
  }
}

/// Go's `strings`: texts are bytes, positions and lengths are in bytes.
///
/// A text that is cut inside of a character shows the replacement character there, where Go's has the character's part.
enum GoStrings {
  /// A text of bytes that may have been cut inside of a character: each byte that makes no sense is replaced, as Go does it.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var result = String.UnicodeScalarView()
    let bytes = Array(bytes)
    var index = 0
    while index < bytes.count {
      var decoder = UTF8()
      var iterator = bytes[index...].prefix(4).makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&iterator) {
        result.append(scalar)
        index += UTF8.width(scalar)
      } else {
        result.append("\u{FFFD}")
        index += 1
      }
    }
    return String(result)
  }

  static func hasPrefix(_ text: String, _ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

  static func hasSuffix(_ text: String, _ suffix: String) -> Bool { text.utf8.reversed().starts(with: suffix.utf8.reversed()) }

  static func prefix(_ text: String, _ count: Int) -> String { decode(text.utf8.prefix(count)) }

  static func suffix(_ text: String, from start: Int) -> String { decode(text.utf8.dropFirst(start)) }

  /// Where a text occurs in another.
  static func find(_ needle: String, in text: String) -> Int? { find(Array(needle.utf8), in: Array(text.utf8), from: 0) }

  static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = needle.first else { return start }
    var index = start
    let last = bytes.count - needle.count
    while index <= last {
      if bytes[index] == first {
        var offset = 1
        while offset < needle.count && bytes[index + offset] == needle[offset] { offset += 1 }
        if offset == needle.count { return index }
      }
      index += 1
    }
    return nil
  }

  /// `strings.SplitN`; a negative limit means none.
  static func split(_ text: String, _ separator: String, _ limit: Int) -> [String] {
    if limit == 0 { return [] }
    if separator.isEmpty {
      var parts: [String] = []
      var rest = text.unicodeScalars[...]
      while let first = rest.first {
        if limit > 0 && parts.count == limit - 1 {
          parts.append(String(rest))
          return parts
        }
        parts.append(String(first))
        rest.removeFirst()
      }
      return parts
    }
    let bytes = Array(text.utf8)
    let needle = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    while limit < 0 || parts.count < limit - 1, let found = find(needle, in: bytes, from: start) {
      parts.append(String(decoding: bytes[start..<found], as: UTF8.self))
      start = found + needle.count
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }

  /// `strings.ReplaceAll`.
  static func replace(_ text: String, _ old: String, _ new: String, _ budget: inout Budget) throws(FunctionError) -> String {
    if old.isEmpty {
      try budget.spend(bytes: (text.utf8.count + 1) * new.utf8.count)
      return new + text.unicodeScalars.map { String($0) + new }.joined()
    }
    let bytes = Array(text.utf8)
    let needle = Array(old.utf8)
    let replacement = Array(new.utf8)
    var result: [UInt8] = []
    var start = 0
    while let found = find(needle, in: bytes, from: start) {
      result += bytes[start..<found]
      result += replacement
      start = found + needle.count
      if result.count > budget.maximumBytes { try budget.spend(bytes: result.count) }
    }
    if start == 0 { return text }
    result += bytes[start...]
    return String(decoding: result, as: UTF8.self)
  }
}

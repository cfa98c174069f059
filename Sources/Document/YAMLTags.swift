/// The tags of YAML 1.1 that say how a scalar is to be read; all others leave the text as it is.
enum YAMLTag: String {
  case str
  case bool
  case int
  case float
  case null
  case timestamp

  init?(_ tag: String) {
    let prefix = "tag:yaml.org,2002:"
    guard tag.hasPrefix(prefix) else { return nil }
    self.init(rawValue: String(tag.dropFirst(prefix.count)))
  }

  /// The scalar under this tag; nil when the text is of another kind.
  func resolve(_ text: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
    if self == .str { return .string }
    if self == .timestamp { return YAMLTimestamp.matches(text) ? .string : nil }
    let scalar = YAMLScalar.resolve(text)
    switch (self, scalar) {
    case (.bool, .bool), (.int, .int), (.int, .unsigned), (.float, .float), (.null, .null): return scalar
    case (.float, .int(let number)): return .float(Double(number))
    default: return nil
    }
  }
}

/// The dates and times that Go's yaml.v2 takes for timestamps. They stay text, but text that looks like one is written in quotes.
enum YAMLTimestamp {
  static func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count >= 8, text[4] == UInt8(ascii: "-"), text.prefix(4).allSatisfy({ $0 &- 48 < 10 }) else { return false }
    var reader = FieldReader(rest: Array(text)[...])
    guard let year = reader.digits(4), reader.take(UInt8(ascii: "-")), let month = reader.digits(2), (1...12).contains(month),
      reader.take(UInt8(ascii: "-")), let day = reader.digits(2), (1...days(in: month, of: year)).contains(day)
    else { return false }
    guard let separator = reader.rest.first else { return true }
    let hasZone = separator | 0x20 == UInt8(ascii: "t")
    guard hasZone || separator == UInt8(ascii: " ") else { return false }
    reader.rest = reader.rest.dropFirst()
    if !hasZone { reader.rest = reader.rest.drop { $0 == UInt8(ascii: " ") } }
    guard let hour = reader.digits(2), hour < 24, reader.take(UInt8(ascii: ":")), let minute = reader.digits(2), minute < 60,
      reader.take(UInt8(ascii: ":")), let second = reader.digits(2), second < 60
    else { return false }
    reader.skipFraction()
    return hasZone ? reader.isZone() : reader.rest.isEmpty
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private struct FieldReader {
    var rest: ArraySlice<UInt8>

    mutating func digits(_ maximum: Int) -> Int? {
      let digits = rest.prefix(maximum).prefix { $0 &- 48 < 10 }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 &- 48) }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func skipFraction() {
      guard let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") else { return }
      let digits = rest.dropFirst().prefix { $0 &- 48 < 10 }
      if !digits.isEmpty { rest = rest.dropFirst(digits.count + 1) }
    }

    /// `Z` or `+hh:mm`, and nothing behind it.
    mutating func isZone() -> Bool {
      if take(UInt8(ascii: "Z")) { return rest.isEmpty }
      guard take(UInt8(ascii: "+")) || take(UInt8(ascii: "-")), rest.count == 5 else { return false }
      guard let hours = digits(2), hours <= 24, take(UInt8(ascii: ":")), let minutes = digits(2), minutes < 60 else { return false }
      return rest.isEmpty
    }
  }
}

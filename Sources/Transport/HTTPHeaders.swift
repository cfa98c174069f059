/// The header fields of a response, in the order in which they came.
public struct HTTPHeaders: Sendable, Hashable {
  /// One field.
  public struct Field: Sendable, Hashable {
    /// The name as it was written.
    public var name: String
    /// The value without surrounding spaces.
    public var value: String

    /// Makes a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The fields.
  public var fields: [Field]

  /// Takes fields.
  public init(_ fields: [Field] = []) { self.fields = fields }

  /// The first value under a name, whatever the case of its letters.
  public subscript(name: String) -> String? {
    fields.first { HTTPHeaders.sameName($0.name, name) }?.value
  }

  /// All values under a name, whatever the case of its letters.
  public func values(_ name: String) -> [String] {
    fields.filter { HTTPHeaders.sameName($0.name, name) }.map(\.value)
  }

  static func sameName(_ left: String, _ right: String) -> Bool {
    let leftBytes = left.utf8
    let rightBytes = right.utf8
    guard leftBytes.count == rightBytes.count else { return false }
    return zip(leftBytes, rightBytes).allSatisfy { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}

/// Reads the header lines that libcurl hands over one by one, several responses deep (interim answers, redirects).
struct HeadParser {
  private(set) var status = 0
  private(set) var fields: [HTTPHeaders.Field] = []

  /// What a line meant.
  enum Outcome { case more, end }

  /// Takes one line with its line end.
  mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
    var end = line.count
    while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
    if end == 0 { return .end }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: line[..<end]), as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // A status line opens a new answer: what an earlier one said (100 Continue, a redirect) is void.
      fields.removeAll(keepingCapacity: true)
      let parts = text.split(separator: " ", maxSplits: 2)
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      return .more
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return .more }
    let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    var valueText = String(value)
    while let last = valueText.last, last == " " || last == "\t" { valueText.removeLast() }
    fields.append(HTTPHeaders.Field(name: String(text[..<colon]), value: valueText))
    return .more
  }
}

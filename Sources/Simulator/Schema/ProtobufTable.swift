/// The message types by which bodies in protobuf are read.
///
/// The letters of the text form: `s` text, `i` integer, `b` boolean, `d` number, `y` bytes, `t` time, `m` micro time, `q` quantity, `o`
/// int-or-string, `u` duration, `j` embedded JSON, `w` a list of texts in a message of its own, `@7` the message of line 7. Before them `[` for
/// a list, `*` for a map by text, `~` for a message whose fields JSON has in the outer object.
struct ProtobufTable: Sendable {
  /// What a field holds.
  enum Kind: Sendable, Equatable {
    case text
    case integer
    case boolean
    case number
    case bytes
    case time(micro: Bool)
    case quantity
    case intOrString
    case duration
    case json
    case texts
    case message(Int)
  }

  /// How often it comes.
  enum Cardinality: Sendable {
    case one
    case list
    case map
  }

  struct Field: Sendable {
    var name: String
    var kind: Kind
    var cardinality = Cardinality.one
    var isInline = false
  }

  private let kinds: [String: Int]
  let messages: [[UInt64: Field]]

  /// Read once per process, when the first such body comes.
  static let builtIn = ProtobufTable(text: ProtobufText.text)

  /// The message of a kind; a `DeleteOptions` belongs to every group.
  func message(apiVersion: String, kind: String) -> Int? {
    if kind == "DeleteOptions" { return kinds["meta/v1/DeleteOptions"] }
    return kinds[(apiVersion.contains("/") ? apiVersion : "/" + apiVersion) + "/" + kind]
  }

  private init(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let border = lines.firstIndex { $0.isEmpty } ?? lines.count
    var kinds: [String: Int] = [:]
    for line in lines[..<border] {
      let parts = line.split(separator: " ")
      if parts.count == 2, let index = Int(parts[1]) { kinds[String(parts[0])] = index }
    }
    self.kinds = kinds
    messages = lines[min(border + 1, lines.count)...].filter { !$0.isEmpty }.map { line in
      var fields: [UInt64: Field] = [:]
      for word in line.split(separator: " ").dropFirst() {
        guard let equals = word.firstIndex(of: "="), let colon = word.firstIndex(of: ":"), let number = UInt64(word[..<equals]),
          let field = ProtobufTable.field(String(word[word.index(after: equals)..<colon]), word[word.index(after: colon)...])
        else { continue }
        fields[number] = field
      }
      return fields
    }
  }

  private static func field(_ name: String, _ code: Substring) -> Field? {
    var code = code
    var field = Field(name: name, kind: .text)
    while let first = code.first, "[*~".contains(first) {
      if first == "[" { field.cardinality = .list }
      if first == "*" { field.cardinality = .map }
      if first == "~" { field.isInline = true }
      code.removeFirst()
    }
    switch code.first {
    case "s": field.kind = .text
    case "i": field.kind = .integer
    case "b": field.kind = .boolean
    case "d": field.kind = .number
    case "y": field.kind = .bytes
    case "t": field.kind = .time(micro: false)
    case "m": field.kind = .time(micro: true)
    case "q": field.kind = .quantity
    case "o": field.kind = .intOrString
    case "u": field.kind = .duration
    case "j": field.kind = .json
    case "w": field.kind = .texts
    case "@": field.kind = .message(Int(code.dropFirst()) ?? 0)
    default: return nil
    }
    return field
  }
}

import Document

/// Types that refer to each other by index.
///
/// The text form has one letter per scalar (`s` string, `i` and `l` integers of 32 and 64 bits, `d` number, `b` boolean, `t` time,
/// `m` micro time, `y` base64, `q` quantity, `o` int-or-string, `j` anything), `@7` for the type of line 7, `*x` for a map, `[x`,
/// `{x` and `<k,l>x` for atomic lists, sets and lists keyed by fields. Before the type may stand `!` (always printed), `+key;`
/// (merged by strategic patches), `^` (keys retained) and `~` (atomic).
final class SchemaTable: Sendable {
  let types: [SchemaType]
  let kinds: [GroupVersionKind: Int]

  init(types: [SchemaType], kinds: [GroupVersionKind: Int]) {
    self.types = types
    self.kinds = kinds
  }

  /// The built-in kinds, read once per process.
  static let builtIn = SchemaTable(text: BuiltInSchemaText.text)

  /// A single type for values without a schema.
  static let untyped = SchemaTable(types: [SchemaType(name: "", shape: .any)], kinds: [:])

  func schema(for kind: GroupVersionKind) -> Schema? {
    kinds[kind].map { Schema(table: self, index: $0) }
  }

  static func find(_ key: String, in fields: [SchemaType.Field]) -> SchemaType.Field? {
    var low = 0
    var high = fields.count
    while low < high {
      let middle = (low + high) / 2
      let order = ByteOrder.compare(fields[middle].name, key)
      if order == 0 { return fields[middle] }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  private convenience init(text: String) {
    var reader = SchemaTextReader()
    reader.read(text)
    self.init(types: reader.types, kinds: reader.kinds)
  }
}

/// Reads the text form; what it does not understand it takes for `anything`, since the text is ours.
private struct SchemaTextReader {
  var types: [SchemaType] = []
  var kinds: [GroupVersionKind: Int] = [:]
  private var anonymous: [String: Int] = [:]

  mutating func read(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let border = lines.firstIndex { $0.isEmpty } ?? lines.count
    for line in lines[..<border] {
      let parts = line.split(separator: " ")
      let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, names.count == 3, let index = Int(parts[1]) else { continue }
      kinds[GroupVersionKind(group: names[0], version: names[1], kind: names[2])] = index
    }
    let bodies = lines[min(border + 1, lines.count)...].filter { !$0.isEmpty }
    types = bodies.map { _ in SchemaType(name: "", shape: .any) }
    for (index, body) in bodies.enumerated() {
      let words = body.split(separator: " ")
      guard let first = words.first else { continue }
      let atomic = first.hasSuffix("~")
      let fields = words.dropFirst().compactMap { field(String($0)) }
      let sorted = fields.sorted { ByteOrder.less($0.name, $1.name) }
      types[index].name = String(atomic ? first.dropLast() : first)
      types[index].shape = .object(fields: sorted, atomic: atomic, keepsUnknown: false)
    }
  }

  private mutating func field(_ word: String) -> SchemaType.Field? {
    guard let equals = word.firstIndex(of: "=") else { return nil }
    var field = SchemaType.Field(name: String(word[..<equals]), type: 0)
    var rest = word[word.index(after: equals)...]
    while let letter = rest.first {
      switch letter {
      case "!": field.required = true
      case "^": field.retainKeys = true
      case "~": field.atomic = true
      case "+":
        let end = rest.firstIndex(of: ";") ?? rest.endIndex
        field.mergeKey = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[end...]
      default:
        field.type = type(rest, atomic: field.atomic)
        return field
      }
      rest = rest.dropFirst()
    }
    return nil
  }

  private mutating func type(_ code: Substring, atomic: Bool = false) -> Int {
    if code.first == "@", !atomic { return Int(code.dropFirst()) ?? 0 }
    let key = (atomic ? "~" : "") + code
    if let known = anonymous[key] { return known }
    let shape = shape(code, atomic: atomic)
    types.append(SchemaType(name: "", shape: shape))
    anonymous[key] = types.count - 1
    return types.count - 1
  }

  private mutating func shape(_ code: Substring, atomic: Bool) -> SchemaType.Shape {
    let scalars: [Character: SchemaType.Scalar] = [
      "s": .string, "i": .int32, "l": .int64, "d": .number, "b": .boolean, "t": .time, "m": .microTime, "y": .bytes,
      "q": .quantity, "o": .intOrString,
    ]
    guard let first = code.first else { return .any }
    if let scalar = scalars[first] { return .scalar(scalar) }
    switch first {
    case "*": return .map(element: type(code.dropFirst()), atomic: atomic)
    case "[": return .list(element: type(code.dropFirst()), kind: .atomic)
    case "{": return .list(element: type(code.dropFirst()), kind: .set)
    case "<":
      let end = code.firstIndex(of: ">") ?? code.startIndex
      let keys = code[code.index(after: code.startIndex)..<end].split(separator: ",").map(String.init)
      return .list(element: type(code[code.index(after: end)...]), kind: .map(keys: keys))
    case "@":
      // An atomic use of a granular structure: a copy of it. Its fields stand further down in the text, so it is left open here.
      return .any
    default: return .any
    }
  }
}

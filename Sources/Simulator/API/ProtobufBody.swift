import Document

/// Bodies in Kubernetes' protobuf form, which kubectl sends for `create`, `auth` and others: read into the tree that JSON would have given.
///
/// Go writes every field that is no pointer, also where it is empty; what JSON leaves out in that case is left out when the tree takes its
/// type's form, as for JSON.
enum ProtobufBody {
  static let mediaType = "application/vnd.kubernetes.protobuf"

  /// `k8s` and a zero byte stand before the envelope.
  private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0]
  private static let maximumDepth = 64

  static func decode(_ bytes: [UInt8]) throws(DocumentError) -> Value {
    guard bytes.starts(with: magic) else { throw DocumentError("the body does not begin as protobuf of Kubernetes does") }
    var type: ArraySlice<UInt8> = []
    var raw: ArraySlice<UInt8> = []
    var envelope = ProtobufReader(bytes[4...])
    while let (number, content) = try envelope.next() {
      if number == 1, case .bytes(let slice) = content { type = slice }
      if number == 2, case .bytes(let slice) = content { raw = slice }
    }
    var apiVersion = ""
    var kind = ""
    var meta = ProtobufReader(type)
    while let (number, content) = try meta.next() {
      if number == 1 { apiVersion = content.text }
      if number == 2 { kind = content.text }
    }
    guard let message = ProtobufTable.builtIn.message(apiVersion: apiVersion, kind: kind) else {
      throw DocumentError("the simulated cluster does not read \(kind) of \(apiVersion) in protobuf: send JSON")
    }
    var object = try self.message(raw, message, depth: 0)
    object["apiVersion"] = .string(apiVersion)
    object["kind"] = .string(kind)
    return .object(object)
  }

  private static func message(_ bytes: ArraySlice<UInt8>, _ index: Int, depth: Int) throws(DocumentError) -> Object {
    guard depth < maximumDepth, ProtobufTable.builtIn.messages.indices.contains(index) else {
      throw DocumentError("the body is nested too deeply")
    }
    let fields = ProtobufTable.builtIn.messages[index]
    var object = Object()
    var reader = ProtobufReader(bytes)
    while let (number, content) = try reader.next() {
      // A field of a newer version.
      guard let field = fields[number] else { continue }
      switch field.cardinality {
      case .one:
        guard let value = try value(content, field.kind, depth) else { continue }
        if field.isInline, case .object(let members) = value {
          for member in members { object[member.key] = member.value }
        } else {
          object[field.name] = value
        }
      case .list:
        guard let value = try value(content, field.kind, depth) ?? empty(field.kind) else { continue }
        object[field.name] = .array((object[field.name]?.arrayValue ?? []) + [value])
      case .map:
        guard case .bytes(let slice) = content else { continue }
        var key = ""
        var entry: Value?
        var pair = ProtobufReader(slice)
        while let (number, content) = try pair.next() {
          if number == 1 { key = content.text }
          if number == 2 { entry = try value(content, field.kind, depth) }
        }
        var map = object[field.name]?.objectValue ?? Object()
        map[key] = entry ?? empty(field.kind) ?? .null
        object[field.name] = .object(map)
      }
    }
    return object
  }

  /// What an element of a list or map is where nothing of it was written.
  private static func empty(_ kind: ProtobufTable.Kind) -> Value? {
    switch kind {
    case .text, .bytes: ""
    case .message: .object(Object())
    default: nil
    }
  }

  private static func value(_ content: ProtobufReader.Content, _ kind: ProtobufTable.Kind, _ depth: Int) throws(DocumentError) -> Value? {
    switch (kind, content) {
    case (.text, .bytes): return .string(content.text)
    case (.integer, .number(let number)): return .int(Int64(bitPattern: number))
    case (.boolean, .number(let number)): return .bool(number != 0)
    case (.number, .number(let number)): return .double(Double(bitPattern: number))
    case (.bytes, .bytes(let slice)): return .string(Base64.encode(Array(slice)))
    case (.message(let index), .bytes(let slice)): return .object(try message(slice, index, depth: depth + 1))
    case (_, .bytes(let slice)): return try special(slice, kind)
    default: return nil
    }
  }

  /// Types that JSON writes as one text or number.
  private static func special(_ slice: ArraySlice<UInt8>, _ kind: ProtobufTable.Kind) throws(DocumentError) -> Value? {
    var numbers: [UInt64: Int64] = [:]
    var texts: [UInt64: [String]] = [:]
    var first: ArraySlice<UInt8> = []
    var reader = ProtobufReader(slice)
    while let (number, content) = try reader.next() {
      switch content {
      case .number(let value): numbers[number] = Int64(bitPattern: value)
      case .bytes(let part):
        texts[number, default: []].append(content.text)
        if number == 1 { first = part }
      }
    }
    switch kind {
    case .time(let micro):
      // An empty time is Go's zero time, which JSON writes as null.
      guard let seconds = numbers[1], (0...253_402_300_799).contains(seconds) else { return nil }
      let text = SimulatedTime(milliseconds: seconds * 1000).text
      guard micro else { return .string(text) }
      let digits = String(max(0, numbers[2] ?? 0) / 1000)
      return .string(text.dropLast() + "." + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "Z")
    case .quantity: return texts[1]?.first.map { .string($0) }
    case .intOrString: return numbers[1] == 1 ? .string(texts[3]?.first ?? "") : .int(numbers[2] ?? 0)
    case .duration: return .int(numbers[1] ?? 0)
    case .json: return first.isEmpty ? nil : try JSON.decode(Array(first))
    case .texts: return .array((texts[1] ?? []).map { .string($0) })
    default: return nil
    }
  }
}

/// Reads the fields of one message.
struct ProtobufReader {
  enum Content {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)

    var text: String {
      guard case .bytes(let slice) = self else { return "" }
      return String(decoding: slice, as: UTF8.self)
    }
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field with its number; nil at the end.
  mutating func next() throws(DocumentError) -> (number: UInt64, content: Content)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    switch key & 7 {
    case 0: return (key >> 3, .number(try varint()))
    case 1: return (key >> 3, .number(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(rest.count) else { throw DocumentError("the body ends in the middle of a field") }
      let slice = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      return (key >> 3, .bytes(slice))
    case 5: return (key >> 3, .number(try fixed(4)))
    default: throw DocumentError("the body has a field of an unknown form")
    }
  }

  private mutating func varint() throws(DocumentError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return result }
      shift += 7
      guard shift < 64 else { break }
    }
    throw DocumentError("the body has a number without end")
  }

  private mutating func fixed(_ count: Int) throws(DocumentError) -> UInt64 {
    guard rest.count >= count else { throw DocumentError("the body ends in the middle of a number") }
    var result: UInt64 = 0
    for (index, byte) in rest.prefix(count).enumerated() { result |= UInt64(byte) << UInt64(8 * index) }
    rest = rest.dropFirst(count)
    return result
  }
}

import Document

/// A body that does not fit its Go type.
struct DecodingFailure: Error {
  var message: String
}

/// Brings a body of a built-in kind into the form in which the API server would store it.
///
/// The server decodes into Go structures and encodes those again: unknown fields vanish, empty things are left out, quantities
/// become canonical. This does the same along the schema.
struct TypedNormalizer {
  /// Paths of fields that the type does not have.
  private(set) var unknownFields: [String] = []

  mutating func normalize(_ value: Value, _ schema: Schema) throws(DecodingFailure) -> Value {
    guard case .object(let object) = value else {
      throw DecodingFailure(message: "json: cannot unmarshal \(goName(value)) into Go value of type \(goType(schema))")
    }
    return .object(try structure(object, schema, place: "", path: ""))
  }

  private mutating func structure(
    _ object: Object, _ schema: Schema, place: String, path: String
  ) throws(DecodingFailure) -> Object {
    guard case .object(let fields, _, _) = schema.shape else { return object }
    let typeName = schema.type.name
    var members: [Member] = []
    members.reserveCapacity(object.count)
    for member in object {
      let memberPlace = place.isEmpty ? member.key : "\(place).\(member.key)"
      guard let field = SchemaTable.find(member.key, in: fields) else {
        unknownFields.append(memberPlace)
        continue
      }
      let goPath = path.isEmpty ? member.key : "\(path).\(member.key)"
      let context = Context(structName: typeName, goPath: goPath)
      guard let value = try normalized(member.value, schema.at(field.type), place: memberPlace, context) else { continue }
      if !isOmitted(value, field, typeName) { members.append(Member(key: member.key, value: value)) }
    }
    var result = Object(sortedMembers: members)
    if typeName.hasSuffix("Condition") {
      // A time that is no pointer is printed as null.
      for field in fields where field.name.hasPrefix("last") && !result.position(of: field.name).found {
        if case .scalar(.time) = schema.at(field.type).shape { result[field.name] = .null }
      }
    }
    if typeName == "NodeSystemInfo" || typeName == "DaemonEndpoint" {
      // Plain values without omitempty: printed even when nobody set them.
      for field in fields where field.required && !result.position(of: field.name).found {
        result[field.name] = zero(schema.at(field.type))
      }
    }
    for name in GoZeroValues.structures[typeName] ?? [] where !result.position(of: name).found {
      guard let field = SchemaTable.find(name, in: fields) else { continue }
      result[name] = .object(try structure(Object(), schema.at(field.type), place: "", path: ""))
    }
    return result
  }

  private struct Context {
    var structName: String
    var goPath: String
  }

  private func isOmitted(_ value: Value, _ field: SchemaType.Field, _ typeName: String) -> Bool {
    if field.required { return false }
    switch value {
    case .null: return true
    case .string(let text):
      guard text.isEmpty else { return false }
      if field.name == "type" { return typeName != "HostPathVolumeSource" }
      return !GoZeroValues.pointerTexts.contains(field.name)
    case .array(let items): return items.isEmpty
    case .int(let number): return number == 0 && GoZeroValues.omitsZero(field)
    case .bool(let flag): return !flag && GoZeroValues.omitsZero(field)
    default: return false
    }
  }

  private mutating func normalized(
    _ value: Value, _ schema: Schema, place: String, _ context: Context
  ) throws(DecodingFailure) -> Value? {
    if value.isNull { return nil }
    switch schema.shape {
    case .any: return value
    case .scalar(let scalar): return try self.scalar(value, scalar, context)
    case .object:
      guard case .object(let object) = value else { throw mismatch(value, schema, context) }
      return .object(try structure(object, schema, place: place, path: context.goPath))
    case .map(let element, _):
      guard case .object(let object) = value else { throw mismatch(value, schema, context) }
      if object.isEmpty { return nil }
      let elementSchema = schema.at(element)
      var members: [Member] = []
      for member in object {
        let item = try normalized(member.value, elementSchema, place: "\(place).\(member.key)", context) ?? zero(elementSchema)
        members.append(Member(key: member.key, value: item))
      }
      return .object(Object(sortedMembers: members))
    case .list(let element, _):
      guard case .array(let items) = value else { throw mismatch(value, schema, context) }
      let elementSchema = schema.at(element)
      var result: [Value] = []
      result.reserveCapacity(items.count)
      for (index, item) in items.enumerated() {
        result.append(try normalized(item, elementSchema, place: "\(place)[\(index)]", context) ?? zero(elementSchema))
      }
      return .array(result)
    }
  }

  private func zero(_ schema: Schema) -> Value {
    switch schema.shape {
    case .scalar(let scalar):
      switch scalar {
      case .string, .bytes, .time, .microTime: ""
      case .int32, .int64, .number, .intOrString: 0
      case .boolean: false
      case .quantity: "0"
      }
    case .object: .object(Object())
    default: .null
    }
  }

  private func scalar(_ value: Value, _ scalar: SchemaType.Scalar, _ context: Context) throws(DecodingFailure) -> Value {
    let expected: String
    switch (scalar, value) {
    case (.string, .string), (.time, .string), (.boolean, .bool), (.number, .double), (.int64, .int): return value
    case (.number, .int), (.intOrString, .int), (.intOrString, .string): return value
    case (.int32, .int(let number)) where Int32(exactly: number) != nil: return value
    case (.microTime, .string(let text)):
      guard let rest = Self.badFraction(text) else { return value }
      throw DecodingFailure(
        message:
          "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"\(rest)\" as \".000000\"")
    case (.bytes, .string(let text)):
      guard let place = Self.badBase64(text) else { return value }
      throw DecodingFailure(message: "illegal base64 data at input byte \(place)")
    case (.quantity, .string(let text)):
      guard let canonical = Quantity.canonical(text) else {
        throw DecodingFailure(
          message:
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
      }
      return .string(canonical)
    case (.quantity, .int(let number)): return .string(Quantity.canonical(String(number)) ?? String(number))
    case (.quantity, .double(let number)):
      let text = JSON.string(.double(number))
      return .string(Quantity.canonical(text) ?? text)
    case (.int32, _), (.intOrString, _): expected = "int32"
    case (.int64, _): expected = "int64"
    case (.boolean, _): expected = "bool"
    case (.number, _): expected = "float64"
    case (.bytes, _): expected = "[]uint8"
    default: expected = "string"
    }
    throw DecodingFailure(
      message:
        "json: cannot unmarshal \(goName(value, withNumber: scalar == .int32 || scalar == .int64 || scalar == .intOrString)) into Go struct field \(context.structName).\(context.goPath) of type \(expected)"
    )
  }

  /// What stands where a time should have six digits of a second's fraction; nil when it has them.
  private static func badFraction(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count > 19 else { return nil }
    let digits = bytes[19...].dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    return bytes[19] == UInt8(ascii: ".") && digits == 6 ? nil : String(decoding: bytes[19...], as: UTF8.self)
  }

  /// The place of the first byte that base64 does not know.
  private static func badBase64(_ text: String) -> Int? {
    var count = 0
    var padding = 0
    for (index, byte) in text.utf8.enumerated() where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
      let isDigit =
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
      if byte == UInt8(ascii: "=") {
        padding += 1
      } else if !isDigit || padding > 0 {
        return index
      }
      count += 1
    }
    return count % 4 == 0 ? nil : count
  }

  private func mismatch(_ value: Value, _ schema: Schema, _ context: Context) -> DecodingFailure {
    DecodingFailure(
      message:
        "json: cannot unmarshal \(goName(value)) into Go struct field \(context.structName).\(context.goPath) of type \(goType(schema))")
  }

  private func goName(_ value: Value, withNumber: Bool = false) -> String {
    switch value {
    case .bool: "bool"
    case .double where withNumber, .int where withNumber: "number \(JSON.string(value))"
    default: value.kindName
    }
  }

  private func goType(_ schema: Schema) -> String {
    switch schema.shape {
    case .scalar(let scalar):
      switch scalar {
      case .int32: "int32"
      case .int64: "int64"
      case .boolean: "bool"
      case .number: "float64"
      case .bytes: "[]uint8"
      default: "string"
      }
    case .any: "interface {}"
    case .list(let element, _): "[]" + goType(schema.at(element))
    case .map(let element, _): "map[string]" + goType(schema.at(element))
    case .object: "v1." + schema.type.name
    }
  }
}

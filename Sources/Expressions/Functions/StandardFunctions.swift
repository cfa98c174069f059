import Document

/// CEL's functions that stand by themselves: conversions, `size`, `type`.
enum StandardFunctions {
  static func call(_ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    guard let value = arguments.first else { return nil }
    // What can be called on a value can also be called with it.
    if arguments.count == 2, name == "matches" { return try StringFunctions.call(value, name, [arguments[1]]) }
    guard arguments.count == 1 else { return nil }
    switch name {
    case "size": return try size(value)
    case "type": return .type(value.typeName)
    case "dyn": return value
    case "int": return .int(try int(value))
    case "uint":
      switch value {
      case .uint: return value
      case .int(let number):
        guard let number = UInt64(exactly: number) else { throw Arithmetic.overflow }
        return .uint(number)
      case .double(let number):
        guard let number = UInt64(exactly: number.rounded(.towardZero)) else { throw Arithmetic.overflow }
        return .uint(number)
      case .string(let text):
        guard let number = UInt64(text) else { throw ExpressionError("\(JSON.string(.string(text))) is no whole number") }
        return .uint(number)
      default: return nil
      }
    case "double":
      switch value {
      case .double: return value
      case .int(let number): return .double(Double(number))
      case .uint(let number): return .double(Double(number))
      case .string(let text):
        guard let number = Double(text) else { throw ExpressionError("\(JSON.string(.string(text))) is no number") }
        return .double(number)
      default: return nil
      }
    case "bool":
      switch value {
      case .bool: return value
      case .string("true"), .string("t"), .string("1"), .string("True"), .string("TRUE"): return .bool(true)
      case .string("false"), .string("f"), .string("0"), .string("False"), .string("FALSE"): return .bool(false)
      case .string(let text): throw ExpressionError("\(JSON.string(.string(text))) is neither true nor false")
      default: return nil
      }
    case "string": return try string(value).map { .string($0) }
    case "bytes":
      if case .string(let text) = value { return .bytes(Array(text.utf8)) }
      if case .bytes = value { return value }
      return nil
    case "duration":
      if case .duration = value { return value }
      guard case .string(let text) = value else { return nil }
      guard let duration = DurationText.parse(text) else {
        throw ExpressionError("\(JSON.string(.string(text))) is no duration, such as 1h30m")
      }
      return .duration(duration)
    case "timestamp":
      if case .timestamp = value { return value }
      if case .int(let seconds) = value { return .timestamp(Instant(seconds: seconds)) }
      guard case .string(let text) = value else { return nil }
      guard let instant = Instant(text) else {
        throw ExpressionError("\(JSON.string(.string(text))) is no time, such as 2026-01-02T03:04:05Z")
      }
      return .timestamp(instant)
    default: return nil
    }
  }

  static func size(_ value: CELValue) throws -> CELValue {
    switch value {
    case .string(let text): return .int(Int64(text.unicodeScalars.count))
    case .bytes(let bytes): return .int(Int64(bytes.count))
    case .object(let object): return .int(Int64(object.count))
    case .map(let entries): return .int(Int64(entries.count))
    default:
      guard let count = value.count else { throw ExpressionError("a \(value.typeName) has no size") }
      return .int(Int64(count))
    }
  }

  private static func int(_ value: CELValue) throws -> Int64 {
    switch value {
    case .int(let number): return number
    case .uint(let number):
      guard let number = Int64(exactly: number) else { throw Arithmetic.overflow }
      return number
    case .double(let number):
      guard let number = Int64(exactly: number.rounded(.towardZero)) else { throw Arithmetic.overflow }
      return number
    case .string(let text):
      guard let number = Int64(text) else { throw ExpressionError("\(JSON.string(.string(text))) is no whole number") }
      return number
    case .timestamp(let instant): return instant.seconds
    default: throw ExpressionError("a \(value.typeName) is no whole number")
    }
  }

  private static func string(_ value: CELValue) throws -> String? {
    switch value {
    case .string(let text): return text
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .uint(let number): return String(number)
    case .double(let number): return Int64(exactly: number).map { String($0) } ?? "\(number)"
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else { throw ExpressionError("the bytes are no UTF-8 text") }
      return text
    case .timestamp(let instant): return instant.text
    case .duration(let duration): return DurationText.print(duration)
    case .quantity(let number): return number.text
    default: return nil
    }
  }
}

/// Functions of optional values.
enum OptionalFunctions {
  static func call(_ content: CELValue?, _ name: String, _ arguments: [CELValue]) throws -> CELValue {
    switch (name, arguments.count) {
    case ("hasValue", 0): return .bool(content != nil)
    case ("value", 0):
      guard let content else { throw ExpressionError("the optional value is not there") }
      return content
    case ("orValue", 1): return content ?? arguments[0]
    case ("or", 1): return content == nil ? arguments[0] : .optional(content)
    default: throw ExpressionError("an optional value has no function \(name); take its value with orValue(…)")
    }
  }
}

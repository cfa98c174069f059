import Document

/// A value while an expression is evaluated. Trees of documents stay as they are until something looks into them.
enum CELValue: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([CELValue])
  case documents([Value])
  case map([(key: CELValue, value: CELValue)])
  case object(Object)
  case timestamp(Instant)
  /// Nanoseconds.
  case duration(Int64)
  case quantity(Decimal)
  case type(String)
  indirect case optional(CELValue?)

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .double(number)
    case .string(let text): self = .string(text)
    case .array(let list): self = .documents(list)
    case .object(let object): self = .object(object)
    }
  }

  /// The name that `type()` gives, and that errors speak of.
  var typeName: String {
    switch self {
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .list, .documents: "list"
    case .map, .object: "map"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .quantity: "kubernetes.Quantity"
    case .type: "type"
    case .optional: "optional_type"
    }
  }

  /// The elements of a list.
  var elements: [CELValue]? {
    switch self {
    case .list(let list): list
    case .documents(let list): list.map { CELValue($0) }
    default: nil
    }
  }

  /// The entries of a map, those of documents in the order of their keys.
  var entries: [(key: CELValue, value: CELValue)]? {
    switch self {
    case .map(let entries): entries
    case .object(let object): object.members.map { (.string($0.key), CELValue($0.value)) }
    default: nil
    }
  }

  /// What a map holds under a key.
  func value(for key: CELValue) -> CELValue? {
    if case .object(let object) = self {
      guard case .string(let name) = key, let value = object[name] else { return nil }
      return CELValue(value)
    }
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key.equals(key) }?.value
  }

  /// The value as a document.
  /// - Throws: for types, which no document can hold.
  func document() throws -> Value {
    switch self {
    case .null: return .null
    case .bool(let flag): return .bool(flag)
    case .int(let number): return .int(number)
    case .uint(let number): return Int64(exactly: number).map { .int($0) } ?? .double(Double(number))
    case .double(let number): return .double(number)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .string(Base64.encode(bytes))
    case .list(let list): return .array(try list.map { try $0.document() })
    case .documents(let list): return .array(list)
    case .object(let object): return .object(object)
    case .map(let entries):
      return .object(
        Object(
          try entries.map { entry in
            guard case .string(let key) = entry.key else {
              throw ExpressionError("a map with keys of type \(entry.key.typeName) is no document")
            }
            return Member(key: key, value: try entry.value.document())
          }))
    case .timestamp(let instant): return .string(instant.text)
    case .duration(let nanoseconds): return .string(DurationText.print(nanoseconds))
    case .quantity(let number): return .string(number.text)
    case .optional(let value): return try value?.document() ?? .null
    case .type(let name): return .string(name)
    }
  }

  /// Equality over all types: numbers by value, other types that differ are simply not equal.
  func equals(_ other: CELValue) -> Bool {
    if let order = CELValue.compareNumbers(self, other) { return order == .equal }
    switch (self, other) {
    case (.null, .null): return true
    case (.bool(let left), .bool(let right)): return left == right
    case (.string(let left), .string(let right)): return ByteOrder.equal(left, right)
    case (.bytes(let left), .bytes(let right)): return left == right
    case (.timestamp(let left), .timestamp(let right)): return left == right
    case (.duration(let left), .duration(let right)): return left == right
    case (.quantity(let left), .quantity(let right)): return left.compare(right) == 0
    case (.type(let left), .type(let right)): return left == right
    case (.documents(let left), .documents(let right)): return left == right
    case (.object(let left), .object(let right)): return left == right
    case (.optional(let left), .optional(let right)):
      guard let left, let right else { return left == nil && right == nil }
      return left.equals(right)
    default: break
    }
    if let left = elements, let right = other.elements {
      return left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
    }
    if let left = entries, let right = other.entries {
      return left.count == right.count && left.allSatisfy { entry in other.value(for: entry.key).map { $0.equals(entry.value) } ?? false }
    }
    return false
  }

  enum Order {
    case less
    case equal
    case greater
    /// Not a number is in no order with anything.
    case none
  }

  /// The order of two numbers of any types; nil when one of them is no number.
  static func compareNumbers(_ left: CELValue, _ right: CELValue) -> Order? {
    func order<Number: Comparable>(_ left: Number, _ right: Number) -> Order { left < right ? .less : left > right ? .greater : .equal }
    switch (left, right) {
    case (.int(let one), .int(let other)): return order(one, other)
    case (.uint(let one), .uint(let other)): return order(one, other)
    case (.int(let one), .uint(let other)): return one < 0 ? .less : order(UInt64(one), other)
    case (.uint(let one), .int(let other)): return other < 0 ? .greater : order(one, UInt64(other))
    case (.double(let one), .double(let other)): return one.isNaN || other.isNaN ? Order.none : order(one, other)
    case (.double(let one), .int(let other)):
      return one.isNaN ? Order.none : one < Double(other) ? .less : one > Double(other) ? .greater : .equal
    case (.int(let one), .double(let other)):
      return other.isNaN ? Order.none : Double(one) < other ? .less : Double(one) > other ? .greater : .equal
    case (.double(let one), .uint(let other)): return one.isNaN ? Order.none : order(one, Double(other))
    case (.uint(let one), .double(let other)): return other.isNaN ? Order.none : order(Double(one), other)
    default: return nil
    }
  }

  /// The order of two values that have one.
  static func compare(_ left: CELValue, _ right: CELValue) throws -> Order {
    if let order = compareNumbers(left, right) { return order }
    func order(_ number: Int) -> Order { number < 0 ? .less : number > 0 ? .greater : .equal }
    switch (left, right) {
    case (.string(let one), .string(let other)): return order(ByteOrder.compare(one, other))
    case (.bool(let one), .bool(let other)): return order((one ? 1 : 0) - (other ? 1 : 0))
    case (.bytes(let one), .bytes(let other)):
      return one.lexicographicallyPrecedes(other) ? .less : one == other ? .equal : .greater
    case (.timestamp(let one), .timestamp(let other)): return one < other ? .less : one == other ? .equal : .greater
    case (.duration(let one), .duration(let other)): return order(one < other ? -1 : one > other ? 1 : 0)
    case (.quantity(let one), .quantity(let other)): return order(one.compare(other))
    default: throw ExpressionError("\(left.typeName) and \(right.typeName) have no order")
    }
  }
}

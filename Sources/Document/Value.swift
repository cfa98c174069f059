/// The JSON and YAML tree that all of Flotilla works on.
///
/// Integers that fit 64 bits are kept apart from other numbers, as Kubernetes' own reader does: `1` and `1.0` are different
/// values. Objects are sorted (see ``Object``), so equal trees are equal in memory and in print.
public enum Value: Sendable {
  /// JSON `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case int(Int64)
  /// Any other number.
  case double(Double)
  /// Text.
  case string(String)
  /// A list.
  case array([Value])
  /// Keys with values.
  case object(Object)
}

extension Value: Hashable {
  /// Values are equal when they are of one kind and have equal content; strings are compared by bytes.
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left == right
    case (.string(let left), .string(let right)): ByteOrder.equal(left, right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  /// Hashes the kind and the content.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .double(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .array(let value): hasher.combine(value)
    case .object(let value): hasher.combine(value)
    }
  }
}

extension Value {
  /// The text, when this is a string.
  public var stringValue: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The integer, when this is one.
  public var intValue: Int64? {
    guard case .int(let value) = self else { return nil }
    return value
  }

  /// The number, when this is an integer or any other number.
  public var doubleValue: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The truth value, when this is one.
  public var boolValue: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The elements, when this is a list.
  public var arrayValue: [Value]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  /// The members, when this is an object.
  public var objectValue: Object? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  /// Whether this is `null`.
  public var isNull: Bool {
    guard case .null = self else { return false }
    return true
  }

  /// What JSON calls this kind of value: `null`, `boolean`, `number`, `string`, `array`, `object`.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .int, .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The value under a key of an object; nil for a missing key and for everything that is no object.
  ///
  /// Assigning turns `null` into an object; assigning to any other kind of value does nothing.
  public subscript(key: String) -> Value? {
    get {
      guard case .object(let object) = self else { return nil }
      return object[key]
    }
    set {
      switch self {
      case .object(var object):
        self = .null
        object[key] = newValue
        self = .object(object)
      case .null where newValue != nil:
        var object = Object()
        object[key] = newValue
        self = .object(object)
      default: break
      }
    }
  }

  /// The value at a path of keys.
  public subscript(path: [String]) -> Value? {
    get {
      var current = self
      for key in path {
        guard let next = current[key] else { return nil }
        current = next
      }
      return current
    }
    set {
      guard let first = path.first else { return }
      guard path.count > 1 else {
        self[first] = newValue
        return
      }
      var child = self[first] ?? .null
      if child.isNull && newValue == nil { return }
      self[first] = .null
      child[Array(path.dropFirst())] = newValue
      self[first] = child
    }
  }

  /// The value at a path of keys: `value[at: "metadata", "name"]`.
  public subscript(at path: String...) -> Value? {
    get { self[path] }
    set { self[path] = newValue }
  }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes `null`.
  public init(nilLiteral: ()) { self = .null }
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes an integer.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// Makes a number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Makes text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes a list.
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  /// Makes an object.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(Object(elements.map { Member(key: $0.0, value: $0.1) }))
  }
}

import Document

/// A list with the Go type of its elements.
public struct TemplateList: Sendable {
  /// The elements.
  public let elements: [TemplateValue]
  /// The type of the whole list, such as `[]string`.
  public let type: GoType
  /// Whether Go has no list here (a nil slice): it prints as an empty one, and is `null` in JSON.
  let isNil: Bool
  /// What the list costs to walk over, and how deeply it is nested.
  let extent: Extent

  /// Makes a list; of `any` unless another type is given.
  public init(_ elements: [TemplateValue], type: GoType = .anyList) {
    self.elements = elements
    self.type = type
    isNil = false
    var extent = Extent()
    for element in elements { extent.include(element.extent) }
    self.extent = extent
  }

  private init(nil type: GoType) {
    elements = []
    self.type = type
    isNil = true
    extent = Extent()
  }

  /// The nil slice of a type.
  public static func none(_ type: GoType) -> TemplateList { TemplateList(nil: type) }
}

/// Something with fields and methods that Go code would hand to a template as a struct or pointer.
protocol TemplateObject: Sendable {
  var type: GoType { get }
  /// What `%v` prints.
  var text: String { get }
  /// What `%v` prints for the fields alone, without the methods `String` and `Error`.
  var fieldText: String { get }
  /// A field by its name.
  func field(_ name: String) -> TemplateValue?
  /// A method by its name.
  func method(_ name: String) -> Function?
  /// What `json.Marshal` makes of it.
  func jsonValue() throws(FunctionError) -> Value
  /// Whether Go's `==` or `reflect.DeepEqual` finds it equal to another object.
  func isEqual(_ other: any TemplateObject) -> Bool
}

extension TemplateObject {
  var fieldText: String { text }
  func field(_ name: String) -> TemplateValue? { nil }
  func method(_ name: String) -> Function? { nil }
  func jsonValue() throws(FunctionError) -> Value { .string(text) }
}

/// A value while a template runs: what Go's reflection would see.
public enum TemplateValue: Sendable {
  /// No value at all, such as a key that a map does not have; prints as `<no value>`.
  case missing
  /// The nil interface.
  case null
  /// `bool`.
  case bool(Bool)
  /// `int`.
  case int(Int)
  /// Any other integer type; unsigned ones by their bit pattern.
  case integer(Int64, GoType)
  /// `float64`.
  case float(Double)
  /// `complex128`.
  case complex(Double, Double)
  /// `string`.
  case string(String)
  /// A slice.
  case list(TemplateList)
  /// A map with string keys.
  case map(TemplateMap)
  /// A function, as `call` takes it.
  case function(Function)
  /// A struct or pointer with fields and methods.
  case object(ObjectBox)

  /// Holds what is neither of Go's basic types nor a list or map.
  public final class ObjectBox: Sendable {
    let object: any TemplateObject

    init(_ object: any TemplateObject) { self.object = object }
  }

  /// The value as Argo CD's parameters hold it: every number is a `float64`.
  public init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .float(Double(value))
    case .double(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .array(let elements): self = .list(TemplateList(elements.map { TemplateValue($0) }))
    case .object(let object): self = .map(TemplateMap(object))
    }
  }

  /// A `[]string`.
  public static func strings(_ elements: [String]) -> TemplateValue {
    .list(TemplateList(elements.map { .string($0) }, type: .stringList))
  }

  /// A `[]interface {}`.
  public static func array(_ elements: [TemplateValue]) -> TemplateValue { .list(TemplateList(elements)) }

  /// A `map[string]interface {}`.
  public static func dictionary(_ entries: [(String, TemplateValue)]) -> TemplateValue { .map(TemplateMap(entries)) }

  /// A `map[string]string`.
  public static func stringMap(_ entries: [(String, String)]) -> TemplateValue {
    .map(TemplateMap(entries.map { ($0.0, .string($0.1)) }, type: .stringMap))
  }

  /// An `int64`.
  static func int64(_ value: Int64) -> TemplateValue { .integer(value, .int64) }

  static func object(_ object: any TemplateObject) -> TemplateValue { .object(ObjectBox(object)) }

  /// The Go type of the value itself, seen through interfaces.
  public var type: GoType {
    switch self {
    case .missing, .null: .invalid
    case .bool: .bool
    case .int: .int
    case .integer(_, let type): type
    case .float: .float64
    case .complex: .complex128
    case .string: .string
    case .list(let list): list.type
    case .map(let map): map.type
    case .function: .function
    case .object(let box): box.object.type
    }
  }

  /// What the value costs to walk over, and how deeply it is nested.
  var extent: Extent {
    switch self {
    case .string(let text): Extent(size: 1 + text.utf8.count / 16, height: 0)
    case .list(let list): list.extent
    case .map(let map): map.extent
    case .object: Extent(size: 64, height: 0)
    default: Extent(size: 1, height: 0)
    }
  }

  /// Whether this is no value, or nil.
  var isNil: Bool {
    switch self {
    case .missing, .null: true
    default: false
    }
  }

  /// Whether it holds other values.
  var isCompound: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }

  /// Go's notion of truth: not empty, not zero, not nil.
  var isTrue: Bool {
    switch self {
    case .missing, .null: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .integer(let value, _): value != 0
    case .float(let value): value != 0
    case .complex(let real, let imaginary): real != 0 || imaginary != 0
    case .string(let value): !value.isEmpty
    case .list(let list): !list.elements.isEmpty
    case .map(let map): map.count > 0
    case .function, .object: true
    }
  }

  /// A copy whose maps can change without being seen by others.
  func deepCopy() -> TemplateValue {
    switch self {
    case .list(let list): list.isNil ? self : .list(TemplateList(list.elements.map { $0.deepCopy() }, type: list.type))
    case .map(let map): .map(map.deepCopy())
    default: self
    }
  }

  /// The value as a document; what a document cannot hold becomes its printed text.
  public var documentValue: Value {
    switch self {
    case .missing, .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(Int64(value))
    case .integer(let value, let type) where type == .uint64 || type == .uint:
      value >= 0 ? .int(value) : .double(Double(UInt64(bitPattern: value)))
    case .integer(let value, _): .int(value)
    case .float(let value):
      if value == value.rounded(.towardZero), abs(value) < 9.2e18 { .int(Int64(value)) } else { .double(value) }
    case .string(let value): .string(value)
    case .list(let list): list.isNil ? .null : .array(list.elements.map(\.documentValue))
    case .map(let map): .object(Object(sortedMembers: map.entries.map { Member(key: $0.key, value: $0.value.documentValue) }))
    case .complex, .function, .object: .string(GoFormat.text(self))
    }
  }
}

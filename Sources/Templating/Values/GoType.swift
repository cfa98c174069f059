/// The Go types that a template can meet, for type checks, messages, and `printf "%T"`, `typeOf`, `kindOf`.
public enum GoType: UInt8, Sendable, Hashable {
  case invalid
  case bool
  case int
  case int8
  case int16
  case int32
  case int64
  case uint
  case uint8
  case uint16
  case uint32
  case uint64
  case float32
  case float64
  case complex128
  case string
  /// `interface {}`.
  case any
  /// `reflect.Value`: a parameter of the built-in functions that sees whether its argument was an interface.
  case reflectValue
  case anyList
  case stringList
  case intList
  case byteList
  case anyListList
  case anyMapList
  case anyMap
  case stringMap
  case time
  case duration
  case month
  case weekday
  case location
  case error
  case function
  case version
  case plainVersion
  case certificate

  /// The name as Go's `%T` prints it.
  public var name: String {
    switch self {
    case .invalid: "<nil>"
    case .bool: "bool"
    case .int: "int"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint: "uint"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .float32: "float32"
    case .float64: "float64"
    case .complex128: "complex128"
    case .string: "string"
    case .any: "interface {}"
    case .reflectValue: "reflect.Value"
    case .anyList: "[]interface {}"
    case .stringList: "[]string"
    case .intList: "[]int"
    case .byteList: "[]uint8"
    case .anyListList: "[][]interface {}"
    case .anyMapList: "[]map[string]interface {}"
    case .anyMap: "map[string]interface {}"
    case .stringMap: "map[string]string"
    case .time: "time.Time"
    case .duration: "time.Duration"
    case .month: "time.Month"
    case .weekday: "time.Weekday"
    case .location: "*time.Location"
    case .error: "*errors.errorString"
    case .function: "func()"
    case .version: "*semver.Version"
    case .plainVersion: "semver.Version"
    case .certificate: "sprig.certificate"
    }
  }

  /// The kind as Go's reflection names it.
  public var kind: String {
    switch self {
    case .invalid: "invalid"
    case .any: "interface"
    case .reflectValue, .time, .certificate, .plainVersion: "struct"
    case .anyList, .stringList, .intList, .byteList, .anyListList, .anyMapList: "slice"
    case .anyMap, .stringMap: "map"
    case .duration: "int64"
    case .month, .weekday: "int"
    case .location, .error, .version: "ptr"
    case .function: "func"
    default: name
    }
  }

  /// Whether Go lets `nil` stand for this type.
  var canBeNil: Bool {
    switch kind {
    case "interface", "slice", "map", "ptr", "func": true
    default: self == .reflectValue
    }
  }

  /// The type of a list's elements or a map's values.
  var element: GoType {
    switch self {
    case .anyList, .anyMap: .any
    case .stringList, .stringMap: .string
    case .intList: .int
    case .byteList: .uint8
    case .anyListList: .anyList
    case .anyMapList: .anyMap
    default: .invalid
    }
  }

  /// Whether this is a list.
  var isList: Bool { kind == "slice" }

  /// Whether this is a map.
  var isMap: Bool { self == .anyMap || self == .stringMap }
}

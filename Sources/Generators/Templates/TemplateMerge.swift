import Document
import FleetModel

/// A generator's own template over that of the set.
///
/// What the generator's template says wins unless it is empty (`false`, `""`, `0`, an empty list): maps and objects are merged
/// field by field, lists and free JSON are taken whole.
enum TemplateMerge {
  static func merged(_ own: Value, under base: Value) -> Value {
    object(own, base, ApplicationSetSchema.template)
  }

  private static func object(_ own: Value, _ base: Value, _ schema: ObjectSchema) -> Value {
    guard let over = own.objectValue else { return base }
    guard let under = base.objectValue else { return own }
    var result: [Member] = []
    for field in schema.fields {
      switch (over[field.name], under[field.name]) {
      case (.none, .none): continue
      case (.some(let value), .none), (.none, .some(let value)): result.append(Member(key: field.name, value: value))
      case (.some(let over), .some(let under)):
        result.append(Member(key: field.name, value: merged(over, under, field.type)))
      }
    }
    return .object(Object(result))
  }

  private static func merged(_ own: Value, _ base: Value, _ type: FieldType) -> Value {
    switch type {
    case .object(let reference): return object(own, base, reference.schema)
    case .stringMap, .boolMap, .map:
      guard let over = own.objectValue, var result = base.objectValue else { return own.isNull ? base : own }
      for member in over where !isZero(member.value) || result[member.key] == nil { result[member.key] = member.value }
      return .object(result)
    default: return isZero(own) ? base : own
    }
  }

  private static func isZero(_ value: Value) -> Bool {
    switch value {
    case .null: true
    case .bool(let flag): !flag
    case .int(let number): number == 0
    case .double(let number): number == 0
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object: false
    }
  }
}

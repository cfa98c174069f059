import Document

/// Turns a document into what Argo CD's Go structs print: unknown fields gone, empty fields left out or there as their tags say.
public enum Normalizer {
  /// An Application as Argo CD prints it; Flotilla's own fields and `status` are left out.
  public static func application(_ document: Value) -> Value {
    var result = object(document, ApplicationSchema.application)
    result["status"] = nil
    result["apiVersion"] = "argoproj.io/v1alpha1"
    result["kind"] = "Application"
    return .object(result)
  }

  /// `spec.template` or the template of a generator; Flotilla's own fields stay.
  public static func template(_ template: Value) -> Value {
    .object(object(template, ApplicationSetSchema.template, keepExtensions: true))
  }

  /// An object by its schema.
  public static func object(_ value: Value, _ schema: ObjectSchema, keepExtensions: Bool = false) -> Object {
    let given = value.objectValue ?? Object()
    var members: [Member] = []
    members.reserveCapacity(given.count + 2)
    for field in schema.fields where keepExtensions || !field.isExtension {
      let normalized = normalize(given[field.name] ?? .null, field, keepExtensions: keepExtensions)
      if let normalized { members.append(Member(key: field.name, value: normalized)) }
    }
    return Object(members)
  }

  private static func normalize(_ value: Value, _ field: FieldSchema, keepExtensions: Bool) -> Value? {
    if value.isNull { return field.presence == .always ? .some(zero(field.type)) : structZero(field) }
    let typed = typed(value, field.type, keepExtensions: keepExtensions)
    switch field.presence {
    case .always, .whenGiven: return typed
    // A bare nil here would be the value null.
    case .unlessEmpty: return isEmpty(typed, field.type) ? Optional.none : typed
    }
  }

  /// Structs that are no pointers are printed even where they are marked to be left out.
  private static func structZero(_ field: FieldSchema) -> Value? {
    guard case .object(let reference) = field.type, field.presence == .unlessEmpty, !reference.schema.isOmittedWhenEmpty
    else { return nil }
    return zero(field.type)
  }

  private static func zero(_ type: FieldType) -> Value {
    switch type {
    case .string: ""
    case .bool: false
    case .integer, .integerOrString: 0
    case .object(let reference): .object(object(.null, reference.schema))
    default: .null
    }
  }

  private static func typed(_ value: Value, _ type: FieldType, keepExtensions: Bool) -> Value {
    switch type {
    case .object(let reference): return .object(object(value, reference.schema, keepExtensions: keepExtensions))
    case .list(let element):
      guard let elements = value.arrayValue else { return value }
      return .array(elements.map { $0.isNull ? nullElement(element) : typed($0, element, keepExtensions: keepExtensions) })
    case .stringMap:
      guard let object = value.objectValue else { return value }
      return .object(Object(sortedMembers: object.members.map { $0.value.isNull ? Member(key: $0.key, value: "") : $0 }))
    default: return value
    }
  }

  private static func nullElement(_ type: FieldType) -> Value {
    switch type {
    case .string, .object: zero(type)
    default: .null
    }
  }

  /// Whether Go's `omitempty` leaves a value of this type out.
  public static func isEmpty(_ value: Value, _ type: FieldType) -> Bool {
    switch (type, value) {
    case (_, .null): true
    case (.string, .string(let text)): text.isEmpty
    case (.bool, .bool(let flag)): !flag
    case (.integer, .int(let number)): number == 0
    case (.list, .array(let elements)): elements.isEmpty
    case (.stringMap, .object(let object)), (.boolMap, .object(let object)), (.map, .object(let object)): object.isEmpty
    case (.object(let reference), .object(let object)): reference.schema.isOmittedWhenEmpty && object.isEmpty
    default: false
    }
  }
}

import Document

/// Turns a definition's OpenAPI schema into the types that apply, pruning and defaulting walk along.
struct StructuralSchema {
  private var types: [SchemaType] = []
  private var metadata: Int = 0
  private(set) var root = Schema(table: .untyped, index: 0)

  init(_ document: Value) {
    if let builtIn = SchemaTable.metadata {
      var copies: [Int: Int] = [:]
      metadata = copy(builtIn, &copies)
    }
    let index = add(document, isRoot: true)
    root = Schema(table: SchemaTable(types: types, kinds: [:]), index: index)
  }

  /// Takes over a built-in type with all that it refers to.
  private mutating func copy(_ schema: Schema, _ copies: inout [Int: Int]) -> Int {
    if let known = copies[schema.index] { return known }
    let index = types.count
    copies[schema.index] = index
    types.append(schema.type)
    switch schema.shape {
    case .object(var fields, let atomic, let keepsUnknown):
      for field in fields.indices { fields[field].type = copy(schema.at(fields[field].type), &copies) }
      types[index].shape = .object(fields: fields, atomic: atomic, keepsUnknown: keepsUnknown)
    case .map(let element, let atomic): types[index].shape = .map(element: copy(schema.at(element), &copies), atomic: atomic)
    case .list(let element, let kind): types[index].shape = .list(element: copy(schema.at(element), &copies), kind: kind)
    case .any, .scalar: break
    }
    return index
  }

  private mutating func add(_ document: Value, isRoot: Bool = false) -> Int {
    let index = types.count
    types.append(SchemaType(name: "", shape: .any))
    var facets = CustomFacets()
    facets.defaultValue = document["default"]
    facets.nullable = document["nullable"] == true
    facets.embeddedResource = document["x-kubernetes-embedded-resource"] == true
    facets.checks = CustomFacets.checks(document)
    let shape = shape(document, isRoot: isRoot, embedded: facets.embeddedResource)
    types[index] = SchemaType(name: "", shape: shape, custom: facets)
    return index
  }

  private mutating func shape(_ document: Value, isRoot: Bool, embedded: Bool) -> SchemaType.Shape {
    let keepsUnknown = document["x-kubernetes-preserve-unknown-fields"] == true
    if document["x-kubernetes-int-or-string"] == true { return .scalar(.intOrString) }
    switch document["type"]?.stringValue {
    case "string": return .scalar(.string)
    case "integer": return .scalar(.int64)
    case "number": return .scalar(.number)
    case "boolean": return .scalar(.boolean)
    case "array":
      let element = add(document["items"] ?? .null)
      switch document["x-kubernetes-list-type"]?.stringValue {
      case "set": return .list(element: element, kind: .set)
      case "map":
        let keys = (document["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue)
        return .list(element: element, kind: .map(keys: keys))
      default: return .list(element: element, kind: .atomic)
      }
    case "object":
      let atomic = document["x-kubernetes-map-type"] == "atomic"
      if let additional = document["additionalProperties"], additional.objectValue != nil {
        return .map(element: add(additional), atomic: atomic)
      }
      if document["properties"] == nil, keepsUnknown, !isRoot, !embedded { return .any }
      var fields: [SchemaType.Field] = []
      for property in document["properties"]?.objectValue ?? Object() {
        if (isRoot || embedded) && ["apiVersion", "kind", "metadata"].contains(property.key) { continue }
        fields.append(SchemaType.Field(name: property.key, type: add(property.value)))
      }
      if isRoot || embedded {
        fields.append(SchemaType.Field(name: "apiVersion", type: add(["type": "string"])))
        fields.append(SchemaType.Field(name: "kind", type: add(["type": "string"])))
        fields.append(SchemaType.Field(name: "metadata", type: metadata))
      }
      fields.sort { ByteOrder.less($0.name, $1.name) }
      return .object(fields: fields, atomic: atomic, keepsUnknown: keepsUnknown)
    default: return .any
    }
  }
}

extension CustomFacets {
  /// The keywords that restrict values, without those that describe structure.
  static func checks(_ document: Value) -> Value {
    var result = Object()
    for key in [
      "type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
      "minProperties", "maxProperties", "pattern", "required", "format", "multipleOf",
      "x-kubernetes-validations",
    ] {
      result[key] = document[key]
    }
    return .object(result)
  }
}

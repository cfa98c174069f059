import Document

/// Brings a custom resource into the form in which it is stored: unknown fields pruned, defaults set, nulls dropped.
struct CustomResourcePruner {
  private(set) var unknownFields: [String] = []

  mutating func normalize(_ value: Value, _ resource: ResourceType) throws(DecodingFailure) -> Value {
    guard case .object(let object) = value else {
      throw DecodingFailure(message: "json: cannot unmarshal \(value.kindName) into Go value of type map[string]interface {}")
    }
    var metadata = object["metadata"] ?? .object(Object())
    if let metaSchema = resource.schema.child("metadata") ?? SchemaTable.metadata, metadata.objectValue != nil {
      var normalizer = TypedNormalizer()
      metadata = try normalizer.normalize(metadata, metaSchema)
      unknownFields += normalizer.unknownFields.map { "metadata.\($0)" }
    }
    var result = prune(.object(object), resource.schema, path: "", isRoot: true)
    result["metadata"] = metadata
    return CustomResourcePruner.withDefaults(result, resource)
  }

  /// An object as it is read: defaults that its definition has got since it was stored are there.
  static func withDefaults(_ value: Value, _ resource: ResourceType) -> Value {
    guard case .object(var object) = value else { return value }
    let metadata = object["metadata"]
    object["metadata"] = nil
    guard case .object(var filled) = fill(.object(object), resource.schema) else { return value }
    filled["metadata"] = metadata
    return .object(filled)
  }

  private mutating func prune(_ value: Value, _ schema: Schema, path: String, isRoot: Bool = false) -> Value {
    switch (schema.shape, value) {
    case (.object(let fields, _, let keepsUnknown), .object(let object)):
      var members: [Member] = []
      for member in object {
        let place = path.isEmpty ? member.key : "\(path).\(member.key)"
        if isRoot, ["apiVersion", "kind", "metadata"].contains(member.key) {
          members.append(member)
        } else if let field = SchemaTable.find(member.key, in: fields) {
          members.append(Member(key: member.key, value: prune(member.value, schema.at(field.type), path: place)))
        } else if keepsUnknown {
          members.append(member)
        } else {
          unknownFields.append(place)
        }
      }
      return .object(Object(sortedMembers: members))
    case (.map(let element, _), .object(let object)):
      return .object(
        Object(
          sortedMembers: object.members.map { Member(key: $0.key, value: prune($0.value, schema.at(element), path: "\(path).\($0.key)")) }))
    case (.list(let element, _), .array(let items)):
      return .array(items.enumerated().map { prune($0.element, schema.at(element), path: "\(path)[\($0.offset)]") })
    case (.scalar(.int64), .double(let number)):
      // 1.0 is an integer to the server.
      return number.rounded() == number && abs(number) < 9e15 ? .int(Int64(number)) : value
    default: return value
    }
  }

  private static func fill(_ value: Value, _ schema: Schema) -> Value {
    switch (schema.shape, value) {
    case (.object(let fields, _, _), .object(var object)):
      for field in fields where field.name != "metadata" {
        let child = schema.at(field.type)
        let facets = child.type.custom
        if let present = object[field.name] {
          if present.isNull, facets?.nullable != true {
            object[field.name] = facets?.defaultValue
          }
        } else if let defaultValue = facets?.defaultValue {
          object[field.name] = defaultValue
        }
        if let present = object[field.name] { object[field.name] = fill(present, child) }
      }
      return .object(object)
    case (.map(let element, _), .object(let object)):
      let child = schema.at(element)
      var members: [Member] = []
      for member in object {
        if member.value.isNull, child.type.custom?.nullable != true {
          if let defaultValue = child.type.custom?.defaultValue { members.append(Member(key: member.key, value: defaultValue)) }
          continue
        }
        members.append(Member(key: member.key, value: fill(member.value, child)))
      }
      return .object(Object(sortedMembers: members))
    case (.list(let element, _), .array(let items)): return .array(items.map { fill($0, schema.at(element)) })
    default: return value
    }
  }
}

extension SchemaTable {
  /// The type of `metadata`.
  static let metadata: Schema? = builtIn.types.firstIndex { $0.name == "ObjectMeta" }.map { Schema(table: builtIn, index: $0) }
}

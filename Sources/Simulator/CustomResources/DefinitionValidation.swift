import Document

/// What is wrong with a CustomResourceDefinition: its name, its versions, and schemas that are not structural.
enum DefinitionValidation {
  static func errors(_ definition: Value) -> [FieldError] {
    var errors: [FieldError] = []
    let name = definition[at: "metadata", "name"]?.stringValue ?? ""
    let plural = definition[at: "spec", "names", "plural"]?.stringValue ?? ""
    let group = definition[at: "spec", "group"]?.stringValue ?? ""
    if name != "\(plural).\(group)" {
      errors.append(.invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
    }
    if group.isEmpty { errors.append(.required("spec.group")) }
    if definition[at: "spec", "scope"] == nil { errors.append(.required("spec.scope")) }
    if plural.isEmpty { errors.append(.required("spec.names.plural")) }
    if (definition[at: "spec", "names", "kind"]?.stringValue ?? "").isEmpty { errors.append(.required("spec.names.kind")) }
    let versions = definition[at: "spec", "versions"]?.arrayValue ?? []
    if versions.filter({ $0["storage"] == true }).count != 1 {
      errors.append(
        .invalid("spec.versions", .array(versions), "must have exactly one version marked as storage version"))
    }
    for (index, version) in versions.enumerated() {
      let place = "spec.versions[\(index)]"
      guard let schema = version[at: "schema", "openAPIV3Schema"], schema.objectValue != nil else {
        errors.append(.required("\(place).schema.openAPIV3Schema"))
        if version["selectableFields"] != nil {
          errors.append(
            .invalid("\(place).selectableFields", "", "may only be set when `version.schema.openAPIV3Schema` is not included"))
        }
        continue
      }
      structure(schema, "\(place).schema.openAPIV3Schema", into: &errors)
    }
    return errors
  }

  /// Every part of a structural schema names its type.
  private static func structure(_ schema: Value, _ place: String, into errors: inout [FieldError]) {
    for property in schema["properties"]?.objectValue ?? Object() {
      structure(property.value, "\(place).properties[\(property.key)]", into: &errors)
    }
    if let items = schema["items"], items.objectValue != nil { structure(items, "\(place).items", into: &errors) }
    if let additional = schema["additionalProperties"], additional.objectValue != nil {
      structure(additional, "\(place).additionalProperties", into: &errors)
    }
    let isFree = schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true
    guard schema["type"]?.stringValue ?? "" == "", !isFree else { return }
    let kind =
      place.hasSuffix(".items") ? "specified array items" : place.hasSuffix("]") ? "specified object fields" : "the root"
    errors.append(.required("\(place).type", "must not be empty for \(kind)"))
  }
}

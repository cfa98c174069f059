/// Fields that Kubernetes itself defines.
enum MetadataSchema {
  /// `metadata` of an object.
  static let metadata = ObjectSchema(
    "v1.ObjectMeta",
    [
      FieldSchema("name", .string),
      FieldSchema("generateName", .string),
      FieldSchema("namespace", .string),
      FieldSchema("selfLink", .string),
      FieldSchema("uid", .string),
      FieldSchema("resourceVersion", .string),
      FieldSchema("generation", .integer),
      FieldSchema("creationTimestamp", .opaque),
      FieldSchema("deletionTimestamp", .opaque),
      FieldSchema("deletionGracePeriodSeconds", .integer, .whenGiven),
      FieldSchema("labels", .stringMap),
      FieldSchema("annotations", .stringMap),
      FieldSchema("ownerReferences", .list(.object(ownerReference)), patch: .merge(key: "uid")),
      FieldSchema("finalizers", .list(.string), patch: .mergePrimitives),
      FieldSchema("managedFields", .opaque),
    ])

  static let ownerReference = ObjectSchema(
    "v1.OwnerReference",
    [
      FieldSchema("apiVersion", .string, .always),
      FieldSchema("kind", .string, .always),
      FieldSchema("name", .string, .always),
      FieldSchema("uid", .string, .always),
      FieldSchema("controller", .bool, .whenGiven),
      FieldSchema("blockOwnerDeletion", .bool, .whenGiven),
    ])

  /// A label selector.
  static let labelSelector = ObjectSchema(
    "v1.LabelSelector",
    [FieldSchema("matchLabels", .stringMap), FieldSchema("matchExpressions", .list(.object(requirement)))])

  static let requirement = ObjectSchema(
    "v1.LabelSelectorRequirement",
    [FieldSchema("key", .string, .always), FieldSchema("operator", .string, .always), FieldSchema("values", .list(.string))])

  static let groupKind = ObjectSchema(
    "v1.GroupKind", [FieldSchema("group", .string, .always), FieldSchema("kind", .string, .always)])
}

/// The fields of `argoproj.io/v1alpha1` ApplicationSet, as of Argo CD 3.6, with Flotilla's own.
public enum ApplicationSetSchema {
  /// The whole document.
  public static let applicationSet = ObjectSchema(
    "v1alpha1.ApplicationSet",
    [
      FieldSchema("kind", .string),
      FieldSchema("apiVersion", .string),
      FieldSchema("metadata", .object(MetadataSchema.metadata), .always),
      FieldSchema("spec", .object(spec), .always),
      FieldSchema("status", .opaque),
    ])

  static let spec = ObjectSchema(
    "v1alpha1.ApplicationSetSpec",
    [
      FieldSchema("goTemplate", .bool),
      FieldSchema("generators", .list(.object(GeneratorSchema.generator)), .always),
      FieldSchema("template", .object(template), .always),
      FieldSchema("syncPolicy", .object(syncPolicy), .whenGiven),
      FieldSchema("strategy", .object(strategy), .whenGiven),
      FieldSchema("preservedFields", .object(preservedFields), .whenGiven),
      FieldSchema("goTemplateOptions", .list(.string)),
      FieldSchema("applyNestedSelectors", .bool),
      FieldSchema("ignoreApplicationDifferences", .list(.object(ignoreDifferences))),
      FieldSchema("templatePatch", .string, .whenGiven),
      FieldSchema("dependsOn", .list(.object(ApplicationSchema.dependency)), isExtension: true),
      FieldSchema("preview", .json, .whenGiven, isExtension: true),
      FieldSchema("deletionGuard", .object(deletionGuard), .whenGiven, isExtension: true),
    ])

  /// `spec.template`, and the `template` of generators.
  public static let template = ObjectSchema(
    "v1alpha1.ApplicationSetTemplate",
    [
      FieldSchema("metadata", .object(templateMetadata), .always),
      FieldSchema("spec", .object(ApplicationSchema.spec), .always),
    ])

  static let templateMetadata = ObjectSchema(
    "v1alpha1.ApplicationSetTemplateMeta",
    [
      FieldSchema("name", .string),
      FieldSchema("namespace", .string),
      FieldSchema("labels", .stringMap),
      FieldSchema("annotations", .stringMap),
      FieldSchema("finalizers", .list(.string)),
    ])

  static let syncPolicy = ObjectSchema(
    "v1alpha1.ApplicationSetSyncPolicy",
    [FieldSchema("preserveResourcesOnDeletion", .bool), FieldSchema("applicationsSync", .string, .whenGiven)])

  static let preservedFields = ObjectSchema(
    "v1alpha1.ApplicationPreservedFields",
    [FieldSchema("annotations", .list(.string)), FieldSchema("labels", .list(.string))])

  static let ignoreDifferences = ObjectSchema(
    "v1alpha1.ApplicationSetResourceIgnoreDifferences",
    [
      FieldSchema("name", .string),
      FieldSchema("jsonPointers", .list(.string)),
      FieldSchema("jqPathExpressions", .list(.string)),
    ])

  static let strategy = ObjectSchema(
    "v1alpha1.ApplicationSetStrategy",
    [
      FieldSchema("type", .string),
      FieldSchema("rollingSync", .object(rollingSync), .whenGiven),
      FieldSchema("deletionOrder", .string),
    ])

  static let rollingSync = ObjectSchema(
    "v1alpha1.ApplicationSetRolloutStrategy",
    [
      FieldSchema("steps", .list(.object(rolloutStep))),
      FieldSchema("failureBudget", .integerOrString, .whenGiven, isExtension: true),
      FieldSchema("onFailure", .string, isExtension: true),
    ])

  static let rolloutStep = ObjectSchema(
    "v1alpha1.ApplicationSetRolloutStep",
    [
      FieldSchema("matchExpressions", .list(.object(rolloutExpression))),
      FieldSchema("maxUpdate", .integerOrString, .whenGiven),
      FieldSchema("name", .string, isExtension: true),
      FieldSchema("approval", .json, .whenGiven, isExtension: true),
      FieldSchema("soak", .string, isExtension: true),
      FieldSchema("deadline", .string, isExtension: true),
      FieldSchema("failureBudget", .integerOrString, .whenGiven, isExtension: true),
      FieldSchema("onFailure", .string, isExtension: true),
      FieldSchema("analysis", .json, .whenGiven, isExtension: true),
    ])

  static let rolloutExpression = ObjectSchema(
    "v1alpha1.ApplicationMatchExpression",
    [FieldSchema("key", .string), FieldSchema("operator", .string), FieldSchema("values", .list(.string))])

  static let deletionGuard = ObjectSchema(
    "flotilla.DeletionGuard",
    [
      FieldSchema("enabled", .bool, .whenGiven),
      FieldSchema("maxRemovals", .integer, .whenGiven),
      FieldSchema("maxRemovalPercent", .integer, .whenGiven),
    ])
}

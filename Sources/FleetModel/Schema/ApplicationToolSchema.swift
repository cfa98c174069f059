/// The settings of the tools that render an application's source.
enum ApplicationToolSchema {
  static let helm = ObjectSchema(
    "v1alpha1.ApplicationSourceHelm",
    [
      FieldSchema("valueFiles", .list(.string)),
      FieldSchema("parameters", .list(.object(helmParameter))),
      FieldSchema("releaseName", .string),
      FieldSchema("values", .string),
      FieldSchema("fileParameters", .list(.object(helmFileParameter))),
      FieldSchema("version", .string),
      FieldSchema("passCredentials", .bool),
      FieldSchema("ignoreMissingValueFiles", .bool),
      FieldSchema("skipCrds", .bool),
      FieldSchema("valuesObject", .json, .whenGiven),
      FieldSchema("namespace", .string),
      FieldSchema("kubeVersion", .string),
      FieldSchema("apiVersions", .list(.string)),
      FieldSchema("skipTests", .bool),
      FieldSchema("skipSchemaValidation", .bool),
    ])

  static let helmParameter = ObjectSchema(
    "v1alpha1.HelmParameter", [FieldSchema("name", .string), FieldSchema("value", .string), FieldSchema("forceString", .bool)])

  static let helmFileParameter = ObjectSchema(
    "v1alpha1.HelmFileParameter", [FieldSchema("name", .string), FieldSchema("path", .string)])

  static let kustomize = ObjectSchema(
    "v1alpha1.ApplicationSourceKustomize",
    [
      FieldSchema("namePrefix", .string),
      FieldSchema("nameSuffix", .string),
      FieldSchema("images", .list(.string)),
      FieldSchema("commonLabels", .stringMap),
      FieldSchema("version", .string),
      FieldSchema("commonAnnotations", .stringMap),
      FieldSchema("forceCommonLabels", .bool),
      FieldSchema("forceCommonAnnotations", .bool),
      FieldSchema("namespace", .string),
      FieldSchema("commonAnnotationsEnvsubst", .bool),
      FieldSchema("replicas", .list(.object(replica))),
      FieldSchema("patches", .list(.object(patch))),
      FieldSchema("components", .list(.string)),
      FieldSchema("ignoreMissingComponents", .bool),
      FieldSchema("labelWithoutSelector", .bool),
      FieldSchema("kubeVersion", .string),
      FieldSchema("apiVersions", .list(.string)),
      FieldSchema("labelIncludeTemplates", .bool),
    ])

  static let replica = ObjectSchema(
    "v1alpha1.KustomizeReplica", [FieldSchema("name", .string, .always), FieldSchema("count", .integerOrString, .always)])

  static let patch = ObjectSchema(
    "v1alpha1.KustomizePatch",
    [
      FieldSchema("path", .string),
      FieldSchema("patch", .string),
      FieldSchema("target", .object(patchTarget), .whenGiven),
      FieldSchema("options", .boolMap),
    ])

  static let patchTarget = ObjectSchema(
    "v1alpha1.KustomizeSelector",
    [
      FieldSchema("group", .string),
      FieldSchema("version", .string),
      FieldSchema("kind", .string),
      FieldSchema("name", .string),
      FieldSchema("namespace", .string),
      FieldSchema("annotationSelector", .string),
      FieldSchema("labelSelector", .string),
    ])

  static let directory = ObjectSchema(
    "v1alpha1.ApplicationSourceDirectory",
    [
      FieldSchema("recurse", .bool),
      FieldSchema("jsonnet", .object(jsonnet)),
      FieldSchema("exclude", .string),
      FieldSchema("include", .string),
      FieldSchema("disableExtensionFilter", .bool),
    ])

  static let jsonnet = ObjectSchema(
    "v1alpha1.ApplicationSourceJsonnet", omittedWhenEmpty: true,
    [
      FieldSchema("extVars", .list(.object(jsonnetVariable))),
      FieldSchema("tlas", .list(.object(jsonnetVariable))),
      FieldSchema("libs", .list(.string)),
    ])

  static let jsonnetVariable = ObjectSchema(
    "v1alpha1.JsonnetVar",
    [FieldSchema("name", .string, .always), FieldSchema("value", .string, .always), FieldSchema("code", .bool)])

  static let plugin = ObjectSchema(
    "v1alpha1.ApplicationSourcePlugin",
    [
      FieldSchema("name", .string),
      FieldSchema("env", .list(.object(environment))),
      FieldSchema("parameters", .list(.object(pluginParameter))),
    ])

  static let environment = ObjectSchema(
    "v1alpha1.EnvEntry", [FieldSchema("name", .string, .always), FieldSchema("value", .string, .always)])

  // Argo CD writes this one by hand: the name always, each of the others whenever it was given.
  static let pluginParameter = ObjectSchema(
    "v1alpha1.ApplicationSourcePluginParameter",
    [
      FieldSchema("name", .string, .always),
      FieldSchema("string", .string, .whenGiven),
      FieldSchema("map", .stringMap, .whenGiven),
      FieldSchema("array", .list(.string), .whenGiven),
    ])
}

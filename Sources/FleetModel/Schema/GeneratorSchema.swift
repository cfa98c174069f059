/// The fields of generators.
public enum GeneratorSchema {
  /// The kinds of generators, in the order of Argo CD's struct, which is the order in which several in one entry run.
  public static let kinds = [
    "list", "clusters", "git", "scmProvider", "clusterDecisionResource", "pullRequest", "matrix", "merge", "plugin",
  ]

  /// One entry of `generators`, at the top and inside matrix and merge.
  public static let generator: ObjectSchema = ObjectSchema(
    "v1alpha1.ApplicationSetGenerator",
    [
      FieldSchema("list", .object(list), .whenGiven),
      FieldSchema("clusters", .object(clusters), .whenGiven),
      FieldSchema("git", .object(git), .whenGiven),
      FieldSchema("scmProvider", .object(ForgeSchema.scmProvider), .whenGiven),
      FieldSchema("clusterDecisionResource", .object(clusterDecisionResource), .whenGiven),
      FieldSchema("pullRequest", .object(ForgeSchema.pullRequest), .whenGiven),
      FieldSchema("matrix", .object(matrix), .whenGiven),
      FieldSchema("merge", .object(merge), .whenGiven),
      FieldSchema("selector", .object(MetadataSchema.labelSelector), .whenGiven),
      FieldSchema("plugin", .object(plugin), .whenGiven),
    ])

  static let list = ObjectSchema(
    "v1alpha1.ListGenerator",
    [
      FieldSchema("elements", .list(.json), .always),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("elementsYaml", .string),
    ])

  static let clusters = ObjectSchema(
    "v1alpha1.ClusterGenerator",
    [
      FieldSchema("selector", .object(MetadataSchema.labelSelector), .always),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("values", .stringMap),
      FieldSchema("flatList", .bool),
    ])

  static let git = ObjectSchema(
    "v1alpha1.GitGenerator",
    [
      FieldSchema("repoURL", .string, .always),
      FieldSchema("directories", .list(.object(gitItem))),
      FieldSchema("files", .list(.object(gitItem))),
      FieldSchema("revision", .string, .always),
      FieldSchema("requeueAfterSeconds", .integer, .whenGiven),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("pathParamPrefix", .string),
      FieldSchema("values", .stringMap),
    ])

  static let gitItem = ObjectSchema(
    "v1alpha1.GitDirectoryGeneratorItem", [FieldSchema("path", .string, .always), FieldSchema("exclude", .bool)])

  static let matrix: ObjectSchema = ObjectSchema(
    "v1alpha1.MatrixGenerator",
    [
      FieldSchema("generators", .list(.object(GeneratorSchema.generator)), .always),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
    ])

  static let merge: ObjectSchema = ObjectSchema(
    "v1alpha1.MergeGenerator",
    [
      FieldSchema("generators", .list(.object(GeneratorSchema.generator)), .always),
      FieldSchema("mergeKeys", .list(.string), .always),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
    ])

  static let clusterDecisionResource = ObjectSchema(
    "v1alpha1.DuckTypeGenerator",
    [
      FieldSchema("configMapRef", .string, .always),
      FieldSchema("name", .string),
      FieldSchema("requeueAfterSeconds", .integer, .whenGiven),
      FieldSchema("labelSelector", .object(MetadataSchema.labelSelector), .always),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("values", .stringMap),
    ])

  static let plugin = ObjectSchema(
    "v1alpha1.PluginGenerator",
    [
      FieldSchema("configMapRef", .object(pluginConfigMap), .always),
      FieldSchema("input", .object(pluginInput), .always),
      FieldSchema("requeueAfterSeconds", .integer, .whenGiven),
      FieldSchema("template", .object(ApplicationSetSchema.template), .always),
      FieldSchema("values", .stringMap),
    ])

  static let pluginConfigMap = ObjectSchema("v1alpha1.PluginConfigMapRef", [FieldSchema("name", .string, .always)])

  static let pluginInput = ObjectSchema("v1alpha1.PluginInput", [FieldSchema("parameters", .map(.json))])
}

/// The fields of `argoproj.io/v1alpha1` Application, as of Argo CD 3.6.
public enum ApplicationSchema {
  /// The whole document.
  public static let application = ObjectSchema(
    "v1alpha1.Application",
    [
      FieldSchema("kind", .string),
      FieldSchema("apiVersion", .string),
      FieldSchema("metadata", .object(MetadataSchema.metadata), .always),
      FieldSchema("spec", .object(spec), .always),
      FieldSchema("status", .opaque),
      FieldSchema("operation", .object(operation), .whenGiven),
    ])

  /// `spec`.
  public static let spec = ObjectSchema(
    "v1alpha1.ApplicationSpec",
    [
      FieldSchema("source", .object(source), .whenGiven),
      FieldSchema("destination", .object(destination), .always),
      FieldSchema("project", .string, .always),
      FieldSchema("syncPolicy", .object(syncPolicy), .whenGiven),
      FieldSchema("ignoreDifferences", .list(.object(ignoreDifferences))),
      FieldSchema("info", .list(.object(info))),
      FieldSchema("revisionHistoryLimit", .integer, .whenGiven),
      FieldSchema("sources", .list(.object(source))),
      FieldSchema("sourceHydrator", .object(sourceHydrator), .whenGiven),
      FieldSchema("dependsOn", .list(.object(dependency)), isExtension: true),
    ])

  /// One entry of Flotilla's `dependsOn`.
  static let dependency = ObjectSchema(
    "flotilla.Dependency",
    [
      FieldSchema("application", .string),
      FieldSchema("applicationSet", .string),
      FieldSchema("selector", .object(MetadataSchema.labelSelector), .whenGiven),
      FieldSchema("scope", .json, .whenGiven),
      FieldSchema("ready", .string),
    ])

  static let destination = ObjectSchema(
    "v1alpha1.ApplicationDestination",
    [FieldSchema("server", .string), FieldSchema("namespace", .string), FieldSchema("name", .string)])

  static let info = ObjectSchema("v1alpha1.Info", [FieldSchema("name", .string, .always), FieldSchema("value", .string, .always)])

  static let ignoreDifferences = ObjectSchema(
    "v1alpha1.ResourceIgnoreDifferences",
    [
      FieldSchema("group", .string),
      FieldSchema("kind", .string, .always),
      FieldSchema("name", .string),
      FieldSchema("namespace", .string),
      FieldSchema("jsonPointers", .list(.string)),
      FieldSchema("jqPathExpressions", .list(.string)),
      FieldSchema("managedFieldsManagers", .list(.string)),
    ])

  static let source = ObjectSchema(
    "v1alpha1.ApplicationSource",
    [
      FieldSchema("repoURL", .string, .always),
      FieldSchema("path", .string),
      FieldSchema("targetRevision", .string),
      FieldSchema("helm", .object(ApplicationToolSchema.helm), .whenGiven),
      FieldSchema("kustomize", .object(ApplicationToolSchema.kustomize), .whenGiven),
      FieldSchema("directory", .object(ApplicationToolSchema.directory), .whenGiven),
      FieldSchema("plugin", .object(ApplicationToolSchema.plugin), .whenGiven),
      FieldSchema("chart", .string),
      FieldSchema("ref", .string),
      FieldSchema("name", .string),
      FieldSchema("tagPrefix", .string),
    ])

  static let sourceHydrator = ObjectSchema(
    "v1alpha1.SourceHydrator",
    [
      FieldSchema("drySource", .object(drySource), .always),
      FieldSchema("syncSource", .object(syncSource), .always),
      FieldSchema("hydrateTo", .object(hydrateTo), .whenGiven),
    ])

  static let drySource = ObjectSchema(
    "v1alpha1.DrySource",
    [
      FieldSchema("repoURL", .string, .always),
      FieldSchema("targetRevision", .string, .always),
      FieldSchema("path", .string, .always),
      FieldSchema("helm", .object(ApplicationToolSchema.helm), .whenGiven),
      FieldSchema("kustomize", .object(ApplicationToolSchema.kustomize), .whenGiven),
      FieldSchema("directory", .object(ApplicationToolSchema.directory), .whenGiven),
      FieldSchema("plugin", .object(ApplicationToolSchema.plugin), .whenGiven),
    ])

  static let syncSource = ObjectSchema(
    "v1alpha1.SyncSource",
    [FieldSchema("targetBranch", .string, .always), FieldSchema("path", .string, .always), FieldSchema("repoURL", .string)])

  static let hydrateTo = ObjectSchema("v1alpha1.HydrateTo", [FieldSchema("targetBranch", .string, .always)])

  static let syncPolicy = ObjectSchema(
    "v1alpha1.SyncPolicy",
    [
      FieldSchema("automated", .object(automated), .whenGiven),
      FieldSchema("syncOptions", .list(.string)),
      FieldSchema("retry", .object(retry), .whenGiven),
      FieldSchema("managedNamespaceMetadata", .object(managedNamespaceMetadata), .whenGiven),
    ])

  static let automated = ObjectSchema(
    "v1alpha1.SyncPolicyAutomated",
    [
      FieldSchema("prune", .bool, .whenGiven),
      FieldSchema("selfHeal", .bool, .whenGiven),
      FieldSchema("allowEmpty", .bool, .whenGiven),
      FieldSchema("enabled", .bool, .whenGiven),
    ])

  static let retry = ObjectSchema(
    "v1alpha1.RetryStrategy",
    [FieldSchema("limit", .integer), FieldSchema("backoff", .object(backoff), .whenGiven), FieldSchema("refresh", .bool)])

  static let backoff = ObjectSchema(
    "v1alpha1.Backoff",
    [FieldSchema("duration", .string), FieldSchema("factor", .integer, .whenGiven), FieldSchema("maxDuration", .string)])

  static let managedNamespaceMetadata = ObjectSchema(
    "v1alpha1.ManagedNamespaceMetadata", [FieldSchema("labels", .stringMap), FieldSchema("annotations", .stringMap)])

  static let operation = ObjectSchema(
    "v1alpha1.Operation",
    [
      FieldSchema("sync", .object(syncOperation), .whenGiven),
      FieldSchema("initiatedBy", .object(initiator), .always),
      FieldSchema("info", .list(.object(info))),
      FieldSchema("retry", .object(retry), .always),
    ])

  static let initiator = ObjectSchema(
    "v1alpha1.OperationInitiator", [FieldSchema("username", .string), FieldSchema("automated", .bool)])

  static let syncOperation = ObjectSchema(
    "v1alpha1.SyncOperation",
    [
      FieldSchema("revision", .string),
      FieldSchema("prune", .bool),
      FieldSchema("dryRun", .bool),
      FieldSchema("syncStrategy", .object(syncStrategy), .whenGiven),
      FieldSchema("resources", .list(.object(syncResource))),
      FieldSchema("source", .object(source), .whenGiven),
      FieldSchema("manifests", .list(.string)),
      FieldSchema("syncOptions", .list(.string)),
      FieldSchema("sources", .list(.object(source))),
      FieldSchema("revisions", .list(.string)),
      FieldSchema("autoHealAttemptsCount", .integer),
    ])

  static let syncResource = ObjectSchema(
    "v1alpha1.SyncOperationResource",
    [
      FieldSchema("group", .string),
      FieldSchema("kind", .string, .always),
      FieldSchema("name", .string, .always),
      FieldSchema("namespace", .string),
    ])

  static let syncStrategy = ObjectSchema(
    "v1alpha1.SyncStrategy",
    [FieldSchema("apply", .object(force), .whenGiven), FieldSchema("hook", .object(force), .whenGiven)])

  static let force = ObjectSchema("v1alpha1.SyncStrategyApply", [FieldSchema("force", .bool)])
}

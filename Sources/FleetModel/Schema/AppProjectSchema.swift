/// The fields of `argoproj.io/v1alpha1` AppProject, as of Argo CD 3.6.
enum AppProjectSchema {
  static let appProject = ObjectSchema(
    "v1alpha1.AppProject",
    [
      FieldSchema("kind", .string),
      FieldSchema("apiVersion", .string),
      FieldSchema("metadata", .object(MetadataSchema.metadata), .always),
      FieldSchema("spec", .object(spec), .always),
      FieldSchema("status", .opaque),
    ])

  static let spec = ObjectSchema(
    "v1alpha1.AppProjectSpec",
    [
      FieldSchema("sourceRepos", .list(.string)),
      FieldSchema("destinations", .list(.object(ApplicationSchema.destination))),
      FieldSchema("description", .string),
      FieldSchema("roles", .list(.object(role))),
      FieldSchema("clusterResourceWhitelist", .list(.object(clusterResource))),
      FieldSchema("namespaceResourceBlacklist", .list(.object(MetadataSchema.groupKind))),
      FieldSchema("orphanedResources", .object(orphanedResources), .whenGiven),
      FieldSchema("syncWindows", .list(.object(syncWindow))),
      FieldSchema("namespaceResourceWhitelist", .list(.object(MetadataSchema.groupKind))),
      FieldSchema("signatureKeys", .list(.object(signatureKey))),
      FieldSchema("clusterResourceBlacklist", .list(.object(clusterResource))),
      FieldSchema("sourceNamespaces", .list(.string)),
      FieldSchema("permitOnlyProjectScopedClusters", .bool),
      FieldSchema("destinationServiceAccounts", .list(.object(serviceAccount))),
      FieldSchema("sourceIntegrity", .opaque),
    ])

  static let role = ObjectSchema(
    "v1alpha1.ProjectRole",
    [
      FieldSchema("name", .string, .always),
      FieldSchema("description", .string),
      FieldSchema("policies", .list(.string)),
      FieldSchema("jwtTokens", .opaque),
      FieldSchema("groups", .list(.string)),
    ])

  static let clusterResource = ObjectSchema(
    "v1alpha1.ClusterResourceRestrictionItem",
    [FieldSchema("group", .string, .always), FieldSchema("kind", .string, .always), FieldSchema("name", .string)])

  static let orphanedResources = ObjectSchema(
    "v1alpha1.OrphanedResourcesMonitorSettings",
    [FieldSchema("warn", .bool, .whenGiven), FieldSchema("ignore", .list(.object(orphanedResource)))])

  static let orphanedResource = ObjectSchema(
    "v1alpha1.OrphanedResourceKey", [FieldSchema("group", .string), FieldSchema("kind", .string), FieldSchema("name", .string)])

  static let syncWindow = ObjectSchema(
    "v1alpha1.SyncWindow",
    [
      FieldSchema("kind", .string),
      FieldSchema("schedule", .string),
      FieldSchema("duration", .string),
      FieldSchema("applications", .list(.string)),
      FieldSchema("namespaces", .list(.string)),
      FieldSchema("clusters", .list(.string)),
      FieldSchema("manualSync", .bool),
      FieldSchema("timeZone", .string),
      FieldSchema("andOperator", .bool),
      FieldSchema("description", .string),
      FieldSchema("syncOverrun", .bool),
    ])

  static let signatureKey = ObjectSchema("v1alpha1.SignatureKey", [FieldSchema("keyID", .string, .always)])

  static let serviceAccount = ObjectSchema(
    "v1alpha1.ApplicationDestinationServiceAccount",
    [
      FieldSchema("server", .string, .always),
      FieldSchema("namespace", .string),
      FieldSchema("defaultServiceAccount", .string, .always),
    ])
}

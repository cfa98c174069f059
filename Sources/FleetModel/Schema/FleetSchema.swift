/// The fields of `flotilla.dev/v1alpha1` Cluster, Repository and Fleet.
enum FleetSchema {
  private static func document(_ kind: String, _ spec: ObjectSchema) -> ObjectSchema {
    ObjectSchema(
      "flotilla.\(kind)",
      [
        FieldSchema("kind", .string),
        FieldSchema("apiVersion", .string),
        FieldSchema("metadata", .object(MetadataSchema.metadata), .always),
        FieldSchema("spec", .object(spec), .always),
        FieldSchema("status", .opaque),
      ])
  }

  static let cluster = document(
    "Cluster",
    ObjectSchema(
      "flotilla.ClusterSpec",
      [
        FieldSchema("server", .string),
        FieldSchema("auth", .object(auth), .whenGiven),
        FieldSchema("tls", .object(tls), .whenGiven),
        FieldSchema("proxyURL", .string),
        FieldSchema("disableCompression", .bool),
        FieldSchema("kubeconfig", .object(kubeconfig), .whenGiven),
        FieldSchema("simulated", .object(simulated), .whenGiven),
        FieldSchema("project", .string),
        FieldSchema("namespaces", .list(.string)),
      ]))

  static let auth = ObjectSchema(
    "flotilla.ClusterAuth",
    [
      FieldSchema("bearerToken", .string),
      FieldSchema("bearerTokenFile", .string),
      FieldSchema("basic", .object(basic), .whenGiven),
      FieldSchema("exec", .object(exec), .whenGiven),
      FieldSchema("aws", .object(aws), .whenGiven),
    ])

  static let basic = ObjectSchema(
    "flotilla.BasicAuth", [FieldSchema("username", .string), FieldSchema("password", .string)])

  static let exec = ObjectSchema(
    "flotilla.ExecCredential",
    [
      FieldSchema("command", .string),
      FieldSchema("args", .list(.string)),
      FieldSchema("env", .stringMap),
      FieldSchema("apiVersion", .string),
      FieldSchema("installHint", .string),
    ])

  static let aws = ObjectSchema(
    "flotilla.AWSAuthentication",
    [FieldSchema("clusterName", .string), FieldSchema("roleARN", .string), FieldSchema("profile", .string)])

  static let tls = ObjectSchema(
    "flotilla.TLSSettings",
    [
      FieldSchema("caData", .string),
      FieldSchema("certData", .string),
      FieldSchema("keyData", .string),
      FieldSchema("caFile", .string),
      FieldSchema("certFile", .string),
      FieldSchema("keyFile", .string),
      FieldSchema("serverName", .string),
      FieldSchema("insecure", .bool),
    ])

  static let kubeconfig = ObjectSchema(
    "flotilla.KubeconfigReference", [FieldSchema("path", .string), FieldSchema("context", .string)])

  static let simulated = ObjectSchema(
    "flotilla.SimulatedCluster",
    [
      FieldSchema("readyAfter", .string),
      FieldSchema("latency", .string),
      FieldSchema("errorRate", .opaque),
      FieldSchema("failingImages", .list(.string)),
      FieldSchema("offline", .bool),
      FieldSchema("seed", .integer),
      FieldSchema("kubernetesVersion", .string),
    ])

  static let repository = document(
    "Repository",
    ObjectSchema(
      "flotilla.RepositorySpec",
      [
        FieldSchema("url", .string),
        FieldSchema("mirror", .string),
        FieldSchema("credentials", .object(credentials), .whenGiven),
        FieldSchema("proxyURL", .string),
        FieldSchema("caData", .string),
        FieldSchema("insecure", .bool),
        FieldSchema("depth", .integer),
        FieldSchema("pollInterval", .string),
      ]))

  static let credentials = ObjectSchema(
    "flotilla.CredentialReference",
    [
      FieldSchema("username", .string),
      FieldSchema("passwordFile", .string),
      FieldSchema("passwordVariable", .string),
      FieldSchema("sshKeyFile", .string),
      FieldSchema("secretRef", .object(secretReference), .whenGiven),
    ])

  static let secretReference = ObjectSchema(
    "flotilla.SecretReference", [FieldSchema("namespace", .string), FieldSchema("name", .string)])

  static let fleet = document(
    "Fleet",
    ObjectSchema(
      "flotilla.FleetSpec",
      [
        FieldSchema("limits", .object(limits), .whenGiven),
        FieldSchema("guards", .object(guards), .whenGiven),
        FieldSchema("retry", .object(ApplicationSchema.retry), .whenGiven),
        FieldSchema("definitions", .object(definitions), .whenGiven),
        FieldSchema("intervals", .object(intervals), .whenGiven),
        FieldSchema("inCluster", .string),
        FieldSchema("generators", .object(generators), .whenGiven),
        FieldSchema("healthChecks", .list(.object(healthCheck))),
      ]))

  static let healthCheck = ObjectSchema(
    "flotilla.HealthCheck",
    (["apiVersion", "kind", "message"] + HealthCheck.Verdict.allCases.map(\.rawValue)).map { FieldSchema($0, .string) })

  static let generators = ObjectSchema(
    "flotilla.GeneratorSettings", [FieldSchema("fileGlobbing", .string), FieldSchema("hiddenDirectories", .bool)])

  static let limits = ObjectSchema(
    "flotilla.Limits",
    [
      FieldSchema("perCluster", .integer),
      FieldSchema("fleet", .integer),
      FieldSchema("syncTimeout", .string),
      FieldSchema("waveTimeout", .string),
      FieldSchema("instancesPerSet", .integer),
    ])

  static let guards = ObjectSchema(
    "flotilla.Guards",
    [
      FieldSchema("maxRemovals", .integer),
      FieldSchema("maxRemovalPercent", .integer),
      FieldSchema("maxRemovalsPerHour", .integer),
    ])

  static let definitions = ObjectSchema(
    "flotilla.DefinitionsSource",
    [FieldSchema("repoURL", .string), FieldSchema("revision", .string), FieldSchema("path", .string)])

  static let intervals = ObjectSchema(
    "flotilla.Intervals",
    [
      FieldSchema("definitions", .string),
      FieldSchema("repositories", .string),
    ])
}

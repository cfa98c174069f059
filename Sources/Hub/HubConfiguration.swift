import FleetModel

/// Everything that a hub is started with.
public struct HubConfiguration: Sendable {
  /// Where state and mirrors are kept.
  public var dataFolder: String
  /// Where the definitions are.
  public var definitions: DefinitionLocation
  /// Repositories that are read from somewhere else.
  public var overrides: [RepositoryOverride]
  /// Addresses of simulated clusters by name.
  public var simulatedClusters: [String: String]
  /// How often definitions and repositories are looked at; nil: what the Fleet definition says.
  public var pollInterval: Duration?
  /// Whether unknown fields are errors.
  public var isStrict: Bool
  /// Where Secrets are mounted, `secret/key` or `namespace/secret/key`; nil: nowhere.
  public var secretsFolder: String?

  /// Makes a configuration.
  public init(
    dataFolder: String, definitions: DefinitionLocation, overrides: [RepositoryOverride] = [], simulatedClusters: [String: String] = [:],
    pollInterval: Duration? = nil, isStrict: Bool = false, secretsFolder: String? = nil
  ) {
    self.dataFolder = dataFolder
    self.definitions = definitions
    self.overrides = overrides
    self.simulatedClusters = simulatedClusters
    self.pollInterval = pollInterval
    self.isStrict = isStrict
    self.secretsFolder = secretsFolder
  }
}

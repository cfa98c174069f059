import Document

/// A file of definitions.
public struct SourceFile: Sendable, Hashable {
  /// Its path as people know it, relative to the folder or repository that was read.
  public var path: String
  /// Its content.
  public var bytes: [UInt8]

  /// Makes a file.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

/// Everything that a folder or repository of definition files says, with all that is wrong in it.
///
/// What is wrong holds only itself: a broken file takes its own documents out, nothing else.
public struct Definitions: Sendable {
  /// Application sets, sorted by namespace and name.
  public var applicationSets: [ApplicationSet] = []
  /// Applications that no set makes, sorted by namespace and name.
  public var applications: [ApplicationDefinition] = []
  /// Projects, sorted by name.
  public var projects: [AppProject] = []
  /// Clusters, sorted by name.
  public var clusters: [Cluster] = []
  /// Repositories, sorted by name.
  public var repositories: [Repository] = []
  /// Settings of the fleet; all defaults where there is no Fleet document.
  public var fleet = Fleet()
  /// ConfigMaps, which clusterDecisionResource and plugin generators refer to.
  public var configMaps: [Value] = []
  /// Objects of kinds that are not Flotilla's, which clusterDecisionResource generators may list; sorted by identity.
  public var otherObjects: [Value] = []
  /// Names of documents that could not be used, as `Kind namespace/name`: what they defined before must not be taken for removed.
  public var brokenSubjects: Set<String> = []
  /// Files that could not be read at all: anything may have been defined in them.
  public var brokenFiles: Set<String> = []
  /// All that is wrong, in the order of files and lines.
  public var diagnostics: [Diagnostic] = []

  /// Makes empty definitions.
  public init() {}

  /// Whether any diagnostic is an error.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

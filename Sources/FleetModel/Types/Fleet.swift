import Document

/// Settings of the whole fleet; there is at most one Fleet document.
public struct Fleet: Sendable, Hashable {
  /// The name of the document; `fleet` where there is none.
  public var name: String
  /// How much may happen at once.
  public var limits: Limits
  /// What stops mass removals.
  public var guards: Guards
  /// Retries of applications that do not say it themselves.
  public var retry: RetryPolicy
  /// Where the hub reads its definitions from, if not where the command line says.
  public var definitions: DefinitionsSource?
  /// How often things are looked at without an event.
  public var intervals: Intervals
  /// How generators read their sources.
  public var generators: GeneratorSettings
  /// How the health of kinds is judged that Flotilla does not know, or judges otherwise.
  public var healthChecks: [HealthCheck]
  /// The cluster that `https://kubernetes.default.svc` and `in-cluster` stand for; nil: the one that the hub runs in.
  public var inCluster: String?
  /// Where it is defined.
  public var position: SourcePosition?

  /// How generators read their sources: what Argo CD sets for the whole controller and its repository server.
  public struct GeneratorSettings: Sendable, Hashable {
    /// How the patterns of a git generator's `files` are read.
    public enum FileGlobbing: String, Sendable, Hashable, CaseIterable {
      /// As `git ls-files` reads them, where `*` crosses `/`: Argo CD's default.
      case pathspec
      /// Where `*` stays within a folder and `**` does not: Argo CD with `--enable-new-git-file-globbing`.
      case doublestar
    }

    /// How the patterns of `files` are read.
    public var fileGlobbing: FileGlobbing
    /// Whether git generators see folders whose names begin with a dot.
    public var hiddenDirectories: Bool

    /// Makes settings; Argo CD's defaults.
    public init(fileGlobbing: FileGlobbing = .pathspec, hiddenDirectories: Bool = false) {
      self.fileGlobbing = fileGlobbing
      self.hiddenDirectories = hiddenDirectories
    }
  }

  /// How much may happen at once.
  public struct Limits: Sendable, Hashable {
    /// Syncs at once on one cluster.
    public var perCluster: Int
    /// Syncs at once in the fleet.
    public var fleet: Int
    /// The longest that one sync may take, its hooks included.
    public var syncTimeout: Duration
    /// The longest that a sync waits for a wave to become healthy, or for what it deletes to be gone.
    public var waveTimeout: Duration
    /// Instances that one set may make.
    public var instancesPerSet: Int

    /// Makes limits.
    public init(
      perCluster: Int = 10, fleet: Int = 200, syncTimeout: Duration = .seconds(1800), waveTimeout: Duration = .seconds(300),
      instancesPerSet: Int = 100_000
    ) {
      self.waveTimeout = waveTimeout
      self.perCluster = perCluster
      self.fleet = fleet
      self.syncTimeout = syncTimeout
      self.instancesPerSet = instancesPerSet
    }
  }

  /// What stops mass removals: a set is held when an evaluation would remove more than both limits, or all of two or more.
  public struct Guards: Sendable, Hashable {
    /// Removals of a set that are always allowed.
    public var maxRemovals: Int
    /// Removals of a set that are always allowed, in percent of its instances.
    public var maxRemovalPercent: Int
    /// Removals in the fleet within one hour.
    public var maxRemovalsPerHour: Int

    /// Makes guards.
    public init(maxRemovals: Int = 5, maxRemovalPercent: Int = 20, maxRemovalsPerHour: Int = 100) {
      self.maxRemovals = maxRemovals
      self.maxRemovalPercent = maxRemovalPercent
      self.maxRemovalsPerHour = maxRemovalsPerHour
    }
  }

  /// A folder, or a branch of a Git repository with a path.
  public struct DefinitionsSource: Sendable, Hashable {
    /// The repository; nil: a folder of the hub.
    public var repoURL: String?
    /// Branch, tag or commit.
    public var revision: String
    /// The folder.
    public var path: String

    /// Makes a source.
    public init(repoURL: String?, revision: String = "HEAD", path: String = ".") {
      self.repoURL = repoURL
      self.revision = revision
      self.path = path
    }
  }

  /// How often things are looked at without an event.
  public struct Intervals: Sendable, Hashable {
    /// The definitions.
    public var definitions: Duration
    /// Repositories of applications and generators.
    public var repositories: Duration

    /// Makes intervals.
    public init(
      definitions: Duration = .seconds(30), repositories: Duration = .seconds(60)
    ) {
      self.definitions = definitions
      self.repositories = repositories
    }
  }

  /// Makes a fleet with every default.
  public init(name: String = "fleet") {
    self.name = name
    limits = Limits()
    guards = Guards()
    retry = RetryPolicy()
    intervals = Intervals()
    generators = GeneratorSettings()
    healthChecks = []
  }
}

/// When and how often something that failed is tried again.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts after the first; negative: without end.
  public var limit: Int
  /// The pause before the first retry.
  public var duration: Duration
  /// What each further pause is multiplied with.
  public var factor: Int
  /// The longest pause.
  public var maxDuration: Duration
  /// Whether a retry takes the newest revision instead of the one that failed.
  public var refresh: Bool

  /// Makes a policy; the defaults are Argo CD's backoff with five attempts.
  public init(
    limit: Int = 5, duration: Duration = .seconds(5), factor: Int = 2, maxDuration: Duration = .seconds(180), refresh: Bool = false
  ) {
    self.limit = limit
    self.duration = duration
    self.factor = factor
    self.maxDuration = maxDuration
    self.refresh = refresh
  }

  /// The pause before the retry with this number (the first is 1).
  public func pause(before retry: Int) -> Duration {
    var pause = duration
    var step = 1
    while step < retry, pause < maxDuration {
      pause *= max(1, factor)
      step += 1
      if factor <= 1 { break }
    }
    return min(pause, maxDuration)
  }
}

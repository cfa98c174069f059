import Templating

/// How much one evaluation may use.
public struct EvaluationLimits: Sendable, Hashable {
  /// Applications that one set may make; what is beyond is an error of the set, which then changes nothing.
  public var instancesPerSet: Int
  /// Combinations that one matrix generator may make, before any selector behind it.
  public var combinations: Int
  /// The largest file that a git generator reads, in bytes.
  public var fileBytes: Int
  /// Limits of each template.
  public var templates: TemplateLimits
  /// How deeply matrix and merge generators may stand in one another.
  public var depth: Int

  /// Makes limits.
  public init(
    instancesPerSet: Int = 100_000, combinations: Int = 1_000_000, fileBytes: Int = 10 << 20, templates: TemplateLimits = .standard,
    depth: Int = 16
  ) {
    self.instancesPerSet = instancesPerSet
    self.combinations = combinations
    self.fileBytes = fileBytes
    self.templates = templates
    self.depth = depth
  }
}

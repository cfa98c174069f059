/// Go's template options.
public struct TemplateOptions: Sendable, Hashable {
  /// What a missing map key means.
  public enum MissingKey: Sendable {
    /// Goes on; prints `<no value>`.
    case invalid
    /// The zero value of the map's element type.
    case zero
    /// Ends the execution with an error.
    case error
  }

  /// What a missing map key means.
  public var missingKey: MissingKey

  /// Makes options; Go's own defaults unless given.
  public init(missingKey: MissingKey = .invalid) { self.missingKey = missingKey }

  /// Reads an ApplicationSet's `goTemplateOptions`; the last one wins, an unknown one is an error, as in Go.
  public init(goTemplateOptions: [String]) throws(TemplateError) {
    self.init()
    for option in goTemplateOptions {
      switch option {
      case "missingkey=default", "missingkey=invalid": missingKey = .invalid
      case "missingkey=zero": missingKey = .zero
      case "missingkey=error": missingKey = .error
      case "": throw TemplateError("empty option string")
      default: throw TemplateError("unrecognized option: \(option)")
      }
    }
  }
}

/// How much one execution may use. All limits are counted, none is measured, so that the same input always ends the same way.
public struct TemplateLimits: Sendable, Hashable {
  /// The size of the output, and of any single text made on the way, in bytes.
  public var outputBytes: Int
  /// Work: one for each node that is executed, each element that a function makes, and each 16 bytes of text that one makes.
  public var steps: Int
  /// How deeply templates may call templates.
  public var depth: Int

  /// Makes limits; 16 MiB, ten million steps (at most a few seconds) and 200 levels unless given.
  public init(outputBytes: Int = 16 << 20, steps: Int = 10_000_000, depth: Int = 200) {
    self.outputBytes = outputBytes
    self.steps = steps
    self.depth = depth
  }

  /// The limits that hold where none are given.
  public static let standard = TemplateLimits()
}

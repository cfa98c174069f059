/// How much a document may ask of its reader; beyond it, reading ends with a ``DocumentError``.
public struct DecodingLimits: Sendable, Hashable {
  /// The longest input, in bytes.
  public var maxBytes: Int
  /// The deepest nesting of lists and objects.
  public var maxDepth: Int
  /// The most values (scalars, lists, objects, keys) in one document, what aliases expand to included.
  public var maxNodes: Int

  /// Makes limits; the defaults hold every object that a Kubernetes API server would take, many times over.
  public init(maxBytes: Int = 32 << 20, maxDepth: Int = 512, maxNodes: Int = 8_000_000) {
    self.maxBytes = maxBytes
    self.maxDepth = maxDepth
    self.maxNodes = maxNodes
  }

  /// The defaults.
  public static let standard = DecodingLimits()
}

/// What a reader does with a key that stands twice in one object.
public enum DuplicateKeys: Sendable, Hashable {
  /// The document is refused, with the place of the second key.
  case rejected
  /// The last value stays, as in Go's non-strict readers.
  case lastWins
}

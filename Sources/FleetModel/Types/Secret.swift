/// A credential, which no description, dump or debugger view ever prints.
///
/// The value is only reached by asking for it by name, so that a search for `.reveal` finds every use.
public struct Secret<Wrapped: Sendable & Hashable>: Sendable, Hashable {
  /// The credential itself; never put it into a message, an event or a log.
  public let reveal: Wrapped

  /// Wraps a credential.
  public init(_ value: Wrapped) { reveal = value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `***`.
  public var description: String { "***" }
  /// `***`.
  public var debugDescription: String { "***" }
  /// No children: `dump` and string interpolation of a structure that holds a secret show nothing of it.
  public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}

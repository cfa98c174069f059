import Document
import FleetModel

/// Something wrong with the dependencies that the definitions declare.
public struct GraphProblem: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// Instances that wait for each other: a shortest cycle of the strongly connected component.
    case cycle([CycleStep])
    /// An application or application set that no definition produces, with the nearest name that one does.
    case dangling(nearest: String?)
    /// A selector that no instance carries the labels of; the dependency is met by nothing being there.
    case matchesNothing
    /// An instance that depends on itself; the dependency is left out.
    case selfDependency
    /// A `ready` expression, which is not evaluated yet; synced and healthy is required instead.
    case readyExpression
  }

  /// What is wrong.
  public var kind: Kind
  /// The instances concerned, by name: all that lie on the cycle, or the one with the dependency.
  public var instances: [InstanceID]
  /// What is wrong and what to do, in one line.
  public var message: String
  /// Where the dependency is written.
  public var position: SourcePosition?

  /// Whether instances are held because of it.
  public var isError: Bool {
    switch kind {
    case .cycle, .dangling: true
    case .matchesNothing, .selfDependency, .readyExpression: false
    }
  }
}

/// Why an instance is held whatever its state.
public enum HoldReason: Sendable, Hashable {
  /// It lies on a cycle; the text is the cycle's.
  case cycle(String)
  /// It depends, perhaps through others, on an instance that lies on a cycle.
  case behindCycle(via: InstanceID, name: String, cycle: String)
  /// It names a dependency that nothing produces.
  case dangling(String)

  /// The reason in one line.
  public var text: String {
    switch self {
    case .cycle(let text), .dangling(let text): text
    case .behindCycle(_, let name, let text): "depends on \(name), which is held: \(text)"
    }
  }
}

import Document
import FleetModel

/// What is kept between two evaluations, so that the second one works out only what has changed.
///
/// It is a value: nothing in it depends on when or by whom it is used, and an evaluation on top of it gives what a fresh one gives
/// (except for templates that call `now` and the like, which keep what they gave first). Any evaluation may be made on top of any
/// cache; the less the two have in common, the less it helps.
///
/// It holds the parameters of every element besides the applications, so it takes about as much memory as the evaluation itself.
public struct EvaluationCache: Sendable {
  var world: World?
  var limits: EvaluationLimits?
  var settings: Fleet.GeneratorSettings?
  var keepsParameters = false
  var sets: [String: SetMemo] = [:]
  var listings: [SourceKey: SourceListings.Known] = [:]
  var assembly: Assembly?
  var validator: ApplicationValidator?

  /// Knows nothing yet.
  public init() {}
}

/// The applications of all sets put together, with who lost a name to whom.
struct Assembly: Sendable {
  /// Applications that no set made.
  var plain: [ApplicationInstance]
  var sets: [String]
  /// All instances, sorted.
  var instances: [ApplicationInstance]
  /// Where each of them comes from.
  var origins: [Origin]
  /// For each set, where its generated applications stand among the instances; -1 for those that are not there.
  var positions: [[Int]]
  /// Elements whose names belong to others, by set.
  var losses: [String: Set<InstanceID>]
  var diagnostics: [Diagnostic]

  /// The number of a set, or -1 for none, and the index among what it generated.
  struct Origin: Sendable {
    var set: Int
    var index: Int
  }
}

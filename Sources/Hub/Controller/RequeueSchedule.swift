import FleetModel
import Generators

/// When application sets ask forges and plugins again, whose answers change without an event.
///
/// A definition that changes is evaluated with the answers that are known; they are asked for anew only when a set's
/// `requeueAfterSeconds` are over.
struct RequeueSchedule {
  private struct Entry {
    var due: ContinuousClock.Instant
    var queries: Set<ExternalQuery>
  }

  private var entries: [String: Entry] = [:]

  /// When the next set is due; nil where none ever is.
  var next: ContinuousClock.Instant? { entries.values.map(\.due).min() }

  /// The questions that are to be asked again by now.
  func due(at now: ContinuousClock.Instant) -> Set<ExternalQuery> {
    entries.values.reduce(into: []) { if $1.due <= now { $0.formUnion($1.queries) } }
  }

  /// Takes in an evaluation: sets that are new or were due begin to wait.
  mutating func take(_ sets: [SetEvaluation], at now: ContinuousClock.Instant) {
    var next: [String: Entry] = [:]
    for set in sets {
      guard let interval = set.requeueAfter, !set.queries.isEmpty else { continue }
      var due = now + interval
      // A set that failed does not wait longer than a set that failed does.
      if let known = entries[set.id], known.due > now { due = min(known.due, due) }
      next[set.id] = Entry(due: due, queries: set.queries)
    }
    entries = next
  }
}

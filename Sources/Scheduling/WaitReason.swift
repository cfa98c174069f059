import Document
import FleetModel
import FoundationEssentials

/// Why a dependency is not ready.
public enum Unready: Sendable, Hashable {
  /// Nothing is known of it yet.
  case unknown
  /// It is to be removed.
  case removed
  /// Its cluster does not answer.
  case offline(cluster: String)
  /// It could not be rendered.
  case unrendered(String)
  /// It was never synced.
  case neverSynced
  /// An operation runs.
  case syncing(since: Date)
  /// It failed to sync.
  case failed(String)
  /// It is not at the revision that it should be at.
  case outOfSync(desired: String)
  /// The cluster differs from what was synced.
  case drifted(String)
  /// It has not been seen healthy since it was synced.
  case notSampled
  /// It is not healthy.
  case unhealthy(status: String, message: String)

  /// The state in a few words, to stand in brackets.
  public func text(at now: Date) -> String {
    switch self {
    case .unknown: "nothing is known of it yet"
    case .removed: "it is being removed"
    case .offline(let cluster): "cluster \(cluster) is offline"
    case .unrendered(let problem): problem.isEmpty ? "not rendered yet" : "cannot be synced: \(problem)"
    case .neverSynced: "not synced yet"
    case .syncing(let since): "syncing for \(TimeText.span(from: since, to: now))"
    case .failed(let message): "sync failed: \(message)"
    case .outOfSync(let desired): "OutOfSync: not yet at \(TimeText.short(desired))"
    case .drifted(let what): what.isEmpty ? "OutOfSync" : "OutOfSync: \(what)"
    case .notSampled: "synced, health not seen since"
    case .unhealthy(let status, let message): message.isEmpty ? status : "\(status): \(message)"
    }
  }
}

/// Why an instance that has something to do cannot begin.
public enum WaitReason: Sendable, Hashable {
  /// It is held whatever happens, until its definition changes.
  case held(HoldReason)
  /// It could not be rendered.
  case unrendered(String)
  /// Somebody paused it.
  case paused(String)
  /// It differs from what is desired, and nobody asked for a sync.
  case notAutomated(failure: String?)
  /// It drifted, and drift is not healed without being asked.
  case drifted(String)
  /// The graph does not know it: it was not part of the last evaluation.
  case notEvaluated
  /// Its cluster is not known.
  case noCluster(String)
  /// Its cluster does not answer.
  case offline(cluster: String, since: Date, message: String)
  /// Its cluster has not been asked yet.
  case unreached(cluster: String)
  /// A dependency is not ready; `others` more are not either.
  case dependency(InstanceID, name: String, Unready, others: Int)
  /// It is to be removed, and what depends on it is not gone yet.
  case dependant(InstanceID, name: String)
  /// The next attempt is due later.
  case retry(number: Int, limit: Int, at: Date, failure: String)
  /// No attempt is left.
  case exhausted(retries: Int, failure: String)
  /// Drift was healed only just now.
  case healPause(until: Date)
  /// Its cluster has enough to do.
  case clusterLimit(cluster: String, limit: Int)
  /// The fleet has enough to do.
  case fleetLimit(Int)

  /// The instance that has to change before this one can go on.
  public var blocker: InstanceID? {
    switch self {
    case .dependency(let id, _, _, _), .dependant(let id, _), .held(.behindCycle(let id, _, _)): id
    default: nil
    }
  }

  /// The reason in one line that continues after the instance's name.
  public func text(at now: Date) -> String {
    switch self {
    case .held(let reason): return "is held: \(reason.text)"
    case .unrendered(let problem):
      return problem.isEmpty ? "waits to be rendered" : "cannot be synced: \(problem)"
    case .paused(let who): return who.isEmpty ? "is paused" : "is paused: \(who)"
    case .notAutomated(let failure):
      let last = failure.map { " (the last one failed: \($0))" } ?? ""
      return "waits for somebody to sync it: automated sync is off\(last)"
    case .drifted(let what):
      return "differs from what was synced\(what.isEmpty ? "" : " (\(what))"), and self-heal is off"
    case .notEvaluated: return "is not part of the last evaluation"
    case .noCluster(let name): return name.isEmpty ? "names no cluster" : "waits for cluster \(name), which is not registered"
    case .offline(let cluster, let since, let message):
      return "waits for cluster \(cluster), offline since \(TimeText.time(since))\(message.isEmpty ? "" : ": \(message)")"
    case .unreached(let cluster): return "waits for the first answer of cluster \(cluster)"
    case .dependency(_, let name, let state, let others):
      return "waits for \(name) (\(state.text(at: now)))\(others == 0 ? "" : " and \(others) more")"
    case .dependant(_, let name): return "is removed after \(name), which depends on it"
    case .retry(let number, let limit, let time, let failure):
      let of = limit < 0 ? "" : " of \(limit)"
      return "waits for retry \(number)\(of) in \(TimeText.span(from: now, to: time)) after: \(failure)"
    case .exhausted(let retries, let failure):
      let tried = retries == 0 ? "failed" : "failed after \(retries) \(retries == 1 ? "retry" : "retries")"
      return "\(tried): \(failure); a new revision or `flotilla sync` starts it again"
    case .healPause(let until): return "waits \(TimeText.span(from: now, to: until)) before its drift is healed again"
    case .clusterLimit(let cluster, let limit): return "waits for the limit of \(limit) concurrent syncs on cluster \(cluster)"
    case .fleetLimit(let limit): return "waits for the limit of \(limit) concurrent syncs in the fleet"
    }
  }
}

/// Times and spans as they stand in reasons.
enum TimeText {
  /// A span rounded up to seconds: `45s`, `2m10s`, `3h5m`, `2d4h`.
  static func span(from start: Date, to end: Date) -> String {
    let seconds = max(0, Int(end.timeIntervalSince(start).rounded(.up)))
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m\(seconds % 60)s" }
    if seconds < 86_400 { return seconds / 60 % 60 == 0 ? "\(seconds / 3600)h" : "\(seconds / 3600)h\(seconds / 60 % 60)m" }
    return seconds / 3600 % 24 == 0 ? "\(seconds / 86_400)d" : "\(seconds / 86_400)d\(seconds / 3600 % 24)h"
  }

  /// `2026-11-21T12:00:00Z`.
  static func time(_ date: Date) -> String { date.formatted(.iso8601) }

  /// A commit as people write it; every other revision whole.
  static func short(_ revision: String) -> String {
    revision.utf8.count == 40 && revision.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      ? String(revision.prefix(7)) : revision
  }
}

extension Date {
  /// This time and a span.
  func after(_ span: Duration) -> Date {
    let (seconds, attoseconds) = span.components
    return addingTimeInterval(Double(seconds) + Double(attoseconds) / 1e18)
  }
}

import Document
import FleetModel
import FoundationEssentials

/// Decides what the fleet does next.
///
/// A decision is a pure function of what is known and the time. It is taken again after every event; it never depends on the
/// decisions before it, so that a restart goes on where the state says.
public enum Scheduler {
  /// Decides.
  ///
  /// - Parameters:
  ///   - snapshot: what is known of instances and clusters.
  ///   - graph: which instances wait for which.
  ///   - now: the time, against which retries and pauses are judged.
  public static func decide(_ snapshot: Snapshot, graph: DependencyGraph, now: Date) -> Decisions {
    var decisions = Decisions()
    let states = StateTable(snapshot, graph)
    var readiness = Readiness(graph)
    var admission = Admission(snapshot, states, now: now)
    let removalBlockers = removalBlockers(states)

    for id in states.strangers { decisions.waiting[id] = .notEvaluated }
    for number in graph.nodes.indices {
      guard let state = states.state(number), state.runningSince == nil else { continue }
      let verdict =
        state.isRemoved
        ? removal(number, state, states, removalBlockers[number], now)
        : sync(number, state, states, &readiness, snapshot.limits, now)
      switch verdict {
      case .nothing: break
      case .candidate(let candidate): admission.add(candidate)
      case .wait(let reason, let time):
        decisions.waiting[state.id] = reason
        if let time { decisions.wake(at: time) }
      }
    }
    admission.admit(into: &decisions)
    return decisions
  }

  private enum Verdict {
    case nothing
    case candidate(Candidate)
    case wait(WaitReason, until: Date? = nil)
  }

  private static func sync(
    _ number: Int, _ state: InstanceState, _ states: StateTable, _ readiness: inout Readiness, _ limits: SyncLimits, _ now: Date
  ) -> Verdict {
    guard let target = state.desired else { return .wait(.unrendered(state.problem ?? "")) }
    let failures = state.failures.flatMap { $0.digest == target.digest ? $0 : nil }
    let cause: SyncStart.Cause
    if state.isRequested {
      cause = .requested
    } else if state.synced?.target.digest != target.digest {
      guard state.isAutomated else { return .wait(.notAutomated(failure: failures?.message)) }
      cause = state.synced == nil ? .firstSync : .newRevision
    } else if let drift = state.drift {
      guard state.isAutomated, state.healsDrift else { return .wait(.drifted(drift)) }
      cause = .drift
    } else {
      return .nothing
    }
    if let paused = state.paused { return .wait(.paused(paused)) }
    if let hold = states.graph.holds[number] { return .wait(.held(hold)) }
    if let reason = unreachable(number, states) { return .wait(reason) }
    if let blocked = readiness.blocked(number, states) {
      let node = states.graph.nodes[blocked.first]
      return .wait(.dependency(node.id, name: node.name, blocked.state, others: blocked.count - 1))
    }
    if cause != .requested {
      if let failures, let verdict = afterFailures(failures, state.retry, now) { return verdict }
      if cause == .drift, failures == nil, let synced = state.synced {
        let due = synced.at.after(limits.healPause(after: state.heals))
        if due > now { return .wait(.healPause(until: due), until: due) }
      }
    }
    return .candidate(
      Candidate(
        number: number, isUrgent: state.isRequested, level: states.graph.level[number],
        action: .sync(target, cause, attempt: (failures?.count ?? 0) + 1)))
  }

  private static func removal(
    _ number: Int, _ state: InstanceState, _ states: StateTable, _ blocker: Int?, _ now: Date
  ) -> Verdict {
    if let paused = state.paused { return .wait(.paused(paused)) }
    if let reason = unreachable(number, states) { return .wait(reason) }
    if let blocker {
      let node = states.graph.nodes[blocker]
      return .wait(.dependant(node.id, name: node.name))
    }
    if !state.isRequested, let failures = state.failures, let verdict = afterFailures(failures, state.retry, now) { return verdict }
    return .candidate(
      Candidate(
        number: number, isUrgent: state.isRequested, level: states.graph.removalLevel[number],
        action: .remove(attempt: (state.failures?.count ?? 0) + 1)))
  }

  private static func unreachable(_ number: Int, _ states: StateTable) -> WaitReason? {
    let cluster = states.graph.nodes[number].cluster
    switch states.condition(cluster) {
    case .online: return nil
    case .offline(let since, let message): return .offline(cluster: cluster, since: since, message: message)
    case .unknown: return .unreached(cluster: cluster)
    case nil: return .noCluster(cluster)
    }
  }

  /// What failures at the same digest mean: a pause, the end, or (nil) that the next attempt may begin.
  private static func afterFailures(_ failures: InstanceState.Failures, _ retry: RetryPolicy, _ now: Date) -> Verdict? {
    guard failures.count > 0 else { return nil }
    if retry.limit >= 0, failures.count > retry.limit {
      return .wait(.exhausted(retries: failures.count - 1, failure: failures.message))
    }
    let due = failures.at.after(retry.pause(before: failures.count))
    guard due > now else { return nil }
    return .wait(.retry(number: failures.count, limit: retry.limit, at: due, failure: failures.message), until: due)
  }

  /// For every instance to be removed, another one to be removed that depends on it and is still there.
  private static func removalBlockers(_ states: StateTable) -> [Int?] {
    let graph = states.graph
    var blockers: [Int?] = Array(repeating: nil, count: graph.removalEdges.count > 0 ? graph.removalEdges.count : graph.nodes.count)
    guard let components = graph.removals else { return blockers }
    for number in graph.nodes.indices where graph.nodes[number].isRemoved && states.state(number) != nil {
      for vertex in graph.removalEdges[number] where blockers[vertex] == nil && components.component[vertex] != components.component[number]
      {
        blockers[vertex] = number
      }
    }
    for group in graph.nodes.count..<graph.removalEdges.count {
      guard let number = blockers[group] else { continue }
      for member in graph.removalEdges[group] where member != number && blockers[member] == nil { blockers[member] = number }
    }
    return blockers
  }
}

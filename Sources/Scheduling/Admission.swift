import Document
import FleetModel
import FoundationEssentials

/// Something that could begin now, were it not for the limits.
struct Candidate {
  enum Action {
    case sync(SyncTarget, SyncStart.Cause, attempt: Int)
    case remove(attempt: Int)
  }

  var number: Int
  /// Somebody waits for it.
  var isUrgent: Bool
  var level: Int
  var action: Action
}

/// Divides the limits among the candidates.
///
/// What keeps one cluster from delaying the others: an operation on a cluster that is offline, or that takes too long, does
/// not count against the fleet's limit; one cluster gets at most half of the fleet's limit; and where the fleet's limit is
/// short, clusters with less to do come first, so that the places are shared evenly.
struct Admission {
  private let graph: DependencyGraph
  private let limits: SyncLimits
  private var load: [String: Int] = [:]
  private var fleetLoad = 0
  /// When the first running operation will no longer count against the fleet's limit.
  private var nextStall: Date?
  private var candidates: [Candidate] = []

  init(_ snapshot: Snapshot, _ states: StateTable, now: Date) {
    graph = states.graph
    limits = snapshot.limits
    for number in graph.nodes.indices {
      guard let since = states.state(number)?.runningSince else { continue }
      let cluster = graph.nodes[number].cluster
      load[cluster, default: 0] += 1
      guard case .online = states.condition(cluster) else { continue }
      let stalls = since.after(limits.stalledAfter)
      guard stalls > now else { continue }
      fleetLoad += 1
      nextStall = nextStall.map { min($0, stalls) } ?? stalls
    }
    fleetLimit = max(1, limits.fleet)
    clusterLimit = min(max(1, limits.perCluster), snapshot.clusters.count > 1 ? max(1, fleetLimit / 2) : fleetLimit)
  }

  private let fleetLimit: Int
  private let clusterLimit: Int

  mutating func add(_ candidate: Candidate) { candidates.append(candidate) }

  /// Begins what the limits allow and tells the rest why it waits.
  mutating func admit(into decisions: inout Decisions) {
    candidates.sort { left, right in
      if left.isUrgent != right.isUrgent { return left.isUrgent }
      return (left.level, left.number) < (right.level, right.number)
    }
    // With how many operations its cluster would be busy: places go to the lowest first.
    var shares: [(candidate: Candidate, share: Int)] = []
    for candidate in candidates {
      let node = graph.nodes[candidate.number]
      let share = load[node.cluster, default: 0]
      guard share < clusterLimit else {
        decisions.waiting[node.id] = .clusterLimit(cluster: node.cluster, limit: clusterLimit)
        continue
      }
      load[node.cluster] = share + 1
      shares.append((candidate, share))
    }
    let places = max(0, fleetLimit - fleetLoad)
    if shares.count > places {
      let sorted = shares.enumerated().sorted { left, right in
        if left.element.candidate.isUrgent != right.element.candidate.isUrgent { return left.element.candidate.isUrgent }
        return (left.element.share, left.offset) < (right.element.share, right.offset)
      }
      for (_, late) in sorted[places...] { decisions.waiting[graph.nodes[late.candidate.number].id] = .fleetLimit(fleetLimit) }
      shares = sorted[..<places].map(\.element)
      if let nextStall { decisions.wake(at: nextStall) }
    }
    for (candidate, _) in shares.sorted(by: { ($0.candidate.level, $0.candidate.number) < ($1.candidate.level, $1.candidate.number) }) {
      let node = graph.nodes[candidate.number]
      switch candidate.action {
      case .sync(let target, let cause, let attempt):
        decisions.start.append(
          SyncStart(instance: node.id, cluster: node.cluster, target: target, cause: cause, attempt: attempt))
      case .remove(let attempt):
        decisions.removals.append(RemovalStart(instance: node.id, cluster: node.cluster, attempt: attempt))
      }
    }
  }
}

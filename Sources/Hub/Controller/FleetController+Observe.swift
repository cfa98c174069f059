import Document
import FleetModel
import Foundation
import Scheduling
import StateStore
import Syncing

extension FleetController {
  /// Takes in what an agent saw in its cluster.
  func take(_ changes: AgentChanges, from cluster: String) async {
    if let connectivity = changes.connectivity { await take(connectivity, of: cluster) }
    await observe(changes.applications, cluster: cluster)
    if !changes.isEmpty { signal() }
  }

  /// Asks an agent how applications stand, and records what is new.
  func observe(_ ids: Set<InstanceID>, cluster: String) async {
    guard !ids.isEmpty, let agent = await supervisor.agent(of: cluster) else { return }
    for id in ids.sorted() {
      guard let status = await agent.status(of: id) else { continue }
      guard let before = board.entries[id] else { continue }
      let time = now()
      let observation = board.observe(status, of: id, now: time)
      guard let after = board.entries[id], after.scheduling != before.scheduling else { continue }
      if let health = after.scheduling.health, health != before.scheduling.health {
        await record("health") { try await store.recordHealth([(instance: id, sample: health)]) }
      }
      if after.scheduling.drift != before.scheduling.drift {
        await record("drift") { try await store.recordDrift([id: after.scheduling.drift], at: time) }
      }
      if let observation, observation.drift != nil { metrics.add("flotilla_drifts_total") }
    }
  }

  private func take(_ connectivity: Connectivity, of cluster: String) async {
    guard let before = board.clusters[cluster] else { return }
    let time = now()
    let lastContact = connectivity.lastContact.map { Date(timeIntervalSince1970: Double($0) / 1000) }
    let condition: ClusterCondition =
      switch connectivity.state {
      case .online: .online
      case .offline: .offline(since: lastContact ?? time, message: connectivity.lastError ?? "")
      case .unknown: .unknown
      }
    board.clusters[cluster]?.lastContact = lastContact
    board.clusters[cluster]?.condition = condition
    if condition == .online, let version = await supervisor.version(of: cluster) { board.clusters[cluster]?.version = version }
    guard before.condition != condition else { return }
    logger.info("cluster state", metadata: ["cluster": "\(cluster)", "state": "\(connectivity)"])
    await record("a cluster's state") {
      try await store.clusterStateChanged(
        cluster, StoredCluster.Contact(connectivity.state), message: connectivity.lastError ?? "", at: time)
    }
  }
}

extension StoredCluster.Contact {
  init(_ state: Connectivity.State) {
    switch state {
    case .unknown: self = .unknown
    case .online: self = .online
    case .offline: self = .offline
    }
  }
}

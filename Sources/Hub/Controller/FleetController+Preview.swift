import Document
import FleetModel
import Syncing

/// Questions that the clusters themselves have to answer.
extension FleetController {
  /// Why a question has no answer.
  public struct Unanswered: Error, CustomStringConvertible {
    /// For people.
    public let description: String
  }

  /// What a sync would do now, with the fields that would change; nil for a name that is not known. Nothing is written.
  public func diff(of name: String) async throws(Unanswered) -> SyncPlan? {
    guard let (entry, agent) = try await reachable(name) else { return nil }
    do {
      guard let plan = try await agent.preview(entry.instance.id, await request(for: entry)) else {
        throw Unanswered(description: entry.scheduling.problem.map { "\(name) cannot be synced: \($0)" } ?? "\(name) wants nothing yet")
      }
      return plan
    } catch let error as SpokeError {
      throw Unanswered(description: "cluster \(entry.cluster): \(error.message)")
    } catch let error as Unanswered {
      throw error
    } catch {
      throw Unanswered(description: "cluster \(entry.cluster): \(error)")
    }
  }

  /// What the API server says to a sync that is only tried out; nil for a name that is not known. Nothing is stored.
  public func tryOut(_ name: String, wish: SyncWish) async throws(Unanswered) -> SyncResult? {
    guard let (found, agent) = try await reachable(name) else { return nil }
    var entry = found
    entry.wish = wish
    return await agent.sync(entry.instance.id, await request(for: entry, dryRun: true))
  }

  private func reachable(_ name: String) async throws(Unanswered) -> (FleetBoard.Entry, ClusterAgent)? {
    guard let id = board.id(named: name), let entry = board.entries[id] else { return nil }
    guard let agent = await supervisor.agent(of: entry.cluster) else {
      let reason = await supervisor.problem(of: entry.cluster) ?? "it is not registered"
      throw Unanswered(description: "cluster \(entry.cluster) cannot be asked: \(reason)")
    }
    await supervisor.delivered(to: entry.cluster)
    return (entry, agent)
  }

  /// The orphaned objects of one cluster, or why they are not known.
  public struct OrphanReport: Sendable {
    /// The project whose namespaces were looked at; empty for objects that bear a label of the hub and belong to no application.
    public let project: String
    /// The cluster.
    public let cluster: String
    /// What nobody manages, by identity.
    public let objects: [ObjectIdentity]
    /// Why the cluster has no answer; nil where it has.
    public let problem: String?
  }

  /// Objects that nobody manages in the namespaces of applications, for each project that asks for it (`orphanedResources`) and each of
  /// its clusters, by name; before them, objects with a label of the hub that belong to no application. Asks for the metadata of everything
  /// in these namespaces.
  public func orphans(project name: String? = nil) async -> [OrphanReport] {
    var reports: [OrphanReport] = []
    if name == nil {
      for cluster in board.clusters.keys.sorted(by: ByteOrder.less) {
        let strays = await supervisor.agent(of: cluster)?.strays() ?? []
        if !strays.isEmpty { reports.append(OrphanReport(project: "", cluster: cluster, objects: strays, problem: nil)) }
      }
    }
    for project in latest?.evaluated.definitions.projects ?? [] where name == nil || project.name == name {
      guard let rules = project.document[at: "spec", "orphanedResources"], !rules.isNull else { continue }
      var namespaces: [String: Set<String>] = [:]
      for entry in board.entries.values where (entry.application.project.isEmpty ? "default" : entry.application.project) == project.name {
        let namespace = entry.application.destination.namespace
        if !namespace.isEmpty, !entry.cluster.isEmpty { namespaces[entry.cluster, default: []].insert(namespace) }
      }
      for (cluster, namespaces) in namespaces.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
        reports.append(await orphans(OrphanRules(rules), project.name, cluster, namespaces.sorted(by: ByteOrder.less)))
      }
    }
    return reports
  }

  private func orphans(_ rules: OrphanRules, _ project: String, _ cluster: String, _ namespaces: [String]) async -> OrphanReport {
    guard let agent = await supervisor.agent(of: cluster) else {
      return OrphanReport(
        project: project, cluster: cluster, objects: [], problem: await supervisor.problem(of: cluster) ?? "not registered")
    }
    do throws(SpokeError) {
      return OrphanReport(
        project: project, cluster: cluster, objects: try await agent.orphans(in: namespaces, rules), problem: nil)
    } catch {
      return OrphanReport(project: project, cluster: cluster, objects: [], problem: error.message)
    }
  }
}

import Document
import FleetModel
import Syncing

/// Which cluster an application goes to, by the name or address that it gives.
public struct FleetDestinations: Sendable {
  /// The clusters that applications may go to: the registered ones, and the hub's own where an application goes to it.
  public let clusters: [Cluster]
  private let names: [String: Int]
  private let servers: [String: Int]
  /// What `in-cluster` and `https://kubernetes.default.svc` stand for.
  private let inCluster: Int?

  /// - Parameters:
  ///   - definitions: The registrations. Of two with one name or address the first one counts.
  ///   - applications: The Application documents.
  init(_ definitions: Definitions, applications: some Sequence<Value>) {
    var clusters = definitions.clusters
    var names: [String: Int] = [:]
    var servers: [String: Int] = [:]
    for (index, cluster) in clusters.enumerated() {
      if names[cluster.name] == nil { names[cluster.name] = index }
      let server = Cluster.comparable(cluster.serverURL)
      if servers[server] == nil { servers[server] = index }
    }
    var own = servers[Cluster.inClusterURL] ?? names[Cluster.inClusterName] ?? definitions.fleet.inCluster.flatMap { names[$0] }
    if own == nil, definitions.fleet.inCluster == nil, applications.contains(where: FleetDestinations.isInCluster) {
      own = clusters.count
      clusters.append(.inCluster)
    }
    self.clusters = clusters
    self.names = names
    self.servers = servers
    inCluster = own
  }

  /// The cluster of an application; nil where nothing of that name or address is registered.
  public func cluster(of destination: Application.Destination) -> Cluster? {
    index(name: destination.name, server: destination.server).map { clusters[$0] }
  }

  /// The same for an Application document.
  public func cluster(of application: Value) -> Cluster? {
    let destination = application[at: "spec", "destination"]
    return index(name: destination?["name"]?.stringValue ?? "", server: destination?["server"]?.stringValue ?? "").map { clusters[$0] }
  }

  private func index(name: String, server: String) -> Int? {
    if !name.isEmpty { return names[name] ?? (name == Cluster.inClusterName ? inCluster : nil) }
    let server = Cluster.comparable(server)
    return servers[server] ?? (server == Cluster.inClusterURL ? inCluster : nil)
  }

  private static func isInCluster(_ application: Value) -> Bool {
    let destination = application[at: "spec", "destination"]
    if let name = destination?["name"]?.stringValue, !name.isEmpty { return name == Cluster.inClusterName }
    return Cluster.comparable(destination?["server"]?.stringValue ?? "") == Cluster.inClusterURL
  }
}

/// The rules of projects in clusters, made once for all applications of a project in a cluster.
struct ProjectPolicies {
  private struct Key: Hashable {
    let project: String
    let cluster: String
    let server: String
  }

  private let projects: [String: AppProject]
  private var known: [Key: ProjectPolicy] = [:]

  init(_ definitions: Definitions) {
    projects = Dictionary(definitions.projects.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The rules for an application; nil for a project that is not defined, which allows everything (only `default` may be missing; any
  /// other is refused when the set is evaluated).
  mutating func policy(of application: Application, on cluster: Cluster?) -> ProjectPolicy? {
    guard let project = projects[application.project.isEmpty ? "default" : application.project] else { return nil }
    let server = cluster?.serverURL ?? application.destination.server
    let key = Key(project: project.name, cluster: cluster?.name ?? "", server: server)
    if let policy = known[key] { return policy }
    let policy = ProjectPolicy(project, cluster: key.cluster, server: server, clusterProject: cluster?.project ?? "")
    known[key] = policy
    return policy
  }
}

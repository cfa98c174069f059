import FleetModel
import Syncing

extension Definitions {
  /// The rules of an application's project in the cluster that it goes to; nil for a project that is not defined, which allows everything
  /// (only `default` may be missing; any other is refused when the set is evaluated).
  func policy(of application: Application, on cluster: String) -> ProjectPolicy? {
    let name = application.project.isEmpty ? "default" : application.project
    guard let project = projects.first(where: { $0.name == name }) else { return nil }
    let registration = clusters.first { $0.name == cluster }
    return ProjectPolicy(
      project, cluster: cluster, server: registration?.serverURL ?? application.destination.server,
      clusterProject: registration?.project ?? "")
  }
}

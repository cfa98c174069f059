import Document
import FleetModel

/// Validation of rendered applications, in Argo CD's words.
final class ApplicationValidator: Sendable {
  private let projects: Set<String>
  private let names: [String: Int]
  private let servers: Set<String>
  private let knowsClusters: Bool

  init(_ definitions: Definitions, _ inputs: EvaluationInputs) {
    projects = Set(definitions.projects.map(\.name)).union(["default"])
    var names: [String: Int] = [:]
    var servers: Set<String> = []
    if case .clusters(let clusters) = inputs.clusters {
      knowsClusters = true
      for cluster in clusters {
        names[cluster.name, default: 0] += 1
        servers.insert(Cluster.comparable(cluster.serverURL))
      }
      if !servers.contains(Cluster.inClusterURL) { names[Cluster.inClusterName, default: 0] += 1 }
    } else {
      knowsClusters = false
    }
    servers.insert(Cluster.inClusterURL)
    self.names = names
    self.servers = servers
  }

  /// Whether both judge every application in the same way.
  func isSame(as other: ApplicationValidator) -> Bool {
    projects == other.projects && names == other.names && servers == other.servers && knowsClusters == other.knowsClusters
  }

  /// What is wrong with an application.
  struct Problem {
    /// In Argo CD's words.
    var message: String
    /// What people are told besides: the nearest name, or what has to be given.
    var advice = ""
    /// The field, below the set's template.
    var path: [PathComponent]
  }

  /// What is wrong with an application by itself; nil where nothing is.
  func problem(_ instance: ApplicationInstance, set: String) -> Problem? {
    guard !instance.name.isEmpty else {
      let message =
        "ApplicationSet \(set) contains an application with no name; a name must be set in the template's metadata.name or via a "
        + "templatePatch (generateName is not supported)"
      return Problem(message: message, path: ["metadata", "name"])
    }
    let spec = instance.application["spec"] ?? .null
    let project = spec["project"]?.stringValue ?? ""
    if !projects.contains(project.isEmpty ? "default" : project) {
      let advice =
        projects.count > 1 ? NearestName.hint(project, in: projects.sorted()) : ": give its AppProject among the definitions"
      return Problem(
        message: "application references project \(project) which does not exist", advice: advice, path: ["spec", "project"])
    }
    guard var problem = destinationProblem(spec["destination"] ?? .null) else { return nil }
    problem.message = "application destination spec is invalid: " + problem.message
    return problem
  }

  /// What Kubernetes would say to a name; Argo CD leaves it to the API server.
  static func nameProblem(_ name: String) -> String? {
    if name.utf8.count > 253 { return "the name is longer than 253 bytes" }
    if DNSName.isSubdomain(name) { return nil }
    if name.contains("{{") { return "the name still has a {{tag}} in it: the element has no such parameter" }
    if name.contains("<no value>") {
      return "a parameter of the name is missing: goTemplateOptions: [\"missingkey=error\"] tells which"
    }
    return "Invalid value: \(JSON.string(.string(name))): \(DNSName.subdomainRule)"
  }

  private func destinationProblem(_ destination: Value) -> Problem? {
    let server = destination["server"]?.stringValue ?? ""
    let name = destination["name"]?.stringValue ?? ""
    let path: [PathComponent] = ["spec", "destination"]
    // The hub's own cluster is always there: with only that one, nobody gave any.
    let nothingGiven = servers.count < 2 ? ": no clusters are given: --clusters FILE or kubeconfig, or Cluster definitions" : ""
    if !name.isEmpty {
      if !server.isEmpty {
        return Problem(message: "application destination can't have both name and server defined: \(name) \(server)", path: path)
      }
      guard knowsClusters else { return nil }
      switch names[name] ?? 0 {
      case 0:
        let advice = nothingGiven.isEmpty ? NearestName.hint(name, in: names.keys.sorted()) : nothingGiven
        return Problem(message: "there are no clusters with this name: \(name)", advice: advice, path: path + ["name"])
      case 1: return nil
      case let count: return Problem(message: "there are \(count) clusters with the same name: \(name)", path: path + ["name"])
      }
    }
    if server.isEmpty { return Problem(message: "Destination server missing from app spec", path: path) }
    guard knowsClusters, !servers.contains(Cluster.comparable(server)) else { return nil }
    let message = "error getting cluster by server \"\(server)\": rpc error: code = NotFound desc = cluster \"\(server)\" not found"
    let advice = nothingGiven.isEmpty ? NearestName.hint(server, in: servers.sorted()) : nothingGiven
    return Problem(message: message, advice: advice, path: path + ["server"])
  }
}

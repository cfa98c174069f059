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
        servers.insert(ApplicationValidator.trimmed(cluster.serverURL))
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

  private static func trimmed(_ address: String) -> String {
    address.utf8.last == UInt8(ascii: "/") ? String(address.dropLast()) : address
  }

  /// What is wrong with an application by itself; nil where nothing is.
  func problem(_ instance: ApplicationInstance, set: String) -> String? {
    guard !instance.name.isEmpty else {
      return "ApplicationSet \(set) contains an application with no name; a name must be set in the template's metadata.name or via a "
        + "templatePatch (generateName is not supported)"
    }
    let spec = instance.application["spec"] ?? .null
    let project = spec["project"]?.stringValue ?? ""
    if !projects.contains(project.isEmpty ? "default" : project) {
      return "application references project \(project) which does not exist"
    }
    return destinationProblem(spec["destination"] ?? .null).map { "application destination spec is invalid: \($0)" }
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

  private func destinationProblem(_ destination: Value) -> String? {
    let server = destination["server"]?.stringValue ?? ""
    let name = destination["name"]?.stringValue ?? ""
    if !name.isEmpty {
      if !server.isEmpty { return "application destination can't have both name and server defined: \(name) \(server)" }
      guard knowsClusters else { return nil }
      switch names[name] ?? 0 {
      case 0: return "there are no clusters with this name: \(name)"
      case 1: return nil
      case let count: return "there are \(count) clusters with the same name: \(name)"
      }
    }
    if server.isEmpty { return "Destination server missing from app spec" }
    guard knowsClusters, !servers.contains(ApplicationValidator.trimmed(server)) else { return nil }
    return "error getting cluster by server \"\(server)\": rpc error: code = NotFound desc = cluster \"\(server)\" not found"
  }
}

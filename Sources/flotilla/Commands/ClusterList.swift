import ArgumentParser
import Document
import FleetModel
import Foundation
import Hub

/// `flotilla cluster list`: the registered clusters.
struct ClusterList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the registered clusters: of definitions, or of a hub with their state.",
    discussion: """
      flotilla cluster list                           # of the hub, as `flotilla get clusters`
      flotilla cluster list -f fleet/definitions      # as defined, without asking anybody
      """)

  @OptionGroup var definitions: DefinitionOptions

  @Option(name: [.customShort("l"), .long], help: "Only those with these labels (key=value, key!=value, key in (a,b), key, !key).")
  var selector: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var hub: HubOptions

  func validate() throws {
    guard hub.hub == nil || definitions.filename.isEmpty else {
      throw ValidationError("--hub and -f exclude each other: a hub lists with state, -f lists what the definitions say")
    }
  }

  func run() async throws {
    let terminal = Terminal.current()
    let printer = Printer(terminal: terminal, options: output)
    if definitions.filename.isEmpty {
      let query = selector.map { [("selector", $0)] } ?? []
      let items = try await hub.client(environment: Environment.current).get("/api/v1/clusters", query)["items"]?.arrayValue ?? []
      printer.print(items, kind: "cluster") { ResourceKind.clusters.table(items, wide: $0) }
      if items.isEmpty, output.output == .table { terminal.note("no clusters found") }
      return
    }
    let decoded = try await Workspace.decode(definitions, environment: Environment.current)
    var clusters = decoded.clusters.filter(\.isRegistered)
    if let selector {
      let wanted = try LabelSelector(text: selector)
      clusters = clusters.filter { wanted.matches($0.labels) }
    }
    printer.print(clusters.map(ClusterText.value), kind: "cluster") { ClusterText.table(clusters, wide: $0) }
    if clusters.isEmpty, output.output == .table { terminal.note("no clusters found") }
    if DiagnosticPrinter(terminal: terminal).print(decoded.diagnostics.filter { $0.severity == .error }).errors > 0 { throw ExitCode(1) }
  }
}

/// Definitions of clusters as text; never with a credential.
enum ClusterText {
  static func table(_ clusters: [Cluster], wide: Bool) -> Table {
    var table = Table(columns: ["name", "server", "credential"] + (wide ? ["project", "namespaces", "labels"] : []) + ["defined in"])
    for cluster in clusters {
      let place = cluster.position.map { "\($0.file):\($0.line)" } ?? ""
      var row: [Table.Cell] = [.init(cluster.name), .init(server(cluster)), .init(credential(cluster.access))]
      if wide {
        let labels = shown(cluster).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        row += [.init(cluster.project), .init(cluster.namespaces.joined(separator: ",")), .init(labels.joined(separator: ","))]
      }
      table.append(row: row + [.init(place, .dim)])
    }
    return table
  }

  static func value(_ cluster: Cluster) -> Value {
    func map(_ entries: [String: String]) -> Value { .object(Object(entries.map { Member(key: $0.key, value: .string($0.value)) })) }
    var metadata: Object = ["name": .string(cluster.name), "labels": map(shown(cluster))]
    if !cluster.annotations.isEmpty { metadata["annotations"] = map(cluster.annotations) }
    var spec: Object = ["server": .string(server(cluster)), "credential": .string(credential(cluster.access))]
    if !cluster.project.isEmpty { spec["project"] = .string(cluster.project) }
    if !cluster.namespaces.isEmpty { spec["namespaces"] = .array(cluster.namespaces.map { .string($0) }) }
    var status: Object = [:]
    status["definedIn"] = cluster.position.map { .string("\($0.file):\($0.line)") }
    return [
      "apiVersion": "flotilla.dev/v1alpha1", "kind": "Cluster", "metadata": .object(metadata), "spec": .object(spec),
      "status": .object(status),
    ]
  }

  /// The label that Flotilla adds for Argo CD's templates says nothing to people.
  private static func shown(_ cluster: Cluster) -> [String: String] { cluster.labels.filter { $0.key != Cluster.secretTypeLabel } }

  private static func server(_ cluster: Cluster) -> String {
    switch cluster.access {
    case .server(let access): access.url
    case .kubeconfig(let path, let context): "context \(context ?? "(current)") of \(path)"
    case .simulated: "(simulated)"
    }
  }

  /// What kind of credential it is, in the order in which the hub looks for them.
  static func credential(_ access: ClusterAccess) -> String {
    guard case .server(let server) = access else {
      if case .kubeconfig = access { return "kubeconfig" }
      return "none"
    }
    if server.bearerToken != nil { return "token in the definition" }
    if let file = server.bearerTokenFile { return "token file \(file)" }
    if server.username != nil { return "password" }
    if let exec = server.exec { return "program \(exec.command)" }
    if let aws = server.aws { return "AWS (\(aws.clusterName))" }
    if server.tls.certData != nil || server.tls.certFile != nil { return "client certificate" }
    return server.url == Cluster.inClusterURL ? "service account of the hub" : "none"
  }
}

import ArgumentParser
import Document
import FleetModel
import Foundation
import Hub
import Simulator

/// `flotilla simulate`: simulated clusters, for trying things out with a hub or with kubectl.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve simulated clusters, each on a port of its own: those of the definitions, or any by name.",
    discussion: """
      flotilla simulate -f fleet/definitions --endpoints clusters.json --kubeconfig sim.kubeconfig
      flotilla simulate east west --kubeconfig sim.kubeconfig --account reader=view --account deployer=edit@shop
      kubectl --kubeconfig sim.kubeconfig --context reader@east get pods --all-namespaces
      """)

  @Argument(help: "Names of clusters: of the definitions where -f is given, otherwise any.")
  var names: [String] = []

  @OptionGroup var definitions: DefinitionOptions

  @Option(help: ArgumentHelp("Write the clusters' addresses to this file, as JSON.", valueName: "file"))
  var endpoints: String?

  @Option(
    help: ArgumentHelp(
      "Write a kubeconfig with a context for each cluster, and one for each account there (ACCOUNT@CLUSTER).", valueName: "file"))
  var kubeconfig: String?

  @Option(
    help: ArgumentHelp("An account with the rights of a cluster role, everywhere or in a namespace.", valueName: "name=role[@namespace]"))
  var account: [String] = []

  @Option(help: ArgumentHelp("More accounts: a YAML list of user, token, groups, roles, namespaces and rules.", valueName: "file"))
  var accounts: String?

  @Option(
    help: ArgumentHelp("The port of the first cluster, the others on the next ones; any that are free where not given.", valueName: "port"))
  var port: Int?

  @Flag(inversion: .prefixedNo, help: "Workloads make ReplicaSets and pods, on one simulated node.")
  var pods = true

  @Flag(help: .hidden)
  var endWithParent = false

  func run() async throws {
    if endWithParent { ParentProcess.endWithIt() }
    let terminal = Terminal.current()
    var (settings, faults) = try await clusters()
    let accounts = try account.map { try SimulatedAccounts.parse($0) } + readAccounts()
    if let twin = Dictionary(grouping: accounts, by: \.user).first(where: { $0.value.count > 1 }) {
      throw CommandFailure("two accounts are called \(twin.key)")
    }
    for index in settings.indices {
      settings[index].accounts = accounts
      settings[index].makesPods = pods
      settings[index].port = port.map { $0 + index } ?? 0
    }
    let server = try await SimulatorServer.start(settings)
    var addresses = Object()
    for (name, cluster) in server.clusters {
      cluster.faults = faults[name] ?? .none
      addresses[name] = .string(cluster.url)
    }
    for member in addresses { terminal.print("\(member.key)  \(member.value.stringValue ?? "")") }
    if let kubeconfig {
      let places = settings.map { (name: $0.name, url: server[$0.name]?.url ?? "") }
      let document = SimulatedAccounts.kubeconfig(places, accounts: accounts)
      try PrivateFile.write(YAML.encode(document), to: NSString(string: kubeconfig).expandingTildeInPath)
    }
    if let endpoints {
      try Data(JSON.encode(.object(addresses), pretty: 2)).write(to: URL(fileURLWithPath: endpoints), options: .atomic)
    }
    try await Task.sleep(for: .seconds(1 << 31))
    await server.stop()
  }

  private func readAccounts() throws -> [SimulatedAccount] {
    guard let accounts else { return [] }
    guard let text = PrivateFile.read(accounts) else { throw CommandFailure("\(accounts) cannot be read") }
    return try SimulatedAccounts.read(text, file: accounts)
  }

  /// The clusters with what goes wrong on them.
  private func clusters() async throws -> ([Simulator.SimulatedClusterSettings], [String: SimulatorFaults]) {
    guard !definitions.filename.isEmpty else {
      guard !names.isEmpty else { throw CommandFailure("name the clusters, or say where they are defined: -f FOLDER") }
      return (names.map { .init(name: $0, readyAfter: .seconds(1)) }, [:])
    }
    var settings: [Simulator.SimulatedClusterSettings] = []
    var faults: [String: SimulatorFaults] = [:]
    let defined = try await Workspace.decode(definitions, environment: Environment.current).clusters
    for cluster in defined where names.isEmpty || names.contains(cluster.name) {
      guard case .simulated(let simulated) = cluster.access else { continue }
      settings.append(
        .init(name: cluster.name, readyAfter: simulated.readyAfter, failingImages: simulated.failingImages, seed: simulated.seed))
      faults[cluster.name] = SimulatorFaults(
        latency: simulated.latency, errorRate: simulated.errorRate, outage: simulated.offline ? .refuse : .none)
    }
    for name in names where !settings.contains(where: { $0.name == name }) {
      throw CommandFailure("no simulated cluster \"\(name)\" in the definitions\(NearestName.hint(name, in: defined.map(\.name)))")
    }
    guard !settings.isEmpty else { throw CommandFailure("no cluster of these definitions is simulated (spec.simulated)") }
    return (settings, faults)
  }
}

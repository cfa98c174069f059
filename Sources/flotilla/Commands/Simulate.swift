import ArgumentParser
import Document
import FleetModel
import Foundation
import Hub
import Simulator

/// `flotilla simulate`: the simulated clusters of a fleet, for trying things out with a hub or with kubectl.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the simulated clusters of the definitions, each on a port of its own.",
    discussion: """
      flotilla simulate -f fleet/definitions --endpoints clusters.json
      kubectl --server "$(jq -r '."eu-staging"' clusters.json)" get deployments --all-namespaces
      """)

  @OptionGroup var definitions: DefinitionOptions

  @Option(help: ArgumentHelp("Write the clusters' addresses to this file, as JSON.", valueName: "file"))
  var endpoints: String?

  @Flag(help: .hidden)
  var endWithParent = false

  func run() async throws {
    if endWithParent { ParentProcess.endWithIt() }
    let terminal = Terminal.current()
    let workspace = try await Workspace.decode(definitions, environment: Environment.current)
    var settings: [Simulator.SimulatedClusterSettings] = []
    var faults: [String: SimulatorFaults] = [:]
    for cluster in workspace.clusters {
      guard case .simulated(let simulated) = cluster.access else { continue }
      settings.append(
        .init(
          name: cluster.name, readyAfter: simulated.readyAfter, failingImages: simulated.failingImages, seed: simulated.seed))
      faults[cluster.name] = SimulatorFaults(
        latency: simulated.latency, errorRate: simulated.errorRate, outage: simulated.offline ? .refuse : .none)
    }
    guard !settings.isEmpty else { throw CommandFailure("no cluster of these definitions is simulated (spec.simulated)") }
    let server = try await SimulatorServer.start(settings)
    var addresses = Object()
    for (name, cluster) in server.clusters {
      cluster.faults = faults[name] ?? .none
      addresses[name] = .string(cluster.url)
    }
    for member in addresses { terminal.print("\(member.key)  \(member.value.stringValue ?? "")") }
    if let endpoints {
      try Data(JSON.encode(.object(addresses), pretty: 2)).write(to: URL(fileURLWithPath: endpoints), options: .atomic)
    }
    try await Task.sleep(for: .seconds(1 << 31))
    await server.stop()
  }
}

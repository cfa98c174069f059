import Foundation

/// The processes and files of one demo.
final class DemoSession {
  let folder: String
  let hubLog: String
  let client: HubClient
  private let terminal: Terminal
  private let repository: DemoRepository
  private let simulator: ChildProcess
  private let hub: ChildProcess
  private let endpoints: String

  init(folder: String, repoURL: String, port: Int, terminal: Terminal) throws {
    self.folder = folder
    self.terminal = terminal
    hubLog = folder + "/hub.log"
    endpoints = folder + "/clusters.json"
    repository = DemoRepository(folder: folder + "/fleet")
    client = HubClient(address: "http://127.0.0.1:\(port)")
    simulator = ChildProcess(
      name: "simulator",
      arguments: ["simulate", "-f", folder + "/fleet/definitions", "--endpoints", endpoints, "--end-with-parent"],
      log: folder + "/simulator.log")
    hub = ChildProcess(
      name: "hub",
      arguments: [
        "hub", "--definitions", folder + "/fleet", "--path", "definitions", "--data", folder + "/hub", "--repo",
        "\(repoURL)=\(folder)/fleet",
        "--simulators", endpoints, "--listen", "127.0.0.1:\(port)", "--poll", "1", "--end-with-parent",
      ],
      log: hubLog)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  static func temporaryFolder() -> String {
    NSTemporaryDirectory() + "flotilla-demo-\(ProcessInfo.processInfo.processIdentifier)"
  }

  func start(fleet: String) async throws {
    try repository.create(from: fleet)
    try? FileManager.default.removeItem(atPath: endpoints)
    try simulator.start()
    let deadline = Date().addingTimeInterval(20)
    while !FileManager.default.fileExists(atPath: endpoints) {
      if let ending = simulator.ending {
        throw CommandFailure("the simulated clusters did not start (\(ending)): see \(folder)/simulator.log")
      }
      guard Date() < deadline else { throw CommandFailure("the simulated clusters did not start within 20 s: see \(folder)/simulator.log") }
      try await Task.sleep(for: .milliseconds(20))
    }
    try hub.start()
    terminal.note("repository  \(repository.folder)")
    terminal.note("state       \(folder)/hub")
    terminal.note("hub         \(client.address) (process \(hub.identifier))")
  }

  /// Starts the hub again where it has ended: its state is in its file, not in the process.
  func superviseHub() throws {
    if let ending = simulator.ending { throw CommandFailure("the simulated clusters ended (\(ending)): see \(folder)/simulator.log") }
    guard let ending = hub.ending else { return }
    try hub.start()
    terminal.note("the hub ended (\(ending)); started again as process \(hub.identifier)")
  }

  func stop() async {
    await hub.stop()
    await simulator.stop()
  }

  func printInvitation() {
    terminal.print(
      """

      It goes on running (Ctrl-C ends it). In another terminal:

        export FLOTILLA_HUB=\(client.address)
        flotilla get applications --watch
        cd \(repository.folder)   # edit a manifest, then: git commit -am "A change"
        flotilla why checkout-eu-production

      The simulated clusters answer kubectl; their addresses stand in \(endpoints).
      """)
  }
}

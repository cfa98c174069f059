import ArgumentParser
import Console
import Document
import Foundation
import Hub
import Logging
import ServiceLifecycle
import Transport

/// `flotilla hub`: the server.
struct HubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hub",
    abstract: "Run the hub: watch definitions, sync clusters, heal, record, answer the API.",
    discussion: """
      flotilla hub --definitions ./fleet/definitions --data ./state
      flotilla hub --definitions https://git.example.com/fleet.git --revision main --path definitions --data /var/lib/flotilla
      """)

  @Option(help: ArgumentHelp("Where the definitions are: a folder, or the URL or path of a Git repository.", valueName: "place"))
  var definitions: String

  @Option(help: ArgumentHelp("The revision of a repository of definitions.", valueName: "revision"))
  var revision = "HEAD"

  @Option(help: ArgumentHelp("The folder inside a repository of definitions.", valueName: "folder"))
  var path = ""

  @Option(help: ArgumentHelp("Where state and mirrors of repositories are kept.", valueName: "folder"))
  var data: String

  @Option(help: ArgumentHelp("Read a repository from somewhere else.", valueName: "url=path[@revision]"))
  var repo: [RepositoryOverride] = []

  @Option(help: ArgumentHelp("Addresses of simulated clusters, as `flotilla simulate --endpoints` writes them.", valueName: "file"))
  var simulators: String?

  @Option(help: ArgumentHelp("The address that the API listens on.", valueName: "host:port"))
  var listen = "127.0.0.1:7780"

  @Option(
    help: ArgumentHelp(
      "Seconds between looks at definitions and repositories; the Fleet's own intervals where not given.", valueName: "seconds"))
  var poll: Int?

  @Option(
    help: ArgumentHelp(
      "Where Secrets are mounted (SECRET/KEY or NAMESPACE/SECRET/KEY), for the tokens of plugin generators.", valueName: "folder"))
  var secrets: String?

  @Option(help: "text or json.")
  var logFormat: LogWriter.Format = .text

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: Logger.Level = .info

  @Flag(help: "Treat unknown fields as errors.")
  var strict = false

  @Flag(help: .hidden)
  var endWithParent = false

  func run() async throws {
    if endWithParent { ParentProcess.endWithIt() }
    let (format, level) = (logFormat, logLevel)
    LoggingSystem.bootstrap { LogWriter(label: $0, format: format, level: level) }
    let logger = Logger(label: "flotilla.hub")
    let metrics = Metrics()
    let hub = try await FlotillaHub(try await configuration(), http: HTTPClient(), metrics: metrics, logger: logger)
    let console = ConsoleServer(controller: hub.controller, metrics: metrics, address: try address(), logger: logger) { port in
      logger.info("the API answers", metadata: ["port": "\(port)"])
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: hub), .init(service: console)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  private func configuration() async throws -> HubConfiguration {
    let isRepository =
      definitions.contains("://") || definitions.hasPrefix("git@") || FileManager.default.fileExists(atPath: definitions + "/.git")
      || (FileManager.default.fileExists(atPath: definitions + "/HEAD") && FileManager.default.fileExists(atPath: definitions + "/objects"))
    var endpoints: [String: String] = [:]
    if let simulators {
      // Simulators that were started at the same moment write the file once they listen.
      for _ in 0..<100 where !FileManager.default.fileExists(atPath: simulators) { try await Task.sleep(for: .milliseconds(100)) }
      endpoints = try SimulatorEndpoints.read(simulators)
    }
    let folder = path.isEmpty ? definitions : definitions + "/" + path
    return HubConfiguration(
      dataFolder: data, definitions: isRepository ? .repository(url: definitions, revision: revision, path: path) : .folder(folder),
      overrides: repo, simulatedClusters: endpoints, pollInterval: poll.map { .seconds($0) }, isStrict: strict,
      secretsFolder: secrets)
  }

  private func address() throws -> ConsoleServer.Address {
    guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]) else {
      throw ValidationError("--listen takes HOST:PORT, not \"\(listen)\"")
    }
    return ConsoleServer.Address(host: String(listen[..<colon]), port: port)
  }
}

extension LogWriter.Format: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

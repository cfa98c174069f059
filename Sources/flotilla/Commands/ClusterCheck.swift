import ArgumentParser
import Document
import FleetModel
import Foundation
import Hub
import Kubernetes
import Transport

/// `flotilla cluster check`: looks at clusters as the hub would see them.
struct ClusterCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at clusters as the hub would see them: reachability, version, permissions, clocks.",
    discussion: """
      With -f the clusters of the definitions, with the credentials that the hub would use; otherwise contexts of the kubeconfig. Changes
      nothing there. Exits with 1 where the hub could not work with a cluster.

      flotilla cluster check -f fleet/definitions
      flotilla cluster check eu-1 -f fleet/definitions -o wide
      flotilla cluster check --for-applications -f fleet/definitions
      flotilla cluster check admin@eu-1
      """)

  @Argument(help: "Names of clusters, or contexts where no definitions are given; all clusters or the current context where none is given.")
  var names: [String] = []

  @OptionGroup var definitions: DefinitionOptions
  @OptionGroup var kubeconfig: KubeconfigOptions

  @Option(help: ArgumentHelp("Addresses of simulated clusters, as `flotilla simulate --endpoints` writes them.", valueName: "file"))
  var simulators: String?

  @Option(help: ArgumentHelp("Judge by what such an account needs: cluster, read-only or administrator.", valueName: "scope"))
  var scope: ScopeArgument?

  @Option(name: .shortAndLong, help: ArgumentHelp("Judge by what an account of these namespaces needs.", valueName: "namespace"))
  var namespace: [String] = []

  @Flag(help: "Judge by what the applications of the definitions need, kind by kind; renders them.")
  var forApplications = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !forApplications || !definitions.filename.isEmpty else { throw ValidationError("--for-applications needs the definitions: -f") }
    guard !forApplications || (scope == nil && namespace.isEmpty) else {
      throw ValidationError("--for-applications and --scope or --namespace exclude each other")
    }
  }

  /// One cluster that is looked at.
  private struct Subject: Sendable {
    var name: String
    /// Nil where there is none, with the reason.
    var connection: ClusterConnection?
    var problem = ""
    var scope: SpokeAccount.Scope
    /// What its applications consist of; nil to judge by the scope.
    var wanted: [WantedObject]?
  }

  func run() async throws {
    let terminal = Terminal.current()
    let environment = Environment.current
    let subjects = definitions.filename.isEmpty ? try contexts(environment) : try await clusters(environment)
    let http = HTTPClient()
    let reports = await withTaskGroup(of: (Int, ClusterCheckReport).self) { group in
      for (index, subject) in subjects.enumerated() {
        group.addTask { (index, await ClusterCheckCommand.report(subject, http)) }
      }
      return await group.reduce(into: [Int: ClusterCheckReport]()) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }.map(\.value)
    }
    Printer(terminal: terminal, options: output).print(reports.map(\.value), kind: "clustercheck", asOne: names.count == 1) {
      $0 ? ClusterCheckText.findings(reports) : ClusterCheckText.summary(reports)
    }
    if output.output == .table { for line in ClusterCheckText.problems(reports, terminal) { terminal.print(line) } }
    if reports.contains(where: { $0.verdict == .bad }) { throw ExitCode(1) }
  }

  private static func report(_ subject: Subject, _ http: HTTPClient) async -> ClusterCheckReport {
    guard let connection = subject.connection else { return ClusterCheckReport(cluster: subject.name, unusable: subject.problem) }
    let client = ClusterClient(connection, http: http, retry: RetryPolicy(maximumAttempts: 2))
    guard let wanted = subject.wanted else { return await ClusterCheck(client, scope: subject.scope).run() }
    var namespaces: [String]?
    if case .namespaces(let names) = subject.scope { namespaces = names }
    return await ClusterCheck(client, objects: wanted, namespaces: namespaces).run()
  }

  // MARK: - what is looked at

  private func contexts(_ environment: [String: String]) throws -> [Subject] {
    let config = try kubeconfig.load(environment: environment)
    let wanted = names.isEmpty ? [config.currentContext] : names
    guard wanted != [""] else {
      throw CommandFailure("say what to check: contexts of \(kubeconfig.place) (it has no current one), or the definitions with -f")
    }
    let scope = try (scope ?? .cluster).scope(namespaces: namespace)
    return try wanted.map { Subject(name: $0, connection: try kubeconfig.connection(context: $0, in: config), scope: scope) }
  }

  private func clusters(_ environment: [String: String]) async throws -> [Subject] {
    let workspace = forApplications ? try await Workspace.load(definitions, environment: environment) : nil
    let decoded: Definitions
    if let workspace {
      decoded = workspace.evaluated.definitions
    } else {
      decoded = try await Workspace.decode(definitions, environment: environment)
    }
    let broken = decoded.diagnostics.filter { $0.severity == .error }
    DiagnosticPrinter(terminal: Terminal.current()).print(broken)
    let known = decoded.clusters.filter(\.isRegistered)
    for name in names where !known.contains(where: { $0.name == name }) {
      throw CommandFailure("no cluster \"\(name)\" in the definitions\(NearestName.hint(name, in: known.map(\.name)))")
    }
    let wanted = try await workspace?.objectsByCluster()
    let connections = ClusterConnections(
      simulated: try simulators.map { try SimulatorEndpoints.read($0) } ?? [:], environment: environment)
    return try known.filter { names.isEmpty || names.contains($0.name) }.map { cluster in
      var subject = Subject(name: cluster.name, scope: try scope(of: cluster), wanted: wanted.map { $0[cluster.name] ?? [] })
      do { subject.connection = try connections.connection(to: cluster) } catch { subject.problem = "\(error)" }
      return subject
    }
  }

  private func scope(of cluster: Cluster) throws -> SpokeAccount.Scope {
    if scope != nil || !namespace.isEmpty { return try (scope ?? .cluster).scope(namespaces: namespace) }
    if !cluster.namespaces.isEmpty { return .namespaces(cluster.namespaces) }
    let annotated = cluster.annotations[SpokeAccountOptions.scopeAnnotation].flatMap(ScopeArgument.init)
    return try (annotated ?? .cluster).scope(namespaces: [])
  }
}

extension Workspace {
  /// What the applications of each cluster consist of.
  ///
  /// - Throws: where an application cannot be rendered: its needs would be missed.
  fileprivate func objectsByCluster() async throws -> [String: [WantedObject]] {
    let rendered = await render()
    var result: [String: Set<WantedObject>] = [:]
    for instance in evaluated.evaluation.instances {
      guard let application = try? Application(instance.application),
        let cluster = evaluated.destinations.cluster(of: application.destination)?.name
      else { continue }
      if let problem = rendered[instance.id]?.problem {
        throw CommandFailure("application \(instance.name) cannot be rendered: \(problem)")
      }
      for object in rendered[instance.id]?.objects ?? [] {
        guard let type = object.groupVersionKind else { continue }
        let own = object[at: "metadata", "namespace"]?.stringValue
        result[cluster, default: []].insert(WantedObject(type: type, namespace: own ?? application.destination.namespace))
      }
    }
    return result.mapValues { $0.sorted() }
  }
}

/// Reports as text.
enum ClusterCheckText {
  static func style(_ verdict: ClusterCheckReport.Verdict) -> Terminal.Style {
    switch verdict {
    case .good: .good
    case .unknown: .dim
    case .doubtful: .waiting
    case .bad: .bad
    }
  }

  /// One line a cluster.
  static func summary(_ reports: [ClusterCheckReport]) -> Table {
    var table = Table("name", "verdict", "version", "latency", "clock", "permissions", "user")
    for report in reports {
      let value = report.value
      let latency = value[at: "status", "latencyMilliseconds"]?.intValue.map { "\($0) ms" } ?? ""
      let permissions = report[.permissions].map { $0.verdict == .bad ? "\(report.missing.count) missing" : $0.verdict.rawValue } ?? ""
      table.append(
        .init(report.cluster), .init(report.verdict.rawValue, style(report.verdict)), .init(report.version ?? ""), .init(latency),
        .init(report[.clock]?.verdict.rawValue ?? "", style(report[.clock]?.verdict ?? .good)),
        .init(permissions, style(report[.permissions]?.verdict ?? .good)), .init(report.user ?? "", .dim))
    }
    return table
  }

  /// One line for each thing that was looked at.
  static func findings(_ reports: [ClusterCheckReport]) -> Table {
    var table = Table("name", "looked at", "verdict", "found", "what to do")
    for report in reports {
      for finding in report.findings {
        table.append(
          .init(report.cluster), .init(finding.subject.rawValue), .init(finding.verdict.rawValue, style(finding.verdict)),
          .init(finding.message), .init(finding.advice ?? "", .dim))
      }
    }
    return table
  }

  /// What is not as it should be, with what to do about it; unknowns are told only where nothing worse explains them.
  static func problems(_ reports: [ClusterCheckReport], _ terminal: Terminal) -> [String] {
    var lines: [String] = []
    for report in reports {
      for finding in report.findings where finding.verdict > (report.verdict > .unknown ? .unknown : .good) {
        let subject = terminal.styled(finding.subject.rawValue, style(finding.verdict))
        if finding.subject == .permissions, !report.missing.isEmpty {
          lines.append("\(report.cluster): \(subject): \(report.missing.count) permissions are missing:")
          lines += AccessNeed.summary(report.missing).map { "    " + $0 }
        } else {
          lines.append("\(report.cluster): \(subject): \(finding.message)")
        }
        if let advice = finding.advice { lines.append("  \(advice)") }
      }
    }
    return lines.isEmpty ? [] : [""] + lines
  }
}

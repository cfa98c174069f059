import ArgumentParser
import Document

/// `flotilla diff`: what a sync would do in the cluster, now.
struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a sync of applications would change in their clusters, field by field.",
    discussion: """
      Asks the clusters and writes nothing. Objects that kubectl, Helm or Argo CD applied before are named with what is taken over;
      the values of Secrets are not shown.

      flotilla diff checkout-eu-staging
      flotilla diff checkout-eu-staging --detailed-exitcode -o json
      """)

  @Argument(help: "Names of applications.")
  var names: [String]

  @Flag(help: "Exit with 2 where something would change.")
  var detailedExitcode = false

  @Option(name: .shortAndLong, help: ArgumentHelp("text or json.", valueName: "format"))
  var output: Plan.PlanFormat = .text

  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let client = hub.client(environment: Environment.current)
    var plans: [Value] = []
    for name in names { plans.append(try await client.get("/api/v1/applications/\(PercentEncoding.encode(name))/diff")) }
    switch output {
    case .json: terminal.print(JSON.string(.array(plans), pretty: 2))
    case .text:
      for plan in plans {
        terminal.print(terminal.styled("\(plan.text("application")): \(plan.text("summary"))", .bold))
        for line in SyncPlanText(plan: plan, terminal: terminal).lines { terminal.print("  " + line) }
      }
    }
    let changes = plans.contains { $0["operations"]?.arrayValue?.isEmpty == false }
    if detailedExitcode, changes { throw ExitCode(2) }
  }
}

/// `flotilla orphans`: what nobody manages.
struct Orphans: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List objects that nobody manages in the namespaces of a project's applications.",
    discussion:
      "For projects with spec.orphanedResources. Objects that others own, and those that Kubernetes makes by itself, are left out.")

  @Option(help: "Only this project.")
  var project: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var hub: HubOptions

  func run() async throws {
    let terminal = Terminal.current()
    let query = project.map { [("project", $0)] } ?? []
    let answer = try await hub.client(environment: Environment.current).get("/api/v1/orphans", query)
    let reports = answer["items"]?.arrayValue ?? []
    Printer(terminal: terminal, options: output).print(reports, kind: "orphans") { _ in Orphans.table(reports) }
    let problems = reports.filter { $0["problem"] != nil }
    for report in problems { terminal.note("cluster \(report.text("cluster")): \(report.text("problem"))") }
    if reports.isEmpty { terminal.note("no project\(project.map { " \($0)" } ?? "") with applications asks for orphanedResources") }
    if !problems.isEmpty { throw ExitCode(1) }
  }

  private static func table(_ reports: [Value]) -> Table {
    var table = Table("project", "cluster", "namespace", "kind", "name")
    for report in reports {
      for object in report["objects"]?.arrayValue ?? [] {
        let group = object.text("group")
        table.append(
          .init(report.text("project").isEmpty ? "(labelled, of no application)" : report.text("project")), .init(report.text("cluster")),
          .init(object.text("namespace")),
          .init(object.text("kind") + (group.isEmpty ? "" : ".\(group)")), .init(object.text("name")))
      }
    }
    return table
  }
}

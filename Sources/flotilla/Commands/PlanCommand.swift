import ArgumentParser
import Document
import FleetModel
import Generators
import Hub
import Transport

/// `flotilla plan`: what a change will do, before it does it.
struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the definitions would change, where, and in which order.",
    discussion: """
      Compares with the state of a hub where --hub (or FLOTILLA_HUB) names one, otherwise with nothing. It runs the same code as the hub,
      down to the objects of each application.

      flotilla plan -f fleet/definitions --repo https://git.acme.example/fleet.git=fleet
      flotilla plan -f fleet/definitions --hub http://127.0.0.1:7780 --detailed-exitcode
      """)

  @OptionGroup var definitions: DefinitionOptions

  @Option(help: ArgumentHelp("The hub to compare with; FLOTILLA_HUB where it is set.", valueName: "url"))
  var hub: String?

  @Flag(help: "Exit with 2 where something would change.")
  var detailedExitcode = false

  @Flag(help: "Ask the clusters what the syncs would do: fields that change, objects of others that are taken over. Writes nothing.")
  var live = false

  @Option(
    help: ArgumentHelp("Addresses of simulated clusters for --live, as `flotilla simulate --endpoints` writes them.", valueName: "file"))
  var simulators: String?

  @Flag(help: "List the objects of applications that are created or removed too.")
  var objects = false

  @Option(name: .shortAndLong, help: ArgumentHelp("text or json.", valueName: "format"))
  var output: PlanFormat = .text

  enum PlanFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  func run() async throws {
    let terminal = Terminal.current()
    let environment = Environment.current
    let (current, pinned) = try await recorded(environment)
    let workspace = try await Workspace.load(definitions, environment: environment, pinned: pinned)
    let evaluated = workspace.evaluated
    let rendered = await workspace.render()
    let graph = evaluated.graph()
    let order = FleetOrder(graph)
    let clusters = Dictionary(graph.nodes.map { ($0.id, $0.cluster) }, uniquingKeysWith: { first, _ in first })
    let next = evaluated.evaluation.instances.map {
      PlannedApplication($0, cluster: clusters[$0.id] ?? "", rendered: rendered[$0.id])
    }
    let plan = FleetPlan.make(from: current, to: next, evaluated, order)
    let changed = Set(plan.changes.filter { $0.action != .remove }.map(\.application.id))
    let answers =
      live
      ? try await LivePlans(
        simulated: simulators.map { try SimulatorEndpoints.read($0) } ?? [:], environment: environment, http: HTTPClient()
      ).plans(for: changed, evaluated, rendered: rendered) : [:]
    let found = DiagnosticPrinter(terminal: terminal).print(
      evaluated.diagnostics + order.problems + rendered.values.flatMap(\.diagnostics).sorted())
    switch output {
    case .text: PlanText(plan: plan, live: answers, showsObjects: objects, errors: found.errors, terminal: terminal).print()
    case .json:
      var value = plan.value
      if live {
        value["live"] = .object(Object(answers.map { Member(key: $0.key.rawValue, value: Plan.value(of: $0.value)) }))
      }
      terminal.print(JSON.string(value, pretty: 2))
    }
    if answers.values.contains(where: { if case .failed = $0 { true } else { false } }) { throw ExitCode(1) }
    if found.errors > 0 { throw ExitCode(1) }
    if detailedExitcode, !plan.isEmpty { throw ExitCode(2) }
  }

  private static func value(of answer: LivePlans.Answer) -> Value {
    switch answer {
    case .plan(let plan): plan.value
    case .failed(let reason): ["error": .string(reason)]
    }
  }

  private func recorded(_ environment: [String: String]) async throws -> ([PlannedApplication], [InstanceID: TemplatePins.Pin]) {
    guard let address = hub ?? environment["FLOTILLA_HUB"] else { return ([], [:]) }
    let answer = try await HubClient(address: address).get("/api/v1/plan/state")
    return ((answer["items"]?.arrayValue ?? []).compactMap(PlannedApplication.init), TemplatePins.pins(answer["pins"]))
  }
}

/// A plan as text.
struct PlanText {
  let plan: FleetPlan
  /// What the clusters say, where they were asked.
  let live: [InstanceID: LivePlans.Answer]
  let showsObjects: Bool
  /// How many errors were told before: what they concern stays as it is.
  let errors: Int
  let terminal: Terminal

  func print() {
    guard !plan.isEmpty else {
      terminal.print(
        errors > 0
          ? "Nothing changes: \(PlanText.count(plan.unchanged, "application")) stay as they are, some because of the errors above."
          : "Nothing changes: \(PlanText.count(plan.unchanged, "application")) \(plan.unchanged == 1 ? "is as it" : "are as they") should be."
      )
      return
    }
    let width = plan.changes.map(\.application.name.count).max() ?? 0
    var step: Int?
    for change in plan.changes {
      if change.action == .remove {
        if step != nil || change == plan.changes.first { terminal.print("\nRemoved, dependants first") }
        step = nil
      } else if step != change.step {
        terminal.print("\(step == nil ? "" : "\n")\(terminal.styled("Step \(change.step + 1)", .bold))")
        step = change.step
      }
      line(change, width)
    }
    var parts = [
      "\(plan.count(.create)) to create", "\(plan.count(.change)) to change", "\(plan.count(.remove)) to remove",
    ]
    if plan.count(.rename) > 0 { parts.append("\(plan.count(.rename)) to rename") }
    if plan.heldCount > 0 { parts.append("\(plan.heldCount) held") }
    terminal.print("\n\(terminal.styled("Plan:", .bold)) \(parts.joined(separator: ", ")); \(plan.unchanged) unchanged.")
  }

  private func line(_ change: FleetPlan.Change, _ width: Int) {
    let application = change.application
    let name = application.name + String(repeating: " ", count: width - application.name.count)
    var notes = [application.cluster.isEmpty ? "(no cluster)" : application.cluster]
    if let previous = change.previousName { notes.append("was \(previous)") }
    if change.action == .create || change.action == .remove { notes.append(PlanText.count(change.objects.count, "object")) }
    if change.revisions.count == 2 { notes.append(change.revisions.map(Revisions.short).joined(separator: " → ")) }
    if change.action == .change, change.definitionChanges { notes.append("its definition changes") }
    if change.action == .remove, !application.cascades { notes[notes.count - 1] = "its objects stay (no finalizer asks for them to go)" }
    if let held = change.held {
      notes.append(terminal.styled("held: \(held)", .bad))
    } else if !change.waitsFor.isEmpty {
      notes.append("after \(PlanText.short(change.waitsFor))")
    }
    if let problem = application.problem { notes.append(terminal.styled("cannot be rendered: \(problem)", .bad)) }
    terminal.print("  \(symbol(change.action)) \(name)  \(notes.joined(separator: ", "))")
    switch live[application.id] {
    case .plan(let plan):
      for line in SyncPlanText(plan: plan.value, terminal: terminal).lines { terminal.print("      " + line) }
      return
    case .failed(let reason):
      terminal.print("      " + terminal.styled("not known: \(reason)", .bad))
      return
    case nil: break
    }
    guard showsObjects || change.action == .change || change.action == .rename else { return }
    for object in change.objects { terminal.print("      \(symbol(object.action)) \(object.identity)") }
  }

  private func symbol(_ action: FleetPlan.Action) -> String {
    switch action {
    case .create: terminal.styled("+", .good)
    case .change: terminal.styled("~", .waiting)
    case .rename: terminal.styled("»", .waiting)
    case .remove: terminal.styled("-", .bad)
    }
  }

  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private static func short(_ names: [String]) -> String {
    names.count <= 3 ? names.joined(separator: ", ") : names.prefix(2).joined(separator: ", ") + " and \(names.count - 2) more"
  }
}

import ArgumentParser
import Document
import FleetModel
import Generators
import Hub

/// `flotilla validate`: reads definitions, evaluates and renders them, and says what is wrong.
struct Validate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check definitions: fields, templates, generators, dependencies and manifests.",
    discussion: "Every message begins with its place. Exits with 1 where there is an error; warnings do not count unless --strict is given."
  )

  @OptionGroup var definitions: DefinitionOptions

  @Flag(help: "Check the definition files only, without their repositories.")
  var definitionsOnly = false

  func run() async throws {
    let terminal = Terminal.current()
    if definitionsOnly {
      let definitions = try await Workspace.decode(definitions, environment: Environment.current)
      let found = DiagnosticPrinter(terminal: terminal).print(definitions.diagnostics)
      return try conclude(definitions, applications: "", found, terminal)
    }
    let workspace = try await Workspace.load(definitions, environment: Environment.current)
    let evaluated = workspace.evaluated
    let diagnostics =
      evaluated.diagnostics + FleetOrder(evaluated.graph()).problems
      + (await workspace.render().values.flatMap(\.diagnostics).sorted())
    let found = DiagnosticPrinter(terminal: terminal).print(diagnostics)
    let applications = PlanText.count(evaluated.evaluation.instances.count, "application") + ", "
    try conclude(evaluated.definitions, applications: applications, found, terminal)
  }

  private func conclude(
    _ definitions: Definitions, applications: String, _ found: (errors: Int, warnings: Int), _ terminal: Terminal
  ) throws {
    let sets = PlanText.count(definitions.applicationSets.count, "application set")
    let clusters = PlanText.count(definitions.clusters.count, "cluster")
    terminal.print(
      "\(sets), \(applications)\(clusters): \(PlanText.count(found.errors, "error")), \(PlanText.count(found.warnings, "warning"))")
    if found.errors > 0 { throw ExitCode(1) }
  }
}

/// `flotilla generate`: the Applications that the definitions produce.
struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the Applications that application sets produce, as Argo CD would create them.")

  @OptionGroup var definitions: DefinitionOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("yaml, json or name.", valueName: "format"))
  var output: GenerateFormat = .yaml

  @Flag(help: "Print which generator element made each application instead.")
  var provenance = false

  @Flag(help: "Print the parameter sets of each generator instead; with -o name the names that templates may use.")
  var params = false

  enum GenerateFormat: String, CaseIterable, ExpressibleByArgument {
    case yaml
    case json
    case name
  }

  func run() async throws {
    let terminal = Terminal.current()
    let evaluated = try await Workspace.load(definitions, environment: Environment.current, keepsParameters: params).evaluated
    let instances = Generate.applications(of: evaluated.evaluation)
    if params {
      ParameterListing(evaluated).print(output, terminal)
    } else if provenance {
      var table = Table("application", "set", "generator", "element", "commit")
      for instance in instances {
        table.append(
          .init(instance.name), .init(instance.provenance.applicationSet ?? ""), .init(instance.provenance.generator),
          .init(instance.provenance.element), .init(Revisions.short(instance.provenance.commit ?? "")))
      }
      for line in table.lines(terminal) { terminal.print(line) }
    } else {
      switch output {
      case .yaml:
        // One at a time: ten thousand applications as one text would be larger than they are themselves.
        for (index, instance) in instances.enumerated() {
          terminal.write((index == 0 ? "" : "---\n") + YAML.encode(instance.application))
        }
      case .json: terminal.print(JSON.string(.array(instances.map(\.application)), pretty: 2))
      case .name: for instance in instances { terminal.print(instance.name) }
      }
    }
    // An application of a project or for a cluster that was not given is generated all the same, as `argocd appset generate` does.
    let refused = evaluated.evaluation.sets.flatMap(\.validationErrors.values)
    let diagnostics = evaluated.diagnostics.map { found in
      guard refused.contains(where: { found.message.contains($0) }) else { return found }
      return Diagnostic(.warning, found.message, at: found.position, subject: found.subject)
    }
    if DiagnosticPrinter(terminal: terminal).print(diagnostics).errors > 0 { throw ExitCode(1) }
  }

  /// Everything that can be rendered, also what a hub would refuse; of two with one name both.
  private static func applications(of evaluation: Evaluation) -> [ApplicationInstance] {
    let valid = Set(evaluation.instances.map(\.id))
    let refused = evaluation.sets.flatMap { set in set.generated.filter { !valid.contains($0.id) } }
    guard !refused.isEmpty else { return evaluation.instances }
    return (evaluation.instances + refused).sorted {
      ByteOrder.equal($0.name, $1.name) ? $0.id < $1.id : ByteOrder.less($0.name, $1.name)
    }
  }
}

/// `flotilla render`: the manifests of applications.
struct Render: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the manifests of applications, as they would be applied.")

  @OptionGroup var definitions: DefinitionOptions

  @Argument(help: "Names of applications; all where none is given.")
  var names: [String] = []

  func run() async throws {
    let terminal = Terminal.current()
    let workspace = try await Workspace.load(definitions, environment: Environment.current)
    let instances = workspace.evaluated.evaluation.instances
    for name in names where !instances.contains(where: { $0.name == name }) {
      throw CommandFailure("no application \"\(name)\" is produced\(NearestName.hint(name, in: instances.map(\.name)))")
    }
    let rendered = await workspace.render()
    var diagnostics = workspace.evaluated.diagnostics
    for instance in instances where names.isEmpty || names.contains(instance.name) {
      guard let result = rendered[instance.id] else { continue }
      diagnostics += result.diagnostics
      for object in result.objects {
        terminal.write("---\n# application: \(instance.name)\n" + YAML.encode(object))
      }
    }
    if DiagnosticPrinter(terminal: terminal).print(diagnostics).errors > 0 { throw ExitCode(1) }
  }
}

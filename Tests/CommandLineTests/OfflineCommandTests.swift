import Foundation
import Testing

/// Commands that need no hub.
@Suite struct OfflineCommandTests {
  private static let repo = "https://git.acme.example/fleet.git=fleet"

  @Test(arguments: [
    "cluster-decision-resource", "clusters", "git-directories", "git-files", "list", "matrix", "merge", "plugin", "pull-request",
    "scm-provider",
  ])
  func generatesWhatTheExamplesSay(_ name: String) async throws {
    let result = try await CommandLine.run("generate", "-f", "generators/\(name)")
    #expect(result.errors == "")
    #expect(result.status == 0)
    #expect(result.output == (try String(contentsOfFile: CommandLine.repository + "/generators/\(name)/expected.yaml", encoding: .utf8)))
  }

  @Test func validatesTheExampleFleet() async throws {
    let result = try await CommandLine.run("validate", "-f", "fleet/definitions", "--repo", Self.repo, "--strict")
    #expect(result.errors == "")
    #expect(result.output == "2 application sets, 20 applications, 4 clusters: 0 errors, 0 warnings\n")
    #expect(result.status == 0)
  }

  @Test func plansTheExampleFleetInOrder() async throws {
    let result = try await CommandLine.run("plan", "-f", "fleet/definitions", "--repo", Self.repo)
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("Step") } == ["Step 1", "Step 2", "Step 3", "Step 4", "Step 5"])
    #expect(lines.last == "Plan: 20 to create, 0 to change, 0 to remove; 0 unchanged.")
    let names = lines.filter { $0.hasPrefix("  + ") }.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    #expect(names.first == "crds-eu-production")
    #expect(names.last == "storefront-us-production")
  }

  @Test func rendersOneApplication() async throws {
    let result = try await CommandLine.run("render", "-f", "fleet/definitions", "--repo", Self.repo, "crds-eu-staging")
    #expect(result.output.hasPrefix("---\n# application: crds-eu-staging\napiVersion: apiextensions.k8s.io/v1\n"))
    #expect(result.status == 0)
  }

  /// What is wrong, and what a newcomer is told.
  static let mistakes: [(arguments: [String], message: String, status: Int32)] = [
    (["plan", "-f", "nowhere"], "nowhere does not exist", 1),
    (["render", "-f", "generators/list", "chekout"], "no application \"chekout\" is produced", 1),
    (["get", "applications", "--hub", "http://127.0.0.1:1"], "no hub answers at http://127.0.0.1:1", 1),
    (["generate"], "say where the definitions are: -f FOLDER, -f FILE or -f -", 1),
    (["frobnicate"], "Unexpected argument 'frobnicate'", 64),
  ]

  @Test(arguments: mistakes)
  func saysWhatIsWrong(_ row: (arguments: [String], message: String, status: Int32)) async throws {
    let folder = NSTemporaryDirectory() + "flotilla-cli-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/errors"
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    let process = try CommandLine.start(row.arguments, errors: try FileHandle(forWritingTo: URL(fileURLWithPath: file)))
    while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    #expect(process.terminationStatus == row.status)
    #expect((try String(contentsOfFile: file, encoding: .utf8)).contains(row.message))
  }
}

/// A newcomer's slips: the message alone is enough to mend each of them.
@Suite struct MistakeTests {
  private static let definitions = """
    apiVersion: flotilla.dev/v1alpha1
    kind: Cluster
    metadata: {name: eu, labels: {env: prod}}
    spec: {simulated: {}}
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: web, namespace: argocd}
    spec:
      goTemplate: true
      goTemplateOptions: [missingkey=error]
      generators:
      - clusters:
          selector: {matchLabels: {env: prod}}
      template:
        metadata: {name: 'web-{{ .name }}'}
        spec:
          project: default
          source: {repoURL: https://git.acme.example/fleet.git, path: 'workloads/checkout', targetRevision: HEAD}
          destination: {server: '{{ .server }}', namespace: x}
    """

  @Test(arguments: [
    (
      "name: 'web-{{ .name }}'", "name: 'web-{{ .nme }}'", ":16:16: error: ApplicationSet argocd/web: element cluster=eu: ",
      "key \"nme\": did you mean \"name\"?"
    ),
    ("{{ .server }}", "{{ .metadata.labels.evn }}", ":20:21: error: ", "no entry for key \"evn\": did you mean \"env\"?"),
    ("project: default", "projct: default", ":18:7: warning: ", "unknown field \"spec.template.spec.projct\": did you mean \"project\"?"),
    (
      "workloads/checkout", "workloads/chekout", ":13:5: error: ",
      "path \"workloads/chekout\" does not exist in https://git.acme.example/fleet.git: did you mean \"workloads/checkout\"?"
    ),
    ("{{ .server }}", "{{ .server | trimm }}", ":20:21: error: ", "function \"trimm\" not defined: did you mean \"trim\"?"),
    (
      "{env: prod}}\n  template", "{evn: prod}}\n  template", ":13:5: warning: ",
      "matches none of 1 cluster, which have no label evn: did you mean \"env\"?"
    ),
    (
      "  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n", "", ":14:16: warning: ",
      "{{.name}} stays as it is for cluster eu: a dot before the name is for goTemplate: true"
    ),
    ("- clusters:", "- cluster:", ":13:5: error: ", "unrecognized generators: cluster: did you mean \"clusters\"?"),
  ])
  func saysHowToMend(_ right: String, _ wrong: String, _ place: String, _ advice: String) async throws {
    let folder = NSTemporaryDirectory() + "flotilla-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = Self.definitions.replacingOccurrences(of: right, with: wrong)
    #expect(text != Self.definitions)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/web.yaml"))
    let result = try await CommandLine.run("validate", "-f", folder, "--repo", "https://git.acme.example/fleet.git=fleet")
    let line = result.errors.split(separator: "\n").first { $0.contains(advice) }
    #expect(line?.hasPrefix("\(folder)/web.yaml\(place)") == true, "\(result.errors)")
  }

  static let templates: [(arguments: [String], output: String, errors: [String], status: Int32)] = [
    (["{{ .name | upper }}", "--set", "name=eu-1"], "EU-1\n", [], 0),
    (["{{name}}-{{metadata.labels.env}}", "--classic", "--set", "name=a", "--set", "metadata.labels.env=prod"], "a-prod\n", [], 0),
    (
      ["{{name}}-{{nme}}", "--classic", "--set", "name=a"], "a-{{nme}}\n",
      ["{{nme}} stays as it is: no such parameter: did you mean \"name\"?"], 0
    ),
    (
      ["{{ .a.b }}", "--set", "a.c=1", "--option", "missingkey=error"], "",
      ["  1 | {{ .a.b }}", "map has no entry for key \"b\": there are c"], 1
    ),
    (["x\n{{ if }}"], "", ["  2 | {{ if }}", "base:2: missing value for if"], 1),
    (["{{ tpl \"{{ .x }}\" . }}", "--helm", "--set", "x=1"], "1\n", [], 0),
    (["{{ randAlpha 4 }}{{ now | unixEpoch }}", "--now", "60", "--seed", "s"], "", [], 0),
    ([], "", ["give a template: as an argument, with -f FILE, or - for standard input"], 64),
    (["{{ repeat 1000000000 \"a\" }}"], "", ["the limit is 16777216 bytes"], 1),
  ]

  @Test(arguments: templates)
  func templatesOneText(_ row: (arguments: [String], output: String, errors: [String], status: Int32)) async throws {
    let result = try await CommandLine.run(arguments: ["template"] + row.arguments)
    #expect(result.status == row.status, "\(result.errors)")
    for error in row.errors { #expect(result.errors.contains(error), "\(result.errors)") }
    if row.arguments.contains("--seed") {
      #expect(result.output == (try await CommandLine.run(arguments: ["template"] + row.arguments)).output)
      #expect(result.output.hasSuffix("60\n"))
    } else {
      #expect(result.output == row.output)
    }
  }

  @Test func showsParameters() async throws {
    let names = try await CommandLine.run("generate", "-f", "generators/matrix", "--params", "-o", "name")
    #expect(names.output.contains("path.basename\n"))
    let sets = try await CommandLine.run("generate", "-f", "generators/list", "--params")
    #expect(sets.output.hasPrefix("applicationSet: argocd/"))
    #expect(sets.status == 0)
  }

  @Test func takesClustersFromAKubeconfig() async throws {
    let folder = NSTemporaryDirectory() + "flotilla-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let config = """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "https://c.example.com:6443"}}]
      users: [{name: u, user: {token: hidden}}]
      contexts: [{name: north, context: {cluster: c, user: u}}]
      """
    try Data(config.utf8).write(to: URL(fileURLWithPath: folder + "/config"))
    let set = """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: s, namespace: argocd}
      spec:
        generators: [{clusters: {}}]
        template:
          metadata: {name: 'x-{{name}}', annotations: {server: '{{server}}'}}
          spec: {project: default, source: {repoURL: r, path: p}, destination: {server: '{{server}}'}}
      """
    try Data(set.utf8).write(to: URL(fileURLWithPath: folder + "/set.yaml"))
    let result = try await CommandLine.run("generate", "-f", folder + "/set.yaml", "--clusters", folder + "/config")
    #expect(result.output.contains("name: x-north") && result.output.contains("server: https://c.example.com:6443"))
    #expect(!(result.output + result.errors).contains("hidden"))
  }
}

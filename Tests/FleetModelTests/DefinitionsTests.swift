import Document
import FleetModel
import Testing

func decode(_ text: String, file: String = "fleet.yaml", strict: Bool = false) -> Definitions {
  Definitions.decode([SourceFile(path: file, bytes: Array(text.utf8))], strict: strict)
}

private let set = """
  apiVersion: argoproj.io/v1alpha1
  kind: ApplicationSet
  metadata: {name: web}
  spec:
    generators:
    - list: {elements: [{a: b}]}
    template:
      metadata: {name: x}
      spec:
        destination: {server: s}

  """

/// What is wrong in a file is said with its place and a way out.
@Suite struct DefinitionDiagnosticsTests {
  @Test(arguments: [
    (
      "unknown field", set.replacing("spec:\n  generators", with: "spec:\n  goTemplates: true\n  generators"),
      ["fleet.yaml:5:3: warning: ApplicationSet argocd/web: unknown field \"spec.goTemplates\": did you mean \"goTemplate\"?"]
    ),
    (
      "unknown field of a generator", set.replacing("{elements:", with: "{element:"),
      [
        "fleet.yaml:6:12: warning: ApplicationSet argocd/web: unknown field \"spec.generators[0].list.element\": did you mean "
          + "\"elements\"?"
      ]
    ),
    (
      "unknown generator", set.replacing("- list:", with: "- lists:"),
      [
        "fleet.yaml:6:5: error: ApplicationSet argocd/web: contains unrecognized generators: lists: did you mean \"list\"?",
        "fleet.yaml:6:5: warning: ApplicationSet argocd/web: unknown field \"spec.generators[0].lists\": did you mean \"list\"?",
      ]
    ),
    (
      "wrong type", set.replacing("{server: s}", with: "{server: 5}"),
      [
        "fleet.yaml:10:21: error: ApplicationSet argocd/web: spec.template.spec.destination.server must be text, not a number: put it in "
          + "quotes"
      ]
    ),
    (
      "template where none can be",
      set.replacing("  spec:\n      destination", with: "  spec:\n      revisionHistoryLimit: '{{n}}'\n      destination"),
      [
        "fleet.yaml:10:7: error: ApplicationSet argocd/web: spec.template.spec.revisionHistoryLimit must be an integer, not text: only "
          + "texts can be templates; set this field with templatePatch"
      ]
    ),
    (
      "no name", "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {}\n",
      ["fleet.yaml:3:1: error: AppProject argocd/: metadata.name is missing: give the AppProject a name"]
    ),
    (
      "twice", set + "---\n" + set,
      ["fleet.yaml:12:1: error: ApplicationSet argocd/web: is defined twice: fleet.yaml:1:1 is used, this one is not"]
    ),
    (
      "wrong group", "apiVersion: v1\nkind: ApplicationSet\n",
      ["fleet.yaml:1:1: warning: v1 ApplicationSet is no kind that Flotilla knows: write apiVersion: argoproj.io/v1alpha1: ignored"]
    ),
    (
      "wrong kind", "apiVersion: flotilla.dev/v1alpha1\nkind: Clusters\n",
      ["fleet.yaml:1:1: warning: flotilla.dev/v1alpha1 Clusters is no kind that Flotilla knows: did you mean \"Cluster\"?: ignored"]
    ),
    (
      "duration", "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  simulated:\n    latency: 20\n",
      ["fleet.yaml:6:5: error: Cluster a: spec.simulated.latency must be text, not a number: put it in quotes"]
    ),
    (
      "two ways", "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec: {simulated: {}, server: https://x}\n",
      ["fleet.yaml:4:1: error: Cluster a: spec has server and simulated: a cluster is reached in one way"]
    ),
    (
      "dependency", set.replacing("spec:\n  generators", with: "spec:\n  dependsOn:\n  - {scope: fleet}\n  generators"),
      ["fleet.yaml:6:5: error: ApplicationSet argocd/web: spec.dependsOn[0] needs one of application, applicationSet or selector"]
    ),
  ])
  func says(_ what: String, _ text: String, _ expected: [String]) {
    #expect(decode(text).diagnostics.map(\.description) == expected, "\(what)")
  }

  @Test func strictMakesUnknownFieldsErrors() {
    let text = set.replacing("spec:\n  generators", with: "spec:\n  goTemplates: true\n  generators")
    let definitions = decode(text, strict: true)
    #expect(definitions.applicationSets.isEmpty)
    #expect(definitions.hasErrors)
    #expect(definitions.brokenSubjects == ["ApplicationSet argocd/web"])
  }

  @Test func aBrokenFileHoldsOnlyItself() {
    let definitions = Definitions.decode([
      SourceFile(path: "b.yaml", bytes: Array(set.utf8)), SourceFile(path: "a.yaml", bytes: Array("a: [\n".utf8)),
    ])
    #expect(definitions.applicationSets.map(\.id) == ["argocd/web"])
    #expect(definitions.brokenFiles == ["a.yaml"])
    #expect(definitions.diagnostics.count == 1)
    #expect(definitions.diagnostics.first?.position?.file == "a.yaml")
  }

  @Test func flotillasOwnFieldsAreKnown() {
    let text = set.replacing(
      "spec:\n  generators",
      with: """
        spec:
          dependsOn: [{applicationSet: platform, scope: {clusterSelector: {matchLabels: {a: b}}}, ready: "true"}]
          deletionGuard: {maxRemovals: 3}
          preview: {timeToLive: 2h}
          strategy: {type: RollingSync, rollingSync: {steps: [{maxUpdate: 25%, soak: 10m, approval: {}}], failureBudget: 2}}
          generators
        """
    ).replacing("spec:\n      destination", with: "spec:\n      dependsOn: [{application: db}]\n      destination")
    let found = decode(text).diagnostics
    #expect(found.count == 1 && found.first?.message.hasPrefix("spec.strategy.type RollingSync has no effect in this version") == true)
    #expect(decode(text).applicationSets.first?.dependsOn.count == 1)
  }
}

@Suite struct FleetKindsTests {
  @Test func clusterSecretsAsArgoCDKeepsThem() throws {
    let definitions = decode(
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: c
        labels: {argocd.argoproj.io/secret-type: cluster, env: prod}
        annotations: {note: x}
      data:
        name: cHJvZC1ldQ==
        server: aHR0cHM6Ly8xMC4wLjAuMTo2NDQz
      stringData:
        project: payments
        config: |
          {"bearerToken": "hunter2", "tlsClientConfig": {"insecure": false, "caData": "Y2E=", "serverName": "api"},
           "execProviderConfig": {"command": "aws", "args": ["eks"], "env": {"A": "b"}, "apiVersion": "client.authentication.k8s.io/v1beta1"}}
      """)
    #expect(definitions.diagnostics.isEmpty)
    let cluster = try #require(definitions.clusters.first)
    #expect(cluster.name == "prod-eu" && cluster.project == "payments" && cluster.serverURL == "https://10.0.0.1:6443")
    #expect(cluster.labels["env"] == "prod" && cluster.annotations == ["note": "x"])
    guard case .server(let server) = cluster.access else {
      Issue.record("no server")
      return
    }
    #expect(server.bearerToken?.reveal == "hunter2" && server.tls.caData == Array("ca".utf8) && server.exec?.args == ["eks"])
    #expect(!"\(cluster)".contains("hunter2"))
    #expect(!String(reflecting: cluster).contains("hunter2"))
    var dumped = ""
    dump(cluster, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  @Test(arguments: [
    ("config: '{\"bearerToken\": \"hunter2\"'", "is no JSON"), ("config: '{\"bearerToken\": 12345}'", "bearerToken must be text"),
    ("server: ''", "no entry \"server\""),
  ])
  func brokenSecretsNeverShowTheirContent(_ entry: String, _ message: String) throws {
    let definitions = decode(
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: c, labels: {argocd.argoproj.io/secret-type: cluster}}
      stringData:
        name: a
        \(entry.hasPrefix("server") ? entry : "server: https://a\n  \(entry)")
      """)
    let found = try #require(definitions.diagnostics.first).description
    #expect(found.contains(message))
    #expect(!found.contains("hunter2") && !found.contains("12345"))
  }

  @Test func otherSecretsAreNoDefinitions() {
    let definitions = decode("apiVersion: v1\nkind: Secret\nmetadata: {name: c}\nstringData: {a: b}\n")
    #expect(definitions.clusters.isEmpty && definitions.diagnostics.isEmpty && definitions.otherObjects.isEmpty)
  }

  @Test func theKindsOfFlotilla() throws {
    let definitions = decode(
      """
      apiVersion: flotilla.dev/v1alpha1
      kind: Cluster
      metadata: {name: sim, labels: {region: eu}}
      spec:
        project: p
        simulated: {readyAfter: 500ms, latency: 20ms, errorRate: 0.1, failingImages: ["*:broken"]}
      ---
      apiVersion: flotilla.dev/v1alpha1
      kind: Cluster
      metadata: {name: kube}
      spec: {kubeconfig: {path: /k, context: c}}
      ---
      apiVersion: flotilla.dev/v1alpha1
      kind: Repository
      metadata: {name: r}
      spec: {url: https://git.example.com/team, mirror: /srv/git, credentials: {username: bot, passwordFile: /run/token}}
      ---
      apiVersion: flotilla.dev/v1alpha1
      kind: Fleet
      metadata: {name: acme}
      spec:
        limits: {perCluster: 4, fleet: 20}
        guards: {maxRemovals: 2}
        retry: {limit: 5, backoff: {duration: 2s, factor: 2, maxDuration: 1m}}
        definitions: {repoURL: https://git.example.com/fleet.git, path: definitions}
        intervals: {repositories: 5m}
        generators: {fileGlobbing: doublestar, hiddenDirectories: true}
      """)
    #expect(definitions.diagnostics.isEmpty)
    #expect(definitions.clusters.map(\.name) == ["kube", "sim"])
    #expect(definitions.clusters.first?.access == .kubeconfig(path: "/k", context: "c"))
    let settings = SimulatedClusterSettings(
      readyAfter: .milliseconds(500), latency: .milliseconds(20), errorRate: 0.1, failingImages: ["*:broken"])
    #expect(definitions.clusters.last?.access == .simulated(settings))
    #expect(definitions.clusters.last?.labels[Cluster.secretTypeLabel] == "cluster")
    #expect(definitions.fleet.limits.perCluster == 4 && definitions.fleet.limits.fleet == 20 && definitions.fleet.guards.maxRemovals == 2)
    #expect(definitions.fleet.retry == RetryPolicy(limit: 5, duration: .seconds(2), factor: 2, maxDuration: .seconds(60)))
    #expect(definitions.fleet.intervals.repositories == .seconds(300))
    #expect(definitions.fleet.definitions?.path == "definitions")
    #expect(definitions.fleet.generators == Fleet.GeneratorSettings(fileGlobbing: .doublestar, hiddenDirectories: true))
    let repository = try #require(definitions.repositories.first)
    #expect(repository.credentials == .passwordFile(username: "bot", path: "/run/token"))
  }

  @Test(arguments: [
    ("https://h/team", "https://h/team/app.git", "/srv/app.git"), ("https://h/team", "https://h/team", "/srv"),
    ("https://h/team/", "https://h/team/app", "/srvapp"), ("https://h/team", "https://h/teamwork/app.git", nil),
    ("https://h/a", "https://x/a", nil),
    ("https://h/app", "https://h/app.git", "/srv.git"),
  ])
  func repositoriesAreMeantByPrefix(_ url: String, _ address: String, _ expected: String?) {
    var repository = Repository(name: "r", url: url)
    repository.mirror = "/srv"
    #expect(repository.fetchURL(for: address) == expected)
  }

  @Test func globbingHasTwoModes() {
    let definitions = decode(
      "apiVersion: flotilla.dev/v1alpha1\nkind: Fleet\nmetadata: {name: f}\nspec: {generators: {fileGlobbing: glob}}\n")
    #expect(definitions.fleet.generators == Fleet.GeneratorSettings())
    #expect(
      definitions.diagnostics.map(\.description) == [
        "fleet.yaml:4:21: error: Fleet f: spec.generators.fileGlobbing must be one of pathspec, doublestar, not \"glob\""
      ])
  }

  /// Five thousand clusters are no matter, and two with one name still are.
  @Test func clustersAreUnique() {
    func cluster(_ name: String, _ server: String) -> String {
      "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: \(name)}\nspec: {server: \"https://\(server)\"}\n---\n"
    }
    let definitions = decode((0..<500).map { cluster("c\($0)", "h\($0)") }.joined() + cluster("c7", "other") + cluster("new", "h9"))
    #expect(definitions.clusters.count == 501)
    #expect(
      definitions.diagnostics.map(\.message) == [
        "is defined twice: fleet.yaml:36:1 is used, this one is not",
        "has the same server as cluster \"c9\": https://h9; applications that name the server may mean either",
      ])
  }

  @Test func pausesGrow() {
    let policy = RetryPolicy(limit: 5, duration: .seconds(5), factor: 2, maxDuration: .seconds(60))
    #expect((1...6).map { policy.pause(before: $0) } == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
  }
}

import Document
import FleetModel
import Generators
import Git
import Testing

/// A small fleet that can be edited at random: every kind of generator, sets that fail, names that clash.
private struct Fleetlet {
  var clusters: [String: [String: String]] = ["a": ["env": "prod"], "b": ["env": "dev"], "c": ["env": "prod", "tier": "x"]]
  var files: [String: String] = [
    "apps/one/conf.yaml": "id: one\nv: {w: x}", "apps/two/conf.yaml": "id: two", "list.yaml": "[{id: l1}, {id: l2}]",
  ]
  var commit = 1
  var requests: [Int: String] = [1: "main", 2: "feature/x"]
  var plugin = 2
  var lines = 0
  var template = 0
  var sets = Set(0..<Fleetlet.definitions.count)
  var projects: Set<String> = []
  var sourcesFail = false
  var clustersFail = false

  static let definitions: [(generators: String, name: String, out: String)] = [
    ("[{clusters: {selector: {matchLabels: {env: prod}}}}]", "p-{{ .name }}", "{{ .metadata.labels.env }}"),
    ("[{clusters: {values: {v: '{{ .name }}!'}}}]", "all-{{ .name }}", "{{ .values.v }}"),
    ("[{clusters: {flatList: true}}]", "flat", "{{ range .clusters }}{{ .name }} {{ end }}"),
    ("[{git: {repoURL: r, directories: [{path: 'apps/*'}]}}]", "d-{{ .path.basename }}", "{{ .path.path }}"),
    ("[{git: {repoURL: r, files: [{path: '*.yaml'}]}}]", "f-{{ .id }}", "{{ if .v }}{{ .v.w }}{{ end }}"),
    (
      "[{matrix: {generators: [{git: {repoURL: r, directories: [{path: 'apps/*'}]}}, {clusters: {selector: {matchExpressions: [{key: tier, operator: Exists}]}}}]}}]",
      "m-{{ .path.basename }}-{{ .name }}", "{{ .metadata.labels.tier }}"
    ),
    (
      "[{matrix: {generators: [{clusters: {}}, {git: {repoURL: r, revision: '{{ .name }}', directories: [{path: 'apps/*'}]}}]}}]",
      "n-{{ .path.basename }}-{{ .name }}", "x"
    ),
    (
      "[{merge: {mergeKeys: [name], generators: [{clusters: {}}, {list: {elements: [{name: b, extra: y}]}}]}}]", "g-{{ .name }}",
      "{{ .extra }}"
    ),
    ("[{pullRequest: {github: {owner: o, repo: r}}}, {list: {elements: [{number: '1', branch: z}]}}]", "pr-{{ .number }}", "{{ .branch }}"),
    (
      "[{plugin: {configMapRef: {name: p}}, selector: {matchExpressions: [{key: id, operator: NotIn, values: [k3]}]}}]", "pl-{{ .id }}", "x"
    ),
    ("[{list: {elements: [{i: a}, {i: b}]}}]", "p-{{ .i }}", "{{ fail .i }}"),
    ("[{list: {elements: [{i: a}, {i: b}]}}]", "p-{{ .i }}", "clash"),
  ]

  var text: String {
    var text = String(repeating: "# moved\n", count: lines)
    for (name, labels) in clusters.sorted(by: { $0.key < $1.key }) {
      let labels = labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      text +=
        "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: \(name), labels: {\(labels)}}\nspec: {simulated: {}}\n---\n"
    }
    for project in projects.sorted() {
      text += "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: \(project), namespace: argocd}\nspec: {}\n---\n"
    }
    text += "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p, namespace: argocd}\ndata: {baseUrl: u, token: $t}\n---\n"
    for number in sets.sorted() {
      let definition = Fleetlet.definitions[number]
      let spec = number == 3 ? "  dependsOn: [{application: 'x-{{ .path.basename }}'}]" : ""
      text += set(
        definition.generators, name: definition.name, out: "\(definition.out)\(template == number ? "!" : "")", id: "s\(number)", spec: spec
      )
    }
    return text
  }

  mutating func edit(_ random: inout Random) {
    switch random.next(below: 14) {
    case 0: clusters[random.pick(["a", "b", "c", "d"])] = ["env": random.pick(["prod", "dev"])]
    case 1: clusters[random.pick(["a", "b", "c", "d"])] = ["env": random.pick(["prod", "dev"]), "tier": random.pick(["x", "y"])]
    case 2: clusters[random.pick(["b", "c", "d"])] = nil
    case 3:
      files["apps/\(random.pick(["one", "two", "three"]))/conf.yaml"] = "id: \(random.pick(["one", "two"]))"
      commit += 1
    case 4:
      files["apps/three/conf.yaml"] = nil
      commit += 1
    case 5: commit += 1
    case 6: requests[random.next(below: 4)] = random.pick(["main", "x"])
    case 7: requests[random.next(below: 4)] = nil
    case 8: plugin = random.next(below: 5)
    case 9: lines = random.next(below: 3)
    case 10: template = random.next(below: Fleetlet.definitions.count)
    case 11:
      let number = random.next(below: Fleetlet.definitions.count)
      if sets.remove(number) == nil { sets.insert(number) }
    case 12: if projects.remove("other") == nil { projects.insert("other") }
    default: if random.next(below: 2) == 0 { sourcesFail.toggle() } else { clustersFail.toggle() }
    }
  }

  func inputs(_ definitions: Definitions) -> EvaluationInputs {
    var inputs = EvaluationInputs(clusters: clustersFail ? .failed("no list") : .clusters(definitions.clusters))
    for revision in ["HEAD", "a", "b", "in-cluster"] {
      let tree = InMemoryTree(files, commit: "c\(commit)")
      inputs.sources[SourceKey(repoURL: "r", revision: revision)] =
        sourcesFail && revision == "a" ? .failed("gone") : .tree(tree, commit: "c\(commit)")
    }
    let list = requests.sorted { $0.key < $1.key }.map {
      PullRequest(number: Int64($0.key), title: "t", branch: $0.value, targetBranch: "main", headSHA: "abc")
    }
    inputs.answers[.pullRequests(PullRequestQuery(provider: .github, settings: ["owner": "o", "repo": "r"], namespace: "argocd"))] =
      .pullRequests(list)
    let sets = (0..<plugin).map { Object([Member(key: "id", value: .string("k\($0)"))]) }
    for set in ["s9"] {
      let query = PluginQuery(applicationSetName: set, namespace: "argocd", baseURL: "u", token: .init(secret: "argocd-secret", key: "t"))
      inputs.answers[.plugin(query)] = .plugin(PluginReply(parameters: sets))
    }
    return inputs
  }
}

/// The same numbers for the same seed, on every machine.
struct Random {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }
}

@Suite struct IncrementalTests {
  /// What an evaluation on top of the one before gives is what a fresh one gives.
  @Test(arguments: 1...8)
  func equalsAFreshEvaluation(_ seed: Int) {
    var random = Random(seed: UInt64(seed))
    var fleet = Fleetlet()
    var cache = EvaluationCache()
    var reused = 0
    for step in 0..<60 {
      let definitions = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(fleet.text.utf8))])
      let inputs = fleet.inputs(definitions)
      let fresh = Evaluator.evaluate(definitions, inputs: inputs)
      let cached = Evaluator.evaluate(definitions, inputs: inputs, cache: &cache)
      #expect(cached.instances == fresh.instances, "step \(step)")
      #expect(cached.sets == fresh.sets, "step \(step)")
      #expect(cached.diagnostics == fresh.diagnostics, "step \(step)")
      #expect(cached.missing == fresh.missing && cached.missingQueries == fresh.missingQueries && cached.queries == fresh.queries)
      #expect(cached.work.rendered + cached.work.reused == fresh.work.rendered)
      reused += cached.work.reused
      for _ in 0...random.next(below: 2) { fleet.edit(&random) }
    }
    #expect(reused > 0)
  }

  private static func definitions(_ labels: [String]) -> Definitions {
    var text = ""
    for (index, label) in labels.enumerated() {
      text +=
        "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: c\(index), labels: {pool: \(label)}}\nspec: {simulated: {}}\n---\n"
    }
    for number in 0..<4 {
      text += set(
        "[{matrix: {generators: [{list: {elements: [{app: x}, {app: y}]}}, {clusters: {selector: {matchLabels: {pool: p\(number)}}}}]}}]",
        name: "{{ .app }}-{{ .name }}-\(number)", out: "{{ .metadata.labels.pool }}", id: "s\(number)")
    }
    text += set("[{clusters: {}}]", name: "all-{{ .name }}", id: "all")
    return Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(text.utf8))])
  }

  /// A cluster moves from one pool to another: two sets gain or lose two applications, the set of all clusters renders one anew.
  @Test func onlyWhatDependsOnAClusterIsWorkedOutAgain() {
    var cache = EvaluationCache()
    let before = Self.definitions(["p0", "p0", "p1", "p2", "p3"])
    let first = Evaluator.evaluate(before, inputs: EvaluationInputs(clusters: before.clusters), cache: &cache)
    #expect(first.work.rendered == first.instances.count && first.work.setsEvaluated == 5)
    let same = Evaluator.evaluate(before, inputs: EvaluationInputs(clusters: before.clusters), cache: &cache)
    #expect(same.work.rendered == 0 && same.work.setsReused == 5 && same.work.setsEvaluated == 0)
    let after = Self.definitions(["p0", "p1", "p1", "p2", "p3"])
    let moved = Evaluator.evaluate(after, inputs: EvaluationInputs(clusters: after.clusters), cache: &cache)
    #expect(moved.work.setsEvaluated == 3 && moved.work.setsReused == 2)
    #expect(moved.work.rendered == 3 && moved.work.reused == first.instances.count - 3)
    #expect(moved.instances == Evaluator.evaluate(after, inputs: EvaluationInputs(clusters: after.clusters)).instances)
  }

  /// A commit that changes nothing that a set reads renders nothing, and yet every instance names the new commit.
  @Test func aCommitThatChangesNothingRendersNothing() {
    let text = set("[{git: {repoURL: r, files: [{path: '*.yaml'}]}}]", name: "{{ .id }}")
    let definitions = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(text.utf8))])
    var cache = EvaluationCache()
    func run(_ commit: String, _ content: String) -> Evaluation {
      let tree = InMemoryTree(["a.yaml": "id: a", "b.yaml": content], commit: commit)
      let key = SourceKey(repoURL: "r", revision: "")
      return Evaluator.evaluate(
        definitions, inputs: EvaluationInputs(clusters: [], sources: [key: .tree(tree, commit: commit)]), cache: &cache)
    }
    #expect(run("1", "id: b").work.rendered == 2)
    let second = run("2", "id: b")
    #expect(second.work.rendered == 0 && second.instances.allSatisfy { $0.provenance.commit == "2" })
    let third = run("3", "id: b\nx: y")
    #expect(third.work.rendered == 1 && third.work.reused == 1)
  }

  /// What was kept under other limits says nothing.
  @Test func otherLimitsStartAfresh() {
    let definitions = Self.definitions(["p0", "p0"])
    let inputs = EvaluationInputs(clusters: definitions.clusters)
    var cache = EvaluationCache()
    _ = Evaluator.evaluate(definitions, inputs: inputs, cache: &cache)
    let limits = EvaluationLimits(instancesPerSet: 3)
    let limited = Evaluator.evaluate(definitions, inputs: inputs, limits: limits, cache: &cache)
    #expect(limited.sets == Evaluator.evaluate(definitions, inputs: inputs, limits: limits).sets)
    #expect(limited.work.setsReused == 0)
  }

  /// `now` and the like are reported, and keep what they gave (`PinTests` has the rest).
  @Test func whatIsNotDecidedByTheParametersIsReportedAndKept() {
    let text = set("[{list: {elements: [{i: a}]}}]", name: "{{ .i }}", out: "{{ randInt 0 1000000000 }}")
    let definitions = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(text.utf8))])
    var cache = EvaluationCache()
    let first = Evaluator.evaluate(definitions, inputs: EvaluationInputs(), cache: &cache)
    let moved = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(("# moved\n" + text).utf8))])
    let second = Evaluator.evaluate(moved, inputs: EvaluationInputs(), cache: &cache)
    #expect(first.instances.map(\.application) == second.instances.map(\.application))
    #expect(second.diagnostics.map(\.severity) == [.warning])
    #expect(second.diagnostics.first?.position?.line == 9)
    #expect(
      second.diagnostics.first?.message.hasPrefix("\"{{ randInt 0 1000000000 }}\" calls randInt, which gives something else each time")
        == true)
  }
}

import Document
import FleetModel
import Generators
import Git
import Testing

/// Evaluates a definition file; every repository has the given files.
func evaluate(
  _ text: String, files: [String: String] = [:], clusters: ClusterList? = nil, limits: EvaluationLimits = .init(),
  answers: RecordedAnswers = RecordedAnswers()
) -> Evaluation {
  let definitions = Definitions.decode([SourceFile(path: "fleet.yaml", bytes: Array(text.utf8))])
  var inputs = EvaluationInputs(clusters: clusters ?? .clusters(definitions.clusters))
  for _ in 0..<5 {
    let evaluation = Evaluator.evaluate(definitions, inputs: inputs, limits: limits)
    if evaluation.missing.isEmpty && evaluation.missingQueries.isEmpty { break }
    for key in evaluation.missing { inputs.sources[key] = .tree(InMemoryTree(files, commit: "c0ffee"), commit: "c0ffee") }
    for query in evaluation.missingQueries { inputs.answers[query] = answers.recorded(query) }
  }
  return Evaluator.evaluate(definitions, inputs: inputs, limits: limits)
}

/// A set with these generators whose applications are named by a template and carry another one as annotation `out`.
func set(_ generators: String, name: String, out: String = "x", id: String = "s", goTemplate: Bool = true, spec: String = "") -> String {
  """
  apiVersion: argoproj.io/v1alpha1
  kind: ApplicationSet
  metadata: {name: \(id), namespace: argocd}
  spec:
    goTemplate: \(goTemplate)
  \(spec.isEmpty ? "" : spec + "\n")  generators: \(generators)
    template:
      metadata: {name: \(JSON.string(.string(name))), annotations: {out: \(JSON.string(.string(out)))}}
      spec: {destination: {server: "https://kubernetes.default.svc"}}
  ---

  """
}

private let twoClusters = """
  apiVersion: flotilla.dev/v1alpha1
  kind: Cluster
  metadata: {name: b, labels: {env: prod}}
  spec: {simulated: {}}
  ---
  apiVersion: flotilla.dev/v1alpha1
  kind: Cluster
  metadata: {name: a, labels: {env: dev}}
  spec: {simulated: {}}
  ---

  """

@Suite struct EvaluatorTests {
  /// What one set makes, as `name: annotation`, in the order of generation.
  private func made(_ evaluation: Evaluation) -> [String] {
    (evaluation.sets.first?.generated ?? []).map { "\($0.name): \($0.annotations["out"] ?? "")" }
  }

  @Test(arguments: [
    ("[{list: {elements: [{id: a, v: '{{ .id }}'}]}}]", "{{ .id }}", "{{ .v }}", ["a: {{ .id }}"]),
    ("[{list: {elementsYaml: \"[{id: a}, {id: b}]\"}}]", "{{ .id }}", "x", ["a: x", "b: x"]),
    (
      "[{clusters: {}}]", "{{ .name }}", "{{ .server }}",
      [
        "a: https://a.flotilla.invalid", "b: https://b.flotilla.invalid", "in-cluster: https://kubernetes.default.svc",
      ]
    ),
    ("[{clusters: {flatList: true}}]", "all", "{{ range .clusters }}{{ .name }} {{ end }}", ["all: a b in-cluster "]),
    ("[{clusters: {selector: {matchLabels: {env: prod}}, values: {v: '{{ .name }}!'}}}]", "{{ .name }}", "{{ .values.v }}", ["b: b!"]),
    (
      "[{git: {repoURL: r, revision: v1, directories: [{path: 'apps/*'}]}}]", "{{ .path.basename }}", "{{ .path.segments }}",
      [
        "one: [apps one]", "one-b: [apps one-b]",
      ]
    ),
    (
      "[{git: {repoURL: r, files: [{path: '*.json'}]}}]", "{{ .id }}", "{{ .path.path }}/{{ .path.filename }} {{ .v }}",
      [
        "j: apps/one/conf.json 1.5"
      ]
    ),
    (
      "[{matrix: {generators: [{list: {elements: [{x: '1'}, {x: '2'}]}}, {list: {elements: [{w: a}, {w: b}]}}]}}]", "{{ .x }}{{ .w }}", "x",
      [
        "1a: x", "1b: x", "2a: x", "2b: x",
      ]
    ),
    // More than two generators: an extension; each sees the parameters of all before it.
    (
      "[{matrix: {generators: [{list: {elements: [{x: '1'}]}}, {list: {elements: [{w: '{{ .x }}2'}]}}, {list: {elements: [{z: '{{ .x }}{{ .w }}'}]}}]}}]",
      "{{ .x }}-{{ .w }}-{{ .z }}", "x", ["1-12-112: x"]
    ),
    // Deeper than two levels.
    (
      "[{matrix: {generators: [{list: {elements: [{x: '1'}]}}, {matrix: {generators: [{list: {elements: [{v: '2'}]}}, {matrix: {generators: [{list: {elements: [{z: '3'}]}}, {list: {elements: [{w: '4'}]}}]}}]}}]}}]",
      "{{ .x }}{{ .v }}{{ .z }}{{ .w }}", "x", ["1234: x"]
    ),
    // Merge keeps the order of its first generator.
    (
      "[{merge: {mergeKeys: [k], generators: [{list: {elements: [{k: z, v: '1'}, {k: a, v: '1'}]}}, {list: {elements: [{k: a, v: '2'}]}}]}}]",
      "{{ .k }}", "{{ .v }}", ["z: 1", "a: 2"]
    ),
  ])
  func makes(_ generators: String, _ name: String, _ out: String, _ expected: [String]) {
    let files = ["apps/one/conf.json": "{\"id\": \"j\", \"v\": 1.5}", "apps/one-b/x": "", "README.md": ""]
    let evaluation = evaluate(twoClusters + set(generators, name: name, out: out), files: files)
    #expect(evaluation.diagnostics.map(\.description) == [])
    #expect(made(evaluation) == expected)
  }

  /// Text that a parameter brings in is text, whatever it looks like and however many generators it passes.
  @Test(arguments: [true, false])
  func parametersAreNeverTemplates(_ goTemplate: Bool) {
    let evil = goTemplate ? "{{ fail \\\"run\\\" }}" : "{{secret}}"
    let reference = goTemplate ? "{{ .title }}" : "{{title}}"
    let generators = """
      [{matrix: {generators: [{list: {elements: [{title: "\(evil)"}]}}, {clusters: {selector: {matchLabels: {env: prod}}, \
      values: {t: "\(reference)", secret: leaked}}}]}}]
      """
    let out = goTemplate ? "{{ .values.t }}" : "{{values.t}}"
    let evaluation = evaluate(twoClusters + set(generators, name: "n", out: out, goTemplate: goTemplate))
    #expect(made(evaluation) == ["n: \(evil.replacing("\\", with: ""))"])
  }

  @Test func oneBadElementDoesNotStopTheOthers() throws {
    let evaluation = evaluate(
      set(
        "[{list: {elements: [{id: a, v: {w: x}}, {id: b}, {id: c, v: {w: z}}]}}]", name: "{{ .id }}", out: "{{ .v.w }}",
        spec: "  goTemplateOptions: [missingkey=error]"))
    let only = try #require(evaluation.sets.first)
    #expect(made(evaluation) == ["a: x", "c: z"])
    #expect(only.complete)
    #expect(only.failedElements.map(\.rawValue) == ["argocd/s/list=b"])
    #expect(only.firstError?.message.hasPrefix("failed to execute go template {{ .v.w }}: template: base:1:5") == true)
    let message = try #require(evaluation.diagnostics.first?.description)
    #expect(message.hasPrefix("fleet.yaml:9:49: error: ApplicationSet argocd/s: element list=b: "))
    #expect(message.hasSuffix(" at <.v.w>: map has no entry for key \"v\": there are id"))
  }

  @Test func oneBadFileHoldsItself() throws {
    let evaluation = evaluate(
      set("[{git: {repoURL: r, files: [{path: '*.yaml'}]}}]", name: "{{ .id }}"),
      files: ["a.yaml": "id: a", "b.yaml": "just text", "c.yaml": "id: c"])
    let only = try #require(evaluation.sets.first)
    #expect(made(evaluation) == ["a: x", "c: x"])
    #expect(!only.complete)
    #expect(only.failedElements.map(\.rawValue) == ["argocd/s/file=b.yaml"])
    #expect(only.firstError?.message.contains("unable to process file 'b.yaml' from repository 'r'") == true)
  }

  @Test func aListOfClustersThatFailedIsNoEmptyList() throws {
    let evaluation = evaluate(set("[{clusters: {}}]", name: "{{ .name }}"), clusters: .failed("could not list Secrets"))
    let only = try #require(evaluation.sets.first)
    #expect(!only.complete && only.generated.isEmpty)
    #expect(only.firstError?.message == "error getting cluster secrets: could not list Secrets")
  }

  @Test(arguments: [
    ("[{clutsers: {}}]", "contains unrecognized generators: clutsers: did you mean \"clusters\"?"),
    ("[{git: {repoURL: r, directories: [{path: 'apps/['}]}}]", "malformed pattern \"apps/[\" in directories matches nothing"),
  ])
  func whatArgoCDPassesOverInSilenceRemovesNothing(_ generators: String, _ message: String) throws {
    let evaluation = evaluate(set(generators, name: "x"), files: ["apps/a/b": ""])
    #expect(evaluation.sets.first?.complete == false)
    #expect(evaluation.sets.first?.firstError == nil)
    #expect(evaluation.diagnostics.contains { $0.severity == .error && $0.message.hasPrefix(message) })
  }

  @Test func sourcesThatAreMissingAreNamed() {
    let definitions = Definitions.decode([
      SourceFile(path: "f", bytes: Array(set("[{git: {repoURL: r, revision: main, directories: [{path: '*'}]}}]", name: "x").utf8))
    ])
    let evaluation = Evaluator.evaluate(definitions, inputs: EvaluationInputs())
    #expect(evaluation.missing == [SourceKey(repoURL: "r", revision: "main")])
    #expect(!evaluation.isComplete)
    #expect(evaluation.diagnostics.isEmpty)
  }

  @Test func oneNameHasOneOwner() {
    let evaluation = evaluate(
      set("[{list: {elements: [{id: two}]}}]", name: "same", id: "zebra")
        + set("[{list: {elements: [{id: one}]}}]", name: "same", id: "ant"))
    #expect(evaluation.instances.map(\.id.rawValue) == ["argocd/ant/list=one"])
    #expect(
      evaluation.diagnostics.map(\.description) == [
        "fleet.yaml:8:16: error: ApplicationSet argocd/zebra: makes the application \"same\" for list element id=two, but the name belongs "
          + "to ApplicationSet argocd/ant, list element id=one (fleet.yaml:16:16): the first one keeps it, this one is not used"
      ])
    #expect(evaluation.sets.last?.failedElements.map(\.rawValue) == ["argocd/zebra/list=two"])
  }

  @Test func namesMayChangeIdentitiesDoNot() {
    let generators =
      "[{matrix: {generators: [{git: {repoURL: r, directories: [{path: 'apps/*'}]}}, {clusters: {selector: {matchLabels: {env: prod}}}}]}}]"
    let before = evaluate(twoClusters + set(generators, name: "{{ .path.basename }}-{{ .name }}"), files: ["apps/a/x": ""])
    let after = evaluate(twoClusters + set(generators, name: "{{ .name }}-{{ .path.basename }}-v2"), files: ["apps/a/x": ""])
    #expect(before.instances.map(\.id.rawValue) == ["argocd/s/dir=apps/a,cluster=b"])
    #expect(before.instances.map(\.id) == after.instances.map(\.id))
    #expect(before.instances.map(\.name) == ["a-b"] && after.instances.map(\.name) == ["b-a-v2"])
    let provenance = before.instances.first?.provenance
    #expect(provenance?.generator == "matrix[git directories, clusters]" && provenance?.element == "directory apps/a, cluster b")
    #expect(provenance?.commit == "c0ffee" && provenance?.position?.line == 16)
  }

  @Test func dependenciesAreTemplatedAndPlaced() throws {
    let spec = "  dependsOn: [{application: 'db-{{ .id }}'}, {applicationSet: platform}]"
    let evaluation = evaluate(set("[{list: {elements: [{id: a}]}}]", name: "{{ .id }}", spec: spec))
    let instance = try #require(evaluation.instances.first)
    #expect(instance.dependsOn.map(\.summary) == ["application db-a", "application set platform on the same cluster"])
    #expect(instance.dependsOn.map(\.position?.line) == [6, 6])
    #expect(instance.application[at: "spec", "dependsOn"] == nil)
  }

  @Test func patchesMayAddDependencies() throws {
    let spec = "  templatePatch: \"spec: {dependsOn: [{application: 'db-{{ .id }}'}]}\""
    let evaluation = evaluate(set("[{list: {elements: [{id: a}]}}]", name: "{{ .id }}", spec: spec))
    let instance = try #require(evaluation.instances.first)
    #expect(instance.dependsOn.map(\.summary) == ["application db-a"])
    #expect(instance.application[at: "spec", "dependsOn"] == nil)
  }

  @Test func tooManyInstancesAreAnErrorOfTheSet() {
    let limits = EvaluationLimits(instancesPerSet: 2)
    let evaluation = evaluate(set("[{list: {elements: [{id: a}, {id: b}, {id: c}]}}]", name: "{{ .id }}"), limits: limits)
    #expect(evaluation.instances.isEmpty)
    #expect(evaluation.sets.first?.complete == false)
    #expect(evaluation.diagnostics.first?.message.hasPrefix("makes more than 2 applications: nothing of the set is used") == true)
  }

  @Test func mixedTypesAreAnErrorNotACrash() {
    let evaluation = evaluate(
      twoClusters
        + set(
          "[{merge: {mergeKeys: [name], generators: [{clusters: {values: {x: text}}}, {list: {elements: [{name: a, values: {x: {z: 1}}}]}}]}}]",
          name: "{{ .name }}"))
    #expect(
      evaluation.sets.first?.firstError?.message.contains(
        "parameter values.x is text in one generator and map[string]interface {} in the other") == true)
  }

  @Test func theSameInputsGiveTheSameBytes() {
    let text = twoClusters + set("[{clusters: {flatList: true}}]", name: "all", out: "{{ .clusters | toJson }}")
    let first = evaluate(text).instances.map { JSON.string($0.application) }
    for _ in 0..<5 { #expect(evaluate(text).instances.map { JSON.string($0.application) } == first) }
  }
}

import Document
import FleetModel
import Generators
import Git
import Testing

/// Where Argo CD is weak: each promise of issue 3 with its test. (Parameters are never rendered again: `EvaluatorTests` and `ForgeTests`;
/// mixed types in merge, limits on instances: `EvaluatorTests`; functions that are not deterministic: `IncrementalTests`.)
@Suite struct ImprovementTests {
  private static func clusters(_ names: [String]) -> String {
    names.map { "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata: {name: \($0)}\nspec: {simulated: {}}\n---\n" }.joined()
  }

  /// In whatever order clusters, files and sets are given, the same comes out, byte for byte.
  @Test(arguments: [
    "[{clusters: {flatList: true}}]", "[{clusters: {}}]",
    "[{merge: {mergeKeys: [name], generators: [{clusters: {}}, {list: {elements: [{name: c, x: y}, {name: a, x: z}]}}]}}]",
    "[{matrix: {generators: [{clusters: {}}, {git: {repoURL: r, directories: [{path: 'd/*'}]}}]}}]",
    "[{git: {repoURL: r, files: [{path: 'd/**'}]}}]",
  ])
  func orderIsStable(_ generators: String) {
    let definition = set(generators, name: "{{ .name }}{{ if .path }}-{{ .path.basename }}{{ end }}", out: "{{ . | toJson }}")
    let files = ["d/z/f.yaml": "name: fz", "d/a/f.yaml": "name: fa", "d/m/f.yaml": "name: fm"]
    var seen: Set<String> = []
    for names in [["a", "b", "c", "d"], ["d", "c", "b", "a"], ["b", "d", "a", "c"]] {
      let evaluation = evaluate(Self.clusters(names) + definition, files: files)
      let made = evaluation.sets.first?.generated.map { JSON.string($0.application) + $0.id.rawValue } ?? []
      #expect(!made.isEmpty)
      seen.insert(made.joined(separator: "\n"))
    }
    #expect(seen.count == 1)
  }

  @Test func duplicateNamesNameBothElements() {
    let evaluation = evaluate(Self.clusters(["a", "b"]) + set("[{clusters: {}}]", name: "same"))
    #expect(evaluation.instances.map(\.id.rawValue) == ["argocd/s/cluster=a"])
    #expect(
      evaluation.diagnostics.map(\.message)
        == ["cluster b", "cluster in-cluster"].map {
          "makes the application \"same\" for \($0), but the name belongs to ApplicationSet argocd/s, cluster a (fleet.yaml:16:16): the first one "
            + "keeps it, this one is not used"
        })
  }

  @Test(arguments: [
    ("[{lists: {elements: []}}]", "contains unrecognized generators: lists: did you mean \"list\"?"),
    ("[{list: {element: []}}]", "unknown field \"spec.generators[0].list.element\": did you mean \"elements\"?"),
    ("[{git: {repoUrl: r, directories: [{path: a}]}}]", "unknown field \"spec.generators[0].git.repoUrl\": did you mean \"repoURL\"?"),
    (
      "[{matrix: {generators: [{list: {elements: []}}, {cluster: {}}]}}]",
      "unknown field \"spec.generators[0].matrix.generators[1].cluster\": did you mean \"clusters\"?"
    ),
    ("[{pullRequest: {github: {owner: o, repository: r}}}]", "unknown field \"spec.generators[0].pullRequest.github.repository\""),
    ("[{list: {elements: []}, selecter: {}}]", "unknown field \"spec.generators[0].selecter\": did you mean \"selector\"?"),
  ])
  func typingErrorsNameThePlaceAndTheNearestName(_ generators: String, _ message: String) throws {
    let evaluation = evaluate(set(generators, name: "x"))
    let found = try #require(evaluation.diagnostics.first { $0.message.hasPrefix(message) }, "\(evaluation.diagnostics)")
    #expect(found.position?.line == 6)
  }

  /// Every element that fails is listed with its place, and none of the others is touched.
  @Test func everyElementsErrorIsListed() throws {
    let files = [
      "t/a.yaml": "name: a", "t/b.yaml": "just text", "t/c.yaml": "name: c", "t/d.yaml": "name: [", "t/e.yaml": "nom: e",
      "t/f.yaml": "name: f",
    ]
    let evaluation = evaluate(
      set("[{git: {repoURL: r, files: [{path: 't/*.yaml'}]}}]", name: "{{ .name }}", spec: "  goTemplateOptions: [missingkey=error]"),
      files: files)
    let only = try #require(evaluation.sets.first)
    #expect(evaluation.instances.map(\.name) == ["a", "c", "f"])
    #expect(only.errors.compactMap(\.element?.element) == ["file=t/b.yaml", "file=t/d.yaml", "file=t/e.yaml"])
    #expect(
      evaluation.diagnostics.count == 3 && evaluation.diagnostics.allSatisfy { $0.position?.file == "fleet.yaml" && $0.severity == .error })
    #expect(only.failedElements.count == 3)
  }

  @Test(arguments: [
    "[{matrix: {generators: [{list: {elements: [{a: '1'}, {a: '2'}, {a: '3'}]}}, {list: {elements: [{b: '1'}, {b: '2'}, {b: '3'}]}}]}}]",
    "[{matrix: {generators: [{list: {elements: [{a: '1'}, {a: '2'}, {a: '3'}]}}, {list: {elements: [{b: '{{ .a }}1'}, {b: '2'}, {b: '3'}]}}]}}]",
  ])
  func aMatrixHasAnEnd(_ generators: String) {
    let evaluation = evaluate(set(generators, name: "{{ .a }}{{ .b }}"), limits: EvaluationLimits(combinations: 8))
    #expect(evaluation.instances.isEmpty && evaluation.sets.first?.complete == false)
    #expect(evaluation.diagnostics.first?.message.contains("makes more than 8 combinations: narrow the generators of the matrix") == true)
    #expect(evaluate(set(generators, name: "{{ .a }}{{ .b }}"), limits: EvaluationLimits(combinations: 9)).instances.count == 9)
  }

  @Test(arguments: ["{{ repeat 1000000000 \"a\" }}", "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}"])
  func templatesHaveAnEnd(_ out: String) {
    let evaluation = evaluate(set("[{list: {elements: [{a: b}]}}]", name: "n", out: out))
    #expect(evaluation.instances.isEmpty && evaluation.diagnostics.count == 1)
  }

  /// Matrix in merge in matrix, three and four generators wide: an extension.
  @Test func combinationsOfAnyDepthAndWidth() {
    let inner =
      "{matrix: {generators: [{list: {elements: [{b: '1'}, {b: '2'}]}}, {list: {elements: [{c: x}]}}, {list: {elements: [{d: '{{ .a }}x'}]}}]}}"
    let merge =
      "{merge: {mergeKeys: [b], generators: [\(inner), {list: {elements: [{b: '2', e: late}]}}, {list: {elements: [{b: '1', e: '{{ .a }}'}]}}]}}"
    let evaluation = evaluate(
      set("[{matrix: {generators: [{list: {elements: [{a: p}, {a: q}]}}, \(merge)]}}]", name: "{{ .a }}-{{ .b }}", out: "{{ .d }} {{ .e }}")
    )
    #expect(evaluation.diagnostics.isEmpty)
    #expect(
      evaluation.sets.first?.generated.map { "\($0.name): \($0.annotations["out"] ?? "")" } == [
        "p-1: px p", "p-2: px late", "q-1: qx q", "q-2: qx late",
      ])
  }

  /// `selector` stands on every generator, at the top and inside.
  @Test(arguments: [
    "[{list: {elements: [{s: a}, {s: b}]}, selector: {matchLabels: {s: b}}}]",
    "[{git: {repoURL: r, directories: [{path: '*'}], values: {s: '{{ .path.basename }}'}}, selector: {matchLabels: {values.s: b}}}]",
    "[{matrix: {generators: [{list: {elements: [{s: a}, {s: b}]}, selector: {matchLabels: {s: b}}}, {list: {elements: [{m: x}]}}]}}]",
    "[{matrix: {generators: [{list: {elements: [{s: a}, {s: b}]}}, {list: {elements: [{m: x}]}}]}, selector: {matchLabels: {s: b, m: x}}}]",
    "[{merge: {mergeKeys: [s], generators: [{list: {elements: [{s: a}, {s: b}]}}, {list: {elements: [{s: b, m: x}]}}]}, selector: {matchExpressions: [{key: m, operator: Exists}]}}]",
    "[{pullRequest: {github: {owner: o, repo: r}}, selector: {matchLabels: {number: '2'}}}]",
  ])
  func selectorsFilter(_ generators: String) throws {
    let answers = try pulls(
      "o/r: [{number: 1, title: t, branch: a, target_branch: m, head_sha: x}, {number: 2, title: t, branch: b, target_branch: m, head_sha: x}]"
    )
    let evaluation = evaluate(set(generators, name: "n"), files: ["a/x": "", "b/x": ""], answers: answers)
    #expect(evaluation.diagnostics.isEmpty)
    #expect(evaluation.instances.count == 1)
    #expect(evaluation.instances.first?.id.element.contains("=a") == false)
  }
}

/// Limits, each with its error; what one element uses up is no reason to try again a thousand times.
@Suite struct LimitTests {
  @Test(arguments: [
    ("{{ repeat 1000000000 \"a\" }}", "the limit is 16777216 bytes"),
    ("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "exceeded maximum template depth (200)"),
    ("{{ range $i := until 1000 }}{{ range $j := until 1000 }}x{{ end }}{{ end }}", "the template does too much work"),
  ])
  func endWithAMessage(_ out: String, _ message: String) {
    var limits = EvaluationLimits()
    if message.contains("work") { limits.templates.steps = 1000 }
    let evaluation = evaluate(set("[{list: {elements: [{i: a}]}}]", name: "{{ .i }}", out: out), limits: limits)
    #expect(evaluation.sets.first?.errors.first?.message.contains(message) == true, "\(evaluation.diagnostics)")
    #expect(evaluation.instances.isEmpty)
  }

  /// Two hundred elements with the work of ten million steps each would take minutes.
  @Test func whatUsesUpItsWorkIsNotTriedForEver() {
    let elements = (0..<200).map { "{i: e\($0)}" }.joined(separator: ", ")
    let out = "{{ if ne .i \"e7\" }}{{ range $i := until 10000 }}{{ range $j := until 10000 }}{{ end }}{{ end }}{{ end }}"
    var limits = EvaluationLimits()
    limits.templates.steps = 100_000
    let evaluation = evaluate(set("[{list: {elements: [\(elements)]}}]", name: "{{ .i }}", out: out), limits: limits)
    #expect(evaluation.sets.first?.errors.count == 200)
    #expect(Set(evaluation.sets.first?.errors.map(\.message) ?? []).count == 2)
    #expect(evaluation.sets.first?.complete == true)
    #expect(evaluation.sets.first?.failedElements.count == 200)
  }
}

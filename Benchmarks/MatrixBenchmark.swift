import Document
import FleetModel
import Generators
import Git

/// A matrix of Git directories × 100 clusters, about 60 templated strings for each application: 1,000, 10,000 and 100,000 applications.
struct MatrixBenchmark: Benchmark {
  let name = "matrix"
  let summary = "applications of a matrix generator, Go and classic templates, at 1,000, 10,000 and 100,000"

  /// What Argo CD's own code takes for the same on two cores (`reference/argocd.md` and the project's issue tracker): it cannot be run here.
  private static let argoCDSeconds = 30.0

  /// Each point in a process of its own: its peak is that of one evaluation and of nothing else.
  func run() async throws {
    for goTemplate in [true, false] {
      say("matrix, \(goTemplate ? "Go" : "classic") templates")
      var first: Double?
      for count in [10, 100, 1000] {
        let output = try Subprocess.outputOfSelf(["--part", name, "\(goTemplate)", "\(count)"])
        let point = try JSON.decode(output.filter { $0 != "\n" })
        let (wall, peak) = (point["wall"]?.doubleValue ?? 0, point["peak"]?.doubleValue ?? 0)
        let each = wall / Double(count * 100)
        var line = "  \("\(count * 100)".padding(to: 7)) applications   \(Figure.seconds(wall).padding(to: 8))"
        line += "\(Figure.rounded(each * 1e6)) µs each, \(Figure.rounded(each / (first ?? each))) of the first point   "
        line += "peak \(Figure.megabytes(peak)), of it \(Figure.megabytes(point["empty"]?.doubleValue ?? 0)) before"
        if count == 100 {
          let bar = goTemplate ? 0.4 : 0.2
          line += "   \(Figure.bar("\(bar) s, 120 MB", wall < bar && peak < 120))"
          if goTemplate {
            line += "\n          Argo CD (recorded, 2 cores)   30 s   \(Figure.times(MatrixBenchmark.argoCDSeconds / wall)) as long"
          }
        }
        say(line)
        first = first ?? each
      }
    }
    say("  baseline measured here: skipped: Argo CD's generators do not run outside a cluster; `templates` has Go beside ours")
  }

  func part(_ arguments: [String]) async throws {
    guard arguments.count == 2, let count = Int(arguments[1]) else { throw Failure("a part is: GOTEMPLATE DIRECTORIES") }
    let (definitions, inputs) = MatrixBenchmark.input(directories: count, clusters: 100, goTemplate: arguments[0] == "true")
    let empty = Measurement.peakMemory
    func evaluate() throws {
      let evaluation = Evaluator.evaluate(definitions, inputs: inputs)
      guard evaluation.instances.count == count * 100, let one = evaluation.instances.first else {
        throw Failure("\(evaluation.instances.count) applications instead of \(count * 100): \(evaluation.diagnostics.prefix(3))")
      }
      let text = JSON.string(one.application)
      guard !text.contains("{{"), text.contains("app-0-cluster-0") else { throw Failure("not rendered: \(text)") }
    }
    var best = try await Measurement.of(evaluate)
    // Only the first run counts for memory: later ones find the heap as it was left.
    let peak = Measurement.peakMemory
    for _ in 0..<(count <= 100 ? 4 : 1) {
      let next = try await Measurement.of(evaluate)
      if next.wall < best.wall { best = next }
    }
    say(JSON.string(["wall": .double(best.wall), "cpu": .double(best.cpu), "peak": .double(peak), "empty": .double(empty)]))
  }

  static let url = "https://git.example.com/fleet.git"

  static func input(directories: Int, clusters: Int, goTemplate: Bool = true) -> (Definitions, EvaluationInputs) {
    var text = ""
    for number in 0..<clusters {
      text += """
        ---
        apiVersion: flotilla.dev/v1alpha1
        kind: Cluster
        metadata:
          name: cluster-\(number)
          labels: {environment: \(number % 4 == 0 ? "production" : "staging"), region: region-\(number % 5), team: team-\(number % 7)}
        spec:
          server: "https://cluster-\(number).example.com:6443"

        """
    }
    var template = ""
    for number in 0..<44 {
      template += "          - {name: \"parameter-\(number)\", value: \"{{ .name }}-{{ .path.basename }}-\(number)\"}\n"
    }
    text += """
      ---
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: matrix, namespace: argocd}
      spec:
        goTemplate: true
        goTemplateOptions: [missingkey=error]
        generators:
        - matrix:
            generators:
            - git:
                repoURL: \(url)
                revision: HEAD
                directories: [{path: "apps/*"}]
            - clusters: {selector: {matchExpressions: [{key: region, operator: Exists}]}}
        template:
          metadata:
            name: "{{ .path.basename }}-{{ .name }}"
            labels:
              app: "{{ .path.basename }}"
              cluster: "{{ .name }}"
              region: "{{ .metadata.labels.region }}"
              environment: "{{ .metadata.labels.environment | upper }}"
            annotations:
              "example.com/{{ .path.basename }}": "{{ .server }}"
          spec:
            project: default
            source:
              repoURL: \(url)
              targetRevision: HEAD
              path: "{{ .path.path }}"
              helm:
                releaseName: "{{ .path.basename | trunc 20 }}"
                valueFiles:
                - values.yaml
                - "values-{{ .metadata.labels.environment }}.yaml"
                - "values-{{ .metadata.labels.region }}.yaml"
                parameters:
      \(template)
            destination:
              server: "{{ .server }}"
              namespace: "{{ .path.basenameNormalized }}"
            syncPolicy:
              automated: {prune: true, selfHeal: true}
              syncOptions: [CreateNamespace=true, "Owner={{ .metadata.labels.team }}"]

      """
    if !goTemplate { text = classic(text) }
    let definitions = Definitions.decode([SourceFile(path: "bench.yaml", bytes: Array(text.utf8))])
    var files: [String: String] = [:]
    for number in 0..<directories { files["apps/app-\(number)/manifest.yaml"] = "kind: ConfigMap\n" }
    let tree = InMemoryTree(files, commit: String(repeating: "a", count: 40))
    let key = SourceKey(repoURL: url, revision: "HEAD")
    return (
      definitions,
      EvaluationInputs(clusters: definitions.clusters, sources: [key: .tree(tree, commit: String(repeating: "a", count: 40))])
    )
  }

  /// The same in classic templates, which have parameters and no functions.
  private static func classic(_ text: String) -> String {
    let plain = text.replacing("  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n", with: "")
    let names = plain.replacing("{{ .", with: "{{").replacing(" }}", with: "}}").replacing("{{path.path}}", with: "{{path}}")
    return names.replacing(" | upper", with: "").replacing(" | trunc 20", with: "")
  }
}

import Document
import FleetModel
import Generators
import Git

/// A matrix of 100 Git directories × 100 clusters with Go templates: 10,000 applications of about 60 templated strings.
struct MatrixBenchmark: Benchmark {
  let name = "matrix"

  /// What Argo CD's own code takes for the same on two cores (`reference/argocd.md` and the project's issue tracker): it cannot be run here.
  private static let argoCDSeconds = 30.0

  func run() async throws {
    let empty = Measurement.peakMemory
    for count in [10, 32, 100] {
      let (definitions, inputs) = MatrixBenchmark.input(directories: count, clusters: 100)
      var instances = 0
      let measured = await Measurement.best(of: count == 100 ? 3 : 1) {
        let evaluation = Evaluator.evaluate(definitions, inputs: inputs)
        instances = evaluation.instances.count
      }
      guard instances == count * 100 else { throw Subprocess.Failure(message: "\(instances) applications instead of \(count * 100)") }
      print(
        "matrix: \(instances) applications   \(Figure.seconds(measured.wall))   cpu \(Figure.seconds(measured.cpu))   "
          + "peak \(Figure.megabytes(Measurement.peakMemory)), \(Figure.megabytes(Measurement.peakMemory - empty)) of it for the evaluation"
      )
      if count == 100 {
        print("  Argo CD (recorded, 2 cores)   30 s   \(Int(MatrixBenchmark.argoCDSeconds / measured.wall)) times as long")
      }
    }
  }

  static let url = "https://git.example.com/fleet.git"

  static func input(directories: Int, clusters: Int) -> (Definitions, EvaluationInputs) {
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
}

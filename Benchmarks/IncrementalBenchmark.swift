import Document
import FleetModel
import Foundation
import Generators

/// One cluster's label changes in a fleet of 50,000 applications from 500 sets; beside the whole evaluation.
///
/// 400 sets are a matrix of the 10 clusters of a team and a list of 10; 100 sets are the 100 clusters of a region. The label is one
/// that every template prints, so that what depends on the cluster really becomes different.
struct IncrementalBenchmark: Benchmark {
  let name = "incremental"
  let summary = "one cluster's label changes in a fleet of 50,000 applications from 500 sets"

  private static let clusters = 500
  private static let instances = 50_000

  func run() async throws {
    let before = IncrementalBenchmark.definitions(ring: "stable")
    var after = before
    let decoding = await Measurement.of { after = IncrementalBenchmark.definitions(ring: "canary") }
    var cache = EvaluationCache()
    var first = Evaluation()
    let full = await Measurement.of {
      first = Evaluator.evaluate(before, inputs: EvaluationInputs(clusters: before.clusters), cache: &cache)
    }
    guard first.instances.count == IncrementalBenchmark.instances else {
      throw Failure("\(first.instances.count) applications: \(first.diagnostics.prefix(3))")
    }
    say("incremental: \(first.instances.count) applications from \(first.sets.count) sets, \(IncrementalBenchmark.clusters) clusters")
    say("  everything                      \(Figure.seconds(full.wall))   (baseline: what a hub without a cache does each time)")
    var second = Evaluation()
    var best = Double.infinity
    // The caches that the runs start from are equal: each is that of the state before the change.
    for _ in 0..<5 {
      var copy = cache
      let run = await Measurement.of {
        second = Evaluator.evaluate(after, inputs: EvaluationInputs(clusters: after.clusters), cache: &copy)
      }
      best = min(best, run.wall)
    }
    let work = second.work
    say(
      "  one label of one cluster        \(Figure.seconds(best))   \(Figure.times(full.wall / best)) as fast   "
        + Figure.bar("100 ms", best < 0.1))
    say(
      "    evaluated again: \(work.setsEvaluated) of \(first.sets.count) sets, \(work.rendered) applications rendered, "
        + "\(work.reused) taken as they were")
    let fresh = Evaluator.evaluate(after, inputs: EvaluationInputs(clusters: after.clusters))
    guard fresh.instances == second.instances, fresh.sets == second.sets else { throw Failure("not what a fresh evaluation gives") }
    let changed = zip(first.instances, second.instances).count { $0 != $1 }
    say("    the same as a fresh evaluation gives; \(changed) applications are different from before")
    var copy = cache
    let idle = await Measurement.best(of: 5) {
      _ = Evaluator.evaluate(before, inputs: EvaluationInputs(clusters: before.clusters), cache: &copy)
    }
    say("  nothing changed                 \(Figure.seconds(idle.wall))")
    say("  reading all definition files again takes \(Figure.seconds(decoding.wall)), which is not counted above")
    say("  memory \(Figure.megabytes(Measurement.peakMemory)) at most, with three evaluations held for comparison")
  }

  private static func definitions(ring: String) -> Definitions {
    var text = ""
    for number in 0..<clusters {
      text += """
        ---
        apiVersion: flotilla.dev/v1alpha1
        kind: Cluster
        metadata:
          name: cluster-\(number)
          labels: {team: team-\(number % 50), region: region-\(number % 5), ring: \(number == 137 ? ring : "stable")}
        spec:
          server: "https://cluster-\(number).example.com:6443"

        """
    }
    let components = (0..<10).map { "{component: component-\($0)}" }.joined(separator: ", ")
    for number in 0..<400 {
      text += set(
        "team-\(number)",
        """
        - matrix:
              generators:
              - clusters: {selector: {matchLabels: {team: team-\(number % 50)}}}
              - list: {elements: [\(components)]}
        """, name: "{{ .component }}-{{ .name }}-\(number)")
    }
    for number in 0..<100 {
      text += set(
        "region-\(number)", "- clusters: {selector: {matchLabels: {region: region-\(number % 5)}}}", name: "region-\(number)-{{ .name }}")
    }
    return Definitions.decode([SourceFile(path: "bench.yaml", bytes: Array(text.utf8))])
  }

  private static func set(_ id: String, _ generator: String, name: String) -> String {
    """
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: \(id), namespace: argocd}
    spec:
      goTemplate: true
      goTemplateOptions: [missingkey=error]
      generators:
      \(generator)
      template:
        metadata:
          name: "\(name)"
          labels: {ring: "{{ .metadata.labels.ring }}", team: "{{ .metadata.labels.team }}"}
        spec:
          project: default
          source:
            repoURL: https://git.example.com/fleet.git
            targetRevision: HEAD
            path: "apps/\(id)"
            helm:
              valueFiles: [values.yaml, "values-{{ .metadata.labels.region }}.yaml"]
              parameters:
              - {name: cluster, value: "{{ .name }}"}
              - {name: ring, value: "{{ .metadata.labels.ring }}"}
          destination: {server: "{{ .server }}", namespace: "\(id)"}
          syncPolicy: {automated: {prune: true, selfHeal: true}}

    """
  }
}

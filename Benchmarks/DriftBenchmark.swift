import Document

/// Objects of 100 clusters are changed by hand: the time until each is as it is in Git again.
///
/// The process of the clusters makes the changes and sees them undone, so that the figure is what a user of the cluster would see. Pauses
/// and limits are those that a hub has when nobody sets any.
struct DriftBenchmark: Benchmark {
  let name = "drift"
  let summary = "time from a change by hand to its being undone, 100 clusters"

  private static let (clusters, applications, samples) = (100, 10, 600)

  func run() async throws {
    let fleet = BenchFleet(clusters: DriftBenchmark.clusters, applications: DriftBenchmark.applications, pollInterval: nil)
    try await fleet.use { fleet, simulators in
      let hub = try await fleet.start(simulators.endpoints)
      try await fleet.waitForConvergence(hub)
      // An application that was just synced is not healed at once: that pause is meant for what fights back.
      try await Task.sleep(for: .seconds(6))
      say("drift: 100 clusters x 10 applications x 3 objects, a change every 25 ms, each in another application")
      let cpu = Measurement.processorTime()
      let answer = try await simulators.ask([
        "ask": "drift", "samples": .int(Int64(DriftBenchmark.samples)), "applications": .int(Int64(DriftBenchmark.applications)),
        "pause": 25,
      ])
      let samples = (answer["samples"]?.arrayValue ?? []).compactMap(\.arrayValue)
      let used = Measurement.processorTime() - cpu
      for (kind, label) in [(nil, "all"), (0, "a value changed"), (1, "replicas changed"), (2, "an object deleted")] as [(Int64?, String)] {
        let times = samples.filter { kind == nil || $0.first?.intValue == kind }.compactMap { $0.last?.doubleValue }
        let (median, tail) = (Figure.percentile(0.5, of: times), Figure.percentile(0.99, of: times))
        say(
          "  \(label.padding(to: 20))\("\(times.count)".padding(to: 5)) p50 \(Figure.rounded(median)) ms   p99 \(Figure.rounded(tail)) ms   "
            + "most \(Figure.rounded(times.max() ?? 0)) ms")
      }
      say("  cpu of the hub meanwhile: \(Figure.rounded(used / Double(samples.count) * 1000)) ms a drift")
      say("  baseline: skipped: Argo CD and Flux run only inside a cluster")
      await hub.stop()
    }
  }
}

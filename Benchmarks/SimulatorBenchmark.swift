/// 500 simulated clusters × 200 objects in one process.
struct SimulatorBenchmark: Benchmark {
  let name = "simulator"
  let summary = "memory of 500 simulated clusters with 200 objects each in one process"

  func run() async throws {
    try await SimulatorProcess.use(500) { simulators in
      let empty = try await usage(simulators)
      var objects: Int64 = 0
      let filling = try await Measurement.of {
        objects = try await simulators.ask(["ask": "fill", "objects": 200])["objects"]?.intValue ?? 0
      }
      // Workloads become ready on the next tick.
      try await Task.sleep(for: .seconds(2))
      let full = try await usage(simulators)
      let held = try await simulators.counts().objects
      try await Task.sleep(for: .seconds(10))
      let idle = try await usage(simulators)
      say("simulator: 500 clusters x 200 objects in one process (ConfigMaps, Services, Deployments, Secrets)")
      say(
        "  \(Figure.megabytes(full.resident)) resident (\(Figure.megabytes(empty.resident)) before they were filled), "
          + "peak \(Figure.megabytes(full.peak))   \(Figure.bar("1.5 GB", full.peak < 1536))")
      say(
        "  \(objects) objects applied in \(Figure.seconds(filling.wall)), "
          + "\(Int((filling.wall / Double(max(objects, 1)) * 1e6).rounded())) µs each; "
          + "\(held) objects in all with what the clusters made of them")
      say("  idle: \(Figure.rounded((idle.cpu - full.cpu) * 10)) % of a core")
      say("  baseline: skipped: no other simulated API server here")
    }
  }

  private func usage(_ simulators: SimulatorProcess) async throws -> (resident: Double, peak: Double, cpu: Double) {
    let answer = try await simulators.ask(["ask": "usage"])
    return (answer["resident"]?.doubleValue ?? 0, answer["peak"]?.doubleValue ?? 0, answer["cpu"]?.doubleValue ?? 0)
  }
}

/// 20 simulated clusters × 50 applications of 3 objects from empty to synced and healthy, then a second pass in which nothing changed.
struct FleetBenchmark: Benchmark {
  let name = "fleet"
  let summary = "1,000 applications on 20 clusters from empty to healthy, and again without a change"

  func run() async throws {
    let fleet = BenchFleet(clusters: 20, applications: 50)
    try await fleet.use { fleet, simulators in
      let hub = try await fleet.start(simulators.endpoints)
      let first = try await Measurement.of { try await fleet.waitForConvergence(hub) }
      let counts = try await simulators.counts()
      let objects = 20 * 50 * 3
      say("fleet: 20 clusters x 50 applications x 3 objects, from empty to synced and healthy")
      say(
        "  \(Figure.seconds(first.wall))   cpu \(Figure.seconds(first.cpu))   \(counts.requests) requests, "
          + "\(Figure.rounded(Double(counts.requests) / Double(objects))) an object (\(counts.writes) writes)   "
          + "peak \(Figure.megabytes(Measurement.peakMemory)) (the hub alone)")
      try await simulators.reset()
      let revision = await hub.hub.controller.fleetStatus().definitionsRevision
      let second = try await Measurement.of {
        try fleet.commit("README.md", "Nothing that any application reads.")
        try await fleet.waitForRevision(hub, after: revision)
        try await fleet.waitForConvergence(hub)
      }
      let rest = try await simulators.counts()
      say(
        "  a second pass at a new commit without a change: \(Figure.seconds(second.wall)) (the poll of 1 s included)   cpu \(Figure.seconds(second.cpu))"
      )
      say("  \(rest.requests) requests, \(rest.writes) writes")
      say("  baseline: skipped: Argo CD and Flux run only inside a cluster; `apply` has kubectl beside ours")
      await hub.stop()
      if rest.writes > 0 { throw Failure("a pass without change wrote \(rest.writes) times") }
    }
  }
}

/// A hub with 10,000 instances in its state file starts again.
struct RestartBenchmark: Benchmark {
  let name = "restart"
  let summary = "a hub with 10,000 applications in its state file starts again"

  func run() async throws {
    let fleet = BenchFleet(clusters: 20, applications: 500, objects: 1)
    try await fleet.use { fleet, simulators in
      let first = try await fleet.start(simulators.endpoints)
      let filling = try await Measurement.of { try await fleet.waitForConvergence(first) }
      say("restart: 10,000 applications (20 clusters x 500), synced and healthy after \(Figure.seconds(filling.wall))")
      await first.stop()
      try await simulators.reset()
      let clock = ContinuousClock()
      let start = clock.now
      let second = try await fleet.start(simulators.endpoints)
      let loaded = clock.now - start
      while await !second.hub.controller.readiness().isReady { try await Task.sleep(for: .milliseconds(5)) }
      let ready = clock.now - start
      try await fleet.waitForConvergence(second)
      let settled = clock.now - start
      let counts = try await simulators.counts()
      say(
        "  state loaded after \(Figure.seconds(loaded.inSeconds)), ready after \(Figure.seconds(ready.inSeconds)), all seen to be in order after "
          + "\(Figure.seconds(settled.inSeconds)); \(counts.requests) requests, \(counts.writes) writes; "
          + "peak \(Figure.megabytes(Measurement.peakMemory)) (both hubs in one process)")
      say("  baseline: skipped: the peers keep their state in a cluster's etcd and cannot be run here")
      await second.stop()
    }
  }
}

import Document
import Foundation
import Transport

/// A hub that watches 1,000 clusters × 50 objects in which nothing happens: measured in the process that synced all of it, and again in
/// one that was started on the fleet as it is.
///
/// The clusters run in another process and are reached over real HTTP: each kind of each cluster is a watch on a connection of its own,
/// since the simulated clusters speak HTTP/1.1 (a real API server would get two HTTP/2 connections).
struct IdleBenchmark: Benchmark {
  let name = "idle"
  let summary = "memory and processor time of a hub that watches 1,000 clusters with 50 objects each"

  private static let fleet = BenchFleet(clusters: 1000, applications: 5, objects: 10, pollInterval: nil)
  private static let watching = 30

  func run() async throws {
    try await IdleBenchmark.fleet.use { fleet, simulators in
      say("idle: 1,000 clusters x 5 applications x 10 objects (ConfigMaps, Services, Deployments, Secrets)")
      try fleet.folder.write(
        "endpoints.json", JSON.string(.object(Object(simulators.endpoints.map { Member(key: $0, value: .string($1)) }))))
      for label in ["the hub that synced it", "a hub started on it"] {
        try await simulators.reset()
        let output = try await IdleBenchmark.outputOfPart(name, fleet.folder.path)
        let answer = try JSON.decode(output.filter { $0 != "\n" })
        let counts = try await simulators.counts()
        func figure(_ key: String) -> Double { answer[key]?.doubleValue ?? 0 }
        let share = figure("cpu") / Double(IdleBenchmark.watching) * 100
        say(
          "  \(label.padding(to: 24))\(Figure.megabytes(figure("resident"))) resident, \(Figure.rounded(share)) % of a core over "
            + "\(IdleBenchmark.watching) s   \(Figure.bar("400 MB, 2 %", figure("resident") < 400 && share < 2))")
        say(
          "    all synced and healthy after \(Figure.seconds(figure("wall"))) with \(counts.requests) requests (\(counts.writes) writes); "
            + "peak \(Figure.megabytes(figure("peak"))); \(Figure.megabytes(figure("empty"))) before it began")
      }
      say("  the clusters are not counted: they run in another process")
      say("  baseline: skipped: Argo CD and Flux run only inside a cluster")
    }
  }

  /// The hub: started on whatever the folder holds, and left alone once all is in order.
  func part(_ arguments: [String]) async throws {
    guard let path = arguments.first else { throw Failure("a part is: FOLDER") }
    let fleet = BenchFleet.Written(fleet: IdleBenchmark.fleet, folder: TemporaryFolder(path: path))
    let known = try JSON.decode(String(contentsOfFile: path + "/endpoints.json", encoding: .utf8)).objectValue ?? [:]
    let endpoints = known.reduce(into: [String: String]()) { $0[$1.key] = $1.value.stringValue }
    let empty = Measurement.residentMemory
    let hub = try await fleet.start(endpoints)
    let start = try await Measurement.of { try await fleet.waitForConvergence(hub, within: .seconds(500)) }
    try await IdleBenchmark.waitForSilence(hub.http)
    let idle = try await Measurement.of { try await Task.sleep(for: .seconds(IdleBenchmark.watching)) }
    say(
      JSON.string([
        "wall": .double(start.wall), "cpu": .double(idle.cpu), "resident": .double(Measurement.residentMemory),
        "peak": .double(Measurement.peakMemory), "empty": .double(empty),
      ]))
    await hub.stop()
  }

  /// Waits until the hub has asked nothing for 15 seconds: after a start it looks through the clusters when all is known to be in order.
  private static func waitForSilence(_ http: HTTPClient) async throws {
    var (requests, quiet) = (http.statistics.requests, 0)
    for _ in 0..<120 where quiet < 15 {
      try await Task.sleep(for: .seconds(1))
      quiet = http.statistics.requests == requests ? quiet + 1 : 0
      requests = http.statistics.requests
    }
  }

  /// Waits on a thread of its own: the clusters are served by another process, but this one has to stay out of the way.
  private static func outputOfPart(_ name: String, _ path: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try Subprocess.outputOfSelf(["--part", name, path]) })
      }
    }
  }
}

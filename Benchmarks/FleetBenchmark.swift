import Document
import FleetModel
import Foundation
import Hub
import Logging
import Simulator
import Transport

/// 20 simulated clusters × 50 applications of 3 objects from empty to synced and healthy, then a second pass in which nothing changed.
struct FleetBenchmark: Benchmark {
  let name = "fleet"

  func run() async throws {
    let fleet = BenchFleet(clusters: 20, applications: 50)
    try await fleet.use { fleet, endpoints in
      let hub = try await fleet.start(endpoints)
      let first = try await Measurement.of { try await fleet.waitForConvergence(hub) }
      let counts = try await fleet.counts(endpoints)
      let objects = 20 * 50 * 3
      print("fleet: 20 clusters x 50 applications x 3 objects, from empty to synced and healthy")
      print(
        "  \(Figure.seconds(first.wall))   cpu \(Figure.seconds(first.cpu))   \(counts.requests) requests, "
          + "\(Figure.rounded(Double(counts.requests) / Double(objects))) an object (\(counts.writes) writes)   "
          + "peak \(Figure.megabytes(Measurement.peakMemory)) (the hub alone)")
      try await fleet.reset(endpoints)
      let second = try await Measurement.of {
        try fleet.commit("README.md", "Nothing that any application reads.")
        try await fleet.waitForRevision(hub, after: hub.revision)
        try await fleet.waitForConvergence(hub)
      }
      let rest = try await fleet.counts(endpoints)
      print(
        "  a second pass at a new commit without a change: \(Figure.seconds(second.wall)) (the poll of 1 s included)   cpu \(Figure.seconds(second.cpu))"
      )
      print("  \(rest.requests) requests, \(rest.writes) writes")
      if rest.writes > 0 { throw Subprocess.Failure(message: "a pass without change wrote \(rest.writes) times") }
      await hub.stop()
    }
  }
}

/// A hub with 10,000 instances in its state file starts again.
struct RestartBenchmark: Benchmark {
  let name = "restart"

  func run() async throws {
    let fleet = BenchFleet(clusters: 20, applications: 500, objects: 1)
    try await fleet.use { fleet, endpoints in
      let first = try await fleet.start(endpoints)
      let filling = try await Measurement.of { try await fleet.waitForConvergence(first) }
      print("restart: 10,000 applications (20 clusters x 500), synced and healthy after \(Figure.seconds(filling.wall))")
      await first.stop()
      try await fleet.reset(endpoints)
      let clock = ContinuousClock()
      let start = clock.now
      let second = try await fleet.start(endpoints)
      let loaded = clock.now - start
      while await !second.hub.controller.readiness().isReady { try await Task.sleep(for: .milliseconds(5)) }
      let ready = clock.now - start
      try await fleet.waitForConvergence(second)
      let settled = clock.now - start
      let counts = try await fleet.counts(endpoints)
      print(
        "  state loaded after \(Figure.seconds(loaded.inSeconds)), ready after \(Figure.seconds(ready.inSeconds)), all seen to be in order after "
          + "\(Figure.seconds(settled.inSeconds)); \(counts.requests) requests, \(counts.writes) writes; "
          + "peak \(Figure.megabytes(Measurement.peakMemory)) (both hubs in one process)")
      await second.stop()
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Definitions and manifests in a Git repository, and simulated clusters in a process of their own, so that their memory does not count.
struct BenchFleet {
  let clusters: Int
  let applications: Int
  var objects = 3
  let folder = NSTemporaryDirectory() + "flotilla-bench-\(ProcessInfo.processInfo.processIdentifier)"
  static let url = "https://git.example.com/fleet.git"

  /// A hub that runs.
  struct Running {
    let hub: FlotillaHub
    let task: Task<Void, any Error>
    let revision: String

    func stop() async {
      task.cancel()
      _ = try? await task.value
    }
  }

  func use(_ body: (BenchFleet, [String: String]) async throws -> Void) async throws {
    try write()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let simulators = Process()
    simulators.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    simulators.arguments = ["simulators", "\(clusters)"]
    let (output, lifeline) = (Pipe(), Pipe())
    simulators.standardOutput = output
    simulators.standardInput = lifeline
    try simulators.run()
    defer { simulators.terminate() }
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) { line += byte }
    let endpoints = try (JSON.decode(Array(line)).objectValue ?? [:]).reduce(into: [String: String]()) { $0[$1.key] = $1.value.stringValue }
    try await body(self, endpoints)
  }

  /// The process of the simulated clusters: prints their addresses, and ends with the one that started it.
  static func serve(_ count: Int) async throws {
    let server = try await SimulatorServer.start((0..<count).map { .init(name: "cluster-\($0)") }, threads: 1)
    var addresses = Object()
    for (name, cluster) in server.clusters { addresses[name] = .string(cluster.url) }
    try FileHandle.standardOutput.write(contentsOf: Data((JSON.string(.object(addresses)) + "\n").utf8))
    await withCheckedContinuation { (end: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
        end.resume()
      }
    }
    exit(0)
  }

  func start(_ endpoints: [String: String]) async throws -> Running {
    var logger = Logger(label: "bench")
    logger.logLevel = .error
    let hub = try await FlotillaHub(
      HubConfiguration(
        dataFolder: folder + "/hub", definitions: .repository(url: folder + "/fleet", revision: "HEAD", path: "definitions"),
        overrides: [RepositoryOverride(url: BenchFleet.url, path: folder + "/fleet")], simulatedClusters: endpoints,
        pollInterval: .seconds(1)),
      http: HTTPClient(), metrics: Metrics(), logger: logger)
    let revision = await hub.controller.fleetStatus().definitionsRevision
    return Running(hub: hub, task: Task { try await hub.run() }, revision: revision)
  }

  func waitForConvergence(_ running: Running) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while true {
      let status = await running.hub.controller.fleetStatus()
      if status.applications == clusters * applications, status.healthy == status.applications, status.running == 0 { return }
      guard ContinuousClock.now < deadline else { throw Subprocess.Failure(message: "not converged: \(status)") }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  func waitForRevision(_ running: Running, after revision: String) async throws {
    while await running.hub.controller.fleetStatus().definitionsRevision == revision { try await Task.sleep(for: .milliseconds(5)) }
  }

  // MARK: the clusters' counters

  func counts(_ endpoints: [String: String]) async throws -> (requests: Int64, writes: Int64) {
    var (requests, writes) = (Int64(0), Int64(0))
    for url in endpoints.values {
      let answer = try JSON.decode(await HTTPClient().send(HTTPRequest("GET", url + "/simulator/requests")).body)
      requests += answer["requests"]?.intValue ?? 0
      writes += answer["writes"]?.intValue ?? 0
    }
    return (requests, writes)
  }

  func reset(_ endpoints: [String: String]) async throws {
    for url in endpoints.values { _ = try await HTTPClient().send(HTTPRequest("DELETE", url + "/simulator/requests")) }
  }

  // MARK: files

  private func write() throws {
    for number in 0..<applications {
      try write("apps/app-\(number)/manifests.yaml", BenchFleet.manifests(number, objects))
    }
    var definitions = (0..<clusters).map { number in
      """
      apiVersion: flotilla.dev/v1alpha1
      kind: Cluster
      metadata: {name: cluster-\(number), labels: {env: bench}}
      spec: {simulated: {}}
      ---

      """
    }.joined()
    definitions += """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: bench, namespace: argocd}
      spec:
        goTemplate: true
        generators:
        - matrix:
            generators:
            - clusters: {selector: {matchLabels: {env: bench}}}
            - git: {repoURL: \(BenchFleet.url), revision: HEAD, directories: [{path: "apps/*"}]}
        template:
          metadata: {name: "{{ .path.basename }}-{{ .name }}"}
          spec:
            project: default
            source: {repoURL: \(BenchFleet.url), targetRevision: HEAD, path: "{{ .path.path }}"}
            destination: {name: "{{ .name }}", namespace: "{{ .path.basename }}"}
            syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}

      """
    try write("definitions/fleet.yaml", definitions)
    try git("init", "--quiet", "--initial-branch=main")
    try commit("README.md", "A fleet to measure.")
  }

  func commit(_ path: String, _ text: String) throws {
    try write(path, text)
    try git("add", "--all")
    try git("-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message", "A change")
  }

  private func write(_ path: String, _ text: String) throws {
    let file = "\(folder)/fleet/\(path)"
    try FileManager.default.createDirectory(atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  private func git(_ arguments: String...) throws {
    guard Subprocess.output("git", ["-C", folder + "/fleet"] + arguments) != nil else {
      throw Subprocess.Failure(message: "git \(arguments.first ?? "") failed")
    }
  }

  private static func manifests(_ number: Int, _ objects: Int) -> String {
    let configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-\(number)}\ndata: {number: \"\(number)\"}\n"
    guard objects > 1 else { return configMap }
    return configMap + """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: app-\(number)}
      spec: {selector: {app: app-\(number)}, ports: [{port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: app-\(number)}
      spec:
        replicas: 2
        selector: {matchLabels: {app: app-\(number)}}
        template:
          metadata: {labels: {app: app-\(number)}}
          spec: {containers: [{name: main, image: "registry.example.com/app:1.\(number)"}]}

      """
  }
}

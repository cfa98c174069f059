import Document
import FleetModel
import Foundation
import Kubernetes
import Syncing
import Transport

/// 1,000 objects to each of 4 clusters from empty, and again without a change; beside `kubectl apply --server-side` of the same files.
///
/// Both reach clusters of one process over real HTTP, each its own four, empty at first. kubectl is given what is better for it: the custom
/// resource definition is there before its time begins (it cannot apply a definition and its objects in one go), what it asked about the
/// server is in its cache, and the shorter of two runs counts: four kubectls at once, or one after the other.
struct ApplyBenchmark: Benchmark {
  let name = "apply"
  let summary = "1,000 objects to 4 clusters from empty and again, beside kubectl apply --server-side"

  private static let objects = 1000

  func run() async throws {
    try await TemporaryFolder.use(name) { folder in
      try ApplyBenchmark.write(to: folder)
      try await SimulatorProcess.use(12) { simulators in
        say("apply: \(ApplyBenchmark.objects) objects (ConfigMaps, Services, Deployments, custom resources) to each of 4 clusters")
        let own = try await OwnApply.measure(folder.path + "/manifests", simulators, 0..<4)
        for line in own.lines { say("  \(line)") }
        guard let kubectl = try await KubectlApply.measure(folder, simulators, together: 4..<8, inTurn: 8..<12) else {
          say("  kubectl                   skipped: no kubectl here")
          return
        }
        for line in kubectl.lines { say("  \(line)") }
        let (first, again) = (kubectl.first / own.first, kubectl.again / own.again)
        say("  from empty: \(Figure.times(first)) as fast as kubectl   \(Figure.bar("5 times", first >= 5))")
        say(
          "  again: \(Figure.times(again)) as fast as kubectl, \(own.writes) writes   "
            + Figure.bar("20 times, no write", again >= 20 && own.writes == 0))
        say("  again by a hub that knows nothing: \(Figure.times(kubectl.again / own.restarted)) as fast as kubectl")
        let sizes = try await [simulators.counts(0..<4), simulators.counts(4..<8), simulators.counts(8..<12)].map(\.objects)
        guard Set(sizes).count == 1 else { throw Failure("the clusters do not hold the same number of objects: \(sizes)") }
        say("  all clusters hold the same number of objects at the end: \(sizes[0] / 4) each")
      }
    }
  }

  /// Ten files of objects beside the definition, as a repository has them.
  private static func write(to folder: TemporaryFolder) throws {
    try folder.write("manifests/00-definition.yaml", Manifests.definition)
    try folder.write("definition/definition.yaml", Manifests.definition)
    for file in 0..<10 {
      let numbers = file * objects / 10..<(file + 1) * objects / 10
      let text = numbers.map { number in
        switch number % 4 {
        case 0: Manifests.configMap("config-\(number)", number: number)
        case 1: Manifests.service("service-\(number)")
        case 2: Manifests.deployment("web-\(number)", number: number)
        default: Manifests.custom("widget-\(number)", number: number)
        }
      }
      try folder.write("manifests/objects-\(file).yaml", text.joined())
      try folder.write("objects/objects-\(file).yaml", text.joined())
    }
  }
}

/// Our side: one agent for each cluster, as the hub has them.
private struct OwnApply {
  var first = 0.0
  var again = 0.0
  var restarted = 0.0
  var writes: Int64 = 0
  var lines: [String] = []

  static func measure(_ manifests: String, _ simulators: SimulatorProcess, _ numbers: Range<Int>) async throws -> OwnApply {
    var result = OwnApply()
    let endpoints = simulators.endpoints(numbers)
    var agents: [ClusterAgent] = []
    let http = HTTPClient()
    func say(_ label: String, _ run: Measurement) async throws -> SimulatorProcess.Counts {
      let counts = try await simulators.counts(numbers)
      result.lines.append(
        "\(label.padding(to: 42))\(Figure.seconds(run.wall).padding(to: 9)) cpu \(Figure.seconds(run.cpu))   "
          + "\(counts.requests) requests, \(counts.writes) writes")
      try await simulators.reset()
      return counts
    }
    try await simulators.reset()
    let first = try await Measurement.of {
      agents = await start(endpoints, http)
      try await sync(agents, manifests, revision: "1", expecting: .succeeded)
    }
    result.first = first.wall
    _ = try await say("flotilla, from empty", first)
    let again = try await Measurement.best(of: 3) { try await sync(agents, manifests, revision: "2", expecting: .unchanged) }
    result.again = again.wall
    result.writes = try await say("flotilla, again (best of 3)", again).writes
    for agent in agents { await agent.stop() }
    try await simulators.reset()
    var others: [ClusterAgent] = []
    let restarted = try await Measurement.of {
      others = await start(endpoints, http)
      try await sync(others, manifests, revision: "3", expecting: .unchanged)
    }
    result.restarted = restarted.wall
    result.writes += try await say("flotilla, again, new agents", restarted).writes
    for agent in others { await agent.stop() }
    return result
  }

  private static func start(_ endpoints: [String: String], _ http: HTTPClient) async -> [ClusterAgent] {
    var agents: [ClusterAgent] = []
    for (name, url) in endpoints.sorted(by: { $0.key < $1.key }) {
      let client = ClusterClient(ClusterConnection(name: name, server: url), http: http)
      let agent = ClusterAgent(
        name: name, api: ClusterClientSpoke(client),
        environment: .system(now: { Int64(Date().timeIntervalSince1970 * 1000) }))
      await agent.start()
      agents.append(agent)
    }
    return agents
  }

  /// Reads the files, as each kubectl does, hands them to the agents and syncs all clusters at once.
  private static func sync(
    _ agents: [ClusterAgent], _ folder: String, revision: String, expecting outcome: SyncResult.Outcome
  ) async throws {
    var manifests: [Value] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { throw Failure("\(file) cannot be read") }
      manifests += try YAML.decodeAll(Array(data), file: file).map(\.value)
    }
    let owner = Owner(id: InstanceID(namespace: "argocd", application: "bench"), name: "bench")
    let input = DesiredInput(owner: owner, revision: revision, manifests: manifests, namespace: "default")
    try await withThrowingTaskGroup(of: SyncResult.self) { group in
      for agent in agents {
        group.addTask {
          await agent.setDesired(input)
          return await agent.sync(owner.id)
        }
      }
      for try await result in group where result.outcome != outcome { throw Failure("\(result.outcome.rawValue): \(result.message)") }
    }
  }
}

/// kubectl's side: one process for each cluster.
private struct KubectlApply {
  var first: Double
  var again: Double
  var lines: [String]

  static func measure(
    _ folder: TemporaryFolder, _ simulators: SimulatorProcess, together: Range<Int>, inTurn: Range<Int>
  ) async throws -> KubectlApply? {
    guard let version = Subprocess.output("kubectl", ["version", "--client", "-o", "json"]) else { return nil }
    try configure(folder, simulators.endpoints)
    var lines: [String] = []
    var best: [Double] = [.infinity, .infinity]
    for (numbers, isTogether) in [(together, true), (inTurn, false)] {
      // Not measured: see the benchmark's description.
      _ = try await apply(folder, "definition", numbers, together: true)
      for (position, label) in ["from empty", "again"].enumerated() {
        try await simulators.reset()
        let seconds = try await apply(folder, "objects", numbers, together: isTogether)
        let counts = try await simulators.counts(numbers)
        best[position] = min(best[position], seconds)
        lines.append(
          "\("kubectl, \(label), \(isTogether ? "four at once" : "one after the other")".padding(to: 42))"
            + "\(Figure.seconds(seconds).padding(to: 9)) \(counts.requests) requests, \(counts.writes) writes")
      }
    }
    let name = try JSON.decode(version)[at: "clientVersion", "gitVersion"]?.stringValue ?? ""
    lines.append("kubectl \(name); the definition was there before, its discovery cache was warm")
    return KubectlApply(first: best[0], again: best[1], lines: lines)
  }

  private static func configure(_ folder: TemporaryFolder, _ endpoints: [String: String]) throws {
    var text = "apiVersion: v1\nkind: Config\nclusters:\n"
    for (name, url) in endpoints { text += "- {name: \(name), cluster: {server: \"\(url)\"}}\n" }
    text += "users: [{name: nobody, user: {}}]\ncontexts:\n"
    for name in endpoints.keys { text += "- {name: \(name), context: {cluster: \(name), user: nobody}}\n" }
    try folder.write("kubeconfig", text)
  }

  private static func apply(_ folder: TemporaryFolder, _ files: String, _ numbers: Range<Int>, together: Bool) async throws -> Double {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try run(folder, files, numbers, together: together) })
      }
    }
  }

  private static func run(_ folder: TemporaryFolder, _ files: String, _ numbers: Range<Int>, together: Bool) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var processes: [Process] = []
    for number in numbers {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "kubectl", "--kubeconfig", folder.path + "/kubeconfig", "--context", "cluster-\(number)", "apply", "--server-side", "-f",
        "\(folder.path)/\(files)",
      ]
      process.environment = ProcessInfo.processInfo.environment.merging(["KUBECACHEDIR": folder.path + "/kubectl-cache"]) { $1 }
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      if !together { process.waitUntilExit() }
      processes.append(process)
    }
    for process in processes {
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw Failure("kubectl ended with \(process.terminationStatus)") }
    }
    return (clock.now - start).inSeconds
  }
}

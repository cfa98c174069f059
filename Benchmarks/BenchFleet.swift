import Foundation
import Hub
import Logging
import Transport

/// A fleet to measure: definitions and manifests in a Git repository, simulated clusters in a process of their own, a hub in this one.
struct BenchFleet {
  let clusters: Int
  let applications: Int
  var objects = 3
  /// How often the hub looks at its repositories; nil for what it does when nobody says.
  var pollInterval: Duration? = .seconds(1)
  private static let url = "https://git.example.com/fleet.git"

  /// A fleet whose files are written.
  struct Written {
    let fleet: BenchFleet
    let folder: TemporaryFolder
  }

  /// A hub that runs.
  struct Running {
    let hub: FlotillaHub
    let http: HTTPClient
    let task: Task<Void, any Error>

    func stop() async {
      task.cancel()
      _ = try? await task.value
    }
  }

  /// Writes the files and starts the clusters, and has both gone afterwards.
  func use(_ body: (Written, SimulatorProcess) async throws -> Void) async throws {
    try await TemporaryFolder.use("fleet") { folder in
      let written = Written(fleet: self, folder: folder)
      try written.fill()
      try await SimulatorProcess.use(clusters) { simulators in try await body(written, simulators) }
    }
  }
}

extension BenchFleet.Written {
  /// Starts a hub on the fleet's state.
  func start(_ endpoints: [String: String]) async throws -> BenchFleet.Running {
    Subprocess.raiseFileLimit()
    var logger = Logger(label: "bench")
    logger.logLevel = .error
    let http = HTTPClient()
    let hub = try await FlotillaHub(
      HubConfiguration(
        dataFolder: folder.path + "/hub",
        definitions: .repository(url: folder.path + "/fleet", revision: "HEAD", path: "definitions"),
        overrides: [RepositoryOverride(url: BenchFleet.url, path: folder.path + "/fleet")], simulatedClusters: endpoints,
        pollInterval: fleet.pollInterval),
      http: http, metrics: Metrics(), logger: logger)
    return BenchFleet.Running(hub: hub, http: http, task: Task { try await hub.run() })
  }

  /// Waits until every application is synced and healthy. Looks seldom at large fleets: each look walks over all of it.
  func waitForConvergence(_ running: BenchFleet.Running, within limit: Duration = .seconds(300)) async throws {
    let wanted = fleet.clusters * fleet.applications
    let deadline = ContinuousClock.now + limit
    while true {
      let status = await running.hub.controller.fleetStatus()
      if status.applications == wanted, status.healthy == status.applications, status.running == 0 { return }
      guard ContinuousClock.now < deadline else { throw Failure("not converged: \(status)") }
      try await Task.sleep(for: .milliseconds(wanted > 1000 ? 100 : 10))
    }
  }

  func waitForRevision(_ running: BenchFleet.Running, after revision: String) async throws {
    while await running.hub.controller.fleetStatus().definitionsRevision == revision { try await Task.sleep(for: .milliseconds(5)) }
  }

  // MARK: files

  func commit(_ path: String, _ text: String) throws {
    try folder.write("fleet/\(path)", text)
    try git("add", "--all")
    try git("-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message", "A change")
  }

  func fill() throws {
    for number in 0..<fleet.applications {
      try folder.write(
        "fleet/apps/app-\(number)/manifests.yaml", Manifests.application("app-\(number)", number: number, objects: fleet.objects))
    }
    try folder.write("fleet/definitions/fleet.yaml", fleet.definitions)
    try git("init", "--quiet", "--initial-branch=main")
    try commit("README.md", "A fleet to measure.")
  }

  private func git(_ arguments: String...) throws {
    guard Subprocess.output("git", ["-C", folder.path + "/fleet"] + arguments) != nil else {
      throw Failure("git \(arguments.first ?? "") failed")
    }
  }
}

extension BenchFleet {
  fileprivate var definitions: String {
    let registered = (0..<clusters).map { number in
      """
      apiVersion: flotilla.dev/v1alpha1
      kind: Cluster
      metadata: {name: cluster-\(number), labels: {env: bench}}
      spec: {simulated: {}}
      ---

      """
    }
    return registered.joined() + """
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
  }
}

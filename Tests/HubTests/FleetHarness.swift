import Document
import FleetModel
import Foundation
import Kubernetes
import Logging
import Simulator
import StateStore
import Synchronization
import Transport

@testable import Hub

/// A hub over simulated clusters with its definitions and manifests in a temporary folder.
final class FleetHarness: Sendable {
  static let url = "https://git.example.com/fleet.git"

  let folder: String
  private let secrets: String?
  let simulators: SimulatorServer
  let http = HTTPClient()
  private let running = Mutex<(hub: FlotillaHub, task: Task<Void, any Error>)?>(nil)

  /// What did not happen in time.
  struct TimedOut: Error, CustomStringConvertible {
    let description: String
  }

  private init(simulators: SimulatorServer, secrets: String?) throws {
    self.simulators = simulators
    self.secrets = secrets
    folder = NSTemporaryDirectory() + "flotilla-hub-tests-\(UUID().uuidString)"
    for part in ["definitions", "repository"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
  }

  /// Runs a test over clusters of these names; `files` are definitions (by name) and manifests (`repository/…`).
  static func with(
    _ clusters: [Simulator.SimulatedClusterSettings], files: [String: String], secrets: String? = nil,
    _ body: (FleetHarness) async throws -> Void
  ) async throws {
    let simulators = try await SimulatorServer.start(clusters)
    let harness = try FleetHarness(simulators: simulators, secrets: secrets)
    defer { try? FileManager.default.removeItem(atPath: harness.folder) }
    for (path, text) in files { try harness.write(path, text) }
    let result: Result<Void, any Error>
    do {
      try await harness.start()
      try await body(harness)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await harness.stop()
    await simulators.stop()
    try result.get()
  }

  // MARK: files

  /// Writes a definition file, or a file below `repository/`.
  func write(_ path: String, _ text: String) throws {
    let full = place(path)
    try FileManager.default.createDirectory(atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: full), options: .atomic)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: place(path)) }

  private func place(_ path: String) -> String { path.hasPrefix("repository/") ? "\(folder)/\(path)" : "\(folder)/definitions/\(path)" }

  // MARK: the hub

  var controller: FleetController {
    get throws {
      guard let hub = running.withLock({ $0?.hub }) else { throw TimedOut(description: "the hub does not run") }
      return hub.controller
    }
  }

  func start() async throws {
    var logger = Logger(label: "hub")
    logger.logLevel = .critical
    let configuration = HubConfiguration(
      dataFolder: folder + "/data", definitions: .folder(folder + "/definitions"),
      overrides: [RepositoryOverride(url: FleetHarness.url, path: folder + "/repository", content: .workTree)],
      simulatedClusters: simulators.clusters.mapValues(\.url), pollInterval: .milliseconds(50),
      secretsFolder: secrets.map { "\(folder)/\($0)" })
    let hub = try await FlotillaHub(configuration, http: http, metrics: Metrics(), logger: logger)
    running.withLock { $0 = (hub, Task { try await hub.run() }) }
  }

  func stop() async {
    guard let task = running.withLock({ $0?.task }) else { return }
    task.cancel()
    _ = try? await task.value
    running.withLock { $0 = nil }
  }

  // MARK: looking

  /// Waits until something holds; throws with what the fleet looks like when it does not within 20 seconds.
  func wait(_ what: String, until condition: (FleetController) async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while clock.now < deadline {
      if try await condition(controller) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    let fleet = try await controller.applications().map { "\($0.name) \($0.sync) \($0.health) \($0.reason)" }
    throw TimedOut(description: "not in time: \(what); \(fleet.joined(separator: "; ")); \(try await controller.fleetStatus().problems)")
  }

  /// Waits until so many applications are synced and healthy, with nothing under way.
  func waitForConvergence(_ count: Int) async throws {
    try await wait("\(count) applications synced and healthy") { controller in
      let status = await controller.fleetStatus()
      return status.applications == count && status.healthy == count && status.running == 0
    }
  }

  func application(_ name: String) async throws -> ApplicationView? { try await controller.application(named: name) }

  /// All events of some kinds as `kind name`, oldest first.
  func events(_ kinds: Set<EventKind>, after: Int64 = 0) async throws -> [String] {
    try await controller.store.events(EventQuery(kinds: kinds, after: after, limit: 10_000)).map {
      "\($0.event.kind.rawValue) \($0.event.name ?? "-")"
    }
  }

  func lastEvent() async throws -> Int64 { try await controller.store.events(EventQuery(limit: 1)).last?.seq ?? 0 }

  // MARK: clusters

  /// A client that somebody else might use.
  func client(_ cluster: String) throws -> ClusterClient {
    guard let server = simulators[cluster] else { throw TimedOut(description: "no cluster \(cluster)") }
    return ClusterClient(ClusterConnection(name: cluster, server: server.url), http: http)
  }

  func configMap(_ cluster: String, _ namespace: String, _ name: String) -> Value? {
    simulators[cluster]?.withCluster { $0.object(group: "", plural: "configmaps", namespace: namespace, name: name) }
  }

  var writes: Int { simulators.clusters.values.reduce(0) { $0 + $1.writes } }
}

/// The fleet of the tests: `base` and `web` on every cluster, `web` after `base`.
enum TestFleet {
  static func clusters(_ names: [String]) -> String {
    names.map { name in
      """
      apiVersion: flotilla.dev/v1alpha1
      kind: Cluster
      metadata: {name: \(name), labels: {env: test}}
      spec: {simulated: {}}
      ---

      """
    }.joined()
  }

  /// A set that makes an application for each folder below `apps/` on each cluster.
  static func set(_ name: String = "apps", folders: String = "apps/*", patch: String = "", policy: String = "") -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: \(name), namespace: argocd}
    spec:
      goTemplate: true
      goTemplateOptions: [missingkey=error]
    \(policy)
      generators:
      - matrix:
          generators:
          - clusters: {selector: {matchLabels: {env: test}}}
          - git:
              repoURL: \(FleetHarness.url)
              revision: HEAD
              directories: [{path: "\(folders)"}]
      template:
        metadata: {name: "{{ .path.basename }}-{{ .name }}", labels: {app: "{{ .path.basename }}"}}
        spec:
          project: default
          source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: "{{ .path.path }}"}
          destination: {name: "{{ .name }}", namespace: "{{ .path.basename }}"}
          syncPolicy:
            automated: {prune: true, selfHeal: true}
            syncOptions: [CreateNamespace=true]
    \(patch)
    """
  }

  /// `web` waits for `base` on its own cluster.
  static let webAfterBase = """
      templatePatch: |
        {{- if eq .path.basename "web" }}
        spec:
          dependsOn:
          - selector: {matchLabels: {app: base}}
        {{- end }}
    """

  static func configMap(_ name: String, _ value: String) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {key: \(value)}\n"
  }

  static func deployment(_ name: String, image: String) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name)}
    spec:
      replicas: 1
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec: {containers: [{name: main, image: "\(image)"}]}

    """
  }

  static func files(_ names: [String]) -> [String: String] {
    [
      "clusters.yaml": clusters(names), "apps.yaml": set(patch: webAfterBase),
      "repository/apps/base/base.yaml": configMap("base", "one"), "repository/apps/web/web.yaml": configMap("web", "one"),
    ]
  }
}

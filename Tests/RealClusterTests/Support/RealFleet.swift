import Document
import Foundation
import Kubernetes
import Logging
import StateStore
import Transport

@testable import Hub

/// A hub over real clusters with its definitions and manifests in a temporary folder.
final class RealFleet: Sendable {
  static let url = "https://git.example.com/fleet.git"

  let plane: ControlPlane
  let folder: String
  /// A name that nobody else uses.
  let name: String
  let clusters: [String]
  private let running = Running()

  private actor Running {
    var hub: FlotillaHub?
    var task: Task<Void, any Error>?
    func set(_ hub: FlotillaHub?, _ task: Task<Void, any Error>?) { (self.hub, self.task) = (hub, task) }
  }

  struct TimedOut: Error, CustomStringConvertible {
    let description: String
  }

  private init(_ clusters: [String]) async throws {
    plane = try await ControlPlane.shared
    self.clusters = clusters
    name = "h-" + String(UUID().uuidString.lowercased().prefix(8))
    // Goes with the control plane, even if the test process crashes.
    folder = plane.folder + "/\(name)"
    for part in ["definitions", "repository"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
    let definitions = clusters.compactMap { plane.spokes[$0]?.definition(labels: "fleet: \(name)") }.joined()
    try write("definitions/clusters.yaml", definitions)
  }

  static func with(_ clusters: [String], _ body: (RealFleet) async throws -> Void) async throws {
    let fleet = try await RealFleet(clusters)
    defer { try? FileManager.default.removeItem(atPath: fleet.folder) }
    let result: Result<Void, any Error>
    do {
      try await fleet.start()
      result = .success(try await body(fleet))
    } catch {
      result = .failure(error)
    }
    await fleet.stop()
    try result.get()
  }

  func write(_ path: String, _ text: String) throws {
    let full = "\(folder)/\(path)"
    try FileManager.default.createDirectory(atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: full), options: .atomic)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(path)") }

  func start() async throws {
    var logger = Logger(label: "hub")
    logger.logLevel = .critical
    let configuration = HubConfiguration(
      dataFolder: folder + "/data", definitions: .folder(folder + "/definitions"),
      overrides: [RepositoryOverride(url: RealFleet.url, path: folder + "/repository", content: .workTree)],
      simulatedClusters: [:], pollInterval: .milliseconds(50))
    let hub = try await FlotillaHub(configuration, http: plane.http, metrics: Metrics(), logger: logger)
    await running.set(hub, Task { try await hub.run() })
  }

  func stop() async {
    let task = await running.task
    task?.cancel()
    _ = try? await task?.value
    await running.set(nil, nil)
  }

  func wait(_ what: String, until condition: (FleetStatus) -> Bool) async throws {
    guard let controller = await running.hub?.controller else { throw TimedOut(description: "the hub does not run") }
    if await eventually(within: .seconds(30), { condition(await controller.fleetStatus()) }) { return }
    let applications = await controller.applications().map { "\($0.name) \($0.sync) \($0.health) \($0.reason)" }
    let events = try await controller.store.events(EventQuery(limit: 30)).map {
      "\($0.event.kind.rawValue) \($0.event.name ?? "-") \($0.event)"
    }
    throw TimedOut(
      description: "not in time: \(what); \(applications.joined(separator: "; ")); \(await controller.fleetStatus().problems)\n"
        + events.suffix(30).joined(separator: "\n"))
  }

  // MARK: clusters

  func client(_ cluster: String) throws -> ClusterClient {
    guard let spoke = plane.spokes[cluster] else { throw TimedOut(description: "no cluster \(cluster)") }
    return spoke.client(plane.http)
  }

  func namespace(_ application: String) -> String { "\(name)-\(application)" }

  func configMap(_ cluster: String, _ application: String, _ name: String) async throws -> Value? {
    try await client(cluster).get(.configMaps, namespace: namespace(application), name: name)
  }

  /// A set that makes an application for each folder below `apps/` on each cluster.
  func set() -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: \(name), namespace: argocd}
    spec:
      goTemplate: true
      goTemplateOptions: [missingkey=error]
      generators:
      - matrix:
          generators:
          - clusters: {selector: {matchLabels: {fleet: \(name)}}}
          - git: {repoURL: \(RealFleet.url), revision: HEAD, directories: [{path: "apps/*"}]}
      template:
        metadata: {name: "{{ .path.basename }}-{{ .name }}", finalizers: [resources-finalizer.argocd.argoproj.io]}
        spec:
          project: default
          source: {repoURL: \(RealFleet.url), targetRevision: HEAD, path: "{{ .path.path }}"}
          destination: {name: "{{ .name }}", namespace: "\(name)-{{ .path.basename }}"}
          syncPolicy:
            automated: {prune: true, selfHeal: true}
            syncOptions: [CreateNamespace=true]
    """
  }

  static func configMap(_ name: String, _ value: String) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {key: \(value)}\n"
  }
}

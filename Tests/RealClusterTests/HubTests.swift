import Document
import FleetModel
import Foundation
import Kubernetes
import Logging
import StateStore
import Testing
import Transport

@testable import Hub

/// The whole hub, from definitions and a repository in files to objects in two real clusters.
@Suite(.realServers, .timeLimit(.minutes(2)))
struct HubTests {
  @Test func aFleetFromDefinitionsToClustersAndBack() async throws {
    try await RealFleet.with(["east", "west"]) { fleet in
      try fleet.write("repository/apps/base/base.yaml", RealFleet.configMap("base", "one"))
      try fleet.write(
        "repository/apps/web/web.yaml",
        RealFleet.configMap("web", "one") + "---\n"
          + JSON.string(Make.definition(group: "\(fleet.name).example.com", kind: "Page", plural: "pages"))
          + "\n---\n{apiVersion: \(fleet.name).example.com/v1, kind: Page, metadata: {name: start}, spec: {title: Hello}}\n")
      try fleet.write("definitions/apps.yaml", fleet.set())
      try await fleet.wait("four applications synced and healthy") { status in status.applications == 4 && status.healthy == 4 }
      for cluster in ["east", "west"] {
        let live = try await fleet.configMap(cluster, "web", "web")
        #expect(live?["data"] == ["key": "one"])
      }

      // A commit reaches both clusters.
      try fleet.write("repository/apps/base/base.yaml", RealFleet.configMap("base", "two"))
      for cluster in ["east", "west"] {
        let arrived = try await eventually { try await fleet.configMap(cluster, "base", "base")?["data"] == ["key": "two"] }
        #expect(arrived, "\(cluster)")
      }

      // Changed by hand: healed.
      let client = try fleet.client("west")
      _ = try await client.patch(
        .configMaps, namespace: fleet.namespace("web"), name: "web", .merge, ["data": ["key": "by hand"]],
        options: ClusterClient.WriteOptions(fieldManager: "somebody"))
      let healed = try await eventually(within: .seconds(20)) { try await fleet.configMap("west", "web", "web")?["data"] == ["key": "one"] }
      #expect(healed)
      try await fleet.wait("all is well again") { status in status.healthy == 4 && status.running == 0 }

      // Pruned when it goes from Git; what stays is not touched.
      let before = try await fleet.configMap("east", "web", "web")
      try fleet.write("repository/apps/web/web.yaml", RealFleet.configMap("web", "one"))
      let kind = GroupVersionKind(group: "\(fleet.name).example.com", version: "v1", kind: "Page")
      let pruned = try await eventually(within: .seconds(20)) { try await fleet.client("east").resource(for: kind) == nil }
      #expect(pruned)
      let after = try await fleet.configMap("east", "web", "web")
      #expect(after == before)

      // One application goes from Git, and its objects with it; its namespace stays.
      try fleet.remove("repository/apps/base")
      try await fleet.wait("two applications are left") { status in status.applications == 2 && status.healthy == 2 && status.running == 0 }
      for cluster in ["east", "west"] {
        let left = try await fleet.configMap(cluster, "base", "base")
        #expect(left == nil)
      }
    }
  }

  @Test func aRestartedHubWritesNothing() async throws {
    try await RealFleet.with(["east", "west"]) { fleet in
      try fleet.write("repository/apps/web/web.yaml", RealFleet.configMap("web", "one") + "---\n" + JSON.string(Make.configMap("other")))
      try fleet.write("definitions/apps.yaml", fleet.set())
      try await fleet.wait("two applications") { status in status.applications == 2 && status.healthy == 2 && status.running == 0 }
      let before = [try await fleet.configMap("east", "web", "web"), try await fleet.configMap("west", "web", "other")]
      await fleet.stop()
      try await fleet.start()
      try await fleet.wait("two applications again") { status in status.applications == 2 && status.healthy == 2 && status.running == 0 }
      let after = [try await fleet.configMap("east", "web", "web"), try await fleet.configMap("west", "web", "other")]
      #expect(after == before)
    }
  }
}

/// A hub over real clusters with its definitions and manifests in a temporary folder.
private final class RealFleet: Sendable {
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
    folder = NSTemporaryDirectory() + "flotilla-real-hub-\(name)"
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

import Document
import FleetModel
import Foundation
import Kubernetes
import Syncing
import Testing
import Transport

/// An agent as the hub makes it over one real API server, with an application and a namespace of its own.
struct Site: Sendable {
  let plane: ControlPlane
  let spoke: Spoke
  /// A name that nobody else uses; also the namespace.
  let name: String
  let owner: Owner
  /// Somebody else at the same cluster: an administrator.
  let admin: ClusterClient
  let api: CountingSpoke
  let agent: ClusterAgent

  /// Runs a test, takes the application away afterwards, and stops the agent.
  /// - Parameters:
  ///   - connection: as whom the agent works; nil for the administrator
  ///   - workloads: whether Deployments become ready and Jobs end
  static func with(
    _ spoke: String = "east", as connection: ((Spoke) -> ClusterConnection)? = nil, namespace: Bool = true, workloads: Bool = false,
    _ body: (Site) async throws -> Void
  ) async throws {
    let plane = try await ControlPlane.shared
    let spoke = try #require(plane.spokes[spoke])
    let name = "t-" + String(UUID().uuidString.lowercased().prefix(8))
    let admin = spoke.client(plane.http)
    let api = CountingSpoke(connection.map { ClusterClient($0(spoke), http: plane.http) } ?? admin)
    let site = Site(
      plane: plane, spoke: spoke, name: name, owner: Owner(id: InstanceID(namespace: "argocd", application: name), name: name),
      admin: admin, api: api, agent: Site.makeAgent(spoke.name, api))
    if namespace { _ = try await admin.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]) }
    await site.agent.start()
    let work = workloads ? Task { await Workloads(client: admin, namespace: name).run() } : nil
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(site))
    } catch {
      result = .failure(error)
    }
    api.interfere(nil)
    _ = await site.agent.remove(site.owner.id, SyncRequest(prune: true, confirmed: true, hooks: false, waveTimeout: .seconds(3)))
    await site.agent.stop()
    work?.cancel()
    await work?.value
    try result.get()
  }

  static func makeAgent(_ name: String, _ api: any SpokeAPI) -> ClusterAgent {
    var settings = AgentSettings()
    // Nobody collects garbage here: there is nothing to be patient for.
    settings.collectorPatience = .milliseconds(300)
    return ClusterAgent(
      name: name, api: api, environment: .system(now: { Int64(Date().timeIntervalSince1970 * 1000) }), settings: settings)
  }

  // MARK: what is wanted

  /// Sets what the application wants.
  func want(_ manifests: [Value], options: [String] = [], revision: String = "r1", namespaceMetadata: Value? = nil) async {
    await want(manifests, options: options, revision: revision, namespaceMetadata: namespaceMetadata, of: agent)
  }

  func want(
    _ manifests: [Value], options: [String] = [], revision: String = "r1", namespaceMetadata: Value? = nil, of agent: ClusterAgent
  ) async {
    await agent.setDesired(
      DesiredInput(
        owner: owner, revision: revision, manifests: manifests, namespace: name, syncOptions: options, namespaceMetadata: namespaceMetadata)
    )
  }

  /// Syncs and expects that to succeed.
  @discardableResult
  func sync(_ request: SyncRequest = SyncRequest(prune: true, waveTimeout: .seconds(30)), _ place: SourceLocation = #_sourceLocation)
    async -> SyncResult
  {
    let result = await agent.sync(owner.id, request)
    #expect(result.isSuccess, "\(result.message)", sourceLocation: place)
    return result
  }

  /// Expects that the application is in sync and that another sync sends nothing.
  func expectSettled(_ place: SourceLocation = #_sourceLocation) async {
    await expect(place) { $0.sync == .synced }
    let before = api.writes.count
    let again = await agent.sync(owner.id, SyncRequest(prune: true, waveTimeout: .seconds(30)))
    #expect(again.outcome == .unchanged, "\(again.message) \(again.objects)", sourceLocation: place)
    #expect(api.writes.dropFirst(before) == [], sourceLocation: place)
  }

  /// Expects the status to become as it should be within twenty seconds; else says how it is.
  func expect(
    of agent: ClusterAgent? = nil, _ place: SourceLocation = #_sourceLocation, _ condition: @Sendable (ApplicationStatus) -> Bool
  ) async {
    guard await !settles(of: agent, condition) else { return }
    Issue.record("\(await story(of: agent))", sourceLocation: place)
  }

  /// Waits until the status is as it should be; false when that does not come within twenty seconds.
  func settles(of agent: ClusterAgent? = nil, _ condition: @Sendable (ApplicationStatus) -> Bool) async -> Bool {
    await eventually {
      guard let status = await (agent ?? self.agent).status(of: owner.id) else { return false }
      return condition(status)
    }
  }

  /// How the application stands, object by object, as far as it is not in sync and healthy.
  func story(of agent: ClusterAgent? = nil) async -> String {
    guard let status = await (agent ?? self.agent).status(of: owner.id) else { return "wants nothing" }
    let odd = status.objects.filter { $0.sync != .synced }.map { "\($0.identity): \($0.sync)" }
    return "\(status.sync) \(status.health) \(status.counts)\n" + (status.problems + odd).joined(separator: "\n")
  }

  // MARK: what is there

  func get(_ apiVersion: String, _ kind: String, _ name: String, namespace: String? = nil) async throws -> Value? {
    guard let resource = try await admin.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)) else { return Value?.none }
    return try await admin.get(resource, namespace: resource.namespaced ? namespace ?? self.name : "", name: name)
  }

  /// Whether there is no such object.
  func lacks(_ apiVersion: String, _ kind: String, _ name: String) async -> Bool {
    do {
      return try await get(apiVersion, kind, name) == nil
    } catch {
      // Where the kind went with its definition.
      return (error as? KubernetesError)?.isNotFound == true
    }
  }

  /// Whether there is no such object any more, within twenty seconds.
  func loses(_ apiVersion: String, _ kind: String, _ name: String) async -> Bool {
    await eventually { await lacks(apiVersion, kind, name) }
  }

  /// Somebody's `kubectl patch --type=merge`.
  @discardableResult
  func patch(
    _ apiVersion: String, _ kind: String, _ name: String, _ patch: Value, manager: String = "kubectl-patch", subresource: String? = nil
  ) async throws -> Value {
    let resource = try #require(try await admin.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
    return try await admin.patch(
      resource, namespace: resource.namespaced ? self.name : "", name: name, .merge, patch, subresource: subresource,
      options: ClusterClient.WriteOptions(fieldManager: manager))
  }

  func delete(_ apiVersion: String, _ kind: String, _ name: String) async throws {
    let resource = try #require(try await admin.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
    try await admin.delete(resource, namespace: resource.namespaced ? self.name : "", name: name)
  }

  /// The versions of all objects that the application has, by identity.
  func versions() async -> [String: String] {
    let status = await agent.status(of: owner.id)
    return Dictionary(
      (status?.objects ?? []).map { ($0.identity.description, $0.resourceVersion) }, uniquingKeysWith: { first, _ in first })
  }
}

/// Waits until something holds; false when it does not within twenty seconds.
func eventually(within limit: Duration = .seconds(20), _ condition: () async throws -> Bool) async rethrows -> Bool {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while clock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(20))
  }
  return false
}

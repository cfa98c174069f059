import Document
import Hub
import Kubernetes
import Testing

/// The whole hub, from definitions and a repository in files to objects in two real clusters.
@Suite(.realServers, .timeLimit(.minutes(4)))
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

  /// The way of `flotilla cluster add`: an account of one namespace is made, its definition goes to the hub, and the hub works with it.
  @Test func anOnboardedClusterIsManaged() async throws {
    let plane = try await ControlPlane.shared
    let spoke = try #require(plane.spokes["west"])
    let admin = spoke.client(plane.http)
    var onboarding: ClusterOnboarding?
    try await RealFleet.with([]) { fleet in
      let namespace = fleet.namespace("web")
      _ = try await admin.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]])
      let account = SpokeAccount(namespace: namespace, name: fleet.name, scope: .namespaces([namespace]))
      let made = ClusterOnboarding(admin, account: account)
      onboarding = made
      let definition = try await made.run().definition(labels: ["fleet": fleet.name], tokenFile: nil)
      try fleet.write("definitions/clusters.yaml", YAML.encode(definition))
      try fleet.write("repository/apps/web/web.yaml", RealFleet.configMap("web", "one"))
      try fleet.write("definitions/apps.yaml", fleet.set())
      try await fleet.wait("one application") { status in status.applications == 1 && status.healthy == 1 && status.running == 0 }
      _ = try await admin.patch(.configMaps, namespace: namespace, name: "web", .merge, ["data": ["key": "by hand"]])
      let healed = try await eventually(within: .seconds(20)) { try await fleet.configMap("west", "web", "web")?["data"] == ["key": "one"] }
      #expect(healed)
    }
    _ = try await onboarding?.remove()
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

import Document
import FleetModel
import Foundation
import Generators
import Kubernetes
import Simulator
import StateStore
import Testing

@testable import Hub

/// The whole way from definition files to objects in (simulated) clusters, over HTTP, with a state file.
@Suite struct HubFlowTests {
  private static let two = [Simulator.SimulatedClusterSettings(name: "a"), SimulatedClusterSettings(name: "b")]

  @Test func convergesInOrderAndThenRests() async throws {
    try await FleetHarness.with(Self.two, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      let order = try await fleet.events([.syncSucceeded])
      for cluster in ["a", "b"] {
        let base = try #require(order.firstIndex(of: "SyncSucceeded base-\(cluster)"))
        let web = try #require(order.firstIndex(of: "SyncSucceeded web-\(cluster)"))
        #expect(base < web)
      }
      #expect(order.count == 4)
      // A change that touches no manifest evaluates anew and sends nothing.
      let writes = fleet.writes
      let before = try await fleet.lastEvent()
      try fleet.write("repository/README.md", "hello")
      try fleet.write("clusters.yaml", "# Two clusters.\n" + TestFleet.clusters(["a", "b"]))
      try await fleet.wait("a second evaluation") { _ in
        try await fleet.events([.evaluated], after: before).isEmpty == false
      }
      try await fleet.waitForConvergence(4)
      #expect(fleet.writes == writes)
      #expect(try await fleet.events([.syncStarted], after: before).isEmpty)
    }
  }

  @Test func healsWhatOthersDeleteOrEdit() async throws {
    try await FleetHarness.with(Self.two, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      let client = try fleet.client("a")
      let maps = APIResource(
        groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps", namespaced: true)
      _ = try await client.delete(maps, namespace: "base", name: "base")
      try await fleet.wait("the deleted object is back") { _ in fleet.configMap("a", "base", "base") != nil }
      _ = try await client.patch(
        maps, namespace: "web", name: "web", .merge, ["data": ["key": "edited"]])
      try await fleet.wait("the edit is undone") { _ in
        fleet.configMap("a", "web", "web")?[at: "data", "key"]?.stringValue == "one"
      }
      try await fleet.waitForConvergence(4)
      let drifts = try await fleet.events([.driftDetected])
      #expect(drifts == ["DriftDetected base-a", "DriftDetected web-a"])
      let why = try #require(await fleet.controller.why("web-a"))
      #expect(why.reasons.contains { $0.contains("because of drift (1 changed: ConfigMap/web/web (data.key: \"edited\" → \"one\"))") })
    }
  }

  @Test func changesExactlyWhatThePlanSays() async throws {
    try await FleetHarness.with(Self.two, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      let before = try await fleet.lastEvent()
      let recorded = try await fleet.controller.recorded()
      try fleet.write("repository/apps/web/web.yaml", TestFleet.configMap("web", "two"))
      let plan = try await Self.plan(fleet, from: recorded)
      #expect(plan.changes.map(\.application.name) == ["web-a", "web-b"])
      #expect(plan.changes.flatMap(\.objects).map(\.identity.name) == ["web", "web"])
      try await fleet.wait("both are at the new state") { _ in
        ["a", "b"].allSatisfy { fleet.configMap($0, "web", "web")?[at: "data", "key"]?.stringValue == "two" }
      }
      try await fleet.waitForConvergence(4)
      #expect(try await fleet.events([.syncStarted], after: before).sorted() == ["SyncStarted web-a", "SyncStarted web-b"])
      #expect(try await Self.plan(fleet, from: fleet.controller.recorded()).isEmpty)
    }
  }

  private static func plan(_ fleet: FleetHarness, from recorded: [PlannedApplication]) async throws -> FleetPlan {
    let provider = SourceProvider(
      folder: fleet.folder + "/mirrors",
      overrides: [RepositoryOverride(url: FleetHarness.url, path: fleet.folder + "/repository", content: .workTree)], http: fleet.http)
    let pipeline = Pipeline(provider: provider)
    let snapshot = try await provider.definitions(at: .folder(fleet.folder + "/definitions"))
    let evaluated = await pipeline.evaluate(await pipeline.decode(snapshot.files), pins: TemplatePins())
    let rendered = await pipeline.render(evaluated.evaluation.instances, cache: RenderCache()).instances
    let order = FleetOrder(evaluated.graph())
    let next = evaluated.evaluation.instances.map { PlannedApplication($0, cluster: "", rendered: rendered[$0.id]) }
    let current = recorded.map { application in
      var application = application
      application.cluster = ""
      return application
    }
    return FleetPlan.make(from: current, to: next, evaluated, order)
  }

  @Test func aCycleHoldsItselfAlone() async throws {
    var files = TestFleet.files(["a"])
    files["cycle.yaml"] = ["north", "south"].map { name in
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: \(name), namespace: argocd}
      spec:
        project: default
        dependsOn: [{application: \(name == "north" ? "south" : "north")}]
        source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: apps/base}
        destination: {name: a, namespace: \(name)}
        syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true]}
      ---

      """
    }.joined()
    try await FleetHarness.with([Simulator.SimulatedClusterSettings(name: "a")], files: files) { fleet in
      try await fleet.wait("the rest is synced") { controller in await controller.fleetStatus().healthy == 2 }
      let cycle = "is held: dependency cycle north → south → north (cycle.yaml:6, cycle.yaml:16)"
      let reasons = [try await fleet.application("north")?.reason, try await fleet.application("south")?.reason]
      #expect(reasons == [cycle, cycle])
      #expect(fleet.configMap("a", "north", "base") == nil)
      #expect(try await fleet.events([.syncStarted]).sorted() == ["SyncStarted base-a", "SyncStarted web-a"])
    }
  }

  @Test func goesOnAfterARestartWithoutRepeating() async throws {
    try await FleetHarness.with(Self.two, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      let writes = fleet.writes
      let before = try await fleet.lastEvent()
      await fleet.stop()
      try await fleet.start()
      try await fleet.waitForConvergence(4)
      #expect(fleet.writes == writes)
      #expect(try await fleet.events([.syncStarted, .created, .changed], after: before).isEmpty)
    }
  }

  @Test func removesWhatWentWhileItWasDown() async throws {
    var files = TestFleet.files(["a", "b"])
    for extra in ["one", "two", "three"] { files["repository/apps/\(extra)/map.yaml"] = TestFleet.configMap(extra, "x") }
    try await FleetHarness.with(Self.two, files: files) { fleet in
      try await fleet.waitForConvergence(10)
      await fleet.stop()
      try fleet.remove("repository/apps/one/map.yaml")
      try fleet.remove("repository/apps/one")
      try await fleet.start()
      try await fleet.waitForConvergence(8)
      #expect(fleet.configMap("a", "one", "one") == nil)
      #expect(fleet.configMap("b", "one", "one") == nil)
      #expect(fleet.configMap("b", "two", "two") != nil)
    }
  }
}

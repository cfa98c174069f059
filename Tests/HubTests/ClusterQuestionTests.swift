import Document
import FleetModel
import Kubernetes
import Simulator
import Syncing
import Testing

@testable import Hub

/// Questions that the clusters have to answer: diff, dry run, orphans.
@Suite struct ClusterQuestionTests {
  private static let maps = APIResource(
    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps", namespaced: true)

  /// One application that nobody syncs by itself.
  private static let files = [
    "clusters.yaml": TestFleet.clusters(["a"]),
    "manual.yaml": """
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: {name: watched, namespace: argocd}
    spec:
      sourceRepos: ["*"]
      destinations: [{server: "*", namespace: "*"}]
      clusterResourceWhitelist: [{group: "*", kind: "*"}]
      orphanedResources: {ignore: [{kind: ConfigMap, name: "ignored-*"}]}
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: manual, namespace: argocd}
    spec:
      project: watched
      source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: apps/base}
      destination: {name: a, namespace: manual}
      syncPolicy: {syncOptions: [CreateNamespace=true]}
    """,
    "repository/apps/base/base.yaml": TestFleet.configMap("base", "one"),
  ]

  private func with(_ body: (FleetHarness) async throws -> Void) async throws {
    try await FleetHarness.with([.init(name: "a")], files: Self.files) { fleet in
      try await fleet.wait("the application is known") { _ in try await fleet.application("manual")?.sync == "OutOfSync" }
      try await body(fleet)
    }
  }

  private func sync(_ fleet: FleetHarness, _ wish: SyncWish = SyncWish()) async throws {
    let before = try await fleet.lastEvent()
    #expect(try await fleet.controller.requestSync(names: ["manual"], selector: nil, wish: wish) == ["manual"])
    try await fleet.wait("the sync ends") { _ in try await fleet.events([.syncSucceeded, .syncFailed], after: before).count == 1 }
    try await fleet.wait("it is synced") { _ in try await fleet.application("manual")?.sync == "Synced" }
  }

  @Test func diffSaysWhatASyncWouldDo() async throws {
    try await with { fleet in
      let first = try #require(try await fleet.controller.diff(of: "manual"))
      #expect(first.summary == "1 to create" && first.createsNamespace == "manual")
      let tried = try #require(try await fleet.controller.tryOut("manual", wish: SyncWish()))
      #expect(tried.isSuccess)
      #expect(fleet.configMap("a", "manual", "base") == nil, "a dry run stores nothing")
      try await sync(fleet)
      #expect(try await fleet.controller.diff(of: "manual")?.isEmpty == true)
      _ = try await fleet.client("a").patch(Self.maps, namespace: "manual", name: "base", .merge, ["data": ["key": "edited"]])
      try await fleet.wait("the drift is seen") { _ in try await fleet.application("manual")?.sync == "OutOfSync" }
      let second = try #require(try await fleet.controller.diff(of: "manual"))
      #expect(second.createsNamespace == nil)
      #expect(second.operations.flatMap(\.differences).map(\.description) == ["data.key: \"edited\" → \"one\""])
      #expect(try await fleet.controller.diff(of: "nobody") == nil)
    }
  }

  /// What kubectl applied is taken over, and the diff says so before.
  @Test func diffNamesWhatIsAdopted() async throws {
    try await with { fleet in
      let client = try fleet.client("a")
      let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "manual"]]
      _ = try await client.create(namespace)
      let theirs: Value = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "base", "namespace": "manual"],
        "data": ["key": "theirs", "old": "x"],
      ]
      let made = try await client.create(theirs, options: .init(fieldManager: "kubectl-client-side-apply"))
      let plan = try #require(try await fleet.controller.diff(of: "manual"))
      #expect(plan.operations.compactMap(\.adoption).map(\.managers) == [["kubectl-client-side-apply"]])
      #expect(plan.operations.flatMap(\.differences).map(\.path).contains("data.key"))
      try await sync(fleet)
      let after = try #require(fleet.configMap("a", "manual", "base"))
      #expect(after[at: "data"] == ["key": "one"], "what the former manager wrote and Git does not have is gone")
      #expect(after[at: "metadata", "uid"] == made[at: "metadata", "uid"], "it was not made anew")
    }
  }

  @Test func orphansAreWhatNobodyManages() async throws {
    try await with { fleet in
      try await sync(fleet)
      let client = try fleet.client("a")
      for name in ["stranger", "ignored-one"] {
        let map: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "manual"]]
        _ = try await client.create(map)
      }
      let reports = try await fleet.controller.orphans()
      #expect(reports.map(\.project) == ["watched"] && reports.map(\.cluster) == ["a"] && reports.allSatisfy { $0.problem == nil })
      #expect(reports.flatMap(\.objects).map(\.name) == ["stranger"])
      #expect(try await fleet.controller.orphans(project: "default").isEmpty)
    }
  }

  /// A selective sync touches nothing else, and the application is not synced by it.
  @Test func syncsOnlyWhatIsNamed() async throws {
    try await with { fleet in
      try fleet.write("repository/apps/base/more.yaml", TestFleet.configMap("more", "one"))
      try await fleet.wait("both are wanted") { _ in try await fleet.controller.diff(of: "manual")?.operations.count == 2 }
      let selector = try #require(ResourceSelector(":ConfigMap:more"))
      let before = try await fleet.lastEvent()
      _ = try await fleet.controller.requestSync(names: ["manual"], selector: nil, wish: SyncWish(resources: [selector]))
      try await fleet.wait("the sync ends") { _ in
        try await fleet.events([.syncSucceeded, .syncFailed], after: before) == ["SyncSucceeded manual"]
      }
      #expect(fleet.configMap("a", "manual", "more") != nil && fleet.configMap("a", "manual", "base") == nil)
      try await fleet.wait("the application is not synced by it") { _ in try await fleet.application("manual")?.sync == "OutOfSync" }
      await fleet.stop()
      try await fleet.start()
      try await fleet.wait("it is known again") { _ in try await fleet.application("manual")?.sync == "OutOfSync" }
      try await sync(fleet)
      #expect(fleet.configMap("a", "manual", "base") != nil)
    }
  }
}

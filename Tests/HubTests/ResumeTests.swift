import Document
import FleetModel
import Foundation
import Simulator
import Testing

@testable import Hub

/// What is half done goes on where it was, and what was lost is found again.
@Suite struct ResumeTests {
  private static let hooked = [
    "clusters.yaml": TestFleet.clusters(["a"]),
    "app.yaml": """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: hooked, namespace: argocd}
    spec:
      project: default
      source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: apps/hooked}
      destination: {name: a, namespace: hooked}
      syncPolicy:
        automated: {prune: true, selfHeal: true}
        syncOptions: [CreateNamespace=true]
        retry: {limit: 20, backoff: {duration: 200ms, factor: 1, maxDuration: 200ms}}
    """,
    "repository/apps/hooked/web.yaml": TestFleet.configMap("web", "one"),
    "repository/apps/hooked/after.yaml": """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: after, annotations: {argocd.argoproj.io/hook: PostSync}}
    spec:
      backoffLimit: 0
      template:
        spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/after:1"}]}
    """,
  ]

  /// A PostSync hook that failed runs again, although no object is to be changed any more; once it has succeeded, it does not.
  @Test func aHookThatFailedRunsAgain() async throws {
    try await FleetHarness.with(
      [.init(name: "a", failingImages: ["example.com/after"], progressDeadline: .milliseconds(100))], files: Self.hooked
    ) { fleet in
      try await fleet.wait("the hook fails") { _ in try await !fleet.events([.syncFailed]).isEmpty }
      #expect(fleet.configMap("a", "hooked", "web") != nil)
      #expect(try await fleet.application("hooked")?.sync != "Synced")
      // A hub that starts anew knows it too.
      await fleet.stop()
      fleet.simulators["a"]?.withCluster { $0.settings.failingImages = [] }
      try await fleet.start()
      try await fleet.waitForConvergence(1)
      let job = fleet.simulators["a"]?.withCluster { $0.object(group: "batch", plural: "jobs", namespace: "hooked", name: "after") }
      #expect(job?[at: "status", "succeeded"]?.intValue == 1)
      let before = fleet.writes
      #expect(try await fleet.controller.requestSync(names: ["hooked"], selector: nil, wish: SyncWish()) == ["hooked"])
      try await fleet.wait("the request is done") { _ in
        try await fleet.application("hooked").map { !$0.isRequested && $0.operation?.phase == "Succeeded" } ?? false
      }
      #expect(fleet.writes == before, "nothing was to be done, and no hook ran")
    }
  }

  /// A hub without its state finds by the labels what it managed: what nobody wants any more goes, and nothing else is written.
  @Test func aLostStateIsFoundInTheClusters() async throws {
    var files = TestFleet.files(["a"])
    files["repository/apps/base/secret.yaml"] = "{apiVersion: v1, kind: Secret, metadata: {name: extra}, stringData: {a: b}}"
    try await FleetHarness.with([.init(name: "a")], files: files) { fleet in
      try await fleet.waitForConvergence(2)
      await fleet.stop()
      try FileManager.default.removeItem(atPath: fleet.folder + "/data")
      try fleet.remove("repository/apps/base/secret.yaml")
      let uid = fleet.configMap("a", "base", "base")?[at: "metadata", "uid"]
      try await fleet.start()
      func secret() -> Value? {
        fleet.simulators["a"]?.withCluster { $0.object(group: "", plural: "secrets", namespace: "base", name: "extra") }
      }
      try await fleet.wait("what nobody wants is gone") { _ in secret() == nil }
      try await fleet.waitForConvergence(2)
      #expect(fleet.configMap("a", "base", "base")?[at: "metadata", "uid"] == uid)
    }
  }

  /// Objects of an application that nobody defines are told of, and stay.
  @Test func strangersOfALostStateStay() async throws {
    try await FleetHarness.with([.init(name: "a")], files: TestFleet.files(["a"])) { fleet in
      try await fleet.waitForConvergence(2)
      await fleet.stop()
      try FileManager.default.removeItem(atPath: fleet.folder + "/data")
      try fleet.write("apps.yaml", TestFleet.set(folders: "apps/base"))
      try await fleet.start()
      try await fleet.waitForConvergence(1)
      try await fleet.wait("they are found") { controller in
        await controller.orphans().flatMap(\.objects).contains { $0.name == "web" && $0.kind == "ConfigMap" }
      }
      #expect(fleet.configMap("a", "web", "web") != nil)
    }
  }
}

import Document
import Testing

@testable import Syncing

/// Who applied an object before, and how that is told.
struct AdoptCase: Sendable, CustomTestStringConvertible {
  let name: String
  var manager: String
  var operation = "Update"
  var annotations: [String: String] = [:]
  var options: [String] = []
  let note: String
  /// Whether what the former tool wrote and Git lacks is gone afterwards.
  let isMigrated: Bool
  var testDescription: String { name }
}

@Suite(.timeLimit(.minutes(1)))
struct AdoptTests {
  @Test(arguments: [
    AdoptCase(
      name: "kubectl apply", manager: "kubectl-client-side-apply",
      annotations: ["kubectl.kubernetes.io/last-applied-configuration": "{}"], note: "adopted from kubectl-client-side-apply",
      isMigrated: true),
    AdoptCase(name: "kubectl apply --server-side", manager: "kubectl", operation: "Apply", note: "adopted from kubectl", isMigrated: true),
    AdoptCase(
      name: "Argo CD", manager: "argocd-controller", annotations: ["argocd.argoproj.io/tracking-id": "old:/ConfigMap:web/config"],
      note: "adopted from Argo CD application old (fields of argocd-controller)", isMigrated: true),
    AdoptCase(
      name: "Argo CD server-side", manager: "argocd-controller", operation: "Apply",
      annotations: ["argocd.argoproj.io/tracking-id": "old:/ConfigMap:web/config"],
      note: "adopted from Argo CD application old (fields of argocd-controller)", isMigrated: true),
    AdoptCase(
      name: "Helm", manager: "helm", annotations: ["meta.helm.sh/release-name": "rel"],
      note: "adopted from Helm release rel (fields of helm)",
      isMigrated: true),
    AdoptCase(
      name: "Flux", manager: "kustomize-controller", operation: "Apply", note: "adopted from kustomize-controller", isMigrated: true),
    AdoptCase(
      name: "not asked for", manager: "kubectl-client-side-apply", options: ["ClientSideApplyMigration=false"],
      note: "adopted from kubectl-client-side-apply", isMigrated: false),
    AdoptCase(name: "made by hand", manager: "kubectl-create", note: "was there already, with fields of kubectl-create", isMigrated: false),
  ])
  func objectsAreTakenOverAsTheyAre(_ test: AdoptCase) async {
    let bench = Bench()
    await bench.cluster.put(
      managed(configMap("config", ["k": "1", "dropped": "x"], annotations: test.annotations), by: test.manager, test.operation))
    let uid = await bench.cluster.object("/ConfigMap/web/config")?[at: "metadata", "uid"]
    await bench.start(set("shop", [configMap("config", ["k": "1"])], options: test.options))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .succeeded && result.objects.map(\.message) == [test.note], "\(result)")
    let object = await bench.cluster.object("/ConfigMap/web/config")
    #expect(object?[at: "metadata", "uid"] == uid)
    #expect((object?[at: "data", "dropped"] == nil) == test.isMigrated)
    if test.isMigrated {
      // Nothing is left of the former tool: neither its marks nor its claim to fields.
      let left = object?[at: "metadata", "annotations"]?.objectValue?.keys ?? []
      #expect(left == [Tracking.annotation])
      #expect(object.map { OwnedFields.otherManagers($0) } == [])
    }
    #expect(await bench.settles { $0.isReady })
    await bench.cluster.forgetRequests()
    #expect(await bench.agent.sync(shop.id).outcome == .unchanged)
    #expect(await bench.cluster.requests == [])
    await bench.agent.stop()
  }

  @Test func anotherManagerMayBeNamed() async {
    let bench = Bench()
    await bench.cluster.put(managed(configMap("config", ["k": "1", "dropped": "x"]), by: "our-tool"))
    await bench.start(set("shop", [configMap("config", ["k": "1"], annotations: [Adoption.managerAnnotation: "our-tool"])]))
    #expect(await bench.agent.sync(shop.id).objects.map(\.message) == ["adopted from our-tool"])
    #expect(await bench.cluster.object("/ConfigMap/web/config")?["data"] == ["k": "1"])
    await bench.agent.stop()
  }

  @Test func thePlanSaysItFirst() async throws {
    let bench = Bench()
    await bench.cluster.put(
      managed(
        configMap("config", ["k": "old", "dropped": "x"], annotations: ["argocd.argoproj.io/tracking-id": "old:/ConfigMap:web/config"]),
        by: "argocd-controller"))
    await bench.cluster.put(managed(configMap("stranger", ["k": "1"]), by: "somebody"))
    await bench.start(set("shop", [configMap("config", ["k": "1"]), configMap("new"), configMap("stranger", ["k": "1"])]))
    let plan = try #require(try await bench.agent.preview(shop.id))
    #expect(plan.summary == "1 to create, 2 to adopt")
    #expect(
      plan.operations.map(\.description) == [
        "update ConfigMap/web/config: is adopted from Argo CD application old (fields of argocd-controller)",
        "create ConfigMap/web/new: is not in the cluster", "update ConfigMap/web/stranger: is adopted from whoever made it",
      ])
    #expect(plan.operations[0].differences.contains(Difference(path: "data.k", desired: "\"1\"", live: "\"old\"")))
    #expect(plan.operations[2].differences.allSatisfy { $0.path.hasPrefix("metadata.") })
    #expect(await bench.writes().allSatisfy { $0.hasSuffix("(dry run)") })
    await bench.agent.stop()
  }

  @Test func aPreviewNamesTheFieldsOfANewManifest() async throws {
    let bench = Bench()
    await bench.start(set("shop", [deployment("web", image: "web:1")]))
    _ = await bench.agent.sync(shop.id)
    await bench.agent.setDesired(set("shop", [deployment("web", image: "web:2", replicas: 4)]))
    await bench.cluster.forgetRequests()
    let plan = try #require(try await bench.agent.preview(shop.id))
    #expect(
      plan.operations.flatMap(\.differences).map(\.description) == [
        "spec.replicas: 1 → 4", "spec.template.spec.containers[0].image: \"web:1\" → \"web:2\"",
      ])
    #expect(await bench.writes() == [])
    await bench.agent.stop()
  }

  @Test func somebodyWritesDuringTheMigration() async {
    let bench = Bench()
    await bench.cluster.put(managed(configMap("config", ["k": "1", "dropped": "x"]), by: "kubectl-client-side-apply"))
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    await bench.cluster.fail("patch ConfigMap/web/config", [SpokeError(.conflict, "modified")])
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.cluster.object("/ConfigMap/web/config")?["data"] == ["k": "1"])
    await bench.agent.stop()
  }
}

@Test func accountsAreUnited() {
  let union = OwnedFields.union(
    yaml("{f:a: {f:x: {}}, f:b: {}, f:l: {'k:{\"name\":\"a\"}': {.: {}}}}"), yaml("{f:a: {f:y: {}}, f:b: {f:z: {}}, f:c: {}}"))
  #expect(union == yaml("{f:a: {f:x: {}, f:y: {}}, f:b: {}, f:c: {}, f:l: {'k:{\"name\":\"a\"}': {.: {}}}}"))
}

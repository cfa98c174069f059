import Document
import Synchronization
import Testing

@testable import Syncing

@Suite(.timeLimit(.minutes(1)))
struct AgentTests {
  @Test func aSyncMakesEverythingAndTheNextSendsNothing() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"]), deployment("web")], options: ["CreateNamespace=true"]))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(await bench.writes() == ["apply Namespace/web by force", "apply ConfigMap/web/config", "apply apps/Deployment/web/web"])
    #expect(await bench.settles(shop) { $0.isReady })
    await bench.cluster.forgetRequests()
    #expect(await bench.agent.sync(shop.id).outcome == .unchanged)
    #expect(await bench.cluster.requests == [])
    await bench.agent.stop()
  }

  @Test func wavesWaitForHealth() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    await bench.start(set("shop", [deployment("first", annotations: wave(0)), deployment("second", annotations: wave(1))]))
    async let result = bench.agent.sync(shop.id)
    #expect(await bench.settles(shop) { $0.counts.synced == 1 })
    try? await Task.sleep(for: .milliseconds(20))
    #expect(await bench.writes() == ["apply apps/Deployment/web/first"])
    await bench.cluster.becomeHealthy("apps/Deployment/web/first")
    #expect(await bench.eventually { await $0.requests.last == "apply apps/Deployment/web/second" })
    await bench.cluster.becomeHealthy("apps/Deployment/web/second")
    #expect(await result.outcome == .succeeded)
    await bench.agent.stop()
  }

  @Test func aWaveThatDoesNotGetHealthyStopsTheSync() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    await bench.start(set("shop", [deployment("first"), deployment("second", annotations: wave(1))]))
    let result = await bench.agent.sync(shop.id, SyncRequest(waveTimeout: .milliseconds(1)))
    #expect(result.outcome == .failed && result.isRetryable)
    #expect(result.message.hasPrefix("cluster east: wave 0 of phase Sync did not become healthy"), "\(result.message)")
    #expect(result.message.contains("apps/Deployment/web/first is Progressing"))
    // The next sync goes on from there: the first is not applied again.
    await bench.cluster.becomeHealthy("apps/Deployment/web/first")
    #expect(await bench.settles(shop) { $0.counts.healthy == 1 })
    await bench.cluster.forgetRequests()
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.writes() == ["apply apps/Deployment/web/second"])
    await bench.agent.stop()
  }

  @Test func driftIsSeenAndHealed() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"]), deployment("web")]))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.settles(shop) { $0.isReady })
    _ = await bench.agent.takeChanges()
    await bench.cluster.change("apps/Deployment/web/web") { $0[at: "spec", "replicas"] = 7 }
    #expect(await bench.settles(shop) { $0.sync == .outOfSync })
    await bench.cluster.change("/ConfigMap/web/config") { $0[at: "data", "k"] = "2" }
    #expect(await bench.settles(shop) { $0.counts.outOfSync == 2 })
    let changes = await bench.agent.takeChanges()
    #expect(changes.applications == [shop.id])
    #expect(changes.observations.contains { $0.kind == .drifted([Difference(path: "data.k", desired: "\"1\"", live: "\"2\"")]) })
    await bench.cluster.vanish("apps/Deployment/web/web")
    #expect(await bench.settles(shop) { $0.counts.missing == 1 })
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.settles(shop) { $0.isReady })
    await bench.agent.stop()
  }

  @Test func pruningWaitsUntilGoneAndNamesTheFinalizer() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), configMap("old")]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.set(stuck: ["ConfigMap"])
    await bench.agent.setDesired(set("shop", [configMap("config")], revision: "r2"))
    let stuck = await bench.agent.sync(shop.id, SyncRequest(prune: true, waveTimeout: .milliseconds(200)))
    #expect(stuck.outcome == .failed && stuck.message.contains("waiting for finalizer example.com/keep"), "\(stuck.message)")
    await bench.cluster.vanish("/ConfigMap/web/old")
    #expect(await bench.settles(shop) { $0.sync == .synced })
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test func definitionsComeBeforeTheirResources() async {
    let bench = Bench()
    let definition = yaml(
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.a.example.com}, spec: {group: a.example.com, names: {kind: Widget}, scope: Cluster}}"
    )
    let widget = yaml("{apiVersion: a.example.com/v1, kind: Widget, metadata: {name: w}}")
    await bench.agent.start()
    _ = await bench.agent.setDesired(DesiredInput(owner: shop, revision: "r1", manifests: [widget, definition], namespace: "web"))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(
      await bench.cluster.names() == ["a.example.com/Widget/w", "apiextensions.k8s.io/CustomResourceDefinition/widgets.a.example.com"])
    #expect(await bench.settles(shop) { $0.isReady })
    await bench.agent.stop()
  }

  /// Right after its definition was written the server may still judge an object by the old one; what stays wrong is told all the same.
  @Test(arguments: [(2, true), (20, false)])
  func anObjectIsAheadOfItsDefinition(_ refusals: Int, _ succeeds: Bool) async {
    let bench = Bench()
    let definition = yaml(
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.a.example.com}, spec: {group: a.example.com, names: {kind: Widget}, scope: Cluster}}"
    )
    let widget = yaml("{apiVersion: a.example.com/v1, kind: Widget, metadata: {name: w}, spec: {x: 1}}")
    let refusal = SpokeError(.other, ".spec.x: field not declared in schema")
    await bench.agent.start()
    await bench.cluster.fail("apply a.example.com/Widget/w", Array(repeating: refusal, count: refusals))
    _ = await bench.agent.setDesired(DesiredInput(owner: shop, revision: "r1", manifests: [widget, definition], namespace: "web"))
    let result = await bench.agent.sync(shop.id)
    #expect(result.isSuccess == succeeds && result.message.contains(refusal.message) != succeeds, "\(result)")
    let sent = await bench.writes().filter { $0 == "apply a.example.com/Widget/w" }
    #expect(sent.count == (succeeds ? 3 : 6))
    await bench.agent.stop()
  }

  @Test func aKindThatIsServedLaterSettlesItsScope() async {
    let bench = Bench()
    let widget = yaml("{apiVersion: a.example.com/v1, kind: Widget, metadata: {name: w}}")
    await bench.agent.start()
    _ = await bench.agent.setDesired(DesiredInput(owner: shop, revision: "r1", manifests: [widget], namespace: "web"))
    let result = await bench.agent.sync(shop.id)
    #expect(
      result.message.hasSuffix(
        "a.example.com/Widget/web/w: the cluster does not serve a.example.com/v1 Widget: apply its CustomResourceDefinition first"),
      "\(result.message)")
    let definition = yaml(
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: w}, spec: {group: a.example.com, names: {kind: Widget}, scope: Cluster}}"
    )
    await bench.agent.setDesired(set("operator", [definition]))
    _ = await bench.agent.sync(owner("operator").id)
    #expect(await bench.settles(shop) { $0.objects.map(\.identity.namespace) == [""] })
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    await bench.agent.stop()
  }

  @Test func hooksRunAndGo() async {
    let bench = Bench()
    let hook = yaml(
      "{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}}}"
    )
    await bench.start(set("shop", [configMap("config"), hook]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(
      await bench.writes() == ["apply batch/Job/web/migrate", "delete batch/Job/web/migrate in background", "apply ConfigMap/web/config"])
    #expect(await bench.agent.sync(shop.id).outcome == .unchanged)
    await bench.agent.stop()
  }

  @Test func aFailedHookStopsTheSync() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    let hook = yaml("{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}}")
    await bench.start(set("shop", [configMap("config"), hook]))
    async let result = bench.agent.sync(shop.id)
    for _ in 0..<500 where await bench.cluster.object("batch/Job/web/migrate") == nil { try? await Task.sleep(for: .milliseconds(2)) }
    await bench.cluster.change("batch/Job/web/migrate") {
      $0["status"] = ["conditions": [["type": "Failed", "status": "True", "message": "no database"]]]
    }
    #expect(await result.message == "cluster east: hook batch/Job/web/migrate failed: Degraded: no database")
    #expect(await bench.writes() == ["apply batch/Job/web/migrate"])
    await bench.agent.stop()
  }

  @Test func conflictsNameTheOtherManager() async {
    let bench = Bench()
    await bench.start(set("shop", [deployment("web", replicas: 2)]))
    _ = await bench.agent.sync(shop.id)
    // Somebody scales by hand: the server gives the field to kubectl.
    await bench.cluster.change("apps/Deployment/web/web") { object in
      object[at: "spec", "replicas"] = 7
      var entries = object[at: "metadata", "managedFields"]?.arrayValue ?? []
      entries[0][at: "fieldsV1", "f:spec", "f:replicas"] = Value?.none
      entries.append([
        "manager": "kubectl", "operation": "Update", "apiVersion": "apps/v1", "fieldsV1": ["f:spec": ["f:replicas": [:]]],
      ])
      object[at: "metadata", "managedFields"] = .array(entries)
    }
    #expect(await bench.settles { $0.sync == .outOfSync })
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .succeeded && result.objects.map(\.message) == ["took over .spec.replicas from kubectl"])
    await bench.agent.stop()
  }

  @Test func objectsOfOthersAreAdopted() async {
    let bench = Bench()
    var old = configMap(
      "config", ["k": "1", "mine": "2"], annotations: ["argocd.argoproj.io/tracking-id": "old:/ConfigMap:web/config"], namespace: "web")
    old[at: "metadata", "managedFields"] = [["manager": "argocd-controller", "operation": "Apply", "fieldsV1": [:]]]
    await bench.cluster.put(old)
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    let result = await bench.agent.sync(shop.id)
    #expect(
      result.objects.map(\.message) == ["adopted from Argo CD application old; fields of argocd-controller in another version stay theirs"])
    #expect(await bench.cluster.object("/ConfigMap/web/config")?[at: "metadata", "uid"]?.stringValue?.hasPrefix("other") == true)
    await bench.agent.stop()
  }

  @Test(arguments: [
    (SpokeError(.unavailable, "busy"), true, "Succeeded"), (SpokeError(.invalid, "spec.x: Required value"), false, "Failed"),
    (SpokeError(.forbidden, "may not patch configmaps"), false, "Failed"),
  ])
  func errorsOfOneObject(_ error: SpokeError, _ retried: Bool, _ outcome: String) async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config")]))
    await bench.cluster.fail("apply ConfigMap/web/config", [error])
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome.rawValue == outcome)
    if outcome == "Failed" { #expect(result.message == "cluster east: ConfigMap/web/config: \(error.message)") }
    #expect(await bench.writes().count == (retried ? 2 : 1))
    await bench.agent.stop()
  }

  @Test func anOutageIsSeenAndCaughtUp() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.set(outage: SpokeError(.unreachable, "connection refused"))
    for _ in 0..<1000 where await bench.agent.connectivity.state != .offline { try? await Task.sleep(for: .milliseconds(2)) }
    #expect(await bench.agent.connectivity.description == "Offline: connection refused")
    await bench.cluster.change("/ConfigMap/web/config") { $0[at: "data", "k"] = "2" }
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": "1"]), configMap("more")], revision: "r2"))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .failed && result.isRetryable && result.message.contains("connection refused"))
    await bench.cluster.set(outage: nil)
    #expect(await bench.settles(shop) { $0.counts.outOfSync == 1 && $0.counts.missing == 1 })
    #expect(await bench.agent.connectivity.state == .online)
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    await bench.agent.stop()
  }

  @Test func anExpiredWatchListsAgain() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.forgetRequests()
    await bench.cluster.expireWatches()
    for _ in 0..<1000 where await bench.cluster.requests.contains("watch ConfigMap") == false {
      try? await Task.sleep(for: .milliseconds(2))
    }
    #expect(await bench.cluster.requests == ["list ConfigMap", "watch ConfigMap"])
    await bench.agent.stop()
  }

  @Test func aRestartedHubKnowsWhatIsThere() async {
    let bench = Bench()
    let desired = set("shop", [configMap("config", ["k": "1"]), deployment("web")])
    await bench.start(desired)
    _ = await bench.agent.sync(shop.id)
    let types = await bench.agent.watchedTypes()
    await bench.agent.stop()
    let next = ClusterAgent(name: "east", api: bench.cluster, environment: .quick)
    await next.setDesired(set("shop", [configMap("config", ["k": "1"])]))
    await bench.cluster.forgetRequests()
    await next.start(inventory: types)
    #expect(await next.sync(shop.id).outcome == .unchanged)
    for _ in 0..<1000 where await next.status(of: shop.id)?.counts.extra != 1 { try? await Task.sleep(for: .milliseconds(2)) }
    let result = await next.sync(shop.id, SyncRequest(prune: true))
    #expect(result.objects.map(\.description) == ["prune apps/Deployment/web/web"])
    #expect(await bench.cluster.requests.filter { $0.hasPrefix("get") || $0.hasPrefix("apply") } == [])
    await next.stop()
  }

  @Test func removalGoesBackwardsAndEndsWhenAllIsGone() async {
    let bench = Bench()
    let kept = ["argocd.argoproj.io/sync-options": "Delete=false"]
    await bench.start(
      set(
        "shop", [configMap("first", annotations: wave(0)), configMap("second", annotations: wave(1)), configMap("kept", annotations: kept)])
    )
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.forgetRequests()
    let result = await bench.agent.remove(shop.id)
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(await bench.writes() == ["delete ConfigMap/web/second", "delete ConfigMap/web/first"])
    #expect(await bench.cluster.names() == ["ConfigMap/web/kept"])
    #expect(await bench.agent.status(of: shop.id) == nil)
    await bench.agent.stop()
  }

  @Test func manyChangesAreOneMark() async {
    let marks = Counter()
    let cluster = FakeCluster()
    let agent = ClusterAgent(name: "east", api: cluster, environment: .quick) { _ in marks.add() }
    await agent.setDesired(set("shop", (0..<20).map { configMap("c\($0)") }))
    await agent.start()
    _ = await agent.sync(shop.id)
    #expect(marks.count == 1)
    #expect(await agent.takeChanges().applications == [shop.id])
    await agent.stop()
  }

  @Test func aCancelledSyncGoesOnLater() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    await bench.start(set("shop", [deployment("first"), deployment("second", annotations: wave(1))]))
    let agent = bench.agent
    let sync = Task { await agent.sync(shop.id) }
    #expect(await bench.settles(shop) { $0.counts.synced == 1 })
    sync.cancel()
    #expect(await sync.value.outcome == .cancelled)
    await bench.cluster.becomeHealthy("apps/Deployment/web/first")
    #expect(await agent.sync(shop.id).outcome == .succeeded)
    await agent.stop()
  }
}

/// Counts from any thread.
private final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func add() { value.withLock { $0 += 1 } }
}

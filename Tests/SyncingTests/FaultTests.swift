import Document
import FleetModel
import Testing

@testable import Syncing

@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
  @Test func aBlackHoledSpokeDelaysNobody() async {
    let hole = Bench("hole")
    let others = (0..<4).map { Bench("east-\($0)") }
    await hole.cluster.set(blackHole: true)
    let desired = set("shop", [configMap("config"), deployment("web")])
    await hole.start(desired)
    let stuck = Task { await hole.agent.sync(shop.id) }
    for other in others { await other.start(desired) }
    await withTaskGroup(of: Bool.self) { group in
      for other in others { group.addTask { await other.agent.sync(shop.id).outcome == .succeeded } }
      for await isDone in group { #expect(isDone) }
    }
    // The one that does not answer still tells what it knows, and can be stopped.
    #expect(await hole.agent.status(of: shop.id)?.sync == .unknown)
    await hole.agent.stop()
    #expect(await stuck.value.outcome == .cancelled)
    for other in others { await other.agent.stop() }
  }

  @Test func stoppingEndsWhatIsUnderWay() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    await bench.start(set("shop", [deployment("first"), deployment("second", annotations: wave(1))]))
    let sync = Task { await bench.agent.sync(shop.id) }
    #expect(await bench.settles { $0.counts.synced == 1 })
    await bench.agent.stop()
    let result = await sync.value
    #expect(result.outcome == .cancelled && result.message == "cluster east: the sync of application shop was stopped")
    let writes = await bench.writes()
    await bench.cluster.becomeHealthy("apps/Deployment/web/first")
    #expect(await bench.agent.sync(shop.id).outcome == .cancelled)
    #expect(await bench.writes() == writes)
  }

  @Test func aStoppedWriteIsNotSentTwiceByTheNextAgent() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config")]))
    #expect(await bench.eventually { await $0.requests.contains("watch ConfigMap") })
    await bench.cluster.set(blackHole: true)
    let sync = Task { await bench.agent.sync(shop.id) }
    #expect(await bench.eventually { await !$0.requests.filter { $0.hasPrefix("discover") || $0.hasPrefix("apply") }.isEmpty })
    await bench.agent.stop()
    #expect(await sync.value.outcome == .cancelled)
    await bench.cluster.set(blackHole: false)
    let next = ClusterAgent(name: "east", api: bench.cluster, environment: .quick)
    await next.setDesired(set("shop", [configMap("config")]))
    await next.start()
    #expect(await next.sync(shop.id).outcome == .succeeded)
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await next.stop()
  }

  @Test func anInventoryOfKindsWithoutVersionsIsEnough() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"]), deployment("web"), hook("job", "PostSync")]))
    _ = await bench.agent.sync(shop.id)
    let holdings = await bench.agent.holdings(of: shop.id)
    #expect(holdings.map(\.identity.description) == ["ConfigMap/web/config", "apps/Deployment/web/web", "batch/Job/web/job"])
    let uid = await bench.cluster.object("apps/Deployment/web/web")?[at: "metadata", "uid"]?.stringValue
    #expect(holdings[1].uid == uid && holdings[1].type?.apiVersion == "apps/v1")
    #expect(holdings[1].digest == set("shop", [deployment("web")]).objects[0].digest)
    await bench.agent.stop()

    let next = ClusterAgent(name: "east", api: bench.cluster, environment: .quick)
    await next.start(inventory: holdings.map { GroupVersionKind(group: $0.identity.group, version: "", kind: $0.identity.kind) })
    // Nothing is known of the application but what the cluster itself says.
    let result = await next.remove(shop.id)
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(await bench.cluster.names() == [])
    await next.stop()
  }

  @Test func aRemovalWaitsUntilAllKindsAreKnown() async {
    let bench = Bench(settings: quickLists)
    await bench.start(set("shop", [configMap("config")]))
    _ = await bench.agent.sync(shop.id)
    await bench.agent.stop()
    let next = ClusterAgent(name: "east", api: bench.cluster, environment: .quick, settings: quickLists)
    let refusals = [SpokeError](repeating: SpokeError(.forbidden, "may not list configmaps"), count: 500)
    await bench.cluster.fail("list ConfigMap", refusals)
    await next.start(inventory: [GroupVersionKind(group: "", version: "", kind: "ConfigMap")])
    let result = await next.remove(shop.id)
    #expect(
      result.outcome == .failed && result.message == "cluster east: ConfigMap: what is there could not be read: may not list configmaps",
      "\(result)")
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await next.stop()
  }

  private var quickLists: AgentSettings {
    var settings = AgentSettings()
    settings.listTimeout = .milliseconds(100)
    return settings
  }

  @Test func aKindThatMayNotBeReadIsNamedAtOnce() async {
    let bench = Bench()
    await bench.cluster.fail("list Secret", [SpokeError](repeating: SpokeError(.forbidden, "secrets is forbidden"), count: 500))
    let secret = yaml("{apiVersion: v1, kind: Secret, metadata: {name: s}}")
    await bench.start(set("shop", [configMap("config"), secret]), set("store", [configMap("own")]))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .failed && result.isRetryable)
    #expect(result.message == "cluster east: Secret: what is there could not be read: secrets is forbidden")
    // Others are not held up by it.
    #expect(await bench.agent.sync(owner("store").id).outcome == .succeeded)
    #expect(await bench.agent.remove(owner("store").id).outcome == .succeeded)
    #expect(await bench.cluster.names() == [])
    #expect(await bench.agent.remove(shop.id).message == result.message)
    await bench.cluster.fail("list Secret", [])
    #expect(await bench.settles { $0.counts.unknown == 0 })
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    await bench.agent.stop()
  }

  @Test(arguments: [
    SpokeError(.unavailable, "etcdserver: leader changed"), SpokeError(.unreachable, "connection reset by peer"),
    SpokeError(.conflict, "the object has been modified"),
  ])
  func aSyncGoesOnWhereItWasInterrupted(_ error: SpokeError) async {
    let bench = Bench()
    let desired = set("shop", (0..<4).map { configMap("c\($0)", annotations: wave($0)) })
    await bench.start(desired)
    await bench.cluster.fail("apply ConfigMap/web/c2", [SpokeError](repeating: error, count: 2))
    await bench.cluster.fail("apply ConfigMap/web/c2 by force", [error])
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .failed && result.isRetryable, "\(result)")
    #expect(result.message == "cluster east: ConfigMap/web/c2: \(error.message)")
    await bench.cluster.forgetRequests()
    await bench.cluster.fail("apply ConfigMap/web/c2", [])
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.writes() == ["apply ConfigMap/web/c2", "apply ConfigMap/web/c3"])
    await bench.agent.stop()
  }

  @Test func aNewerObjectOfTheSameNameIsNotDeleted() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), configMap("old")]))
    _ = await bench.agent.sync(shop.id)
    // Somebody deletes the object and makes another one of its name, before the watch tells.
    await bench.cluster.exchange("/ConfigMap/web/old")
    await bench.agent.setDesired(set("shop", [configMap("config")]))
    let result = await bench.agent.sync(shop.id, SyncRequest(prune: true))
    #expect(result.outcome == .failed && result.message.contains("the uid is another one"), "\(result)")
    #expect(await bench.cluster.names() == ["ConfigMap/web/config", "ConfigMap/web/old"])
    await bench.agent.stop()
  }

  @Test func twoApplicationsMayNotWantOneObject() async {
    let bench = Bench()
    let store = set("store", [configMap("config", ["k": "9"]), configMap("own")])
    await bench.start(set("shop", [configMap("config", ["k": "1"])]), store)
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    let result = await bench.agent.sync(store.owner.id)
    #expect(
      result.message
        == "cluster east: ConfigMap/web/config: belongs to application shop, which wants it too: remove it from one of the two")
    #expect(await bench.cluster.object("/ConfigMap/web/config")?["data"] == ["k": "1"])
    #expect(await bench.cluster.names() == ["ConfigMap/web/config", "ConfigMap/web/own"])
    // Its removal leaves what belongs to the other.
    #expect(await bench.agent.remove(store.owner.id).outcome == .succeeded)
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test func whoeverFightsOverAFieldDoesNotFillTheLog() async {
    let bench = Bench()
    await bench.start(set("shop", [deployment("web")]))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.settles { $0.isReady })
    _ = await bench.agent.takeChanges()
    for replicas in 2...40 { await bench.cluster.change("apps/Deployment/web/web") { $0[at: "spec", "replicas"] = .int(Int64(replicas)) } }
    #expect(
      await bench.settles { status in
        if case .outOfSync(let differences)? = status.objects.first?.sync { return differences.first?.live == "40" }
        return false
      })
    let drifts = await bench.agent.takeChanges().observations.filter { if case .drifted = $0.kind { true } else { false } }
    #expect(drifts.map(\.kind) == [.drifted([Difference(path: "spec.replicas", desired: "1", live: "40")])])
    await bench.agent.stop()
  }

  @Test func aLaterWaveWaitsForWhatIsSyncedAndNotHealthy() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    let desired = [deployment("first"), deployment("second", annotations: wave(1))]
    await bench.start(set("shop", desired))
    let impatient = SyncRequest(waveTimeout: .milliseconds(20))
    #expect(await bench.agent.sync(shop.id, impatient).outcome == .failed)
    await bench.cluster.forgetRequests()
    // The first is as it should be and still not healthy: going on would put the second beside it.
    let result = await bench.agent.sync(shop.id, impatient)
    #expect(result.outcome == .failed && result.message.contains("apps/Deployment/web/first is Progressing"), "\(result)")
    #expect(await bench.writes() == [])
    await bench.agent.stop()
  }

  @Test func contentThatCouldNotBeReadIsAskedForAgain() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.settles { $0.isReady })
    await bench.cluster.fail(
      "get ConfigMap/web/config", [SpokeError(.unavailable, "busy"), SpokeError(.unreachable, "connection reset")])
    await bench.cluster.change("/ConfigMap/web/config") { $0[at: "data", "k"] = "2" }
    #expect(await bench.settles { $0.sync == .outOfSync })
    await bench.agent.stop()
  }
}

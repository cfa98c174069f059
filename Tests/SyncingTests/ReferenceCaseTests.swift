import Document
import Testing

@testable import Syncing

/// The cases of `reference/argocd.md`, section 5.2, that need a cluster; those of the order of a sync stand in `OrderTests.swift`.
@Suite struct ReferenceCaseTests {
  /// The next wave waits until what the last one removed is really gone, however late that is.
  @Test(arguments: [("#93", 1), ("#93", 20)])
  func theNextWaveWaits(_ number: String, _ looks: Int) async {
    let bench = Bench()
    let old = configMap("old", annotations: wave(0))
    await bench.start(set("shop", [configMap("config"), old]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.set(stuck: ["ConfigMap"])
    await bench.cluster.forgetRequests()
    await bench.agent.setDesired(set("shop", [configMap("config"), configMap("next", annotations: wave(1))], revision: "r2"))
    async let result = bench.agent.sync(shop.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
    #expect(await bench.eventually { await $0.requests.contains("delete ConfigMap/web/old") })
    for _ in 0..<looks { await Task.yield() }
    #expect(await bench.writes() == ["delete ConfigMap/web/old"])
    await bench.cluster.vanish("/ConfigMap/web/old")
    #expect(await result.outcome == .succeeded)
    #expect(await bench.writes() == ["delete ConfigMap/web/old", "apply ConfigMap/web/next"])
    await bench.agent.stop()
  }

  /// An object that somebody else deleted first counts as deleted; one that was made anew under its name is another object and stays.
  @Test(arguments: [("#95", true), ("#95", false)])
  func whatIsNotThereAnyMore(_ number: String, _ isGone: Bool) async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), configMap("old")]))
    _ = await bench.agent.sync(shop.id)
    if isGone {
      await bench.cluster.fail("delete ConfigMap/web/old", [SpokeError(.notFound, "configmaps \"old\" not found")])
    } else {
      await bench.cluster.exchange("/ConfigMap/web/old")
    }
    await bench.agent.setDesired(set("shop", [configMap("config")]))
    async let result = bench.agent.sync(shop.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
    if isGone {
      // The watch tells after the answer.
      #expect(await bench.eventually { await $0.requests.contains("delete ConfigMap/web/old") })
      await bench.cluster.vanish("/ConfigMap/web/old")
    }
    #expect(await result.outcome == (isGone ? .succeeded : .failed))
    #expect(await bench.cluster.names() == (isGone ? ["ConfigMap/web/config"] : ["ConfigMap/web/config", "ConfigMap/web/old"]))
    await bench.agent.stop()
  }
}

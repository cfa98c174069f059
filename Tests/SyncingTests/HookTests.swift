import Document
import Testing

@testable import Syncing

@Suite(.timeLimit(.minutes(1)))
struct HookTests {
  @Test func phasesAndWavesRunInTheirOrder() async {
    let bench = Bench()
    await bench.start(
      set(
        "shop",
        [
          hook("after", "PostSync"), hook("before-2", "PreSync", wave: 2), hook("before-1", "PreSync", wave: -1), hook("within", "Sync"),
          hook("never", "Skip"), hook("failed", "SyncFail"), configMap("early", annotations: wave(-5)), configMap("config"),
          deployment("late", annotations: wave(3)),
        ]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(
      await bench.writes() == [
        "apply batch/Job/web/before-1", "apply batch/Job/web/before-2", "apply ConfigMap/web/early", "apply ConfigMap/web/config",
        "apply batch/Job/web/within", "apply apps/Deployment/web/late", "apply batch/Job/web/after",
      ])
    // Hooks are no part of the state: what is there is in sync, and the next sync runs none of them.
    #expect(await bench.agent.status(of: shop.id)?.counts.total == 3)
    #expect(await bench.agent.sync(shop.id).outcome == .unchanged)
    await bench.agent.stop()
  }

  @Test(
    arguments: [
      ("", false, ["apply"], true), ("HookSucceeded", false, ["apply", "delete"], false), ("HookFailed", false, ["apply"], true),
      ("BeforeHookCreation", false, ["apply"], true), ("HookFailed", true, ["apply", "delete"], false),
      ("HookSucceeded", true, ["apply"], true),
      ("HookSucceeded,HookFailed", true, ["apply", "delete"], false),
    ] as [(String, Bool, [String], Bool)])
  func deletePolicies(_ policy: String, _ fails: Bool, _ words: [String], _ stays: Bool) async {
    let bench = Bench()
    if fails { await bench.cluster.set(healthyAtOnce: false) }
    await bench.start(set("shop", [configMap("config"), hook("migrate", "PreSync", policy: policy)]))
    async let result = bench.agent.sync(shop.id)
    if fails {
      #expect(await bench.eventually { await $0.object("batch/Job/web/migrate") != nil })
      await bench.cluster.change("batch/Job/web/migrate") {
        $0["status"] = ["conditions": [["type": "Failed", "status": "True", "message": "no database"]]]
      }
    }
    #expect(await result.outcome == (fails ? .failed : .succeeded))
    let job = await bench.writes().filter { $0.contains("batch/Job") }.map { String($0.prefix { $0 != " " }) }
    #expect(job == words)
    #expect((await bench.cluster.object("batch/Job/web/migrate") != nil) == stays)
    await bench.agent.stop()
  }

  @Test func anEarlierRunIsDeletedFirst() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"]), hook("migrate", "PreSync,PostSync")]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    await bench.cluster.forgetRequests()
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": "2"]), hook("migrate", "PreSync,PostSync")]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    let again = ["delete batch/Job/web/migrate in background", "apply batch/Job/web/migrate"]
    #expect(await bench.writes() == again + ["apply ConfigMap/web/config"] + again)
    await bench.agent.stop()
  }

  @Test func helmHooksAreMapped() async {
    let bench = Bench()
    func helm(_ name: String, _ types: String, weight: String = "0") -> Value {
      [
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": [
          "name": .string(name),
          "annotations": [
            "helm.sh/hook": .string(types), "helm.sh/hook-weight": .string(weight), "helm.sh/hook-delete-policy": "hook-succeeded",
          ],
        ],
      ]
    }
    await bench.start(
      set(
        "shop",
        [
          configMap("config"), helm("upgrade", "pre-install,pre-upgrade", weight: "5"), helm("first", "pre-install", weight: "-5"),
          helm("done", "post-upgrade"), helm("check", "test"), helm("undo", "post-rollback"),
        ]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(
      await bench.writes().filter { $0.hasPrefix("apply") } == [
        "apply batch/Job/web/first", "apply batch/Job/web/upgrade", "apply ConfigMap/web/config", "apply batch/Job/web/done",
      ])
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test func aFailedSyncRunsItsSyncFailHooks() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), hook("clean", "SyncFail")]))
    await bench.cluster.fail("apply ConfigMap/web/config", [SpokeError(.invalid, "no")])
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .failed && result.message == "cluster east: ConfigMap/web/config: no")
    #expect(await bench.writes() == ["apply ConfigMap/web/config", "apply batch/Job/web/clean"])
    await bench.cluster.fail("apply ConfigMap/web/config", [SpokeError(.invalid, "no")])
    await bench.cluster.fail("apply batch/Job/web/clean", [SpokeError(.forbidden, "may not")])
    #expect(
      await bench.agent.sync(shop.id).message
        == "cluster east: ConfigMap/web/config: no; SyncFail hook: batch/Job/web/clean: may not")
    await bench.agent.stop()
  }

  @Test func generatedNamesAreNewInEveryRun() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), hook("migrate-", "PreSync", generated: true)], revision: "0123456789abcdef"))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(await bench.cluster.names() == ["ConfigMap/web/config", "batch/Job/web/migrate-0123456-presync-1000"])
    #expect(await bench.agent.sync(shop.id).outcome == .unchanged)
    // It belongs to the application and goes with it.
    #expect(await bench.agent.remove(shop.id).outcome == .succeeded)
    #expect(await bench.cluster.names() == [])
    await bench.agent.stop()
  }

  @Test func aHookThatVanishesFails() async {
    let bench = Bench()
    await bench.cluster.set(healthyAtOnce: false)
    await bench.start(set("shop", [configMap("config"), hook("migrate", "PreSync")]))
    async let result = bench.agent.sync(shop.id)
    #expect(await bench.eventually { await $0.object("batch/Job/web/migrate") != nil })
    #expect(await bench.settles { _ in true })
    try? await Task.sleep(for: .milliseconds(10))
    await bench.cluster.vanish("batch/Job/web/migrate")
    #expect(
      await result.message == "cluster east: hook batch/Job/web/migrate failed: Missing: it is gone, and was not seen to end")
    await bench.agent.stop()
  }

  @Test func deletionHooksRunAroundTheDeletion() async {
    let bench = Bench()
    await bench.start(
      set(
        "shop",
        [
          configMap("first", annotations: wave(-1)), configMap("second", annotations: wave(4)), hook("backup-2", "PreDelete", wave: 2),
          hook("backup-1", "PreDelete", wave: 1), hook("report", "PostDelete"),
        ]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.forgetRequests()
    let result = await bench.agent.remove(shop.id, SyncRequest(prune: true, propagation: .foreground))
    #expect(result.outcome == .succeeded, "\(result)")
    #expect(
      await bench.writes().prefix(5) == [
        "apply batch/Job/web/backup-1", "apply batch/Job/web/backup-2", "delete ConfigMap/web/second in foreground",
        "delete ConfigMap/web/first in foreground", "apply batch/Job/web/report",
      ])
    #expect(await bench.cluster.names() == [])
    await bench.agent.stop()
  }

  @Test func aFailedPreDeleteHookStopsTheDeletion() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config"), hook("backup", "PreDelete")]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.fail("apply batch/Job/web/backup", [SpokeError(.forbidden, "may not")])
    let result = await bench.agent.remove(shop.id)
    #expect(result.outcome == .failed && result.message == "cluster east: batch/Job/web/backup: may not")
    #expect(await bench.cluster.names() == ["ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test(arguments: [
    ("Delete=false", false, true, SyncResult.Outcome.unchanged), ("Delete=confirm", false, true, .unchanged),
    ("Delete=confirm", true, false, .succeeded), ("Delete=true", false, false, .succeeded),
  ])
  func deletionsMayBeForbiddenOrConfirmed(_ option: String, _ confirmed: Bool, _ stays: Bool, _ outcome: SyncResult.Outcome) async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", annotations: ["argocd.argoproj.io/sync-options": option])]))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.agent.remove(shop.id, SyncRequest(prune: true, confirmed: confirmed)).outcome == outcome)
    #expect((await bench.cluster.object("/ConfigMap/web/config") != nil) == stays)
    await bench.agent.stop()
  }
}

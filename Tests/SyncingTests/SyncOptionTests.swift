import Document
import Testing

@testable import Syncing

/// What one sync sends for an object with options, on the application or on the object itself.
struct OptionCase: Sendable, CustomTestStringConvertible {
  let name: String
  var application: [String] = []
  var object = ""
  var data = "2"
  var immutable = false
  let writes: [String]
  var testDescription: String { name }
}

private let config = "ConfigMap/web/config"

@Suite(.timeLimit(.minutes(1)))
struct SyncOptionTests {
  @Test(arguments: [
    OptionCase(name: "none", writes: ["apply \(config)"]),
    OptionCase(name: "unchanged", data: "1", writes: []),
    OptionCase(name: "ServerSideApply=true", application: ["ServerSideApply=true"], writes: ["apply \(config)"]),
    OptionCase(name: "ApplyOutOfSyncOnly=true", application: ["ApplyOutOfSyncOnly=true"], data: "1", writes: []),
    OptionCase(name: "ApplyOutOfSyncOnly=false on an object", object: "ApplyOutOfSyncOnly=false", data: "1", writes: ["apply \(config)"]),
    OptionCase(name: "Validate=false", application: ["Validate=false"], writes: ["apply \(config) unchecked"]),
    OptionCase(
      name: "Validate=true over Validate=false", application: ["Validate=false"], object: "Validate=true", writes: ["apply \(config)"]),
    OptionCase(name: "SkipDryRunOnMissingResource=true", object: "SkipDryRunOnMissingResource=true", writes: ["apply \(config)"]),
    OptionCase(name: "Replace=true", application: ["Replace=true"], writes: ["replace \(config)"]),
    OptionCase(name: "Replace=true on the object", object: "Replace=true", writes: ["replace \(config)"]),
    OptionCase(
      name: "Replace=false over Replace=true", application: ["Replace=true"], object: "Replace=false", writes: ["apply \(config)"]),
    OptionCase(
      name: "Replace=true, Force=true", object: "Replace=true,Force=true", writes: ["delete \(config)", "apply \(config) by force"]),
    OptionCase(name: "Force=true where it is not needed", object: "Force=true", writes: ["apply \(config)"]),
    OptionCase(
      name: "Force=true on what cannot be changed", application: ["Force=true"], immutable: true,
      writes: ["apply \(config)", "delete \(config)", "apply \(config) by force"]),
    OptionCase(name: "no Force", immutable: true, writes: ["apply \(config)"]),
    OptionCase(
      name: "Force with a propagation", application: ["Force=true", "PrunePropagationPolicy=orphan"], immutable: true,
      writes: ["apply \(config)", "delete \(config) in orphan", "apply \(config) by force"]),
  ])
  func whatASyncSends(_ test: OptionCase) async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])], options: test.application))
    _ = await bench.agent.sync(shop.id)
    let annotations = test.object.isEmpty ? [:] : ["argocd.argoproj.io/sync-options": test.object]
    // The annotation is there from the start, so that only the data differs.
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": "1"], annotations: annotations)], options: test.application))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.settles { $0.isReady })
    if test.immutable { await bench.cluster.set(immutable: ["ConfigMap"]) }
    await bench.cluster.forgetRequests()
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": test.data], annotations: annotations)], options: test.application))
    let result = await bench.agent.sync(shop.id)
    #expect(result.isSuccess == (test.name != "no Force"), "\(result)")
    #expect(await bench.writes() == test.writes)
    await bench.agent.stop()
  }

  @Test(
    arguments: [
      ([], ["delete ConfigMap/web/b", "delete ConfigMap/web/a"]),
      (["PrunePropagationPolicy=background"], ["delete ConfigMap/web/b", "delete ConfigMap/web/a"]),
      (["PrunePropagationPolicy=foreground"], ["delete ConfigMap/web/b in foreground", "delete ConfigMap/web/a in foreground"]),
      (["PrunePropagationPolicy=orphan"], ["delete ConfigMap/web/b in orphan", "delete ConfigMap/web/a in orphan"]),
      (["PruneLast=true"], ["apply ConfigMap/web/new", "delete ConfigMap/web/b", "delete ConfigMap/web/a"]), (["Prune=false"], []),
      (["Prune=confirm"], []),
    ] as [([String], [String])])
  func whatAPruneSends(_ options: [String], _ writes: [String]) async {
    let bench = Bench()
    let kept = configMap("kept")
    await bench.start(set("shop", [kept, configMap("a"), configMap("b")], options: options))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.forgetRequests()
    let isLast = options == ["PruneLast=true"]
    await bench.agent.setDesired(set("shop", [kept] + (isLast ? [configMap("new")] : []), options: options))
    #expect(await bench.agent.sync(shop.id, SyncRequest(prune: true)).isSuccess)
    let found = await bench.writes()
    // Within a wave deletions go side by side.
    #expect(found.sorted() == writes.sorted() && found.first == (isLast ? writes[0] : found.first))
    await bench.agent.stop()
  }

  @Test func replacingTakesAwayWhatOthersAdded() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])], options: ["Replace=true"]))
    #expect(await bench.agent.sync(shop.id).objects.map(\.description) == ["create ConfigMap/web/config"])
    #expect(await bench.writes() == ["create ConfigMap/web/config"])
    await bench.cluster.change("/ConfigMap/web/config") { $0[at: "data", "added"] = "x" }
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": "2"])], options: ["Replace=true"]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.cluster.object("/ConfigMap/web/config")?["data"] == ["k": "2"])
    #expect(await bench.settles { $0.isReady })
    await bench.agent.stop()
  }

  @Test func aDryRunChangesNothing() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"]), configMap("old")]))
    _ = await bench.agent.sync(shop.id)
    let before = await bench.cluster.object("/ConfigMap/web/config")
    await bench.cluster.forgetRequests()
    await bench.agent.setDesired(set("shop", [configMap("config", ["k": "2"]), configMap("new"), hook("migrate", "PreSync")]))
    let result = await bench.agent.sync(shop.id, SyncRequest(prune: true, dryRun: true))
    #expect(result.outcome == .succeeded && result.message == "dry run: 1 to create, 1 to update, 1 to prune, 1 hooks to run")
    #expect(
      await bench.writes().sorted() == [
        "apply ConfigMap/web/config by force (dry run)", "apply ConfigMap/web/new by force (dry run)",
        "apply batch/Job/web/migrate by force (dry run)", "delete ConfigMap/web/old (dry run)",
      ])
    #expect(await bench.cluster.object("/ConfigMap/web/config") == before)
    #expect(await bench.cluster.names() == ["ConfigMap/web/config", "ConfigMap/web/old"])
    #expect(await bench.agent.status(of: shop.id)?.sync == .outOfSync)
    await bench.agent.stop()
  }

  @Test func aDryRunNamesWhatWouldBeRefused() async {
    let bench = Bench()
    await bench.start(set("shop", [configMap("config", ["k": "1"])]))
    await bench.cluster.fail("apply ConfigMap/web/config by force (dry run)", [SpokeError(.invalid, "data: Invalid value")])
    let result = await bench.agent.sync(shop.id, SyncRequest(dryRun: true))
    #expect(result.outcome == .failed && result.message == "cluster east: ConfigMap/web/config: data: Invalid value")
    await bench.agent.stop()
  }

  @Test func aSelectiveSyncTouchesNothingElseAndRunsNoHooks() async {
    let bench = Bench()
    let desired = set("shop", [configMap("one"), configMap("two"), deployment("web"), hook("migrate", "PreSync,PostSync")])
    await bench.start(desired)
    let selectors = [":ConfigMap:web/*", "!*:*:two"].compactMap { ResourceSelector($0) }
    let selection = ResourceSelector.selection(selectors, of: desired.objects.map(\.identity))
    let result = await bench.agent.sync(shop.id, SyncRequest(selection: selection))
    #expect(result.outcome == .succeeded)
    #expect(await bench.writes() == ["apply ConfigMap/web/one"])
    await bench.agent.stop()
  }

  @Test func theNamespaceGetsWhatIsWantedOnIt() async {
    let bench = Bench()
    let metadata: Value = ["labels": ["team": "a"], "annotations": ["note": "x"]]
    await bench.agent.start()
    await bench.agent.setDesired(
      DesiredInput(
        owner: shop, revision: "r", manifests: [configMap("config")], namespace: "web", syncOptions: ["CreateNamespace=true"],
        namespaceMetadata: metadata))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    let namespace = await bench.cluster.object("/Namespace//web")
    #expect(namespace?[at: "metadata", "labels"] == ["team": "a"] && namespace?[at: "metadata", "annotations"] == ["note": "x"])
    // It is not the application's: removing that leaves it.
    #expect(await bench.agent.remove(shop.id).outcome == .succeeded)
    #expect(await bench.cluster.names() == ["Namespace/web"])
    await bench.agent.stop()
  }

  @Test func aNamespaceThatIsThereIsNotWritten() async {
    let bench = Bench()
    await bench.cluster.put(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "web"]])
    await bench.start(set("shop", [configMap("config")], options: ["CreateNamespace=true"]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.writes() == ["apply ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test func aNamespaceOfAnotherApplicationKeepsItsOwner() async {
    let bench = Bench()
    let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "web", "labels": ["tier": "1"]]]
    let platform = set("platform", [namespace])
    await bench.start(platform)
    #expect(await bench.agent.sync(platform.owner.id).outcome == .succeeded)
    await bench.agent.setDesired(
      DesiredInput(
        owner: shop, revision: "r", manifests: [configMap("config")], namespace: "web", syncOptions: ["CreateNamespace=true"],
        namespaceMetadata: ["labels": ["team": "a"]]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.agent.status(of: platform.owner.id)?.isReady == true)
    let labels = await bench.cluster.object("/Namespace//web")?[at: "metadata", "labels"]
    #expect(labels?["tier"] == "1" && labels?["team"] == "a" && labels?[Tracking.label] == .string(platform.owner.label))
    await bench.agent.stop()
  }

  @Test func sharedObjectsFailWhereThatIsAsked() async {
    let bench = Bench()
    await bench.cluster.put(
      configMap("config", annotations: ["argocd.argoproj.io/tracking-id": "old:/ConfigMap:web/config"], namespace: "web"))
    await bench.start(set("shop", [configMap("config"), configMap("mine")], options: ["FailOnSharedResource=true"]))
    let result = await bench.agent.sync(shop.id)
    #expect(
      result.message == "cluster east: ConfigMap/web/config: is held by Argo CD application old (FailOnSharedResource)", "\(result)")
    #expect(await bench.writes() == ["apply ConfigMap/web/mine"])
    await bench.agent.stop()
  }
}

@Test(
  arguments: [
    (["Prune=false"], "", "never"), (["Prune=false"], "Prune=true", "allowed"), ([], "Prune=confirm", "confirm"),
    (["Prune=confirm"], "Prune=false", "never"), (["Prune=confirm"], "", "confirm"),
  ] as [([String], String, String)])
func theObjectSpeaksLast(_ application: [String], _ object: String, _ expected: String) {
  #expect(SyncOptions(annotation: object, over: SyncOptions(application)).prune.rawValue == expected)
  let swap: (String) -> String = { $0.replacing("Prune", with: "Delete") }
  #expect(SyncOptions(annotation: swap(object), over: SyncOptions(application.map(swap))).delete.rawValue == expected)
}

@Test(
  arguments: [
    ("2026-01-02T03:04:05Z", nil, true), ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", true),
    ("2026-01-02T03:04:04Z", "2026-01-02T03:04:05Z", false), ("yes", nil, false), ("", nil, false),
    ("2026-01-02T03:04:05+02:00", "2026-01-01T00:00:00Z", false),
  ] as [(String, String?, Bool)])
func deletionsAreApprovedByATime(_ text: String, _ since: String?, _ expected: Bool) {
  #expect(SyncOptions.isDeletionApproved(["argocd.argoproj.io/deletion-approved": text], since: since) == expected)
}

@Test(arguments: ["web", "Deployment:web", "apps::web", "apps:Deployment:"])
func noSelector(_ text: String) { #expect(ResourceSelector(text) == nil) }

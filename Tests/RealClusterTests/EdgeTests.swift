import Document
import Kubernetes
import Syncing
import Testing

/// Servers that die, come back, and forget. One after the other, over the spoke that nobody else uses.
@Suite(.realServers, .serialized, .timeLimit(.minutes(4)))
struct EdgeTests {
  /// The server dies in the middle of a sync: what failed is said, nothing is doubled, the next sync goes on from there.
  @Test func aServerThatRestartsDuringASync() async throws {
    try await Site.with("edge") { site in
      let plane = site.plane
      let manifests = (0..<12).map { (wave: Int) in Make.configMap("c\(wave)", wave: wave) }
      await site.want(manifests)
      site.api.interfere { count in
        guard count == 5 else { return }
        await plane.kill("edge")
      }
      let broken = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(5)))
      site.api.interfere(nil)
      #expect(broken.outcome == .failed && broken.isRetryable, "\(broken)")
      #expect(broken.message.hasPrefix("cluster edge: ConfigMap/\(site.name)/c5: "), "\(broken.message)")
      try await plane.restart("edge")
      let before = site.api.writes.count
      let recovered = await eventually(within: .seconds(30)) {
        await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(30))).isSuccess
      }
      let story = await site.story()
      #expect(recovered, "\(story)")
      let resent = site.api.writes.dropFirst(before)
      #expect(!resent.contains { $0.hasSuffix("/c0") || $0.hasSuffix("/c3") }, "what was done is not done again: \(resent)")
      await site.expectSettled()
    }
  }

  /// The server dies under the watches: they come back, and what happened meanwhile is seen, whether the server still knows their version
  /// or not.
  @Test func aServerThatRestartsDuringAWatch() async throws {
    try await Site.with("edge") { site in
      await site.want([Make.configMap("config"), Make.deployment("web")])
      await site.sync()
      await site.expectSettled()
      let counts = site.api.counts
      await site.plane.kill("edge")
      try await site.plane.restart("edge")
      try await site.patch("v1", "ConfigMap", "config", ["data": ["key": "changed"]])
      try await site.delete("apps/v1", "Deployment", "web")
      let seen = await eventually(within: .seconds(30)) {
        guard let status = await site.agent.status(of: site.owner.id) else { return false }
        return status.counts.missing == 1 && status.counts.outOfSync == 1
      }
      let story = await site.story()
      #expect(seen, "\(story)")
      #expect(site.api.counts.watches > counts.watches)
      await site.sync()
      await site.expectSettled()
    }
  }

  /// Without its watch cache the server answers from etcd alone, which forgets on compaction: open watches go on, old versions are 410.
  @Test func aVersionThatIsForgottenLeadsToANewList() async throws {
    try await Site.with("edge") { site in
      try await site.plane.restart("edge", ["--watch-cache=false"])
      let old = try await site.admin.list(APIResource.configMaps, Selection(namespace: site.name)).resourceVersion
      await site.want([Make.configMap("config")])
      await site.sync()
      for value in ["2", "3"] {
        await site.want([Make.configMap("config", value)], revision: value)
        await site.sync()
      }
      try await site.plane.compact()
      // A watch from before the compaction: the error event says 410.
      let gone = await #expect(throws: KubernetesError.self) {
        for try await _ in try await site.admin.watch(APIResource.configMaps, Selection(namespace: site.name), from: old) {}
      }
      #expect(gone?.isGone == true, "\(String(describing: gone))")
      // A list in pages whose token ran out between two pages begins anew and is whole.
      for index in 0..<7 {
        var object = Make.configMap("page\(index)")
        object[at: "metadata", "namespace"] = .string(site.name)
        _ = try await site.admin.create(object)
      }
      let plane = site.plane
      let count = try await site.admin.list(APIResource.configMaps, Selection(namespace: site.name), pageSize: 3) { object -> String? in
        object[at: "metadata", "name"]?.stringValue
      }.items.count
      #expect(count == 8)

      // The agent's watches end with the server, and what they remember is compacted away: they list again.
      let lists = site.api.counts.lists
      await plane.kill("edge")
      try await plane.restart("edge", ["--watch-cache=false"])
      try await site.patch("v1", "ConfigMap", "config", ["data": ["key": "changed"]])
      try await plane.compact()
      let seen = await eventually(within: .seconds(30)) {
        guard let status = await site.agent.status(of: site.owner.id) else { return false }
        return status.counts.outOfSync == 1
      }
      let story = await site.story()
      #expect(seen, "\(story)")
      #expect(site.api.counts.lists > lists || site.api.counts.expired > 0)
      await site.sync()
      await site.expectSettled()
      // As the other tests expect it.
      try await plane.restart("edge")
    }
  }

  /// Servers close connections at random to spread their clients (`--goaway-chance`), and refuse what is too much for them with 429: every
  /// request comes through once.
  @Test(arguments: [
    ["--goaway-chance=0.02"],
    ["--enable-priority-and-fairness=false", "--max-requests-inflight=2", "--max-mutating-requests-inflight=1"],
  ])
  func aServerThatTurnsRequestsAway(_ flags: [String]) async throws {
    try await Site.with("edge") { site in
      try await site.plane.restart("edge", flags)
      let manifests = (0..<200).map { (index: Int) in Make.configMap("c\(index)") }
      await site.want(manifests)
      let result = await site.sync(SyncRequest(waveTimeout: .seconds(20)))
      #expect(result.objects.count == 200)
      await site.expectSettled()
      #expect(Set(site.api.writes).count == 200)
      let removed = await site.agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(removed.outcome == .succeeded && removed.objects.count == 200, "\(removed.message)")
      try await site.plane.restart("edge")
    }
  }

  /// A proxy or server that allows few streams on a connection (nginx: 128): watches, which never end, must not keep others waiting.
  @Test func aServerOfFewStreams() async throws {
    try await Site.with("edge") { site in
      try await site.plane.restart("edge", ["--http2-max-streams-per-connection=5"])
      let manifests = try Manifests.file("workloads", unique: site.name)
      await site.want(manifests)
      await site.sync(SyncRequest())
      await site.expectSettled()
      try await site.patch("batch/v1", "CronJob", "nightly", ["spec": ["suspend": true]])
      try await site.patch("policy/v1", "PodDisruptionBudget", "db", ["spec": ["maxUnavailable": 2]])
      try await site.patch("apps/v1", "DaemonSet", "agent", ["spec": ["updateStrategy": ["rollingUpdate": ["maxUnavailable": "20%"]]]])
      await site.expect { $0.counts.outOfSync == 3 }
      await site.sync(SyncRequest())
      await site.expectSettled()
      _ = await site.agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      try await site.plane.restart("edge")
    }
  }

  /// An aggregated API whose server is down hides its own kinds and no others, and is not mistaken for one that was never there.
  @Test func aGroupWhoseServerIsDownIsNamed() async throws {
    try await Site.with("edge") { site in
      let service = try Manifests.text(
        "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.down.example.com}, spec: {group: down.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: {name: nothing, namespace: default}}}"
      )
      let created = try await site.admin.create(try #require(service.first))
      #expect(created["kind"] == "APIService")
      let object: Value = ["apiVersion": "down.example.com/v1", "kind": "Thing", "metadata": ["name": "a"]]
      let incomplete = try await eventually {
        try await site.admin.refreshDiscovery().isIncomplete(GroupVersionKind(group: "down.example.com", version: "v1", kind: "Thing"))
      }
      #expect(incomplete)
      await site.want([Make.configMap("config")])
      await site.sync()
      await site.want([Make.configMap("config"), object], revision: "r2")
      let result = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(2)))
      #expect(result.outcome == .failed && result.isRetryable, "\(result)")
      #expect(
        result.message.contains("down.example.com") && !result.message.contains("apply its CustomResourceDefinition"), "\(result.message)")
      try await site.delete("apiregistration.k8s.io/v1", "APIService", "v1.down.example.com")
    }
  }

  /// A hub that lost its state finds what it has by the labels, says what nobody manages, and can remove what nobody wants any more.
  @Test func whatIsLeftIsFoundByItsLabels() async throws {
    try await Site.with("edge") { site in
      await site.want([Make.configMap("config"), Make.deployment("web")])
      await site.sync()
      var stray = Make.configMap("stray")
      stray[at: "metadata", "namespace"] = .string(site.name)
      _ = try await site.admin.create(stray)
      let next = Site.makeAgent("next", CountingSpoke(site.admin))
      await next.start()
      try await next.takeInventory()
      let found = await eventually { await next.strayLabels().contains(site.owner.label) }
      #expect(found)
      let orphans = try await next.orphans(in: [site.name], OrphanRules([:] as Value))
      #expect(orphans.map(\.name).filter { $0 != "kube-root-ca.crt" } == ["stray"])
      let removed = await next.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(removed.outcome == .succeeded && removed.objects.map(\.identity.kind) == ["Deployment", "ConfigMap"], "\(removed)")
      await next.stop()
    }
  }

  /// The hub goes on with the others while one cluster is dead, and brings that one straight to the newest revision once it is back.
  @Test func aFleetGoesOnWithoutADeadCluster() async throws {
    try await RealFleet.with(["edge", "west"]) { fleet in
      try fleet.write("repository/apps/web/web.yaml", RealFleet.configMap("web", "one"))
      try fleet.write("definitions/apps.yaml", fleet.set())
      try await fleet.wait("two applications") { status in status.healthy == 2 && status.running == 0 }
      let first = try #require(try await fleet.configMap("edge", "web", "web"))
      await fleet.plane.kill("edge")
      for value in ["two", "three"] {
        try fleet.write("repository/apps/web/web.yaml", RealFleet.configMap("web", value))
        let arrived = try await eventually { try await fleet.configMap("west", "web", "web")?["data"] == ["key": .string(value)] }
        #expect(arrived, "\(value)")
      }
      try await fleet.plane.restart("edge")
      let arrived = try await eventually(within: .seconds(40)) {
        try await fleet.configMap("edge", "web", "web")?["data"] == ["key": "three"]
      }
      #expect(arrived)
      try await fleet.wait("both are well") { status in status.healthy == 2 && status.running == 0 }
      let last = try #require(try await fleet.configMap("edge", "web", "web"))
      #expect(last[at: "metadata", "uid"] == first[at: "metadata", "uid"])
    }
  }

  /// The rest of the fleet does not notice that one server is down.
  @Test func aDeadServerIsOfflineAndDelaysNobody() async throws {
    try await Site.with("edge") { site in
      await site.want([Make.configMap("config")])
      await site.sync()
      await site.plane.kill("edge")
      try await Site.with("east") { other in
        await other.want([Make.configMap("config")])
        await other.sync()
        await other.expectSettled()
      }
      let offline = await eventually(within: .seconds(30)) { await site.agent.connectivity.state == .offline }
      let connectivity = await site.agent.connectivity
      #expect(offline && connectivity.lastError?.contains("127.0.0.1") == true, "\(connectivity)")
      // It misses two revisions and catches up to the newest alone.
      await site.want([Make.configMap("config", "2")], revision: "r2")
      await site.want([Make.configMap("config", "3")], revision: "r3")
      try await site.plane.restart("edge")
      let online = await eventually(within: .seconds(40)) { await site.agent.connectivity.state == .online }
      #expect(online)
      let before = site.api.writes.count
      await site.sync()
      #expect(site.api.writes.count == before + 1)
      await site.expectSettled()
    }
  }
}

extension APIResource {
  static let configMaps = APIResource(
    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps", namespaced: true)
}

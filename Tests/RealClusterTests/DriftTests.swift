import Document
import FleetModel
import Kubernetes
import Syncing
import Testing

/// What others do to managed objects, and how it is set right.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct DriftTests {
  @Test func driftIsSeenByWatchAndHealedWithTheNameOfWhoDidIt() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([Make.deployment("web", replicas: 2), Make.configMap("config")])
      await site.sync()
      await site.expect { $0.isReady }
      _ = await site.agent.takeChanges()
      try await site.patch("apps/v1", "Deployment", "web", ["spec": ["replicas": 5]], manager: "somebody")
      await site.expect { $0.counts.outOfSync == 1 }
      let changes = await site.agent.takeChanges()
      #expect(changes.observations.contains { $0.identity.name == "web" && "\($0.kind)".contains("drift") }, "\(changes.observations)")
      let healed = await site.sync(SyncRequest(hooks: false, waveTimeout: .seconds(30)))
      #expect(healed.objects.map(\.description) == ["update apps/Deployment/\(site.name)/web: took over .spec.replicas from somebody"])
      await site.expectSettled()

      // Deleted by hand: seen to be missing, made again.
      try await site.delete("v1", "ConfigMap", "config")
      await site.expect { $0.counts.missing == 1 }
      #expect(await site.sync().objects.map(\.action) == [.create])
      await site.expectSettled()
    }
  }

  @Test func anotherApplierIsNamed() async throws {
    try await Site.with { site in
      await site.want([Make.configMap("config", "ours")])
      await site.sync()
      let theirs: Value = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "config", "namespace": .string(site.name)],
        "data": ["key": "theirs", "own": "field"],
      ]
      _ = try await site.admin.apply(theirs, fieldManager: "kubectl", force: true)
      await site.expect { $0.counts.outOfSync == 1 }
      let healed = await site.sync()
      #expect(healed.objects.map(\.message) == ["took over .data.key from kubectl"])
      let after = try #require(try await site.get("v1", "ConfigMap", "config"))
      // What they add and nobody here wants is theirs to keep.
      #expect(after["data"] == ["key": "ours", "own": "field"])
      await site.expectSettled()
    }
  }

  @Test func fieldsThatGitDropsGoAndFieldsOfOthersStay() async throws {
    try await Site.with { site in
      var object = Make.configMap("config")
      object[at: "data", "second"] = "2"
      object[at: "metadata", "labels", "a"] = "b"
      await site.want([object])
      await site.sync()
      try await site.patch("v1", "ConfigMap", "config", ["data": ["theirs": "x"], "metadata": ["annotations": ["seen": "yes"]]])
      await site.want([Make.configMap("config")], revision: "r2")
      await site.sync()
      let after = try #require(try await site.get("v1", "ConfigMap", "config"))
      #expect(after["data"] == ["key": "1", "theirs": "x"])
      #expect(after[at: "metadata", "labels", "a"] == nil && after[at: "metadata", "annotations", "seen"] == "yes")
      await site.expectSettled()
    }
  }

  /// Changes by hand to the Deployment `web`, and the field that is reported of each.
  static let changes: [(change: Value, field: String)] = [
    (["spec": ["template": ["spec": ["containers": [["name": "main", "image": "other:2"]]]]]], "image"),
    (["metadata": ["labels": ["tier": nil]]], "metadata.labels.tier"),
    (["spec": ["strategy": ["rollingUpdate": ["maxSurge": "50%"]]]], "maxSurge"),
    (["spec": ["template": ["metadata": ["annotations": ["note": "changed"]]]]], "note"),
    (["spec": ["template": ["spec": ["containers": [["name": "main", "image": "web:1", "args": ["-v", "-x"]]]]]]], "args"),
    (["spec": ["template": ["spec": ["nodeSelector": ["disk": "ssd"]]]]], "nodeSelector"),
  ]

  @Test(arguments: changes)
  func everyKindOfFieldIsWatched(_ change: Value, _ field: String) async throws {
    try await Site.with { site in
      var object = Make.deployment("web")
      object[at: "metadata", "labels", "tier"] = "front"
      object[at: "spec", "strategy"] = ["rollingUpdate": ["maxSurge": "25%", "maxUnavailable": 0]]
      object[at: "spec", "template", "metadata", "annotations", "note"] = "ours"
      object[at: "spec", "template", "spec", "nodeSelector"] = [:]
      object[at: "spec", "template", "spec", "containers"] = [["name": "main", "image": "web:1", "args": ["-v"]]]
      await site.want([object])
      await site.sync()
      await site.expectSettled()
      try await site.patch("apps/v1", "Deployment", "web", change)
      let seen = await site.settles { status in
        status.objects.contains { object in
          guard case .outOfSync(let differences) = object.sync else { return false }
          return differences.contains { $0.path.contains(field) }
        }
      }
      let story = await site.story()
      #expect(seen, "\(story)")
      await site.sync()
      await site.expectSettled()
    }
  }

  /// The value of a Secret appears in no status, and a key that Git drops goes.
  @Test func secretsAreComparedWithoutBeingShown() async throws {
    try await Site.with { site in
      func secret(_ data: Value) -> Value { ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": data] }
      await site.want([secret(["password": "hunter2", "more": "x"])])
      await site.sync()
      await site.expectSettled()
      // cGlyYXRl is `pirate`.
      try await site.patch("v1", "Secret", "s", ["data": ["password": "cGlyYXRl"]])
      await site.expect { $0.counts.outOfSync == 1 }
      let story = await site.story()
      #expect(story.contains("data.password") && !story.contains("cGlyYXRl") && !story.contains("hunter2"), "\(story)")
      await site.want([secret(["password": "hunter2"])], revision: "r2")
      await site.sync()
      await site.expectSettled()
      let after = try #require(try await site.get("v1", "Secret", "s"))
      #expect(after["data"] == ["password": "aHVudGVyMg=="])
    }
  }

  /// Applications may write one kind in several versions: each object is compared in its own.
  @Test func versionsOfOneKindLiveSideBySide() async throws {
    try await Site.with { site in
      let target: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]
      func one(_ name: String) -> Value {
        [
          "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": ["name": .string(name)],
          "spec": ["scaleTargetRef": target, "maxReplicas": 5, "targetCPUUtilizationPercentage": 70],
        ]
      }
      let metric: Value = ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]]]
      let two: Value = [
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "two"],
        "spec": ["scaleTargetRef": target, "maxReplicas": 5, "metrics": [metric]],
      ]
      await site.want([one("a"), one("b"), two])
      await site.sync()
      let next = Site.makeAgent("next", CountingSpoke(site.admin))
      await next.start()
      await site.want([one("a"), one("b"), two], of: next)
      await site.expect(of: next) { $0.sync == .synced }
      try await site.patch("autoscaling/v1", "HorizontalPodAutoscaler", "two", ["spec": ["targetCPUUtilizationPercentage": 10]])
      await site.expect(of: next) { $0.counts.outOfSync == 1 && $0.counts.synced == 2 }
      await next.stop()
      await site.sync()
      await site.expectSettled()
    }
  }

  /// What others may write without being a difference: an autoscaler's replicas where Git says none, a controller's annotations, status,
  /// injected containers' keys.
  @Test func whatIsNotOursIsNoDrift() async throws {
    try await Site.with { site in
      await site.want([Make.deployment("web", replicas: nil), Make.configMap("config")])
      await site.sync()
      try await site.patch("apps/v1", "Deployment", "web", ["spec": ["replicas": 7]], manager: "autoscaler", subresource: "scale")
      try await site.patch(
        "apps/v1", "Deployment", "web", ["metadata": ["annotations": ["deployment.kubernetes.io/revision": "3"]]],
        manager: "kube-controller-manager")
      let before = try #require(try await site.get("apps/v1", "Deployment", "web"))
      let version = before[at: "metadata", "resourceVersion"]?.stringValue
      #expect(await eventually { await site.versions()["apps/Deployment/\(site.name)/web"] == version })
      await site.expectSettled()
      let after = try await site.get("apps/v1", "Deployment", "web")
      #expect(after?[at: "spec", "replicas"] == 7)
    }
  }

  /// The rules of an aggregated role belong to the cluster's controller, also where the manifest says `rules: []`.
  @Test func aggregatedRolesAreTheClusters() async throws {
    try await Site.with { site in
      let role: Value = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": .string(site.name)],
        "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["example.com/aggregate": .string(site.name)]]]], "rules": [],
      ]
      await site.want([role])
      await site.sync()
      let gathered: Value = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": .string(site.name)],
        "rules": [["apiGroups": [""], "resources": ["pods"], "verbs": ["get"]]],
      ]
      let live = try await site.admin.apply(gathered, fieldManager: "clusterrole-aggregation-controller", force: true)
      let version = live[at: "metadata", "resourceVersion"]?.stringValue
      #expect(await eventually { await site.versions()["rbac.authorization.k8s.io/ClusterRole/\(site.name)"] == version })
      await site.expectSettled()
      await site.sync(SyncRequest(all: true))
      let after = try await site.get("rbac.authorization.k8s.io/v1", "ClusterRole", site.name)
      #expect(after?["rules"] == gathered["rules"])
    }
  }

  @Test func ignoredDifferencesAreLeftAlone() async throws {
    try await Site.with { site in
      await site.agent.setDesired(
        DesiredInput(
          owner: site.owner, revision: "r1", manifests: [Make.deployment("web", replicas: 2)], namespace: site.name,
          syncOptions: ["RespectIgnoreDifferences=true"],
          ignoreDifferences: try Application([
            "kind": "Application", "metadata": ["name": "shop"],
            "spec": [
              "destination": ["name": "east"], "project": "default", "source": ["repoURL": "https://git.example.com/a"],
              "ignoreDifferences": [["group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]]],
            ],
          ]).ignoreDifferences))
      await site.sync()
      try await site.patch("apps/v1", "Deployment", "web", ["spec": ["replicas": 5]], manager: "somebody")
      let version = try await site.get("apps/v1", "Deployment", "web")?[at: "metadata", "resourceVersion"]?.stringValue
      #expect(await eventually { await site.versions()["apps/Deployment/\(site.name)/web"] == version })
      await site.expectSettled()
      await site.sync(SyncRequest(all: true))
      let after = try await site.get("apps/v1", "Deployment", "web")
      #expect(after?[at: "spec", "replicas"] == 5)
    }
  }
}

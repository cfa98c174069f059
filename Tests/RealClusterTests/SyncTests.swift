import Document
import Kubernetes
import Syncing
import Testing

/// Order, hooks, pruning and namespaces against real API servers.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct SyncTests {
  @Test func wavesGoInOrderAndPruneInReverse() async throws {
    try await Site.with(workloads: true) { site in
      func all(_ names: [String]) -> [Value] {
        let manifests = [
          Make.configMap("first", wave: -5), Make.deployment("before", wave: -1), Make.configMap("plain"),
          Make.deployment("after", wave: 1), Make.configMap("last", wave: 10),
        ]
        return manifests.filter { names.contains($0[at: "metadata", "name"]?.stringValue ?? "") }
      }
      await site.want(all(["first", "before", "plain", "after", "last"]))
      let result = await site.sync()
      #expect(result.objects.map(\.identity.name) == ["first", "before", "plain", "after", "last"])
      // Each wave waited for the one before: the Deployment was ready before the next object was made.
      let before = try #require(try await site.get("apps/v1", "Deployment", "before"))
      #expect(before[at: "status", "availableReplicas"] == 1)
      await site.expectSettled()
      await site.want(all(["plain"]))
      let pruned = await site.sync()
      #expect(pruned.objects.map(\.identity.name) == ["last", "after", "before", "first"])
      for name in ["first", "last"] { #expect(await site.lacks("v1", "ConfigMap", name)) }
      #expect(try await site.get("v1", "ConfigMap", "plain") != nil)
      await site.expectSettled()
    }
  }

  @Test func aWaveThatIsDegradedStopsTheSync() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([Make.deployment("web", image: "broken", wave: 0), Make.configMap("after", wave: 1)])
      let result = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(30)))
      #expect(result.outcome == .failed && result.message.contains("Deployment/\(site.name)/web is Degraded"), "\(result.message)")
      #expect(await site.lacks("v1", "ConfigMap", "after"))
      // Git is repaired: the sync goes on from where it stopped.
      await site.want([Make.deployment("web", image: "good", wave: 0), Make.configMap("after", wave: 1)], revision: "r2")
      // Until the rollout is observed, the condition of the old one stands.
      try await site.patch("apps/v1", "Deployment", "web", ["status": ["conditions": nil]], subresource: "status")
      let next = await site.sync()
      #expect(next.objects.map(\.identity.name) == ["web", "after"])
    }
  }

  @Test func hooksRunInTheirPhasesAndGoAsTheyShould() async throws {
    try await Site.with(workloads: true) { site in
      let hooks = [
        Make.hook("pre", "PreSync", policy: "HookSucceeded"), Make.hook("pre-late", "PreSync", wave: 5), Make.hook("during", "Sync"),
        Make.hook("post-", "PostSync", policy: "BeforeHookCreation"), Make.hook("fail", "SyncFail"),
      ]
      await site.want(hooks + [Make.configMap("config")])
      let result = await site.sync()
      let names = result.objects.map(\.identity.name)
      #expect(names.count == 5 && Array(names.prefix(4)) == ["pre", "pre-late", "config", "during"], "\(names)")
      #expect(names.last?.hasPrefix("post-") == true)
      #expect(await site.loses("batch/v1", "Job", "pre"))
      let late = try #require(try await site.get("batch/v1", "Job", "pre-late"))
      #expect(await site.lacks("batch/v1", "Job", "fail"))
      await site.expectSettled()
      // A hook of the same name is deleted before it runs again.
      await site.want(hooks + [Make.configMap("config", "2")], revision: "r2")
      await site.sync()
      let again = try #require(try await site.get("batch/v1", "Job", "pre-late"))
      #expect(again[at: "metadata", "uid"] != late[at: "metadata", "uid"])
      await site.expectSettled()
    }
  }

  @Test func aHookThatFailsStopsTheSyncAndRunsSyncFail() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([
        Make.hook("pre", "PreSync", policy: "HookFailed", image: "bad"), Make.hook("fail", "SyncFail"), Make.configMap("config"),
      ])
      let result = await site.agent.sync(site.owner.id, SyncRequest(waveTimeout: .seconds(30)))
      #expect(result.outcome == .failed && result.message.contains("hook batch/Job/\(site.name)/pre failed"), "\(result.message)")
      #expect(result.objects.map(\.identity.name) == ["pre", "fail"])
      #expect(await site.lacks("v1", "ConfigMap", "config"))
      #expect(await site.loses("batch/v1", "Job", "pre"))
    }
  }

  @Test func aHookThatDoesNotEndIsNamed() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([Make.hook("pre", "PreSync", image: "never"), Make.configMap("config")])
      let result = await site.agent.sync(site.owner.id, SyncRequest(hookTimeout: .seconds(1)))
      #expect(result.outcome == .failed && result.message.contains("pre did not end within 1 s"), "\(result.message)")
    }
  }

  @Test func deletionHooksRunAroundTheDeletion() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([Make.hook("bye", "PreDelete"), Make.hook("gone", "PostDelete"), Make.configMap("config")])
      #expect(await site.sync().objects.map(\.identity.name) == ["config"])
      let removed = await site.agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(30)))
      #expect(removed.outcome == .succeeded, "\(removed.message)")
      #expect(removed.objects.map(\.identity.name) == ["bye", "config", "gone"])
      for name in ["bye", "gone"] {
        #expect(await site.loses("batch/v1", "Job", name), "\(name)")
      }
    }
  }

  @Test func namespacesAreMadeWithTheirMetadata() async throws {
    try await Site.with(namespace: false) { site in
      await site.want(
        [Make.configMap("config")], options: ["CreateNamespace=true"],
        namespaceMetadata: ["labels": ["team": "shop"], "annotations": ["note": "ours"]])
      await site.sync()
      let namespace = try #require(try await site.get("v1", "Namespace", site.name))
      #expect(namespace[at: "metadata", "labels", "team"] == "shop" && namespace[at: "metadata", "annotations", "note"] == "ours")
      await site.expectSettled()
      // Somebody's own labels stay, ours change with Git.
      try await site.patch("v1", "Namespace", site.name, ["metadata": ["labels": ["theirs": "yes"]]])
      await site.want(
        [Make.configMap("config", "2")], options: ["CreateNamespace=true"], revision: "r2", namespaceMetadata: ["labels": ["team": "web"]])
      await site.sync()
      let changed = try #require(try await site.get("v1", "Namespace", site.name))
      #expect(changed[at: "metadata", "labels", "team"] == "web" && changed[at: "metadata", "labels", "theirs"] == "yes")
      #expect(changed[at: "metadata", "annotations", "note"] == nil)
      // The namespace is nobody's object: it stays.
      let removed = await site.agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(30)))
      #expect(removed.outcome == .succeeded, "\(removed.message)")
      let kept = try #require(try await site.get("v1", "Namespace", site.name))
      #expect(kept[at: "metadata", "deletionTimestamp"] == nil)
    }
  }

  @Test func aNamespaceAmongTheObjectsComesFirst() async throws {
    try await Site.with(namespace: false) { site in
      let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(site.name), "labels": ["a": "b"]]]
      await site.want([Make.configMap("config"), namespace])
      #expect(await site.sync().objects.map(\.identity.kind) == ["Namespace", "ConfigMap"])
      await site.expectSettled()
    }
  }

  @Test func aMissingNamespaceIsSaidClearly() async throws {
    try await Site.with(namespace: false) { site in
      await site.want([Make.configMap("config")])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed)
      #expect(
        result.message
          == "cluster east: ConfigMap/\(site.name)/config: namespaces \"\(site.name)\" not found: "
          + "create the namespace, or set the sync option CreateNamespace=true")
      // Somebody makes it, and the next sync goes through.
      _ = try await site.admin.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(site.name)]])
      await site.sync()
    }
  }

  @Test func definitionsAndTheirObjectsGoInOneSync() async throws {
    try await Site.with { site in
      let group = "\(site.name).example.com"
      let objects: [Value] = ["a", "b"].map {
        ["apiVersion": .string("\(group)/v1"), "kind": "Thing", "metadata": ["name": .string($0)], "spec": ["size": 1]]
      }
      await site.want(objects + [Make.definition(group: group, kind: "Thing", plural: "things")])
      let result = await site.sync()
      #expect(result.objects.map(\.identity.kind) == ["CustomResourceDefinition", "Thing", "Thing"])
      await site.expectSettled()
      // Deleted under its living objects: they go with it, and come back with it.
      try await site.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.\(group)")
      await site.expect { $0.counts.missing == 3 }
      #expect(await site.sync().objects.map(\.identity.kind) == ["CustomResourceDefinition", "Thing", "Thing"])
      await site.expectSettled()
      // Pruned with its objects: the objects go first.
      await site.want([Make.configMap("config")], revision: "r2")
      let pruned = await site.sync()
      #expect(pruned.objects.filter { $0.action == .prune }.count == 3)
      #expect(await site.lacks("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.\(group)"))
      await site.expectSettled()
    }
  }

  /// An operator's upgrade: the definition gets a field and a version, and its objects use both in the same sync.
  @Test func aDefinitionThatChangesTakesItsObjectsAlong() async throws {
    try await Site.with { site in
      let group = "\(site.name).example.com"
      func version(_ name: String, _ fields: [String], storage: Bool) -> Value {
        let properties = Object(fields.map { Member(key: $0, value: ["type": "string"]) })
        return [
          "name": .string(name), "served": true, "storage": .bool(storage),
          "schema": [
            "openAPIV3Schema": ["type": "object", "properties": ["spec": ["type": "object", "properties": .object(properties)]]]
          ],
        ]
      }
      func definition(_ versions: Value) -> Value {
        var definition = Make.definition(group: group, kind: "Grown", plural: "growns")
        definition[at: "spec", "versions"] = versions
        return definition
      }
      func object(_ name: String, _ version: String, _ spec: Value) -> Value {
        ["apiVersion": .string("\(group)/\(version)"), "kind": "Grown", "metadata": ["name": .string(name)], "spec": spec]
      }
      var fields = ["a"]
      var content: Value = ["a": "1"]
      await site.want([definition([version("v1", fields, storage: true)]), object("x", "v1", content)])
      await site.sync()
      for index in 0..<5 {
        fields.append("f\(index)")
        content["f\(index)"] = "new"
        await site.want([definition([version("v1", fields, storage: true)]), object("x", "v1", content)], revision: "f\(index)")
        await site.sync()
      }
      await site.want(
        [
          definition([version("v1", fields, storage: true), version("v2", fields, storage: false)]), object("x", "v1", content),
          object("y", "v2", content),
        ], revision: "v2")
      await site.sync()
      await site.expectSettled()
      let x = try #require(try await site.get("\(group)/v1", "Grown", "x"))
      #expect(x["spec"] == content)
    }
  }

  @Test func aKindThatDoesNotExistYetIsNamedAndTheSyncCanBeRepeated() async throws {
    try await Site.with { site in
      let group = "\(site.name).example.com"
      let object: Value = ["apiVersion": .string("\(group)/v1"), "kind": "Late", "metadata": ["name": "a"]]
      await site.want([Make.configMap("config"), object])
      let result = await site.agent.sync(site.owner.id)
      #expect(result.outcome == .failed)
      #expect(
        result.message
          == "cluster east: \(group)/Late/\(site.name)/a: the cluster does not serve \(group)/v1 Late: apply its CustomResourceDefinition first",
        "\(result.message)")
      _ = try await site.admin.create(Make.definition(group: group, kind: "Late", plural: "lates"))
      // It takes the server a moment to serve it.
      let served = await eventually { await site.agent.sync(site.owner.id).isSuccess }
      #expect(served)
      await site.expectSettled()
      try await site.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "lates.\(group)")
    }
  }

  @Test func aDryRunStoresNothing() async throws {
    try await Site.with { site in
      await site.want([Make.configMap("config"), Make.deployment("web")])
      let result = await site.sync(SyncRequest(dryRun: true))
      #expect(result.objects.count == 2 && site.api.writes == [])
      #expect(await site.lacks("v1", "ConfigMap", "config"))
    }
  }

  @Test func aSelectiveSyncTouchesNothingElse() async throws {
    try await Site.with(workloads: true) { site in
      await site.want([Make.configMap("a"), Make.configMap("b"), Make.hook("pre", "PreSync")])
      let b = ObjectIdentity(group: "", kind: "ConfigMap", namespace: site.name, name: "b")
      let result = await site.sync(SyncRequest(selection: [b]))
      #expect(result.objects.map(\.identity) == [b])
      #expect(await site.lacks("v1", "ConfigMap", "a"))
    }
  }
}

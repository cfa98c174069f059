import Document
import Kubernetes
import Syncing
import Testing

/// One application of many kinds on its whole way: the same definition as in the tests over simulated clusters.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct WholeWayTests {
  private func manifests(_ site: Site) throws -> [Value] {
    let group = "\(site.name).example.com"
    let text = """
      apiVersion: GROUP/v1
      kind: Widget
      metadata: {name: w}
      spec: {size: 3}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: config, annotations: {argocd.argoproj.io/sync-wave: '-1'}}, data: {k: '1'}}
      ---
      {apiVersion: v1, kind: Secret, metadata: {name: secret}, stringData: {user: admin}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, annotations: {argocd.argoproj.io/sync-wave: '-1'}}
      spec:
        serviceName: db
        selector: {matchLabels: {app: db}}
        template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: 'db:1'}]}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: '2'}}
      spec:
        rules:
        - host: a.example.com
          http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
      """.replacing("GROUP", with: group)
    return try Manifests.text(text) + [
      Make.definition(group: group, kind: "Widget", plural: "widgets"), Make.deployment("web", replicas: 2),
      Make.hook("migrate", "PreSync", policy: "HookSucceeded"), Make.hook("smoke-", "PostSync"),
    ]
  }

  @Test func anApplicationOfManyKindsGoesItsWholeWay() async throws {
    try await Site.with(namespace: false, workloads: true) { site in
      let all = try manifests(site)
      await site.want(all, options: ["CreateNamespace=true"])
      let result = await site.sync()
      let order = result.objects.map { "\($0.identity.kind)/\($0.identity.name)" }
      #expect(
        order.dropLast() == [
          "Job/migrate", "ConfigMap/config", "StatefulSet/db", "Secret/secret",
          "CustomResourceDefinition/widgets.\(site.name).example.com", "Service/web", "Deployment/web", "Widget/w", "Ingress/web",
        ])
      #expect(order.last?.hasPrefix("Job/smoke-r1-postsync-") == true, "\(order)")
      await site.expect { $0.isReady }
      await site.expectSettled()

      try await site.patch("apps/v1", "Deployment", "web", ["spec": ["replicas": 5]], manager: "somebody")
      await site.expect { $0.counts.outOfSync == 1 }
      let healed = await site.sync(SyncRequest(hooks: false, waveTimeout: .seconds(30)))
      #expect(healed.objects.map(\.message) == ["took over .spec.replicas from somebody"])
      await site.expectSettled()

      await site.want(
        all.filter { !["Ingress", "StatefulSet", "Widget"].contains($0["kind"]?.stringValue ?? "") }, options: ["CreateNamespace=true"],
        revision: "r2")
      let pruned = await site.sync(SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(pruned.objects.filter { $0.action == .prune }.map(\.identity.kind) == ["Ingress", "Widget", "StatefulSet"])
      for (version, kind, name) in [("networking.k8s.io/v1", "Ingress", "web"), ("apps/v1", "StatefulSet", "db")] {
        #expect(await site.lacks(version, kind, name))
      }

      let removed = await site.agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(removed.outcome == .succeeded, "\(removed.message)")
      for (version, kind, name) in [
        ("v1", "ConfigMap", "config"), ("v1", "Secret", "secret"), ("v1", "Service", "web"), ("apps/v1", "Deployment", "web"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.\(site.name).example.com"),
      ] { #expect(await site.lacks(version, kind, name), "\(kind) \(name)") }
      let jobs = try await site.admin.list(Workloads.jobs, Selection(namespace: site.name, labelSelector: Tracking.label))
      #expect(jobs.items.allSatisfy { $0[at: "metadata", "deletionTimestamp"] != nil })
      let namespace = try #require(try await site.get("v1", "Namespace", site.name))
      #expect(namespace[at: "metadata", "deletionTimestamp"] == nil)
    }
  }

  /// Where nobody collects garbage, what was deleted in the foreground and has no dependants goes all the same, and what has some stays
  /// until they are gone.
  @Test func foregroundDeletionNeedsNoCollectorWhereThereIsNothingToCollect() async throws {
    try await Site.with(namespace: true) { site in
      await site.want([Make.deployment("alone"), Make.deployment("parent"), Make.configMap("config")])
      await site.sync()
      let parent = try #require(try await site.get("apps/v1", "Deployment", "parent"))
      var child = Make.configMap("child")
      child[at: "metadata", "namespace"] = .string(site.name)
      child[at: "metadata", "ownerReferences"] = [
        [
          "apiVersion": "apps/v1", "kind": "Deployment", "name": "parent", "uid": parent[at: "metadata", "uid"] ?? "", "controller": true,
          "blockOwnerDeletion": true,
        ]
      ]
      _ = try await site.admin.create(child)
      await site.want([Make.configMap("config")], revision: "r2")
      let stuck = await site.agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(5)))
      #expect(
        stuck.message.hasPrefix("cluster east: apps/Deployment/\(site.name)/parent is not gone after 5 s: ")
          && stuck.message.contains("foregroundDeletion"), "\(stuck.message)")
      #expect(await site.lacks("apps/v1", "Deployment", "alone"))
      try await site.delete("v1", "ConfigMap", "child")
      // Its deletion has begun: the next sync has nothing to do but to see it gone.
      try await site.patch("apps/v1", "Deployment", "parent", ["metadata": ["finalizers": nil]])
      await site.expect { $0.sync == .synced && $0.counts.extra == 0 }
    }
  }
}

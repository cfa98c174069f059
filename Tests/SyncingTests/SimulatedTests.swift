#if canImport(Simulator)
  import Document
  import Kubernetes
  import Simulator
  import Testing
  import Transport

  @testable import Syncing

  /// An agent over real HTTP and a simulated API server with true field ownership.
  private struct Site {
    let simulator: SimulatorServer
    let client: ClusterClient
    let agent: ClusterAgent

    static func with(_ body: (Site) async throws -> Void) async throws {
      let settings = SimulatedClusterSettings(name: "east", readyAfter: .milliseconds(30))
      try await SimulatorServer.with([settings]) { simulator in
        let http = HTTPClient()
        defer { http.shutdown() }
        let client = ClusterClient(ClusterConnection(name: "east", server: simulator["east"]?.url ?? ""), http: http)
        let agent = ClusterAgent(name: "east", api: ClusterClientSpoke(client), environment: .system(now: { 1_700_000_000_000 }))
        await agent.start()
        let result: Result<Void, any Error>
        do {
          result = .success(try await body(Site(simulator: simulator, client: client, agent: agent)))
        } catch {
          result = .failure(error)
        }
        await agent.stop()
        try result.get()
      }
    }

    var writes: Int { simulator["east"]?.writes ?? -1 }

    func want(_ manifests: [Value], options: [String] = ["CreateNamespace=true"]) async {
      await agent.setDesired(DesiredInput(owner: shop, revision: "r", manifests: manifests, namespace: "web", syncOptions: options))
    }

    func settles(_ condition: @Sendable (ApplicationStatus) -> Bool) async -> Bool {
      for _ in 0..<1000 {
        if let status = await agent.status(of: shop.id), condition(status) { return true }
        try? await Task.sleep(for: .milliseconds(5))
      }
      return false
    }

    func get(_ apiVersion: String, _ kind: String, _ name: String) async throws -> Value? {
      let type = GroupVersionKind(apiVersion: apiVersion, kind: kind)
      guard let resource = try await client.resource(for: type) else { return Value?.none }
      return try await client.get(resource, namespace: resource.namespaced ? "web" : "", name: name)
    }
  }

  private func manifests() -> [Value] {
    let text = """
      {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.demo.example.com}, spec: {group: demo.example.com, scope: Namespaced, names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}]}}
      {apiVersion: demo.example.com/v1, kind: Widget, metadata: {name: w}, spec: {size: 3}}
      {apiVersion: v1, kind: ConfigMap, metadata: {name: config, annotations: {argocd.argoproj.io/sync-wave: '-1'}}, data: {k: '1'}}
      {apiVersion: v1, kind: Secret, metadata: {name: secret}, stringData: {user: admin}}
      {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'web:1', ports: [{containerPort: 80}], resources: {limits: {cpu: 1000m, memory: 1024Mi}}, env: [{name: A, value: ''}]}]}}}}
      {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, annotations: {argocd.argoproj.io/sync-wave: '-1'}}, spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: 'db:1'}]}}}}
      {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: '2'}}, spec: {rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}
      {apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: 'm:1'}]}}}}
      {apiVersion: batch/v1, kind: Job, metadata: {generateName: smoke-, annotations: {argocd.argoproj.io/hook: PostSync}}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: 'm:1'}]}}}}
      """
    return text.split(separator: "\n").map { yaml(String($0)) }
  }

  @Suite(.timeLimit(.minutes(1)))
  struct SimulatedTests {
    @Test func anApplicationOfManyKindsGoesItsWholeWay() async throws {
      try await Site.with { site in
        await site.want(manifests())
        let result = await site.agent.sync(shop.id)
        #expect(result.outcome == .succeeded, "\(result.message)")
        #expect(
          result.objects.map { "\($0.identity.kind)/\($0.identity.name)" } == [
            "Job/migrate", "ConfigMap/config", "StatefulSet/db", "Secret/secret",
            "CustomResourceDefinition/widgets.demo.example.com", "Service/web", "Deployment/web", "Widget/w", "Ingress/web",
            "Job/smoke-r-postsync-1700000000",
          ])
        #expect(await site.settles { $0.isReady })

        // What was just applied is in sync, and the next sync writes nothing.
        let writes = site.writes
        #expect(await site.agent.sync(shop.id).outcome == .unchanged)
        #expect(site.writes == writes)

        // Somebody scales by hand: the difference is seen, and healing says from whom the field came.
        let deployments = APIResource(
          groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"), plural: "deployments", namespaced: true)
        _ = try await site.client.patch(
          deployments, namespace: "web", name: "web", .merge, ["spec": ["replicas": 5]],
          options: ClusterClient.WriteOptions(fieldManager: "somebody"))
        #expect(await site.settles { $0.counts.outOfSync == 1 })
        let healed = await site.agent.sync(shop.id, SyncRequest(hooks: false))
        #expect(healed.objects.map(\.message) == ["took over .spec.replicas from somebody"], "\(healed)")
        #expect(await site.settles { $0.sync == .synced })

        // Pruned in reverse waves.
        await site.want(manifests().filter { !["Ingress", "StatefulSet", "Widget"].contains($0["kind"]?.stringValue ?? "") })
        let pruned = await site.agent.sync(shop.id, SyncRequest(prune: true))
        #expect(pruned.outcome == .succeeded, "\(pruned.message)")
        #expect(pruned.objects.filter { $0.action == .prune }.map(\.identity.kind) == ["Ingress", "Widget", "StatefulSet"])

        let removed = await site.agent.remove(shop.id)
        #expect(removed.outcome == .succeeded, "\(removed.message)")
        for (version, kind, name) in [
          ("v1", "ConfigMap", "config"), ("v1", "Secret", "secret"), ("apps/v1", "Deployment", "web"),
          ("batch/v1", "Job", "smoke-r-postsync-1700000000"),
        ] { #expect(try await site.get(version, kind, name) == nil, "\(kind)") }
        #expect(try await site.get("v1", "Namespace", "web") != nil)
      }
    }

    @Test func aDefinitionDeletedUnderItsObjectsIsMadeAgain() async throws {
      try await Site.with { site in
        await site.want(manifests().filter { ["CustomResourceDefinition", "Widget"].contains($0["kind"]?.stringValue ?? "") })
        #expect(await site.agent.sync(shop.id).outcome == .succeeded)
        #expect(await site.settles { $0.isReady })
        let definitions = try #require(
          try await site.client.resource(
            for: GroupVersionKind(group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition")))
        try await site.client.delete(definitions, name: "widgets.demo.example.com")
        #expect(await site.settles { $0.counts.missing == 2 })
        let result = await site.agent.sync(shop.id)
        #expect(result.outcome == .succeeded, "\(result.message)")
        #expect(result.objects.map(\.identity.kind) == ["CustomResourceDefinition", "Widget"])
        #expect(await site.settles { $0.isReady })
      }
    }

    @Test func whatKubectlAppliedIsAdopted() async throws {
      try await Site.with { site in
        _ = try await site.client.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "web"]])
        let options = ClusterClient.WriteOptions(fieldManager: "kubectl-client-side-apply")
        _ = try await site.client.create(
          yaml(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: config, namespace: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}, data: {k: '1', dropped: x}}"
          ), options: options)
        let before = try #require(try await site.get("v1", "ConfigMap", "config"))
        await site.want([configMap("config", ["k": "1"])])
        let plan = try #require(try await site.agent.preview(shop.id))
        #expect(
          plan.operations.map(\.description) == ["update ConfigMap/web/config: is adopted from kubectl-client-side-apply"])
        #expect(try await site.get("v1", "ConfigMap", "config") == before)
        let result = await site.agent.sync(shop.id)
        #expect(result.objects.map(\.message) == ["adopted from kubectl-client-side-apply"], "\(result)")
        let after = try #require(try await site.get("v1", "ConfigMap", "config"))
        #expect(after[at: "metadata", "uid"] == before[at: "metadata", "uid"] && after["data"] == ["k": "1"])
        #expect(OwnedFields.otherManagers(after) == [])
        #expect(await site.settles { $0.isReady })
      }
    }

    @Test(arguments: [(["Replace=true"], true), (["Replace=true", "Force=true"], false), ([], true)])
    func objectsAreReplaced(_ options: [String], _ keepsUID: Bool) async throws {
      try await Site.with { site in
        func service(_ port: Int64) -> Value {
          [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"],
            "spec": ["selector": ["app": "web"], "ports": [["port": .int(port)]]],
          ]
        }
        await site.want([service(80)], options: ["CreateNamespace=true"] + options)
        #expect(await site.agent.sync(shop.id).outcome == .succeeded)
        let before = try #require(try await site.get("v1", "Service", "web"))
        await site.want([service(81)], options: ["CreateNamespace=true"] + options)
        let result = await site.agent.sync(shop.id)
        #expect(result.outcome == .succeeded, "\(result)")
        let after = try #require(try await site.get("v1", "Service", "web"))
        #expect(after[at: "spec", "ports"]?.arrayValue?.first?["port"] == 81)
        #expect((after[at: "metadata", "uid"] == before[at: "metadata", "uid"]) == keepsUID)
        #expect(await site.settles { $0.isReady })
      }
    }

    @Test func anInventoryWithoutVersionsIsWatched() async throws {
      try await Site.with { site in
        await site.want([configMap("config"), deployment("web")])
        #expect(await site.agent.sync(shop.id).outcome == .succeeded)
        let holdings = await site.agent.holdings(of: shop.id)
        await site.agent.stop()
        let next = ClusterAgent(name: "east", api: ClusterClientSpoke(site.client), environment: .system(now: { 0 }))
        await next.start(inventory: holdings.map { GroupVersionKind(group: $0.identity.group, version: "", kind: $0.identity.kind) })
        let result = await next.remove(shop.id)
        #expect(result.objects.map(\.identity.kind) == ["Deployment", "ConfigMap"], "\(result)")
        await next.stop()
      }
    }

    @Test func aDryRunStoresNothing() async throws {
      try await Site.with { site in
        _ = try await site.client.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "web"]])
        await site.want([configMap("config"), deployment("web")])
        let result = await site.agent.sync(shop.id, SyncRequest(dryRun: true))
        #expect(result.outcome == .succeeded && result.objects.count == 2, "\(result)")
        #expect(try await site.get("v1", "ConfigMap", "config") == nil)
        // A misspelled field is refused instead of being dropped.
        await site.want([yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, dta: {k: '1'}}")])
        #expect(await site.agent.sync(shop.id, SyncRequest(dryRun: true)).outcome == .failed)
      }
    }
  }
#endif

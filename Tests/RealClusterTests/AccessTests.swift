import Document
import Foundation
import Kubernetes
import Syncing
import Testing
import Transport

/// Accounts that may not do everything.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct AccessTests {
  /// The least-privilege account that `flotilla cluster add` makes does everything that an application of usual kinds needs.
  @Test func theOnboardedAccountSyncs() async throws {
    let plane = try await ControlPlane.shared
    let spoke = try #require(plane.spokes["west"])
    let account = SpokeAccount(namespace: "flotilla-onboarding", name: "hub")
    let onboarding = ClusterOnboarding(spoke.client(plane.http), account: account)
    #expect(try await onboarding.plan().allSatisfy { $0.outcome == .created })
    let onboarded = try await onboarding.run()
    #expect(onboarded.steps.allSatisfy { $0.outcome == .created }, "\(onboarded.steps)")
    // Once more: nothing changes.
    let again = try await onboarding.run()
    #expect(again.steps.allSatisfy { $0.outcome == .unchanged }, "\(again.steps.filter { $0.outcome != .unchanged })")

    // Of what the account was made for: meanwhile other tests may have brought further custom resources.
    let report = await ClusterCheck(ClusterClient(onboarded.connection, http: plane.http), needs: account.needs).run()
    #expect(report.missing == [], "\(report.findings)")
    #expect(report.findings.allSatisfy { $0.verdict <= .doubtful && $0.verdict != .bad }, "\(report.findings)")
    #expect(report.user == "system:serviceaccount:flotilla-onboarding:hub" && report.version?.hasPrefix("v1.") == true)

    try await Site.with("west", as: { _ in onboarded.connection }, namespace: false, workloads: true) { site in
      await site.want(
        [Make.deployment("web"), Make.configMap("config"), Make.hook("pre", "PreSync", policy: "HookSucceeded")],
        options: ["CreateNamespace=true"], namespaceMetadata: ["labels": ["team": "shop"]])
      await site.sync()
      await site.expectSettled()
      // It may hand on no permission that it does not have.
      let role = try Manifests.text(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods/exec], verbs: [create]}]}"
      )
      await site.want([Make.deployment("web"), Make.configMap("config")] + role, options: ["CreateNamespace=true"], revision: "r2")
      let refused = await site.agent.sync(site.owner.id)
      #expect(refused.outcome == .failed, "\(refused.message)")
      #expect(
        refused.message.contains("Role/\(site.name)/r")
          && refused.message.contains("attempting to grant RBAC permissions not currently held"),
        "\(refused.message)")
    }
    let removed = try await onboarding.remove()
    #expect(removed.contains { $0.object.kind == "ServiceAccount" })
    // The token is void; at first the server may still remember it, and knows of no permission.
    let client = ClusterClient(onboarded.connection, http: plane.http)
    let error = await #expect(throws: KubernetesError.self) {
      _ = try await client.list(Workloads.deployments)
    }
    #expect(error?.status == 401 || error?.status == 403, "\(String(describing: error))")
  }

  /// An account of a namespace; `rules` are those of its Role, `wide` those of a ClusterRole.
  private func limited(_ site: Site, rules: String, wide: String = "[]") async throws -> ClusterConnection {
    let name = site.name
    let objects = try Manifests.text(
      """
      {apiVersion: v1, kind: ServiceAccount, metadata: {name: limited, namespace: \(name)}}
      ---
      {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: limited, namespace: \(name)}, rules: \(rules)}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: limited, namespace: \(name)}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: limited}
      subjects: [{kind: ServiceAccount, name: limited, namespace: \(name)}]
      ---
      {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: \(name)-limited}, rules: \(wide)}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: \(name)-limited}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \(name)-limited}
      subjects: [{kind: ServiceAccount, name: limited, namespace: \(name)}]
      """)
    for object in objects { _ = try await site.admin.create(object) }
    let token = try await site.admin.requestToken(of: SpokeAccount(namespace: name, name: "limited"), seconds: 3600)
    var connection = site.spoke.anonymous
    connection.credential = .bearerToken(token.text)
    return connection
  }

  /// One kind that may not be written: named with the verb and the account, the rest of the message being the server's own.
  @Test func oneForbiddenKindIsNamed() async throws {
    try await Site.with { site in
      let everything = "[{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}]"
      let connection = try await limited(
        site, rules: "[{apiGroups: [''], resources: [configmaps], verbs: ['*']}]", wide: everything)
      let api = CountingSpoke(ClusterClient(connection, http: site.plane.http))
      let agent = Site.makeAgent("limited", api)
      await agent.start()
      await site.want([Make.configMap("config"), Make.deployment("web")], of: agent)
      let result = await agent.sync(site.owner.id)
      #expect(result.outcome == .failed && !result.isRetryable)
      #expect(
        result.message.hasPrefix("cluster limited: apps/Deployment/\(site.name)/web: ")
          && result.message.contains("cannot patch resource \"deployments\" in API group \"apps\" in the namespace \"\(site.name)\""),
        "\(result.message)")
      // What is allowed was done, and the next sync goes on from there once the permission is there.
      #expect(result.objects.filter(\.isDone).map(\.identity.name) == ["config"])
      _ = try await site.admin.patch(
        APIResource(
          groupVersionKind: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: "Role"), plural: "roles",
          namespaced: true), namespace: site.name, name: "limited", .merge,
        ["rules": [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]])
      // The authorizer hears of it by a watch.
      let granted = await eventually { await agent.sync(site.owner.id).isSuccess }
      #expect(granted)
      await agent.stop()
    }
  }

  /// A kind that may not even be listed stops the sync before anything is sent, saying which.
  @Test func aKindThatCannotBeReadIsNamed() async throws {
    try await Site.with { site in
      let connection = try await limited(
        site, rules: "[{apiGroups: [''], resources: [configmaps], verbs: ['*']}]",
        wide: "[{apiGroups: [''], resources: [configmaps], verbs: [get, list, watch]}]")
      let api = CountingSpoke(ClusterClient(connection, http: site.plane.http))
      let agent = Site.makeAgent("limited", api)
      await agent.start()
      let secret: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["a": "b"]]
      await site.want([Make.configMap("config"), secret], of: agent)
      let result = await agent.sync(site.owner.id)
      #expect(result.outcome == .failed)
      #expect(
        result.message.hasPrefix("cluster limited: Secret: what is there could not be read: ")
          && result.message.contains("cannot list resource \"secrets\""), "\(result.message)")
      #expect(api.writes == [])
      await agent.stop()
    }
  }

  /// An account of single namespaces: all it does is done there, and the hub knows that it sees no more.
  @Test func anAccountOfSomeNamespacesSyncsThere() async throws {
    try await Site.with(workloads: true) { site in
      let second = site.name + "-b"
      _ = try await site.admin.create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(second)]])
      let account = SpokeAccount(namespace: site.name, name: site.name, scope: .namespaces([site.name, second]))
      let onboarding = ClusterOnboarding(site.admin, account: account)
      let onboarded = try await onboarding.run()
      let client = ClusterClient(onboarded.connection, http: site.plane.http)
      let report = await ClusterCheck(client, needs: account.needs).run()
      #expect(report.missing == [], "\(report.findings)")

      let agent = Site.makeAgent("limited", ClusterClientSpoke(client, namespaces: [site.name, second]))
      await agent.start()
      var there = Make.configMap("there")
      there[at: "metadata", "namespace"] = .string(second)
      await site.want([Make.deployment("web"), Make.configMap("here"), there, Make.hook("pre", "PreSync")], of: agent)
      let result = await agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(30)))
      #expect(result.outcome == .succeeded, "\(result.message)")
      await site.expect(of: agent) { $0.isReady }
      #expect(await agent.sync(site.owner.id).outcome == .unchanged)
      // Changes in either are seen.
      try await site.patch("v1", "ConfigMap", "here", ["data": ["key": "2"]])
      _ = try await site.admin.patch(.configMaps, namespace: second, name: "there", .merge, ["data": ["key": "2"]])
      await site.expect(of: agent) { $0.counts.outOfSync == 2 }
      #expect(await agent.sync(site.owner.id).isSuccess)
      await site.expect(of: agent) { $0.sync == .synced }
      await site.want([Make.configMap("here")], revision: "r2", of: agent)
      let pruned = await agent.sync(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(pruned.outcome == .succeeded, "\(pruned.message)")
      #expect(try await site.admin.get(.configMaps, namespace: second, name: "there") == nil)
      let removed = await agent.remove(site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(20)))
      #expect(removed.outcome == .succeeded, "\(removed.message)")
      await agent.stop()
      _ = try await onboarding.remove()
    }
  }

  /// A token that is rotated in its file is taken up when the server refuses the old one.
  @Test func aRotatedTokenIsTakenUp() async throws {
    try await Site.with { site in
      let good = try await limited(site, rules: "[{apiGroups: [''], resources: [configmaps], verbs: ['*']}]")
      guard case .bearerToken(let token) = good.credential else { return }
      let file = "\(site.plane.folder)/\(site.name).token"
      try Data("expired".utf8).write(to: URL(fileURLWithPath: file))
      var connection = good
      connection.credential = .tokenFile(file)
      let client = ClusterClient(connection, http: site.plane.http)
      let refused = await #expect(throws: KubernetesError.self) {
        _ = try await client.list(.configMaps, Selection(namespace: site.name))
      }
      #expect(refused?.isUnauthorized == true)
      try Data(token.utf8).write(to: URL(fileURLWithPath: file))
      let listed = try await client.list(.configMaps, Selection(namespace: site.name))
      #expect(listed.items.isEmpty && !listed.resourceVersion.isEmpty)
    }
  }

  /// In somebody's name: what that person may not do, the client may not do.
  @Test func impersonationIsHeeded() async throws {
    let plane = try await ControlPlane.shared
    let spoke = try #require(plane.spokes["west"])
    var connection = spoke.connection
    connection.impersonation = Impersonation(user: "jane", groups: ["developers"])
    let error = await #expect(throws: KubernetesError.self) {
      _ = try await ClusterClient(connection, http: plane.http).list(Workloads.deployments)
    }
    #expect(error?.isForbidden == true && error?.message.contains("User \"jane\" cannot list") == true)
  }

  /// Nobody, and somebody with a token that means nothing.
  @Test func credentialsThatMeanNothingAreSaid() async throws {
    let plane = try await ControlPlane.shared
    let spoke = try #require(plane.spokes["west"])
    var wrong = spoke.anonymous
    wrong.credential = .bearerToken("nonsense")
    let refused = await #expect(throws: KubernetesError.self) {
      _ = try await ClusterClient(wrong, http: plane.http).list(Workloads.deployments)
    }
    #expect(refused?.status == 401)
    #expect(refused?.description.contains("cluster west: list apps/v1 Deployment: the server does not accept the credentials") == true)
    let nobody = await #expect(throws: KubernetesError.self) {
      _ = try await ClusterClient(spoke.anonymous, http: plane.http).list(Workloads.deployments)
    }
    #expect(nobody?.status == 403 && nobody?.message.contains("system:anonymous") == true)
    var stranger = spoke.connection
    stranger.settings.caPEM = Array(try TestAuthority().certificate.utf8)
    let distrusted = await #expect(throws: KubernetesError.self) {
      _ = try await ClusterClient(stranger, http: plane.http).list(Workloads.deployments)
    }
    #expect(distrusted?.transport == .tls, "\(String(describing: distrusted))")
  }
}

import Document
import FleetModel
import Testing

@testable import Syncing

@Test(
  arguments: [
    ("web", "web", true), ("web", "webs", false), ("w*", "web", true), ("*", "", true), ("w?b", "web", true), ("[a-c]x", "bx", true),
    ("[!a-c]x", "bx", false), ("{a,b*}-1", "bcd-1", true), ("{a,b}-1", "c-1", false), ("\\*", "*", true), ("\\*", "x", false),
    ("https://x/*", "https://x/a/b", false), ("https://x/**", "https://x/a/b", true), ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
  ] as [(String, String, Bool)])
func globs(_ pattern: String, _ text: String, _ expected: Bool) {
  #expect(Glob(pattern, separator: "/").matches(text) == expected)
}

private func policy(_ spec: String, cluster: String = "east", server: String = "https://east:6443", clusterProject: String = "")
  -> ProjectPolicy
{
  let project: Value = [
    "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": ["name": "team", "namespace": "argocd"], "spec": yaml(spec),
  ]
  return ProjectPolicy(AppProject(project), cluster: cluster, server: server, clusterProject: clusterProject)
}

@Test(
  arguments: [
    ("['*']", "https://x/a/b.git", true), ("[]", "https://x/a", false), ("['https://x/a']", "https://x/a.git", true),
    ("['https://X/a.git']", "https://x/a/", true), ("['https://x/*']", "https://x/a", true), ("['https://x/*']", "https://x/a/b", false),
    ("['https://x/**']", "https://x/a/b", true), ("['*', '!https://x/secret']", "https://x/secret", false),
    ("['*', '!https://x/secret']", "https://x/other", true), ("['!https://x/secret']", "https://x/other", true),
    ("['git@x:a/*']", "git@x:a/b.git", true), ("['ssh://git@x/a/*']", "git@x:a/b", true),
  ] as [(String, String, Bool)])
func sourcesOfAProject(_ repos: String, _ url: String, _ expected: Bool) {
  #expect(policy("{sourceRepos: \(repos)}").isAllowed(source: url) == expected)
}

@Test(
  arguments: [
    ("[{server: '*', namespace: '*'}]", "web", true), ("[{server: 'https://east:6443', namespace: web}]", "web", true),
    ("[{server: 'https://east:6443', namespace: web}]", "other", false), ("[{name: east, namespace: 'team-*'}]", "team-a", true),
    ("[{name: west, namespace: '*'}]", "web", false), ("[]", "web", false),
    ("[{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-system'}]", "kube-system", false),
    ("[{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-*'}]", "web", true),
    ("[{server: '!https://east:6443', namespace: '*'}, {server: '*', namespace: '*'}]", "web", false),
    ("[{name: '!west', namespace: '*'}]", "web", true),
  ] as [(String, String, Bool)])
func destinationsOfAProject(_ destinations: String, _ namespace: String, _ expected: Bool) {
  #expect(policy("{destinations: \(destinations)}").isAllowed(namespace: namespace) == expected)
}

@Test func onlyClustersOfTheProject() {
  let spec = "{destinations: [{server: '*', namespace: '*'}], permitOnlyProjectScopedClusters: true}"
  #expect(policy(spec).isAllowed(namespace: "web") == false)
  #expect(policy(spec, clusterProject: "team").isAllowed(namespace: "web"))
}

private let everywhere = "destinations: [{server: '*', namespace: '*'}]"

@Test(
  arguments: [
    ("{\(everywhere)}", "/ConfigMap/web/c", true), ("{\(everywhere)}", "/Namespace//web", false),
    ("{\(everywhere), clusterResourceWhitelist: [{group: '*', kind: '*'}]}", "/Namespace//web", true),
    ("{\(everywhere), clusterResourceWhitelist: [{group: '', kind: Namespace}]}", "/Namespace//web", true),
    ("{\(everywhere), clusterResourceWhitelist: [{group: '', kind: Namespace, name: 'team-*'}]}", "/Namespace//web", false),
    ("{\(everywhere), clusterResourceWhitelist: [{group: '', kind: Namespace, name: 'team-*'}]}", "/Namespace//team-a", true),
    (
      "{\(everywhere), clusterResourceWhitelist: [{group: '*', kind: '*'}], clusterResourceBlacklist: [{group: rbac.authorization.k8s.io, kind: ClusterRole*}]}",
      "rbac.authorization.k8s.io/ClusterRoleBinding//x", false
    ),
    ("{\(everywhere), namespaceResourceBlacklist: [{group: '', kind: Secret}]}", "/Secret/web/s", false),
    ("{\(everywhere), namespaceResourceBlacklist: [{group: '', kind: Secret}]}", "/ConfigMap/web/s", true),
    ("{\(everywhere), namespaceResourceWhitelist: []}", "/ConfigMap/web/s", false),
    ("{\(everywhere), namespaceResourceWhitelist: [{group: apps, kind: '*'}]}", "apps/Deployment/web/d", true),
    ("{\(everywhere), namespaceResourceWhitelist: [{group: apps, kind: '*'}]}", "/ConfigMap/web/d", false),
    ("{destinations: [{server: '*', namespace: web}]}", "/ConfigMap/other/c", false),
  ] as [(String, String, Bool)])
func kindsOfAProject(_ spec: String, _ object: String, _ expected: Bool) {
  let object = identity(object)
  let refusal = policy(spec).refusal(of: object, isNamespaced: !object.namespace.isEmpty)
  #expect((refusal == nil) == expected, "\(refusal ?? "")")
}

@Test func whatAnApplicationMayNotIsSaid() throws {
  let application = try Application([
    "metadata": ["name": "shop", "namespace": "apps"],
    "spec": [
      "project": "team", "sources": [["repoURL": "https://user:secret@x/a.git"], ["repoURL": "https://x/b"]],
      "destination": ["name": "east", "namespace": "web"],
    ],
  ])
  #expect(
    policy("{sourceRepos: ['https://x/b'], destinations: [{name: west, namespace: '*'}]}").problems(of: application) == [
      "project team does not allow applications in namespace apps: add it to the project's sourceNamespaces",
      "project team does not allow source https://x/a.git: add it to the project's sourceRepos",
      "project team does not allow namespace web of cluster east: add it to the project's destinations",
    ])
  #expect(policy("{sourceRepos: ['*'], sourceNamespaces: [app*], \(everywhere)}").problems(of: application) == [])
  #expect(ProjectPolicy(.builtInDefault, cluster: "east", server: "https://east").isAllowed(namespace: "web"))
}

@Suite(.timeLimit(.minutes(1)))
struct ProjectAgentTests {
  @Test func nothingIsSentWhileOneObjectIsNotAllowed() async {
    let bench = Bench()
    await bench.agent.start()
    func input(_ manifests: [Value]) -> DesiredInput {
      DesiredInput(
        owner: shop, revision: "r", manifests: manifests, namespace: "web", syncOptions: ["CreateNamespace=true"],
        policy: policy("{destinations: [{name: east, namespace: web}], namespaceResourceBlacklist: [{group: '', kind: Secret}]}"))
    }
    let secret = yaml("{apiVersion: v1, kind: Secret, metadata: {name: s}}")
    await bench.agent.setDesired(input([configMap("config"), secret, configMap("far", namespace: "other")]))
    let result = await bench.agent.sync(shop.id)
    #expect(result.outcome == .failed && !result.isRetryable)
    #expect(
      result.message
        == "cluster east: Secret/web/s: project team does not allow kind Secret (namespaceResourceWhitelist, namespaceResourceBlacklist) (and 1 more); nothing was sent"
    )
    #expect(await bench.writes() == [])
    #expect(await bench.agent.status(of: shop.id)?.problems.count == 2)
    await bench.agent.setDesired(input([configMap("config")]))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    #expect(await bench.writes() == ["apply Namespace/web by force", "apply ConfigMap/web/config"])
    await bench.agent.stop()
  }

  @Test func orphansAreReported() async throws {
    let bench = Bench()
    let owned = yaml(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: child, namespace: web, ownerReferences: [{kind: Deployment, name: web}]}}")
    for object in [
      configMap("forgotten", namespace: "web"), configMap("ignored-1", namespace: "web"), configMap("kube-root-ca.crt", namespace: "web"),
      configMap("elsewhere", namespace: "other"), owned,
      yaml("{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: web}}"),
      yaml("{apiVersion: v1, kind: ServiceAccount, metadata: {name: bot, namespace: web}}"),
      yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: old, namespace: web}}"),
    ] { await bench.cluster.put(object) }
    await bench.start(set("shop", [configMap("config"), deployment("web")]))
    _ = await bench.agent.sync(shop.id)
    let rules = try #require(
      policy("{\(everywhere), orphanedResources: {warn: false, ignore: [{kind: ConfigMap, name: 'ignored-*'}]}}").orphans)
    #expect(!rules.warns)
    #expect(
      try await bench.agent.orphans(in: ["web"], rules).map(\.description) == [
        "ConfigMap/web/forgotten", "ServiceAccount/web/bot", "apps/Deployment/web/old",
      ])
    // A report that could not be made whole is none.
    await bench.cluster.fail("list ConfigMap in web", [SpokeError(.forbidden, "may not list")])
    await #expect(throws: SpokeError.self) { try await bench.agent.orphans(in: ["web"], rules) }
    await bench.agent.stop()
  }

  @Test(arguments: [("{}", true), ("{orphanedResources: {}}", false), ("{orphanedResources: {warn: true}}", false)])
  func projectsThatDoNotAskForOrphans(_ spec: String, _ isNone: Bool) { #expect((policy(spec).orphans == nil) == isNone) }
}

import Document
import Testing
import Transport

@testable import Kubernetes

@Suite("definitions of clusters in files")
struct RegistrationFileTests {
  static func definition(_ name: String, server: String, labels: String = "") -> Value {
    (try? YAML.decode(
      "{apiVersion: flotilla.dev/v1alpha1, kind: Cluster, metadata: {name: \(name), labels: {\(labels)}}, spec: {server: '\(server)'}}"))
      ?? .null
  }

  static let east =
    "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata:\n  labels: {env: a}\n  name: east # ours\nspec:\n  server: https://e\n"
  static let other = "# about the fleet\nkind: Fleet\napiVersion: flotilla.dev/v1alpha1\nmetadata: {name: f}\n"
  static let secret =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: x, labels: {argocd.argoproj.io/secret-type: cluster}}\nstringData: {name: east, server: https://e}\n"

  static let added = "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata:\n  labels: {}\n  name: east\nspec:\n  server: https://e\n"
  static let both =
    "apiVersion: flotilla.dev/v1alpha1\nkind: Cluster\nmetadata:\n  labels:\n    env: a\n    tier: b\n  name: east\nspec:\n  server: https://e\n"

  static let additions: [(text: String?, server: String, labels: String, outcome: RegistrationFile.Outcome)] = [
    (nil, "https://e", "", .created(added)), (" \n", "https://e", "", .created(added)),
    (east, "https://e", "env: a", .unchanged), (east, "https://e", "", .unchanged),
    (east, "https://e", "tier: b", .changed(both)),
    (other + "---\n" + east, "https://e", "tier: b", .changed(other + "---\n" + both)),
    (east + "---\n" + other, "https://e", "tier: b", .changed(both + "---\n" + other)),
    (other, "https://e", "", .changed(other + "---\n" + added)),
    ("a: 1", "https://e", "", .changed("a: 1\n---\n" + added)),
    (
      east, "https://x", "",
      .refused("it registers east at https://e, not at https://x: choose another name with --name, or remove that one first")
    ),
    (secret, "https://e", "", .refused("it holds a cluster Secret of the name east: name another file, or remove it")),
    ("a: [", "https://e", "", .refused("it is no YAML: correct it, or name another file")),
  ]

  @Test("adding leaves everything else as it is, byte by byte", arguments: additions.indices)
  func adding(_ index: Int) {
    let row = RegistrationFileTests.additions[index]
    let outcome = RegistrationFile.adding(RegistrationFileTests.definition("east", server: row.server, labels: row.labels), to: row.text)
    #expect(outcome == row.outcome)
    // A second run changes nothing.
    switch outcome {
    case .created(let text), .changed(let text):
      let again = RegistrationFileTests.definition("east", server: row.server, labels: row.labels)
      #expect(RegistrationFile.adding(again, to: text) == .unchanged)
    default: break
    }
  }

  static let removals: [(text: String, outcome: RegistrationFile.Outcome)] = [
    (east, .empty), ("---\n" + east, .empty), ("# only this\n---\n" + east, .empty), (secret, .empty), (other, .unchanged),
    (east + "---\n" + other, .changed(other)), (other + "---\n" + east, .changed(other)),
    (other + "---\n" + east + "---\n" + "a: 1\n", .changed(other + "---\na: 1\n")),
    (east + "---\n" + secret, .refused("it defines east 2 times: remove them by hand")),
  ]

  @Test("removing takes out the one document", arguments: removals.indices)
  func removing(_ index: Int) {
    let row = RegistrationFileTests.removals[index]
    #expect(RegistrationFile.removing("east", from: row.text) == row.outcome)
  }
}

@Suite("before and after onboarding")
struct OnboardingPreparationTests {
  @Test("a token that is still good is kept, one that is about to end or is nobody's is not")
  func keepsToken() async throws {
    let cluster = FakeCluster()
    let now = try #require(DateText.rfc3339("2026-11-21T00:00:00Z"))
    let onboarding = ClusterOnboarding(cluster.client(), clock: { now })
    let year = 365 * 86400
    let first = try await onboarding.run(token: .expiring(seconds: year))
    #expect(!first.keepsToken && first.token.text == "token-1")
    let second = try await onboarding.run(token: .expiring(seconds: year), keeping: first.token)
    #expect(second.keepsToken && second.token == first.token)
    let old = IssuedToken(text: "token-1", expires: now + 86400)
    #expect(try await onboarding.run(token: .expiring(seconds: year), keeping: old).token.text == "token-2")
    let foreign = IssuedToken(text: "stolen", expires: now + Int64(year))
    #expect(try await onboarding.run(token: .expiring(seconds: year), keeping: foreign).token.text == "token-3")
  }

  @Test("what the person lacks is told before anything is made")
  func lacking() async throws {
    let cluster = FakeCluster()
    let made = try await ClusterOnboarding(cluster.client(), account: SpokeAccount(name: "small", scope: .readOnly)).run()
    let before = cluster.read { $0.objects }
    let small = ClusterClient(made.connection, http: HTTPClient(), retry: .never)
    let onboarding = ClusterOnboarding(small, account: SpokeAccount(scope: .namespaces(["shop"])))
    let missing = try await onboarding.missingPermissions()
    #expect(missing.contains(AccessNeed("create", "clusterroles", group: "rbac.authorization.k8s.io")))
    #expect(missing.contains(AccessNeed("patch", "roles", group: "rbac.authorization.k8s.io", namespace: "shop")))
    #expect(missing.contains(AccessNeed("create", "serviceaccounts/token", namespace: "flotilla-system")))
    #expect(!missing.contains(AccessNeed("get", "namespaces")))
    #expect(try await onboarding.absentNamespaces() == ["shop"])
    #expect(cluster.read { $0.objects } == before)
    #expect(try await ClusterOnboarding(cluster.client()).missingPermissions() == [])
  }

  @Test("removing spares what does not carry the account's label")
  func spares() async throws {
    let cluster = FakeCluster()
    let path = "/api/v1/namespaces/flotilla-system/serviceaccounts/flotilla-hub"
    cluster.change {
      $0.objects[path] = [
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "flotilla-hub", "namespace": "flotilla-system", "uid": "u"],
      ]
    }
    #expect(try await ClusterOnboarding(cluster.client()).remove().isEmpty)
    #expect(cluster.read { $0.objects[path] } != nil)
    let onboarding = ClusterOnboarding(cluster.client())
    _ = try await onboarding.run()
    let planned = try await onboarding.remove(dryRun: true)
    #expect(planned.count == 7 && cluster.read { $0.objects.count } == 8)
    #expect(try await onboarding.remove() == planned)
  }

  @Test("needs of objects: written where they are, followed where the hub looks")
  func wanted() {
    func resource(_ group: String, _ kind: String, _ plural: String, namespaced: Bool) -> APIResource {
      APIResource(groupVersionKind: GroupVersionKind(group: group, version: "v1", kind: kind), plural: plural, namespaced: namespaced)
    }
    let served = Discovery([
      resource("apps", "Deployment", "deployments", namespaced: true), resource("", "Namespace", "namespaces", namespaced: false),
    ])
    func object(_ group: String, _ kind: String, _ namespace: String) -> WantedObject {
      WantedObject(type: GroupVersionKind(group: group, version: "v1", kind: kind), namespace: namespace)
    }
    let objects = [object("apps", "Deployment", "shop"), object("", "Namespace", "shop"), object("x.example", "Boat", "shop")]
    let wide = WantedObject.needs(of: objects, served: served, namespaces: nil)
    #expect(
      AccessNeed.summary(wide.needs) == [
        "create, delete, get, list, patch, watch namespaces in the cluster",
        "create, delete, get, patch deployments.apps in namespace shop",
        "list, watch deployments.apps in the cluster",
      ])
    #expect(wide.unserved.map(\.kind) == ["Boat"])
    let narrow = WantedObject.needs(of: [object("apps", "Deployment", "shop")], served: served, namespaces: ["shop"])
    #expect(AccessNeed.summary(narrow.needs) == ["create, delete, get, list, patch, watch deployments.apps in namespace shop"])
  }

  @Test("a kubeconfig of its own for the account")
  func kubeconfig() throws {
    let connection = ClusterConnection(
      name: "east", server: "https://east:6443", settings: ConnectionSettings(caPEM: Array("ca".utf8)),
      credential: .basic(user: "a", password: "b"))
    let made = OnboardedCluster(connection: connection, account: SpokeAccount(), token: IssuedToken(text: "t", expires: nil), steps: [])
    var config = Kubeconfig()
    try config.merge(Array(YAML.encode(made.kubeconfig(context: "east")).utf8), file: "k")
    let read = try config.connection()
    #expect(read.server == "https://east:6443" && read.credential == .bearerToken("t") && read.settings.caPEM == Array("ca".utf8))
    let definition = made.definition(token: .kubeconfig(path: "/k", context: "east"))
    #expect(definition["spec"] == ["kubeconfig": ["path": "/k", "context": "east"]])
  }
}

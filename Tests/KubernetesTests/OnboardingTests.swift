import Document
import Testing
import Transport

@testable import Kubernetes

@Suite("a spoke's account")
struct SpokeAccountTests {
  /// What stands between the hub and owning the cluster.
  static let forbidden: [AccessNeed] = [
    AccessNeed("create", "pods/exec"), AccessNeed("create", "pods/attach"), AccessNeed("create", "pods/portforward"),
    AccessNeed("get", "nodes/proxy"), AccessNeed("create", "serviceaccounts/token"), AccessNeed("impersonate", "users"),
    AccessNeed("escalate", "clusterroles", group: "rbac.authorization.k8s.io"),
    AccessNeed("bind", "clusterroles", group: "rbac.authorization.k8s.io"),
    AccessNeed("approve", "signers", group: "certificates.k8s.io"),
    AccessNeed("create", "certificatesigningrequests", group: "certificates.k8s.io"),
    AccessNeed("deletecollection", "configmaps"), AccessNeed("delete", "nodes"), AccessNeed("get", "things", group: "other.example"),
  ]

  static func granted(_ rules: [AccessRule]) -> AccessRules {
    AccessRules(["status": ["resourceRules": .array(rules.filter { $0.nonResourceURLs.isEmpty }.map(\.document))]])
  }

  @Test("what no account but an administrator's may do", arguments: forbidden)
  func least(_ need: AccessNeed) {
    for scope in [SpokeAccount.Scope.cluster, .readOnly, .namespaces(["a"])] {
      let account = SpokeAccount(scope: scope, customGroups: ["cert-manager.io"])
      #expect(!SpokeAccountTests.granted(SpokeRules.base + account.clusterRules + account.namespaceRules).allows(need), "\(scope)")
    }
    #expect(SpokeAccountTests.granted(SpokeAccount(scope: .administrator).clusterRules).allows(need))
  }

  @Test("what each scope may do")
  func scopes() {
    let write = AccessNeed("patch", "deployments", group: "apps")
    let custom = AccessNeed("patch", "certificates", group: "cert-manager.io")
    let secret = AccessNeed("get", "secrets")
    let rows: [(SpokeAccount.Scope, Bool, Bool, Bool)] = [
      (.cluster, true, true, true), (.readOnly, false, false, false), (.namespaces(["a"]), false, false, false),
    ]
    for (scope, mayWrite, mayCustom, mayRead) in rows {
      let rules = SpokeAccountTests.granted(SpokeAccount(scope: scope, customGroups: ["cert-manager.io"]).clusterRules)
      #expect(rules.allows(write) == mayWrite && rules.allows(custom) == mayCustom && rules.allows(secret) == mayRead, "\(scope)")
    }
    let inside = SpokeAccountTests.granted(SpokeAccount(scope: .namespaces(["a"]), customGroups: ["cert-manager.io"]).namespaceRules)
    #expect(inside.allows(write) && inside.allows(custom) && inside.allows(secret))
    #expect(!inside.allows(AccessNeed("create", "namespaces")))
    #expect(SpokeAccountTests.granted(SpokeAccount(scope: .readOnly).clusterRules).allows(AccessNeed("watch", "pods")))
  }

  @Test("its objects, in the order of their application")
  func manifests() {
    func names(_ account: SpokeAccount, _ permanent: Bool = false) -> [String] {
      account.manifests(longLivedToken: permanent).compactMap { $0.objectIdentity?.description }
    }
    #expect(
      names(SpokeAccount(), true) == [
        "Namespace/flotilla-system", "ServiceAccount/flotilla-system/flotilla-hub",
        "rbac.authorization.k8s.io/ClusterRole/flotilla-hub-read", "rbac.authorization.k8s.io/ClusterRoleBinding/flotilla-hub-read",
        "rbac.authorization.k8s.io/ClusterRole/flotilla-hub-write", "rbac.authorization.k8s.io/ClusterRoleBinding/flotilla-hub-write",
        "rbac.authorization.k8s.io/Role/flotilla-system/flotilla-hub-self",
        "rbac.authorization.k8s.io/RoleBinding/flotilla-system/flotilla-hub-self", "Secret/flotilla-system/flotilla-hub-token",
      ])
    #expect(
      names(SpokeAccount(namespace: "ops", name: "hub", scope: .namespaces(["b", "a", "b"]))).suffix(6) == [
        "rbac.authorization.k8s.io/Role/a/hub-write", "rbac.authorization.k8s.io/RoleBinding/a/hub-write",
        "rbac.authorization.k8s.io/Role/b/hub-write", "rbac.authorization.k8s.io/RoleBinding/b/hub-write",
        "rbac.authorization.k8s.io/Role/ops/hub-self", "rbac.authorization.k8s.io/RoleBinding/ops/hub-self",
      ])
  }

  @Test("groups of custom resources are those that the server does not come with and that can be written")
  func customGroups() {
    func resource(_ group: String, _ verbs: Set<String> = ["create", "delete"]) -> APIResource {
      APIResource(groupVersionKind: GroupVersionKind(group: group, version: "v1", kind: "X"), plural: "xs", namespaced: true, verbs: verbs)
    }
    let resources = [
      resource(""), resource("apps"), resource("b.example"), resource("a.example"), resource("metrics.k8s.io", ["get", "list"]),
      resource("gateway.networking.k8s.io"), resource("a.example"),
    ]
    #expect(SpokeAccount.customGroups(in: resources) == ["a.example", "b.example", "gateway.networking.k8s.io"])
  }
}

@Suite("onboarding a spoke")
struct OnboardingTests {
  @Test("the account is made, may do what the hub needs, and nothing changes the second time")
  func run() async throws {
    let cluster = FakeCluster()
    let account = SpokeAccount(customGroups: ["cert-manager.io"])
    let onboarding = ClusterOnboarding(cluster.client(), account: account)
    #expect(try await onboarding.plan().allSatisfy { $0.outcome == .created })
    #expect(cluster.read { $0.objects.isEmpty })
    let onboarded = try await onboarding.run()
    #expect(onboarded.steps.map(\.outcome) == Array(repeating: .created, count: 8))
    #expect(onboarded.token == IssuedToken(text: "token-1", expires: DateText.rfc3339("2027-11-21T00:00:00Z")))
    let client = ClusterClient(onboarded.connection, http: HTTPClient(), retry: .never)
    #expect(try await client.missing(of: account.needs) == [])
    #expect(
      try await client.missing(of: account.needs + [AccessNeed("create", "pods/exec"), AccessNeed("list", "things", group: "new.example")])
        == [AccessNeed("create", "pods/exec"), AccessNeed("list", "things", group: "new.example")])
    // The hub renews its own token, and no one else's.
    let self1 = AccessNeed("create", "serviceaccounts/token", namespace: "flotilla-system", name: "flotilla-hub")
    #expect(try await client.may(self1))
    #expect(try await client.may(AccessNeed("create", "serviceaccounts/token", namespace: "flotilla-system", name: "default")) == false)
    #expect(try await client.requestToken(of: account, seconds: 3600).text == "token-2")
    #expect(try await onboarding.run().steps.allSatisfy { $0.outcome == .unchanged })
  }

  @Test("a narrower account takes away what the wider one had; removing leaves nothing that grants anything")
  func narrowAndRemove() async throws {
    let cluster = FakeCluster()
    _ = try await ClusterOnboarding(cluster.client()).run()
    let narrow = ClusterOnboarding(cluster.client(), account: SpokeAccount(scope: .namespaces(["apps"])))
    let planned = try await narrow.plan()
    let onboarded = try await narrow.run()
    #expect(planned == onboarded.steps)
    #expect(
      onboarded.steps.filter { $0.outcome != .unchanged }.map(\.description) == [
        "rbac.authorization.k8s.io/Role/apps/flotilla-hub-write created",
        "rbac.authorization.k8s.io/RoleBinding/apps/flotilla-hub-write created",
        "rbac.authorization.k8s.io/ClusterRoleBinding/flotilla-hub-write removed",
        "rbac.authorization.k8s.io/ClusterRole/flotilla-hub-write removed",
      ])
    let client = ClusterClient(onboarded.connection, http: HTTPClient(), retry: .never)
    #expect(try await client.missing(of: narrow.account.needs) == [])
    #expect(try await client.may(AccessNeed("list", "secrets")) == false)
    #expect(try await client.may(AccessNeed("list", "secrets", namespace: "apps")))
    #expect(try await narrow.remove().count == 7)
    #expect(cluster.read { $0.objects.keys.sorted() } == ["/api/v1/namespaces/flotilla-system"])
    #expect(try await narrow.remove().isEmpty)
  }

  @Test("a permanent token is waited for, and an error says what is missing")
  func permanent() async throws {
    let cluster = FakeCluster()
    let onboarding = ClusterOnboarding(cluster.client(), pause: { _ in })
    #expect(try await onboarding.run(token: .permanent).token == IssuedToken(text: "forever", expires: nil))
    let canned = Canned { request in
      if request.method == "GET" && request.target.contains("?") {
        return ("200 OK", [], #"{"metadata":{"resourceVersion":"1"},"items":[]}"#)
      }
      let words = request.target.split(whereSeparator: { $0 == "/" || $0 == "?" })
      return ("200 OK", [], #"{"apiVersion":"v1","kind":"X","metadata":{"name":"\#(words.last ?? "")"}}"#)
    }
    let error = await ClientTests.failure { () async throws(KubernetesError) in
      _ = try await ClusterOnboarding(canned.client, pause: { _ in }).run(token: .permanent)
    }
    #expect(
      error?.description
        == "cluster east: get v1 Secret flotilla-system/flotilla-hub-token: the cluster does not fill in the Secret: does its controller manager run? Else ask for a token that expires"
    )
  }

  @Test("the definition holds all that the hub needs, the token only when there is no file for it")
  func definition() async throws {
    var connection = ClusterConnection(
      name: "east", server: "https://east:6443",
      settings: ConnectionSettings(
        caPEM: Array("ca".utf8), clientCertificatePEM: [1], clientKeyPEM: [2], serverName: "kube", proxy: "socks5://p:1"),
      credential: .basic(user: "a", password: "b"), impersonation: Impersonation(user: "root"))
    connection.acceptsCompression = false
    let onboarded = OnboardedCluster(
      connection: connection, account: SpokeAccount(scope: .namespaces(["b", "a"])), token: IssuedToken(text: "s3cret", expires: 0),
      steps: [])
    let expected: Value = [
      "apiVersion": "flotilla.dev/v1alpha1", "kind": "Cluster", "metadata": ["name": "spoke", "labels": ["region": "eu"]],
      "spec": [
        "server": "https://east:6443", "auth": ["bearerTokenFile": "/tokens/east"], "tls": ["caData": "Y2E=", "serverName": "kube"],
        "proxyURL": "socks5://p:1", "disableCompression": true, "project": "web", "namespaces": ["a", "b"],
      ],
    ]
    #expect(onboarded.definition(name: "spoke", labels: ["region": "eu"], project: "web", tokenFile: "/tokens/east") == expected)
    #expect(onboarded.definition(tokenFile: nil)[at: "spec", "auth"] == ["bearerToken": "s3cret"])
    #expect(onboarded.connection.impersonation == nil && onboarded.connection.settings.clientKeyPEM == nil)
    var dumped = ""
    dump(onboarded, to: &dumped)
    #expect(!dumped.contains("s3cret") && !"\(onboarded)".contains("s3cret"))
  }

  @Test("an account that may not grant is told so, by cluster and object")
  func forbidden() async {
    let canned = Canned { request in
      request.method == "GET"
        ? ("404 Not Found", [], ErrorTests.status(404, "NotFound", "x", details: #"{"name":"flotilla-system"}"#))
        : ("403 Forbidden", [], ErrorTests.status(403, "Forbidden", "namespaces is forbidden"))
    }
    let error = await ClientTests.failure { () async throws(KubernetesError) in _ = try await ClusterOnboarding(canned.client).run() }
    #expect(
      error?.description
        == "cluster east: apply v1 Namespace flotilla-system: namespaces is forbidden (403 Forbidden): grant it to the account that asks; `flotilla cluster check` lists all that is missing"
    )
  }
}

@Suite("checking a cluster")
struct ClusterCheckTests {
  /// Clocks of which each answer takes 20 ms.
  static func clock(_ wall: Double) -> ClusterCheck.Clock {
    let ticks = Counter()
    return ClusterCheck.Clock(wall: { wall }, elapsed: { .milliseconds(ticks.next() * 20) })
  }

  static let now = Double(DateText.rfc3339("2026-11-21T15:00:00Z") ?? 0)

  @Test("a cluster in good order")
  func good() async throws {
    let cluster = FakeCluster()
    cluster.change { $0.headers = ["Date: Sat, 21 Nov 2026 15:00:00 GMT"] }
    let onboarded = try await ClusterOnboarding(cluster.client()).run()
    let client = ClusterClient(onboarded.connection, http: HTTPClient(), retry: .never)
    let report = await ClusterCheck(client, clock: Self.clock(Self.now)).run()
    #expect(report.verdict == .good)
    #expect(
      report.findings.map(\.description) == [
        "reachability: good: \(cluster.server.url) answers",
        "authentication: good: the server knows us as system:serviceaccount:flotilla-system:flotilla-hub",
        "version: good: the server is v1.36.0", "latency: good: an answer takes 20 ms", "clock: good: the clocks agree",
        "discovery: good: the server serves 4 kinds", "permissions: good: all \(SpokeAccount().needs.count) permissions are granted",
        "token: good: the token has no end that it tells",
      ])
    #expect(report.version == "v1.36.0" && report.latency == .milliseconds(20) && report.missing.isEmpty)
  }

  @Test("permissions that are missing are listed, also where the server cannot list the rules", arguments: [false, true])
  func missing(_ incomplete: Bool) async throws {
    let cluster = FakeCluster()
    cluster.change {
      $0.rulesAreIncomplete = incomplete
      $0.staleGroup = "batch"
    }
    let onboarded = try await ClusterOnboarding(cluster.client(), account: SpokeAccount(scope: .readOnly)).run()
    let client = ClusterClient(onboarded.connection, http: HTTPClient(), retry: .never)
    let needs = [
      AccessNeed("get", "pods"), AccessNeed("create", "pods"), AccessNeed("delete", "pods"), AccessNeed("get", "secrets"),
      AccessNeed("create", "deployments", group: "apps", namespace: "web"), AccessNeed("delete", "services"),
      AccessNeed("create", "services"),
    ]
    let report = await ClusterCheck(client, needs: needs, clock: Self.clock(Self.now)).run()
    #expect(report.verdict == .bad && report.missing.count == 6)
    #expect(
      report[.permissions]?.message
        == "6 of 7 permissions are missing: create deployments.apps in namespace web; create, delete pods, services in the cluster; get secrets in the cluster"
    )
    #expect(report[.permissions]?.advice?.contains("system:serviceaccount:flotilla-system:flotilla-hub") == true)
    #expect(report[.discovery]?.verdict == .doubtful && report[.discovery]?.message.contains("batch/v1") == true)
    #expect(report[.clock]?.verdict == .unknown)
  }

  @Test("a custom resource that came after the account is found missing, until the account is made anew")
  func laterGroup() async throws {
    let cluster = FakeCluster()
    _ = try await ClusterOnboarding(cluster.client(), account: ClusterOnboarding.account(for: cluster.client())).run()
    cluster.change { $0.groups.append("new.example") }
    let client = cluster.client(token: "token-1")
    let report = await ClusterCheck(client, clock: Self.clock(Self.now)).run()
    #expect(
      report[.permissions]?.message.hasSuffix(
        "are missing: create, delete, get, list, patch, update, watch *.new.example in the cluster") == true)
    _ = try await ClusterOnboarding(cluster.client(), account: ClusterOnboarding.account(for: cluster.client())).run()
    #expect(await ClusterCheck(client, clock: Self.clock(Self.now)).run()[.permissions]?.verdict == .good)
  }

  @Test("no credential that works, and no cluster at all")
  func unusable() async {
    let cluster = FakeCluster()
    let report = await ClusterCheck(cluster.client(token: "stolen"), clock: Self.clock(Self.now)).run()
    #expect(report.verdict == .bad && report[.reachability]?.verdict == .good)
    #expect(
      report[.authentication]?.description
        == "authentication: bad: the server does not accept the credentials: renew the token or certificate in the cluster's definition")
    #expect(report[.version]?.message == "the server does not tell its version (401)")
    cluster.server.stop()
    let client = ClusterClient(
      ClusterConnection(name: "east", server: "http://127.0.0.1:1"), http: HTTPClient(), retry: .never, random: { 0 })
    let gone = await ClusterCheck(client, clock: Self.clock(Self.now)).run()
    #expect(gone.findings.map(\.verdict) == [.bad] + Array(repeating: .unknown, count: 6))
    #expect(gone[.reachability]?.advice?.hasPrefix("is the API server running") == true)
  }

  static let verdicts: [(change: @Sendable (inout ClusterCheckReport) -> Void, verdict: ClusterCheckReport.Verdict, message: String)] = [
    ({ $0.judge(version: "v1.21.3", major: "1", minor: "21+") }, .bad, "the server is v1.21.3"),
    ({ $0.judge(version: "v1.25.0", major: "1", minor: "25") }, .doubtful, "the server is v1.25.0"),
    ({ $0.judge(version: "odd", major: "", minor: "") }, .unknown, "the server calls itself odd"),
    ({ $0.judge(latencies: [.milliseconds(1), .seconds(2), .seconds(3)], asked: 3) }, .doubtful, "an answer takes 2000 ms"),
    (
      { $0.judge(latencies: [.milliseconds(9)], asked: 5) }, .doubtful, "4 of 5 requests were not answered; an answer takes 9 ms"
    ),
    ({ $0.judge(latencies: [], asked: 5) }, .bad, "none of 5 requests was answered"),
    (
      { $0.judge(clock: "Sat, 21 Nov 2026 15:00:30 GMT", wall: now, took: .milliseconds(100)) }, .doubtful,
      "the server's clock is 31 s ahead of ours"
    ),
    (
      { $0.judge(clock: "Sat, 21 Nov 2026 14:00:00 GMT", wall: now, took: .milliseconds(100)) }, .bad,
      "the server's clock is 3599 s behind ours"
    ),
    ({ $0.judge(clock: "Sat, 21 Nov 2026 14:59:50 GMT", wall: now, took: .seconds(10)) }, .good, "the clocks agree"),
    ({ $0.judge(kinds: 0, incomplete: []) }, .bad, "the server serves no kind"),
    ({ $0.judge(tokenExpiry: Int64(now) - 1, now: now) }, .bad, "the token ran out at 2026-11-21T14:59:59Z"),
    ({ $0.judge(tokenExpiry: Int64(now) + 86400, now: now) }, .doubtful, "the token runs out at 2026-11-22T15:00:00Z"),
    ({ $0.judge(tokenExpiry: Int64(now) + 8 * 86400, now: now) }, .good, "the token is good until 2026-11-29T15:00:00Z"),
  ]

  @Test("numbers and their verdicts", arguments: verdicts.indices)
  func judging(_ index: Int) {
    let row = ClusterCheckTests.verdicts[index]
    var report = ClusterCheckReport(cluster: "east")
    row.change(&report)
    #expect(report.verdict == row.verdict && report.findings.first?.message == row.message, "\(report.findings)")
    #expect((row.verdict > .unknown) == (report.findings.first?.advice != nil))
  }

  @Test(
    "when a token runs out, as it says itself",
    arguments: [
      ("e30.eyJleHAiOjE3OTUyNzM0NDV9.sig", 1_795_273_445), ("e30.e30.sig", nil), ("opaque", nil), ("a.%%%.c", nil), ("..", nil),
    ] as [(String, Int64?)])
  func expiry(_ token: String, _ expires: Int64?) { #expect(TokenClaims.expiry(token) == expires) }
}

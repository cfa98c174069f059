import Document
import Testing

@testable import Simulator

/// Who may do what: accounts of the settings, tokens of service accounts, reviews.
struct AccessTests {
  private static func cluster() -> SimulatedCluster {
    var settings = SimulatedClusterSettings()
    settings.accounts = [
      SimulatedAccount(
        user: "deployer", token: "d", rules: [.init(apiGroups: ["apps"], resources: ["deployments"], verbs: ["*"])], namespaces: ["shop"]),
      SimulatedAccount(user: "root", groups: ["system:masters"], token: "r"),
      SimulatedAccount(
        user: "one", token: "o", rules: [.init(resources: ["secrets"], verbs: ["get"], resourceNames: ["mine"])]),
    ]
    return SimulatedCluster(settings: settings, at: SimulatedTime(milliseconds: 1_700_000_000_000))
  }

  private static func send(_ cluster: inout SimulatedCluster, _ method: String, _ target: String, token: String?, body: String = "")
    -> APIResponse
  {
    var headers = ["content-type": "application/json"]
    if let token { headers["authorization"] = "Bearer \(token)" }
    return cluster.handle(
      APIRequest(method: method, target: target, headers: headers, body: Array(body.utf8)),
      at: SimulatedTime(milliseconds: 1_700_000_000_000))
  }

  static let decisions: [(method: String, target: String, token: String?, status: Int)] = [
    ("GET", "/apis/apps/v1/namespaces/shop/deployments", "d", 200), ("GET", "/apis/apps/v1/deployments", "d", 403),
    ("GET", "/apis/apps/v1/namespaces/default/deployments", "d", 403), ("GET", "/api/v1/namespaces/shop/pods", "d", 403),
    ("DELETE", "/apis/apps/v1/namespaces/shop/deployments/x", "d", 404), ("GET", "/version", "d", 200), ("GET", "/apis", "d", 200),
    ("GET", "/metrics", "d", 403), ("GET", "/api/v1/pods", "r", 200), ("GET", "/api/v1/namespaces/default/secrets/mine", "o", 404),
    ("GET", "/api/v1/namespaces/default/secrets/other", "o", 403), ("GET", "/api/v1/namespaces/default/secrets", "o", 403),
    ("GET", "/api/v1/pods", "unknown", 401), ("GET", "/api/v1/pods", nil, 200),
  ]

  @Test(arguments: decisions)
  func decision(method: String, target: String, token: String?, status: Int) {
    var cluster = AccessTests.cluster()
    #expect(AccessTests.send(&cluster, method, target, token: token).status == status)
  }

  /// What registering a cluster needs: an account, its rights, and a token that works until the account goes.
  @Test func serviceAccountToken() throws {
    var cluster = AccessTests.cluster()
    let group = "/apis/rbac.authorization.k8s.io/v1"
    for (target, body) in [
      ("/api/v1/namespaces/kube-system/serviceaccounts", #"{"metadata":{"name":"hub"}}"#),
      ("\(group)/clusterroles", #"{"metadata":{"name":"hub"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["*"]}]}"#),
      (
        "\(group)/clusterrolebindings",
        #"{"metadata":{"name":"hub"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"hub"},"subjects":[{"kind":"ServiceAccount","name":"hub","namespace":"kube-system"}]}"#
      ),
      (
        "/api/v1/namespaces/kube-system/secrets",
        #"{"metadata":{"name":"hub","annotations":{"kubernetes.io/service-account.name":"hub"}},"type":"kubernetes.io/service-account-token"}"#
      ),
    ] {
      #expect(AccessTests.send(&cluster, "POST", target, token: nil, body: body).status == 201)
    }
    let answer = AccessTests.send(
      &cluster, "POST", "/api/v1/namespaces/kube-system/serviceaccounts/hub/token", token: nil,
      body: #"{"spec":{"expirationSeconds":600}}"#)
    let requested = try #require(try JSON.decode(answer.body)[at: "status", "token"]?.stringValue)
    let secret = AccessTests.send(&cluster, "GET", "/api/v1/namespaces/kube-system/secrets/hub", token: nil)
    let encoded = try #require(try JSON.decode(secret.body)[at: "data", "token"]?.stringValue)
    let stored = String(decoding: try #require(Base64.decode(encoded.utf8)), as: UTF8.self)
    for token in [requested, stored] {
      #expect(AccessTests.send(&cluster, "GET", "/api/v1/configmaps", token: token).status == 200)
      let refused = AccessTests.send(&cluster, "GET", "/api/v1/secrets", token: token)
      #expect(refused.status == 403)
      #expect(
        try JSON.decode(refused.body)["message"]
          == "secrets is forbidden: User \"system:serviceaccount:kube-system:hub\" cannot list resource \"secrets\" in API group \"\" at the cluster scope"
      )
    }
    #expect(AccessTests.send(&cluster, "DELETE", "/api/v1/namespaces/kube-system/serviceaccounts/hub", token: nil).status == 200)
    #expect(AccessTests.send(&cluster, "GET", "/api/v1/configmaps", token: requested).status == 401)
  }
}

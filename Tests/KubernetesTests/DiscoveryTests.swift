import Document
import Testing

@testable import Kubernetes

@Suite("discovery documents")
struct DiscoveryTests {
  static func recorded() throws -> (aggregated: Discovery, legacy: Discovery) {
    let exchanges = try Recordings.read("01-discovery")
    var aggregated = Discovery()
    var legacy = Discovery()
    for exchange in exchanges[..<2] { aggregated.addAggregated(try JSON.decode(exchange.body)) }
    var groupVersions: [String] = []
    for path in ["/api", "/apis"] {
      for exchange in exchanges where exchange.path == path && exchange.accept == "application/json" {
        groupVersions += Discovery.groupVersions(try JSON.decode(exchange.body))
      }
    }
    for groupVersion in groupVersions {
      let path = groupVersion.contains("/") ? "/apis/\(groupVersion)" : "/api/\(groupVersion)"
      guard let exchange = exchanges.first(where: { $0.path == path && $0.accept == "application/json" && $0.status == 200 }) else {
        continue
      }
      legacy.addLegacy(try JSON.decode(exchange.body), groupVersion: groupVersion)
    }
    return (aggregated, legacy)
  }

  @Test("aggregated and legacy documents of one server say the same", .enabled(if: Recordings.folder != nil, "needs the recordings"))
  func agree() throws {
    let (aggregated, legacy) = try DiscoveryTests.recorded()
    #expect(aggregated.resources.count > 60)
    func text(_ discovery: Discovery) -> [String] {
      discovery.resources.map {
        "\($0) \($0.kind) \($0.namespaced) \($0.singular) \($0.verbs.sorted()) \($0.shortNames) \($0.subresources.sorted())"
      }.sorted()
    }
    #expect(text(aggregated) == text(legacy))
  }

  @Test(
    "resources are found by kind, name, abbreviation", .enabled(if: Recordings.folder != nil, "needs the recordings"),
    arguments: [
      ("deploy", "deployments.apps/v1"), ("deployments.apps", "deployments.apps/v1"), ("Deployment", "deployments.apps/v1"),
      ("cm", "configmaps/v1"), ("ns", "namespaces/v1"), ("ingress", "ingresses.networking.k8s.io/v1"), ("events", "events/v1"),
      ("events.events.k8s.io", "events.events.k8s.io/v1"), ("hpa", "horizontalpodautoscalers.autoscaling/v2"),
      ("horizontalpodautoscalers.v1.autoscaling", "horizontalpodautoscalers.autoscaling/v1"), ("nothing", nil),
    ] as [(String, String?)])
  func named(_ name: String, _ expected: String?) throws {
    #expect(try DiscoveryTests.recorded().aggregated.resource(named: name)?.description == expected)
  }

  @Test("a stale group is remembered; resources without kind, and of another group's kind, are left out")
  func stale() throws {
    var discovery = Discovery()
    discovery.addAggregated(
      try JSON.decode(
        """
        {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"a.example"},"versions":[{"version":"v1","freshness":"Stale","resources":[
          {"resource":"things","responseKind":{"group":"a.example","version":"v1","kind":"Thing"},"scope":"Namespaced","verbs":["get"]},
          {"resource":"empties","responseKind":{"group":"","version":"","kind":""}},
          {"resource":"scales","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}}]}]}]}
        """))
    #expect(discovery.resources.map(\.plural) == ["things"])
    #expect(discovery.isIncomplete(GroupVersionKind(group: "a.example", version: "v1", kind: "Other")))
    #expect(!discovery.isIncomplete(GroupVersionKind(group: "a.example", version: "v2", kind: "Other")))
  }

  @Test(
    "paths",
    arguments: [
      (Kinds.configMaps.path(), "/api/v1/configmaps"),
      (Kinds.configMaps.path(namespace: "a"), "/api/v1/namespaces/a/configmaps"),
      (Kinds.deployments.path(namespace: "a", name: "b", subresource: "scale"), "/apis/apps/v1/namespaces/a/deployments/b/scale"),
      (Kinds.nodes.path(namespace: "ignored", name: "n"), "/api/v1/nodes/n"),
      (Kinds.nodes.path(name: "system:a/../b"), "/api/v1/nodes/system%3Aa%2F..%2Fb"),
      (Kinds.nodes.path(name: ".."), "/api/v1/nodes/%2E%2E"),
      (Percent.query([("labelSelector", "a in (b,ü)"), ("limit", "5")]), "?labelSelector=a%20in%20%28b%2C%C3%BC%29&limit=5"),
    ])
  func paths(_ path: String, _ expected: String) { #expect(path == expected) }
}

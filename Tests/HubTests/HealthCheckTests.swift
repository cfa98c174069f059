import Document
import FleetModel
import Kubernetes
import Simulator
import Syncing
import Testing

@testable import Hub

/// Health as the Fleet definition says it, in CEL.
@Suite struct HealthCheckTests {
  private static func fleet(_ check: String) -> String {
    """
    apiVersion: flotilla.dev/v1alpha1
    kind: Fleet
    metadata: {name: fleet}
    spec:
      healthChecks:
      - \(check)
    """
  }

  private static func rules(_ check: String) -> (rules: HealthRules, diagnostics: [Diagnostic]) {
    let definitions = Definitions.decode([SourceFile(path: "fleet.yaml", bytes: Array(fleet(check).utf8))])
    let rules = HealthRules(definitions.fleet)
    return (rules, definitions.diagnostics + rules.diagnostics)
  }

  private static let database = """
    {apiVersion: db.example.com/v1, kind: Database, inProgress: "metadata.generation != status.observedGeneration",
        failed: "status.conditions.exists(c, c.type == 'Ready' && c.reason == 'Broken')",
        suspended: "has(spec.paused) && spec.paused",
        current: "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
        message: "status.conditions.map(c, c.reason).join(', ')"}
    """

  @Test(arguments: [
    ("{observedGeneration: 1}", "Progressing"),
    ("{observedGeneration: 2, conditions: [{type: Ready, status: 'True', reason: Up}]}", "Healthy: Up"),
    ("{observedGeneration: 2, conditions: [{type: Ready, status: 'False', reason: Broken}]}", "Degraded: Broken"),
    (
      "{observedGeneration: 2, conditions: [{type: Ready, status: 'False', reason: Wait}]}",
      "Progressing: no expression of its health check holds yet"
    ),
    ("{}", "Unknown: its health check (fleet.yaml:6:5) failed: no such key: observedGeneration"),
  ])
  func judges(_ status: String, _ expected: String) throws {
    let (rules, diagnostics) = Self.rules(Self.database)
    #expect(diagnostics.isEmpty)
    let object = try YAML.decode(
      "{apiVersion: db.example.com/v2, kind: Database, metadata: {name: a, namespace: b, generation: 2}, spec: {}, status: \(status)}")
    #expect(rules.health(of: object)?.description.hasPrefix(expected) == true, "\(String(describing: rules.health(of: object)))")
    #expect(rules.health(of: ["apiVersion": "v1", "kind": "Database", "metadata": ["name": "a"]]) == nil)
  }

  @Test(arguments: [
    (
      "{apiVersion: v1, kind: A}",
      "fleet.yaml:6:5: error: Fleet fleet: spec.healthChecks[0] needs one of inProgress, failed, suspended, current"
    ),
    ("{apiVersion: v1, kind: A, current: 'a ==='}", "fleet.yaml:6:5: error: Fleet fleet: the health check for A cannot be read: "),
    (
      "{apiVersion: v1, kind: A, curent: 'true', failed: 'false'}",
      "unknown field \"spec.healthChecks[0].curent\": did you mean \"current\"?"
    ),
  ])
  func saysWhatIsWrong(_ check: String, _ message: String) {
    let found = Self.rules(check).diagnostics.map(\.description)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  /// A new rule holds at once, also for what was synced long ago; a definition that cannot be read changes none.
  @Test func aRuleThatChangesIsUsed() async throws {
    let check = "{apiVersion: v1, kind: ConfigMap, failed: \"data.key == 'one'\", current: 'true', message: \"'key is ' + data.key\"}"
    try await FleetHarness.with([.init(name: "a")], files: TestFleet.files(["a"])) { fleet in
      try await fleet.waitForConvergence(2)
      try fleet.write("fleet.yaml", Self.fleet(check))
      try await fleet.wait("the rule is used") { _ in try await fleet.application("base-a")?.health == "Degraded" }
      #expect(try await fleet.application("base-a")?.healthMessage.contains("key is one") == true)
      try fleet.write("fleet.yaml", Self.fleet("{apiVersion: 7}"))
      try await fleet.wait("the mistake is told") { !(await $0.fleetStatus().problems.isEmpty) }
      #expect(try await fleet.application("base-a")?.health == "Degraded")
      try fleet.remove("fleet.yaml")
      try await fleet.waitForConvergence(2)
    }
  }

  /// A cluster whose registration changes is connected to anew; its applications are watched and healed as before.
  @Test func aClusterThatChangesIsStillHealed() async throws {
    try await FleetHarness.with([.init(name: "a")], files: TestFleet.files(["a"])) { fleet in
      try await fleet.waitForConvergence(2)
      try fleet.write(
        "clusters.yaml", TestFleet.clusters(["a"]).replacingOccurrences(of: "env: test", with: "env: test, tier: gold"))
      try await fleet.wait("the cluster has its label") { _ in
        try await fleet.controller.board.clusters["a"]?.cluster.labels["tier"] == "gold"
      }
      try await fleet.waitForConvergence(2)
      let client = try fleet.client("a")
      let maps = APIResource(
        groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps", namespaced: true)
      _ = try await client.patch(maps, namespace: "base", name: "base", .merge, ["data": ["key": "drift"]])
      try await fleet.wait("it is healed") { _ in
        guard try await fleet.events([.driftDetected]).contains("DriftDetected base-a") else { return false }
        return fleet.configMap("a", "base", "base")?[at: "data", "key"]?.stringValue == "one"
      }
    }
  }
}

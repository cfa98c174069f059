import Document
import FleetModel
import Foundation
import Simulator
import StateStore
import Testing

@testable import Hub

/// Bad input and clusters in trouble: each holds what it must and nothing else, and the state stays.
@Suite struct HubFaultTests {
  private static let one = [Simulator.SimulatedClusterSettings(name: "a")]

  /// A definition or manifest that is wrong, what is said of it, and how many of the applications `base-a` and `web-a` are held by it.
  struct BadInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    let message: String
    var healthy = 2
  }

  static let badInputs = [
    BadInput(
      testDescription: "broken YAML", files: ["more.yaml": "kind: [\n"], message: "more.yaml:2:1: error: did not find expected node content"
    ),
    BadInput(
      testDescription: "a field that is not known",
      files: ["apps.yaml": TestFleet.set().replacing("\n  generators:", with: "\n  generator:")],
      message: "spec.generators is missing"),
    BadInput(
      testDescription: "a template that does not parse", files: ["apps.yaml": TestFleet.set().replacing("{{ .name }}", with: "{{ .name")],
      message: "failed to parse template"),
    BadInput(
      testDescription: "a template that includes itself",
      files: [
        "apps.yaml": TestFleet.set().replacing(
          "{app: \"{{ .path.basename }}\"}", with: "{app: '{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}'}")
      ], message: "exceeded maximum template depth"),
    BadInput(
      testDescription: "a template that asks for what is not there",
      files: ["apps.yaml": TestFleet.set().replacing("{{ .name }}\", labels", with: "{{ .nam }}\", labels")],
      message: "map has no entry for key \"nam\""),
    BadInput(
      testDescription: "a missing repository",
      files: [
        "apps.yaml": TestFleet.set().replacing(
          "repoURL: \(FleetHarness.url)\n          revision", with: "repoURL: /nowhere/x.git\n          revision")
      ],
      message: "repository /nowhere/x.git"),
    BadInput(
      testDescription: "a manifest without kind", files: ["repository/apps/web/more.yaml": "apiVersion: v1\nmetadata: {name: x}\n"],
      message: "apps/web/more.yaml:1:1: error: manifest without kind (metadata.name is \"x\")", healthy: 1),
    BadInput(
      testDescription: "an alias bomb",
      files: [
        "repository/apps/web/more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
          + (1..<12).map { "k\($0): &k\($0) [\(Array(repeating: $0 == 1 ? "*a" : "*k\($0 - 1)", count: 10).joined(separator: ","))]\n" }
          .joined()
      ], message: "document contains excessive aliasing", healthy: 1),
    BadInput(
      testDescription: "two sets that make one name", files: ["second.yaml": TestFleet.set("second")],
      message: "but the name belongs to ApplicationSet argocd/apps"),
    BadInput(
      testDescription: "a dependency on nothing",
      files: [
        "apps.yaml": TestFleet.set(
          patch: TestFleet.webAfterBase.replacing("selector: {matchLabels: {app: base}}", with: "application: nobody"))
      ],
      message: "depends on application nobody, which no definition produces"),
  ]

  @Test(arguments: badInputs)
  func holdsOnlyWhatItMust(_ row: BadInput) async throws {
    try await FleetHarness.with(Self.one, files: TestFleet.files(["a"])) { fleet in
      try await fleet.waitForConvergence(2)
      let before = try await fleet.lastEvent()
      for (path, text) in row.files { try fleet.write(path, text) }
      try await fleet.wait("the problem is told") { controller in
        await controller.fleetStatus().problems.contains { $0.contains(row.message) }
      }
      // The hub looks several times, and still nothing is removed.
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await fleet.events([.removalPlanned, .removalStarted, .removed], after: before).isEmpty)
      #expect(try await fleet.controller.fleetStatus().applications == 2)
      #expect(try await fleet.controller.fleetStatus().healthy == row.healthy)
      #expect(fleet.configMap("a", "base", "base") != nil)
      #expect(fleet.configMap("a", "web", "web") != nil)
      // Mended, the fleet is as it was.
      for (path, text) in TestFleet.files(["a"]) { try fleet.write(path, text) }
      for path in row.files.keys where TestFleet.files(["a"])[path] == nil { try fleet.remove(path) }
      try await fleet.wait("no problem is left") { controller in await controller.fleetStatus().problems.isEmpty }
      try await fleet.waitForConvergence(2)
    }
  }

  @Test func aSetThatWouldLoseAllIsHeldUntilApproved() async throws {
    try await FleetHarness.with(Self.one, files: TestFleet.files(["a"])) { fleet in
      try await fleet.waitForConvergence(2)
      try fleet.remove("apps.yaml")
      try await fleet.wait("the removal is held") { controller in await controller.holds().isEmpty == false }
      let hold = try #require(await fleet.controller.holds().first)
      #expect(hold.applications == ["base-a", "web-a"])
      #expect(hold.message.hasPrefix("would remove all 2 applications of the set"))
      #expect(fleet.configMap("a", "web", "web") != nil)
      #expect(await (try fleet.controller).approve("apps") == ["base-a", "web-a"])
      try await fleet.wait("all is gone") { controller in await controller.fleetStatus().applications == 0 }
      #expect(fleet.configMap("a", "web", "web") == nil)
      // Dependants go first.
      let order = try await fleet.events([.removalStarted, .removed])
      #expect(order == ["RemovalStarted web-a", "Removed web-a", "RemovalStarted base-a", "Removed base-a"])
    }
  }

  @Test func aClusterThatHangsDelaysNobodyAndCatchesUp() async throws {
    let clusters = [Simulator.SimulatedClusterSettings(name: "a"), SimulatedClusterSettings(name: "b")]
    try await FleetHarness.with(clusters, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      fleet.simulators["b"]?.faults = SimulatorFaults(outage: .refuse)
      fleet.simulators["b"]?.dropWatches()
      for value in ["two", "three"] {
        try fleet.write("repository/apps/web/web.yaml", TestFleet.configMap("web", value))
        try await fleet.wait("the other cluster is at \(value)") { _ in
          fleet.configMap("a", "web", "web")?[at: "data", "key"]?.stringValue == value
        }
      }
      #expect(fleet.configMap("b", "web", "web")?[at: "data", "key"]?.stringValue == "one")
      fleet.simulators["b"]?.faults = .none
      try await fleet.wait("it caught up with the newest state") { _ in
        fleet.configMap("b", "web", "web")?[at: "data", "key"]?.stringValue == "three"
      }
      try await fleet.waitForConvergence(4)
    }
  }

  /// Packets that vanish: requests are taken and never answered, watches stay open and are silent. Nothing changes for the others, nothing is
  /// taken for gone, and the hub can be stopped at once.
  @Test func aBlackHoledClusterChangesNothingForTheOthers() async throws {
    let clusters = [Simulator.SimulatedClusterSettings(name: "a"), SimulatedClusterSettings(name: "b")]
    try await FleetHarness.with(clusters, files: TestFleet.files(["a", "b"])) { fleet in
      try await fleet.waitForConvergence(4)
      fleet.simulators["b"]?.faults = SimulatorFaults(outage: .hang)
      let before = try await fleet.lastEvent()
      for value in ["two", "three"] {
        try fleet.write("repository/apps/web/web.yaml", TestFleet.configMap("web", value))
        try await fleet.wait("the other cluster is at \(value)") { _ in
          fleet.configMap("a", "web", "web")?[at: "data", "key"]?.stringValue == value
        }
      }
      try await fleet.wait("the other cluster is in order") { _ in try await fleet.application("web-a")?.sync == "Synced" }
      #expect(fleet.configMap("b", "web", "web")?[at: "data", "key"]?.stringValue == "one")
      #expect(try await fleet.events([.removed, .removalStarted, .syncFailed], after: before).filter { $0.hasSuffix("-a") }.isEmpty)
      #expect(try await fleet.events([.removed, .removalStarted, .driftDetected], after: before).isEmpty)
    }
  }

  @Test func dependantsWaitForWhatIsNotHealthyAndSayWhy() async throws {
    var files = TestFleet.files(["a"])
    files["repository/apps/base/base.yaml"] = TestFleet.deployment("base", image: "broken:1")
    let cluster = Simulator.SimulatedClusterSettings(name: "a", failingImages: ["broken:1"])
    try await FleetHarness.with([cluster], files: files) { fleet in
      try await fleet.wait("the dependant waits") { controller in
        await controller.application(named: "web-a")?.reason.hasPrefix("waits for base-a") == true
      }
      let why = try #require(await fleet.controller.why("web-a"))
      #expect(why.reasons.first?.hasPrefix("web-a waits for base-a") == true)
      #expect(fleet.configMap("a", "web", "web") == nil)
      try fleet.write("repository/apps/base/base.yaml", TestFleet.deployment("base", image: "good:1"))
      try await fleet.waitForConvergence(2)
      #expect(fleet.configMap("a", "web", "web") != nil)
    }
  }

  @Test func aProjectSaysWhatMayGoWhere() async throws {
    var files = TestFleet.files(["a"])
    files["project.yaml"] = """
      apiVersion: argoproj.io/v1alpha1
      kind: AppProject
      metadata: {name: default, namespace: argocd}
      spec:
        sourceRepos: ["*"]
        destinations: [{name: "*", namespace: base}]
      """
    try await FleetHarness.with(Self.one, files: files) { fleet in
      try await fleet.wait("what is allowed is synced") { controller in await controller.fleetStatus().healthy == 1 }
      let refusal = try #require(await fleet.application("web-a")?.reason)
      #expect(refusal.hasPrefix("cannot be synced: project default does not allow"))
      #expect(refusal.contains("web"))
      #expect(fleet.configMap("a", "web", "web") == nil)
      try fleet.write("project.yaml", files["project.yaml", default: ""].replacing("namespace: base", with: "namespace: \"*\""))
      try await fleet.waitForConvergence(2)
    }
  }

  @Test func secretsNeverReachTheStateFile() async throws {
    var files = TestFleet.files(["a"])
    let secret = "s3cr3t-\(UUID().uuidString)"
    files["repository/apps/web/secret.yaml"] =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: \(secret)}\n"
    try await FleetHarness.with(Self.one, files: files) { fleet in
      try await fleet.waitForConvergence(2)
      let encoded = Data(secret.utf8).base64EncodedString()
      #expect(
        fleet.simulators["a"]?.withCluster { $0.object(group: "", plural: "secrets", namespace: "web", name: "web") }?[
          at: "data", "password"]?
          .stringValue == encoded)
      await fleet.stop()
      let files = try FileManager.default.contentsOfDirectory(atPath: fleet.folder + "/data").filter { $0.hasPrefix("flotilla.sqlite") }
      #expect(!files.isEmpty)
      for file in files {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(fleet.folder)/data/\(file)"))
        #expect(bytes.range(of: Data(secret.utf8)) == nil)
        #expect(bytes.range(of: Data(encoded.utf8)) == nil)
      }
    }
  }
}

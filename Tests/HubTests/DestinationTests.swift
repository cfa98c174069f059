import Document
import FleetModel
import Simulator
import Testing

@testable import Hub

/// Which cluster an application goes to.
@Suite struct DestinationTests {
  private static let clusters = """
    apiVersion: flotilla.dev/v1alpha1
    kind: Cluster
    metadata: {name: north}
    spec: {server: "https://north.example.com:6443/"}
    ---
    apiVersion: flotilla.dev/v1alpha1
    kind: Cluster
    metadata: {name: south}
    spec: {server: "https://south.example.com:6443"}
    ---

    """
  private static let own = "https://kubernetes.default.svc"

  @Test(arguments: [
    ("", "{name: north}", "north"), ("", "{server: 'https://north.example.com:6443'}", "north"),
    ("", "{server: 'https://south.example.com:6443/'}", "south"), ("", "{name: west}", nil), ("", "{server: 'https://west'}", nil),
    ("", "{name: north, server: 'https://south.example.com:6443'}", "north"), ("", "{}", nil),
    ("", "{name: in-cluster}", "in-cluster"), ("", "{server: '\(own)'}", "in-cluster"), ("", "{server: '\(own)/'}", "in-cluster"),
    ("south", "{name: in-cluster}", "south"), ("south", "{server: '\(own)'}", "south"), ("west", "{server: '\(own)'}", nil),
  ])
  func goesTo(_ inCluster: String, _ destination: String, _ expected: String?) throws {
    let fleet =
      inCluster.isEmpty ? "" : "{apiVersion: flotilla.dev/v1alpha1, kind: Fleet, metadata: {name: f}, spec: {inCluster: \(inCluster)}}"
    let definitions = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array((Self.clusters + fleet).utf8))])
    let application: Value = ["spec": ["destination": try YAML.decode(destination)]]
    let destinations = FleetDestinations(definitions, applications: [application])
    #expect(destinations.cluster(of: application)?.name == expected)
    // The hub's own cluster is connected to only where something goes there.
    #expect(destinations.clusters.map(\.name) == ["north", "south"] + (expected == "in-cluster" ? ["in-cluster"] : []))
  }

  @Test func theHubsOwnClusterMayHaveAnotherName() async throws {
    var files = TestFleet.files(["a"])
    files["apps.yaml"] = TestFleet.set(patch: TestFleet.webAfterBase)
      .replacingOccurrences(of: "destination: {name: \"{{ .name }}\"", with: "destination: {server: \"\(Self.own)\"")
    files["fleet.yaml"] = "{apiVersion: flotilla.dev/v1alpha1, kind: Fleet, metadata: {name: fleet}, spec: {inCluster: a}}"
    try await FleetHarness.with([.init(name: "a")], files: files) { fleet in
      try await fleet.waitForConvergence(2)
      #expect(try await fleet.application("base-a")?.cluster == "a")
    }
  }

  @Test func outsideOfAClusterItSaysWhatToDo() async throws {
    var files = TestFleet.files(["a"])
    files["apps.yaml"] = TestFleet.set(folders: "apps/base")
      .replacingOccurrences(of: "destination: {name: \"{{ .name }}\"", with: "destination: {server: \"\(Self.own)\"")
    try await FleetHarness.with([.init(name: "a")], files: files) { fleet in
      try await fleet.wait("the cluster's problem is told") { controller in
        await controller.clusters().contains { $0.name == "in-cluster" && $0.message.contains("spec.inCluster of the Fleet") }
      }
    }
  }
}

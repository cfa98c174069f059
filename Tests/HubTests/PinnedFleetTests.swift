import Document
import FleetModel
import Foundation
import Generators
import Simulator
import Testing

@testable import Hub

/// Templates that ask for the time or for something random, in a hub that runs.
@Suite struct PinnedFleetTests {
  private static let files = [
    "cluster.yaml": TestFleet.files(["a"])["clusters.yaml"] ?? "",
    "set.yaml": """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: pinned, namespace: argocd}
    spec:
      goTemplate: true
      generators: [{list: {elements: [{i: one}, {i: two}]}}]
      template:
        metadata: {name: '{{ .i }}', annotations: {token: '{{ randAlphaNum 16 }}', made: '{{ now | unixEpoch }}'}}
        spec:
          project: default
          source: {repoURL: \(FleetHarness.url), targetRevision: HEAD, path: apps/base}
          destination: {name: a, namespace: '{{ .i }}'}
          syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true]}
    """,
    "repository/apps/base/base.yaml": TestFleet.configMap("base", "one"),
  ]

  private func texts(_ fleet: FleetHarness) async throws -> [String: String] {
    let entries = try await fleet.controller.board.entries.values
    return Dictionary(
      uniqueKeysWithValues: entries.map { ($0.name, JSON.string($0.instance.application[at: "metadata", "annotations"] ?? .null)) })
  }

  @Test func keepWhatTheyWereGivenThroughRestartsAndEdits() async throws {
    try await FleetHarness.with([.init(name: "a")], files: Self.files) { fleet in
      try await fleet.waitForConvergence(2)
      let first = try await texts(fleet)
      #expect(Set(first.values).count == 2)
      // Pins are of whole seconds.
      try await Task.sleep(for: .milliseconds(1100))
      await fleet.stop()
      try await fleet.start()
      try await fleet.waitForConvergence(2)
      #expect(try await texts(fleet) == first)
      let edited = (Self.files["set.yaml"] ?? "").replacingOccurrences(of: "[{i: one}, {i: two}]", with: "[{i: one}, {i: two}, {i: three}]")
      try fleet.write("set.yaml", edited)
      try await fleet.waitForConvergence(3)
      let second = try await texts(fleet)
      #expect(first.allSatisfy { second[$0.key] == $0.value })
      #expect(second["three"] != nil)
      // Who is given the hub's pins sees what the hub sees.
      let pins = TemplatePins(now: 0, known: TemplatePins.pins(TemplatePins.value(try await fleet.controller.pinned())))
      let definitions = Definitions.decode([SourceFile(path: "set.yaml", bytes: Array(edited.utf8))])
      let evaluation = Evaluator.evaluate(definitions, inputs: EvaluationInputs(clusters: .failed("not asked for"), pins: pins))
      let seen = evaluation.sets.flatMap(\.generated).map { ($0.name, JSON.string($0.application[at: "metadata", "annotations"] ?? .null)) }
      #expect(Dictionary(uniqueKeysWithValues: seen) == second)
    }
  }

  @Test func theKeyIsTheHubsAlone() throws {
    let folder = NSTemporaryDirectory() + "flotilla-pins-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let secret = try PinSecret.load(from: folder)
    #expect(try PinSecret.load(from: folder) == secret)
    let file = folder + "/" + PinSecret.fileName
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: file))
    #expect(throws: (any Error).self) { try PinSecret.load(from: folder) }
  }
}

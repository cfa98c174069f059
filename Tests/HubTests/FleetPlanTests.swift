import Document
import FleetModel
import Testing

@testable import Hub

@Suite struct FleetPlanTests {
  /// An application written as `name@cluster revision object=digest …`; a name before `»` is its identity.
  private static func application(_ text: String) -> PlannedApplication {
    let words = text.split(separator: " ").map(String.init)
    let names = words[0].split(separator: "@").map(String.init)
    let parts = names[0].split(separator: "»").map(String.init)
    var objects: [ObjectIdentity: String] = [:]
    for word in words.dropFirst(2) {
      let pair = word.split(separator: "=").map(String.init)
      objects[ObjectIdentity(group: "", kind: "ConfigMap", namespace: "n", name: pair[0])] = pair[1]
    }
    return PlannedApplication(
      id: InstanceID(namespace: "argocd", set: "set", element: parts[0]), name: parts.last ?? "", cluster: names[1], revision: words[1],
      definitionDigest: "d", objects: objects)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let before: [String]
    let after: [String]
    let expected: [String]
    var unchanged = 0
  }

  static let cases = [
    Case(testDescription: "nothing", before: [], after: [], expected: []),
    Case(testDescription: "new", before: [], after: ["a@x r1 o=1"], expected: ["create a: create o"]),
    Case(testDescription: "same", before: ["a@x r1 o=1"], after: ["a@x r1 o=1"], expected: [], unchanged: 1),
    Case(testDescription: "a commit that changes no object", before: ["a@x r1 o=1"], after: ["a@x r2 o=1"], expected: [], unchanged: 1),
    Case(testDescription: "one object of two", before: ["a@x r1 o=1 p=1"], after: ["a@x r2 o=2 p=1"], expected: ["change a: change o"]),
    Case(testDescription: "objects come and go", before: ["a@x r1 o=1"], after: ["a@x r2 p=1"], expected: ["change a: remove o, create p"]),
    Case(testDescription: "gone", before: ["a@x r1 o=1"], after: [], expected: ["remove a: remove o"]),
    Case(testDescription: "another name for the same element", before: ["e»a@x r1 o=1"], after: ["e»b@x r1 o=1"], expected: ["rename b: "]),
    Case(testDescription: "another cluster", before: ["a@x r1 o=1"], after: ["a@y r1 o=1"], expected: ["change a: "]),
  ]

  @Test(arguments: cases)
  func compares(_ row: Case) {
    let plan = FleetPlan(
      from: row.before.map(Self.application), to: row.after.map(Self.application), steps: [:], waitsFor: [:])
    let changes = plan.changes.map { change in
      "\(change.action.rawValue) \(change.application.name): "
        + change.objects.map { "\($0.action.rawValue) \($0.identity.name)" }.joined(separator: ", ")
    }
    #expect(changes == row.expected)
    #expect(plan.unchanged == row.unchanged)
  }

  @Test func ordersByStepAndRemovesDependantsFirst() {
    let next = ["b@x r o=1", "a@x r o=1", "c@x r o=1"].map(Self.application)
    let gone = ["f@x r o=1", "g@x r o=1"].map(Self.application)
    let steps = Dictionary(uniqueKeysWithValues: zip((next + gone).map(\.id), [0, 1, 0, 0, 1]))
    let plan = FleetPlan(from: gone, to: next, steps: steps, waitsFor: [:])
    #expect(plan.changes.map(\.application.name) == ["b", "c", "a", "g", "f"])
  }

  @Test func whatCannotBeRenderedKeepsItsObjects() {
    var next = Self.application("a@x r2")
    next.problem = "broken"
    let plan = FleetPlan(from: [Self.application("a@x r1 o=1")], to: [next], steps: [:], waitsFor: [:])
    #expect(plan.isEmpty)
  }

  @Test func survivesTheTripThroughTheAPI() {
    let application = Self.application("a@x r1 o=1 p=2")
    #expect(PlannedApplication(application.value) == application)
  }
}

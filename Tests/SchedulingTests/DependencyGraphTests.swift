import Document
import FleetModel
import Testing

@testable import Scheduling

/// What a set of instances means as a graph.
struct GraphCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var nodes: [GraphNode]
  /// Names level by level, those of a level joined by blanks.
  var levels: [String]
  var problems: [String] = []
  /// The names that are held, joined by blanks.
  var held = ""

  init(_ description: String, _ nodes: [GraphNode], levels: [String], problems: [String] = [], held: String = "") {
    testDescription = description
    self.nodes = nodes
    self.levels = levels
    self.problems = problems
    self.held = held
  }
}

private let graphCases: [GraphCase] = [
  GraphCase("nothing", [], levels: []),
  GraphCase("no dependencies: one level, by name", [node("b"), node("a")], levels: ["a b"]),
  GraphCase(
    "a chain by name", [node("crds"), node("operators", on("crds")), node("resources", on("operators"))],
    levels: ["crds", "operators", "resources"]),
  GraphCase(
    "a set on the same cluster does not wait for the others' clusters",
    [
      node("p1", "c1", set: "argocd/platform"), node("p2", "c2", set: "argocd/platform"), node("q2", "c2", set: "platform", on("p2")),
      node("web1", "c1", onSet("platform")), node("web2", "c2", onSet("platform")),
    ], levels: ["p1 p2", "q2 web1", "web2"]),
  GraphCase(
    "a set in the whole fleet",
    [
      node("p1", "c1", set: "platform"), node("p2", "c2", set: "platform", on("x")), node("web", "c1", onSet("platform", .fleet)),
      node("x"),
    ],
    levels: ["p1 x", "p2", "web"]),
  GraphCase(
    "a set on selected clusters",
    [
      node("p1", "c1", set: "platform", on("x")), node("p2", "c2", set: "platform"), node("x"),
      node("web", "c1", onSet("platform", .clusters(LabelSelector(matchLabels: ["env": "prod"])))),
    ],
    levels: ["p2 x", "p1 web"]),
  GraphCase(
    "a set that has nothing here is met",
    [node("p1", "c1", set: "platform"), node("web", "c3", onSet("platform"))], levels: ["p1 web"]),
  GraphCase(
    "a known set without any instance is met", [node("web", onSet("later"))], levels: ["web"]),
  GraphCase(
    "labels", [node("db", labels: ["tier": "db"]), node("web", onLabels(["tier": "db"]))], levels: ["db", "web"]),
  GraphCase(
    "one of a group that waits for its group means the others",
    [node("a", labels: ["tier": "db"]), node("b", labels: ["tier": "db"], onLabels(["tier": "db"]))], levels: ["a", "b"]),
  GraphCase(
    "two of a group that wait for their group wait for each other",
    [
      node("a", labels: ["tier": "db"], onLabels(["tier": "db"], line: 4)),
      node("b", labels: ["tier": "db"], onLabels(["tier": "db"], line: 9)),
    ],
    levels: ["a b"], problems: ["dependency cycle a → b → a (fleet/x.yaml:4, fleet/x.yaml:9)"], held: "a b"),
  GraphCase(
    "a cycle holds what lies on it and what is behind it, nothing else",
    [
      node("a", on("b", line: 2)), node("b", on("c", line: 3)), node("c", on("a", line: 4)), node("behind", on("a")),
      node("far", on("behind")),
      node("free"), node("under"), node("c2", on("free")),
    ],
    levels: ["a b c free under", "behind c2", "far"],
    problems: ["dependency cycle a → b → c → a (fleet/x.yaml:2, fleet/x.yaml:3, fleet/x.yaml:4)"], held: "a b behind c far"),
  GraphCase(
    "of a component the shortest cycle is told",
    [node("a", on("b", line: 1)), node("b", on("c", line: 2)), node("c", on("d", line: 3), on("b", line: 4)), node("d", on("a", line: 5))],
    levels: ["a b c d"],
    problems: ["dependency cycle b → c → b (fleet/x.yaml:2, fleet/x.yaml:4); 2 more applications lie on cycles with them"],
    held: "a b c d"),
  GraphCase(
    "two cycles are two problems",
    [node("a", on("b", line: 1)), node("b", on("a", line: 2)), node("x", on("y", line: 3)), node("y", on("x", line: 4))],
    levels: ["a b x y"],
    problems: [
      "dependency cycle a → b → a (fleet/x.yaml:1, fleet/x.yaml:2)", "dependency cycle x → y → x (fleet/x.yaml:3, fleet/x.yaml:4)",
    ],
    held: "a b x y"),
  GraphCase(
    "a cycle through a set",
    [node("a", set: "platform", on("web", line: 7)), node("b", set: "platform"), node("web", onSet("platform", line: 9))],
    levels: ["b", "a web"], problems: ["dependency cycle a → web → a (fleet/x.yaml:7, fleet/x.yaml:9)"], held: "a web"),
  GraphCase(
    "a name that nothing produces, with the nearest", [node("cert-manager-eu"), node("web", on("cert-manger-eu"))],
    levels: ["cert-manager-eu web"],
    problems: ["depends on application cert-manger-eu, which no definition produces: did you mean \"cert-manager-eu\"?"], held: "web"),
  GraphCase(
    "a set that nothing defines", [node("web", onSet("platfrom", .fleet)), node("p", set: "platform")], levels: ["p web"],
    problems: ["depends on application set platfrom in the whole fleet, which no definition produces: did you mean \"platform\"?"],
    held: "web"),
  GraphCase(
    "a selector that matches nothing is told and met", [node("web", onLabels(["tier": "db"]))], levels: ["web"],
    problems: ["depends on applications with tier=db on the same cluster, of which there is none: nothing is waited for"]),
  GraphCase(
    "itself", [node("web", on("web"))], levels: ["web"], problems: ["depends on itself through application web: the entry is left out"]),
  GraphCase(
    "itself through its set", [node("web", set: "web", onSet("web"))], levels: ["web"],
    problems: ["depends on itself through application set web on the same cluster: the entry is left out"]),
  GraphCase(
    "what is to be removed makes no cycle with what stays", [node("a", removed: true, on("b")), node("b", on("a"))], levels: ["", "b"]),
  GraphCase(
    "one identity twice counts once", [node("a"), node("a", on("a"))], levels: ["a"]),
]

@Suite struct DependencyGraphTests {
  @Test(arguments: graphCases) func graph(_ example: GraphCase) {
    let graph = DependencyGraph.build(
      example.nodes, clusterLabels: ["c1": ["env": "test"], "c2": ["env": "prod"]], applicationSets: ["later"])
    let levels = graph.levels.map { $0.map(\.rawValue).joined(separator: " ") }
    let problems = graph.problems.map(\.message)
    let held = graph.held.keys.sorted().map(\.rawValue).joined(separator: " ")
    #expect(levels == example.levels && problems == example.problems && held == example.held, "\(levels) \(problems) held: \(held)")
  }

  @Test func heldInstancesSayThroughWhom() {
    let graph = DependencyGraph.build([node("a", on("b", line: 2)), node("b", on("a", line: 3)), node("c", on("b")), node("d", on("c"))])
    let cycle = "dependency cycle a → b → a (fleet/x.yaml:2, fleet/x.yaml:3)"
    #expect(graph.held[id("a")]?.text == cycle)
    #expect(graph.held[id("c")]?.text == "depends on b, which is held: \(cycle)")
    #expect(graph.held[id("d")]?.text == "depends on c, which is held: \(cycle)")
  }

  @Test func edgesSayWhatTheyStandForAndWhere() {
    let graph = DependencyGraph.build([node("a", set: "s"), node("b", set: "s"), node("web", onSet("s", line: 5), on("a", line: 6))])
    #expect(
      graph.edges(of: id("web")) == [
        DependencyEdge(from: id("web"), dependency: onSet("s", line: 5), targets: [id("a"), id("b")]),
        DependencyEdge(from: id("web"), dependency: on("a", line: 6), targets: [id("a")]),
      ])
    #expect(graph.dependencies(of: id("web")) == [id("a"), id("b")])
    #expect(graph.dependents(of: id("b")) == [id("web")])
    #expect(graph.edges(of: id("nobody")).isEmpty)
  }

  @Test func removalsGoBackwards() {
    let graph = DependencyGraph.build([
      node("crds", removed: true), node("operators", removed: true, on("crds")), node("web", removed: true, on("operators")),
      node("stays", on("crds")),
    ])
    #expect(graph.removalLevels == [[id("web")], [id("operators")], [id("crds")]])
  }

  @Test func theSameCycleOnEveryClusterIsToldOnce() {
    let nodes = (1...5).flatMap {
      [node("a\($0)", "c\($0)", set: "a", onSet("b", line: 1)), node("b\($0)", "c\($0)", set: "b", onSet("a", line: 2))]
    }
    let graph = DependencyGraph.build(nodes)
    #expect(graph.problems.count == 5)
    #expect(
      graph.diagnostics.map(\.description) == [
        "fleet/x.yaml:1:3: error: Application a1: dependency cycle a1 → b1 → a1 (fleet/x.yaml:1, fleet/x.yaml:2); "
          + "4 more cycles run through the same lines"
      ])
  }

  @Test func setsOfTheWholeFleetStayLinear() {
    // Pair by pair this would be 625 million edges.
    var nodes = (0..<25_000).map { node("p\($0)", "c\($0 % 100)", set: "platform") }
    nodes += (0..<25_000).map { node("w\($0)", "c\($0 % 100)", set: "web", onSet("platform", .fleet), onLabels(["no": "body"], .fleet)) }
    let graph = DependencyGraph.build(nodes)
    #expect(graph.levels.map(\.count) == [25_000, 25_000])
  }

  @Test func aLongChainNeedsNoDeepStack() {
    let graph = DependencyGraph.build((0..<50_000).map { $0 == 0 ? node("n0") : node("n\($0)", on("n\($0 - 1)")) })
    #expect(graph.levels.count == 50_000)
  }
}

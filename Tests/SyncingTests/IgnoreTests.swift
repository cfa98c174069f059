import Document
import FleetModel
import Templating
import Testing

@testable import Syncing

private func rules(
  pointers: [String] = [], paths: [String] = [], managers: [String] = [], group: String = "*", kind: String = "*", name: String = ""
) -> [Application.IgnoredDifference] {
  func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
  let application: Value = [
    "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": ["name": "shop"],
    "spec": [
      "ignoreDifferences": [
        [
          "group": .string(group), "kind": .string(kind), "name": .string(name), "jsonPointers": list(pointers),
          "jqPathExpressions": list(paths), "managedFieldsManagers": list(managers),
        ]
      ]
    ],
  ]
  return (try? Application(application))?.ignoreDifferences ?? []
}

private let tree = yaml(
  """
  {kind: Deployment, apiVersion: apps/v1, metadata: {name: web, annotations: {a/b: x, c: z}}, spec: {replicas: 3, template: {spec: {
  initContainers: [{name: istio-init, image: i}, {name: own, image: o}],
  containers: [{name: web, image: w, ports: [{containerPort: 80}]}, {name: sidecar, image: s, env: [{name: A, value: '1'}, {name: B}]}]}}},
  webhooks: [{clientConfig: {caBundle: x}}, {}]}
  """)

/// Places in one spelling: `/spec/containers/0`.
private func print(_ places: Set<[FieldStep]>) -> [String] {
  places.map { place in
    place.map { step in
      switch step {
      case .key(let key): "/" + key
      case .index(let index): "/\(index)"
      }
    }.joined()
  }.sorted()
}

private let containers = "/spec/template/spec/containers"

@Test(
  arguments: [
    (".spec.replicas", ["/spec/replicas"]), (".spec", ["/spec"]), (".metadata.annotations[\"a/b\"]", ["/metadata/annotations/a/b"]),
    (".metadata.annotations.\"a/b\"", ["/metadata/annotations/a/b"]), (".[\"spec\"][\"replicas\"]", ["/spec/replicas"]),
    (".spec.template.spec.containers[].image", ["\(containers)/0/image", "\(containers)/1/image"]),
    (".spec.template.spec.containers[1].image", ["\(containers)/1/image"]),
    (".spec.template.spec.containers[-1].image", ["\(containers)/1/image"]),
    (".spec.template.spec.containers[] | select(.name == \"sidecar\")", ["\(containers)/1"]),
    (
      ".spec.template.spec.containers[] | select(.name == \"sidecar\") | .env[] | select(.name == \"A\").value",
      ["\(containers)/1/env/0/value"]
    ),
    (".spec.template.spec.initContainers[] | select(.name | startswith(\"istio\"))", ["/spec/template/spec/initContainers/0"]),
    (".spec.template.spec.initContainers[] | select(.name | test(\"^istio-(init|proxy)$\"))", ["/spec/template/spec/initContainers/0"]),
    (".spec.template.spec.containers[] | select(.name == \"x\" or .name == \"web\") | .image", ["\(containers)/0/image"]),
    (".spec.template.spec.containers[] | select(.name != \"web\" and (.env | length) == 2)", ["\(containers)/1"]),
    (".spec.template.spec.containers[] | select(.env | not)", ["\(containers)/0"]),
    (".spec.template.spec.containers[] | select(has(\"ports\")).ports", ["\(containers)/0/ports"]),
    (".spec.template.spec.containers[] | select(any(.env[]?; .name == \"B\"))", ["\(containers)/1"]),
    (".spec.template.spec.containers[] | select(.image | IN(\"s\", \"t\"))", ["\(containers)/1"]),
    (".spec.template.spec.containers[] | select([\"web\"] | index(\"x\") // true)", ["\(containers)/0", "\(containers)/1"]),
    (".webhooks[]?.clientConfig.caBundle", ["/webhooks/0/clientConfig/caBundle"]),
    (".webhooks[]?.clientConfig?", ["/webhooks/0/clientConfig"]),
    (".spec.replicas, .webhooks[0]", ["/spec/replicas", "/webhooks/0"]), (".missing.deep", []), (".missing[]?.deep", []),
    (".. | .caBundle?", ["/webhooks/0/clientConfig/caBundle"]),
    (".. | select(type == \"number\")", ["/spec/replicas", "\(containers)/0/ports/0/containerPort"]),
    ("(.spec | .replicas)", ["/spec/replicas"]), ("first(.spec.template.spec.containers[]) | .image", ["\(containers)/0/image"]),
    ("getpath([\"spec\", \"replicas\"])", ["/spec/replicas"]), (".spec.replicas | select(. > 2 and . <= 3)", ["/spec/replicas"]),
    (".spec.replicas | select(. < 2)", []), (".spec.replicas.deeper", []), ("del(.spec.replicas)", ["/spec/replicas"]),
  ] as [(String, [String])])
func jqExpressionsNamePlaces(_ text: String, _ expected: [String]) throws {
  #expect(print(try JQPath(text).places(in: tree)) == expected)
}

@Test(arguments: [
  ("", "is empty"), (".a[", "ends too early"), (".a | map(.b)", "uses map, which does not name places or is not understood here"),
  (".a = 1", "has =, which is not understood here: only paths and conditions are"), (".a b", "ends too early, before b"),
  ("select(.a", "lacks ) before its end"), (".a.[", "ends too early"), (".\"x", "has a string that does not end or has an unknown escape"),
  (".a | select(.b; .c)", "gives select 2 arguments"), ("$x", "has $, which is not understood here: only paths and conditions are"),
])
func jqExpressionsThatAreRefused(_ text: String, _ message: String) {
  #expect(throws: JQPath.Failure(message: message)) { try JQPath(text) }
}

@Test func anExpressionCannotKeepTheHubBusy() throws {
  let deep = (0..<12).reduce(Value.string("x")) { value, _ in ["a": value, "b": value] }
  let text = [String](repeating: "..", count: 8).joined(separator: " | ")
  #expect(try JQPath(text).places(in: deep).isEmpty)
  #expect(try RegularExpression("(a*)*b").matches(String(repeating: "a", count: 2000)) == false)
}

@Test(arguments: [
  ("^a.c$", "abc", true), ("^a.c$", "abcd", false), ("b+", "abbbc", true), ("^(ab|cd){2}$", "abcd", true), ("^(ab|cd){2}$", "ab", false),
  ("[^0-9]", "123", false), ("\\d+-\\w*", "x12-y", true), ("colou?r", "color", true), ("^$", "", true), ("a{2,}", "aa", true),
  ("\\.", "a", false),
  ("[a\\]]x", "]x", true), ("(?:a|b)c", "bc", true),
])
func patterns(_ pattern: String, _ text: String, _ expected: Bool) throws {
  #expect(try RegularExpression(pattern).matches(text) == expected)
}

@Test(arguments: ["(", "a)", "[a", "*a", "(?=a)"])
func noPattern(_ text: String) { #expect(throws: RegularExpression.SyntaxError.self) { try RegularExpression(text) } }

@Test(arguments: [
  (rules(pointers: ["/spec/replicas"]), ["spec.template.spec.containers[0].image"]),
  (rules(pointers: ["/spec/template/spec/containers/0/image", "/spec/nothing"]), ["spec.replicas"]),
  (rules(paths: [".spec.template.spec.containers[].image"]), ["spec.replicas"]),
  (rules(paths: [".spec.replicas", ".spec.template"]), []),
  (rules(managers: ["scaler"]), ["spec.template.spec.containers[0].image"]),
  (rules(managers: ["another"]), ["spec.replicas", "spec.template.spec.containers[0].image"]),
  (rules(pointers: ["/spec"], kind: "StatefulSet"), ["spec.replicas", "spec.template.spec.containers[0].image"]),
  (rules(pointers: ["/spec"], group: "apps", kind: "Deployment", name: "w*"), []),
  (rules(pointers: ["/spec"], name: "other"), ["spec.replicas", "spec.template.spec.containers[0].image"]),
])
func ignoredFieldsDoNotCount(_ entries: [Application.IgnoredDifference], _ expected: [String]) throws {
  let object = try #require(set("shop", [deployment("web")]).objects.first)
  var found = live(object, version: 1)
  found[at: "spec", "replicas"] = 7
  found[["spec", "template", "spec", "containers"]] = [["name": "web", "image": "other", "resources": ["limits": ["cpu": "1"]]]]
  found[at: "metadata", "managedFields"] = .array(
    (found[at: "metadata", "managedFields"]?.arrayValue ?? []) + [["manager": "scaler", "fieldsV1": ["f:spec": ["f:replicas": [:]]]]])
  let ignored = IgnoreRules(entries).fields(of: object.identity)
  let differences = Comparison.differences(desired: object.manifest, live: found, ignoring: ignored)
  #expect(differences.map(\.path) == expected)
}

@Test func whatIsIgnoredIsAlsoNotRemoved() {
  let wanted = yaml("{kind: Pod, apiVersion: v1, metadata: {name: p}, spec: {containers: [{name: a}]}}")
  let live = yaml(
    "{kind: Pod, apiVersion: v1, metadata: {name: p, managedFields: [{manager: flotilla, operation: Apply, apiVersion: v1, fieldsV1: {f:spec: {f:containers: {'k:{\"name\":\"a\"}': {.: {}}, 'k:{\"name\":\"b\"}': {.: {}}}}}}]}, spec: {containers: [{name: a}, {name: b}]}}"
  )
  #expect(Comparison.differences(desired: wanted, live: live).map(\.path) == ["spec.containers[name=b]"])
  let ignored = IgnoreRules(rules(paths: [".spec.containers[] | select(.name == \"b\")"])).fields(of: identity("/Pod//p"))
  #expect(Comparison.differences(desired: wanted, live: live, ignoring: ignored) == [])
}

@Test func mistakesInRulesAreNamed() {
  let wrong = IgnoreRules(rules(pointers: ["spec"], paths: [".a |"]))
  #expect(
    wrong.problems == [
      "ignoreDifferences: spec is no JSON pointer: write /spec/replicas, with ~1 for a slash in a name",
      "ignoreDifferences: jq expression .a |: ends too early",
    ])
  let desired = DesiredSet(
    DesiredInput(
      owner: shop, revision: "r", manifests: [configMap("a")], namespace: "web",
      ignoreDifferences: rules(pointers: ["x"])))
  #expect(desired.problems.count == 1 && !desired.isIncomplete)
}

@Suite(.timeLimit(.minutes(1)))
struct IgnoreAgentTests {
  private func input(_ ignored: [Application.IgnoredDifference], _ options: [String] = [], image: String = "web:1") -> DesiredInput {
    DesiredInput(
      owner: shop, revision: "r", manifests: [deployment("web", image: image)], namespace: "web", syncOptions: options,
      ignoreDifferences: ignored)
  }

  @Test func newRulesAreAppliedToWhatIsThere() async {
    let bench = Bench()
    await bench.agent.start()
    await bench.agent.setDesired(input([]))
    _ = await bench.agent.sync(shop.id)
    await bench.cluster.change("apps/Deployment/web/web") { $0[at: "spec", "replicas"] = 5 }
    #expect(await bench.settles { $0.sync == .outOfSync })
    await bench.agent.setDesired(input(rules(pointers: ["/spec/replicas"])))
    #expect(await bench.settles { $0.sync == .synced })
    await bench.agent.setDesired(input([]))
    #expect(await bench.settles { $0.sync == .outOfSync })
    await bench.agent.stop()
  }

  @Test(arguments: [([], Value.int(1)), (["RespectIgnoreDifferences=true"], 5)] as [([String], Value)])
  func whatIsIgnoredIsLeftWhereThatIsAsked(_ options: [String], _ replicas: Value) async {
    let bench = Bench()
    let ignored = rules(paths: [".spec.replicas", ".spec.template.spec.containers[] | select(.name == \"web\") | .resources.limits.cpu"])
    await bench.agent.start()
    await bench.agent.setDesired(input(ignored, options))
    _ = await bench.agent.sync(shop.id)
    #expect(await bench.settles { $0.isReady })
    await bench.cluster.change("apps/Deployment/web/web") {
      $0[at: "spec", "replicas"] = 5
      $0[["spec", "template", "spec", "containers"]] = [["name": "web", "image": "web:1", "resources": ["limits": ["cpu": "3"]]]]
    }
    await bench.agent.setDesired(input(ignored, options, image: "web:2"))
    #expect(await bench.agent.sync(shop.id).outcome == .succeeded)
    let object = await bench.cluster.object("apps/Deployment/web/web")
    let container = object?[at: "spec", "template", "spec", "containers"]?.arrayValue?.first
    #expect(object?[at: "spec", "replicas"] == replicas && container?["image"] == "web:2")
    #expect(container?[at: "resources", "limits", "cpu"] == (options.isEmpty ? "1000m" : "3"))
    #expect(await bench.settles { $0.isReady })
    await bench.agent.stop()
  }
}

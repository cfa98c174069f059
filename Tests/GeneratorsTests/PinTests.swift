import Document
import FleetModel
import Generators
import Testing

/// Templates that ask for the time or for something random get the same at every evaluation.
@Suite struct PinTests {
  private static let generators = "[{list: {elements: [{i: a}, {i: b}]}}]"
  private static let id = InstanceID(namespace: "argocd", set: "s", element: "list=a")

  private func outcome(_ text: String, _ pins: TemplatePins) -> [String: String] {
    let definitions = Definitions.decode([SourceFile(path: "f.yaml", bytes: Array(text.utf8))])
    let evaluation = Evaluator.evaluate(definitions, inputs: EvaluationInputs(pins: pins))
    return Dictionary(uniqueKeysWithValues: evaluation.instances.map { ($0.name, $0.annotations["out"] ?? "") })
  }

  @Test(arguments: ["{{ randAlphaNum 12 }}", "{{ uuidv4 }}", "{{ randInt 0 1000000000 }}", "{{ shuffle \"abcdefghijklmnop\" }}"])
  func chanceIsTheInstances(_ out: String) {
    let text = set(Self.generators, name: "{{ .i }}", out: out)
    let first = outcome(text, TemplatePins(now: 1, secret: [1, 2, 3]))
    #expect(outcome(text, TemplatePins(now: 2, secret: [1, 2, 3])) == first)
    #expect(first["a"] != first["b"])
    #expect(outcome(text, TemplatePins(now: 1, secret: [4])) != first)
    // What somebody else holds goes before everything.
    let held = TemplatePins(secret: [1, 2, 3]).pin(of: Self.id)
    #expect(outcome(text, TemplatePins(known: [Self.id: held]))["a"] == first["a"])
  }

  @Test func eachTextHasChanceOfItsOwn() {
    let text = set("[{list: {elements: [{i: a}]}}]", name: "{{ randAlpha 8 | lower }}", out: "{{ randAlpha 8 | lower }}{{ \"\" }}")
    #expect(outcome(text, TemplatePins()).allSatisfy { $0.key != $0.value })
  }

  @Test func timeIsThatOfTheFirstEvaluation() {
    let text = set(Self.generators, name: "{{ .i }}", out: "{{ now | date \"2006-01-02\" }}")
    #expect(outcome(text, TemplatePins(now: 86_400 * 3, created: [Self.id: 86_400])) == ["a": "1970-01-02", "b": "1970-01-04"])
  }

  /// Texts of generators belong to no instance yet: they see the time of the set's oldest one, and chance of their element.
  @Test func textsOfGeneratorsAreTheSets() {
    let generators = """
      [{matrix: {generators: [{list: {elements: [{i: a}, {i: b}]}}, {list: {elements: [{r: '{{ randAlpha 9 }}-{{ now | unixEpoch }}'}]}}]}}]
      """
    let text = set(generators, name: "{{ .i }}", out: "{{ .r }}")
    let created = [InstanceID(namespace: "argocd", set: "s", element: "list=a,list=0"): Int64(60)]
    let first = outcome(text, TemplatePins(now: 1000, created: created))
    #expect(first == outcome(text, TemplatePins(now: 2000, created: created)))
    #expect(first["a"] != first["b"])
    #expect(first.values.allSatisfy { $0.hasSuffix("-60") })
  }

  @Test func theSetSaysSo() {
    let pinned = evaluate(set(Self.generators, name: "{{ .i }}", out: "{{ now }}"))
    #expect(pinned.sets.map(\.isPinned) == [true])
    #expect(evaluate(set(Self.generators, name: "{{ .i }}")).sets.map(\.isPinned) == [false])
  }
}

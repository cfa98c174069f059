import Document
import FleetModel
import Generators
import Testing

/// What is rendered of one template shares its storage; nobody may notice.
@Suite struct RenderedObjectTests {
  private static let definition = """
    apiVersion: argoproj.io/v1alpha1
    kind: ApplicationSet
    metadata: {name: s, namespace: argocd}
    spec:
      goTemplate: true
      generators: [{list: {elements: [{id: one, v: x, k: a}, {id: two, v: "", k: b}]}}]
      template:
        metadata: {name: "{{ .id }}", labels: {fixed: 'true', "{{ .k }}": "{{ .v }}"}, finalizers: []}
        spec:
          project: p
          source:
            repoURL: u
            path: "{{ .v }}"
            helm:
              releaseName: "{{ .v }}"
              valueFiles: [values.yaml, "{{ .v }}"]
              parameters:
              - {name: fixed, value: fixed}
              - {name: "{{ .v }}", value: "{{ .id }}"}
              - {name: last, value: "{{ .v }}"}
              valuesObject: {deep: [{list: ["{{ .v }}", {in: "{{ .id }}"}]}], "{{ .k }}": {n: 1}}
          destination: {server: s, namespace: "{{ .v }}"}

    """

  private static func application(_ name: String, _ labels: String, _ source: String, _ destination: String) throws -> Value {
    try YAML.decode(
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: \(name), namespace: argocd, labels: \(labels), finalizers: [resources-finalizer.argocd.argoproj.io]}
      spec: {project: p, destination: \(destination), source: \(source)}
      """)
  }

  private func rendered() throws -> [ApplicationInstance] {
    let evaluation = evaluate(RenderedObjectTests.definition)
    let generated = try #require(evaluation.sets.first).generated
    try #require(generated.count == 2, "\(evaluation.diagnostics)")
    return generated
  }

  @Test func emptyTextsAreLeftOutWhereGoLeavesThemOut() throws {
    let instances = try rendered()
    #expect(
      try instances[0].application
        == RenderedObjectTests.application(
          "one", "{fixed: 'true', a: x}",
          """
          {repoURL: u, path: x, helm: {releaseName: x, valueFiles: [values.yaml, x],
          parameters: [{name: fixed, value: fixed}, {name: x, value: one}, {name: last, value: x}],
          valuesObject: {deep: [{list: [x, {in: one}]}], a: {n: 1}}}}
          """, "{server: s, namespace: x}"))
    #expect(
      try instances[1].application
        == RenderedObjectTests.application(
          "two", "{fixed: 'true', b: ''}",
          """
          {repoURL: u, helm: {valueFiles: [values.yaml, ''],
          parameters: [{name: fixed, value: fixed}, {value: two}, {name: last}],
          valuesObject: {deep: [{list: ['', {in: two}]}], b: {n: 1}}}}
          """, "{server: s}"))
  }

  @Test func readsLikeWhatWasParsed() throws {
    for instance in try rendered() {
      let parsed = try JSON.decode(JSON.string(instance.application))
      #expect(parsed == instance.application)
      #expect(instance.application == parsed)
      #expect(Digest(of: parsed) == Digest(of: instance.application))
      #expect(try Application(parsed) == Application(instance.application))
      var changed = instance.application
      changed[at: "spec", "source", "path"] = "elsewhere"
      #expect(changed != instance.application)
      #expect(changed[at: "spec", "source", "helm"] == parsed[at: "spec", "source", "helm"])
      #expect(instance.application == parsed)
    }
  }
}

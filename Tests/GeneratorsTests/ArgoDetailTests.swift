import Document
import FleetModel
import Generators
import Testing

/// Runs ``ArgoDetails``.
@Suite struct ArgoDetailTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let value: Value

    var testDescription: String { text("name") }

    func text(_ field: String) -> String { value[field]?.stringValue ?? "" }

    var definition: String {
      let metadata = text("metadata").isEmpty ? "" : ", \(text("metadata"))"
      let spec = text("spec").isEmpty ? "" : ", \(text("spec"))"
      let out = text("out").isEmpty ? "x" : text("out")
      let patch = value["patch"].map { "  templatePatch: \(JSON.string($0))" } ?? ""
      return """
        apiVersion: argoproj.io/v1alpha1
        kind: ApplicationSet
        metadata: {name: s, namespace: argocd}
        spec:
          goTemplate: \(value["classic"] == nil)
          generators: \(text("generators"))
          template:
            metadata: {name: app, annotations: {out: \(out)}\(metadata)}
            spec: {project: default, destination: {name: in-cluster}\(spec)}
        \(patch)
        """
    }
  }

  static let cases: [Case] = {
    let lines = ArgoDetails.cases.split(separator: "\n")
    let cases = lines.compactMap { try? Case(value: JSON.decode(String($0))) }
    return cases.count == lines.count ? cases : []
  }()

  @Test func allCasesCanBeRead() { #expect(Self.cases.count > 40) }

  @Test(arguments: cases)
  func detail(_ test: Case) throws {
    let only = try #require(try evaluate(test.definition).sets.first)
    if let error = test.value["fails"]?.stringValue {
      let message = only.firstError?.message
      #expect(message == error || message.map { Self.sameUpToParser(error, $0) } == true, "\(message ?? "no error")")
      return
    }
    #expect(only.firstError == nil)
    if let texts = test.value["gives"]?.arrayValue {
      let got = only.generated.map { $0.application[at: "metadata", "annotations", "out"]?.stringValue ?? "" }
      #expect(got.sorted() == texts.compactMap(\.stringValue))
      return
    }
    var application = try #require(only.generated.first?.application)
    for name in ["apiVersion", "kind"] { application[name] = nil }
    for name in ["name", "namespace", "annotations"] { application[at: "metadata", name] = nil }
    #expect(JSON.string(application) == JSON.string(test.value["makes"] ?? .null))
  }

  @Test func branchSlugs() throws {
    let slugs = try JSON.decode(ArgoDetails.slugs).objectValue ?? Object()
    #expect(slugs.count > 70)
    let requests = slugs.enumerated().map { index, member -> Value in
      ["number": .int(Int64(index)), "title": "", "branch": .string(member.key), "target_branch": "m", "head_sha": "a", "labels": []]
    }
    let only = try evaluate(
      Case(value: ["generators": "[{pullRequest: {github: {owner: s, repo: s}}}]", "out": "'{{ .branch_slug }}'"]).definition,
      requests: ["s/s": .array(requests)]
    ).sets.first
    let got = only?.generated.map { $0.application[at: "metadata", "annotations", "out"]?.stringValue ?? "" } ?? []
    for (member, slug) in zip(slugs, got) { #expect(slug == member.value.stringValue, "\(member.key)") }
    #expect(got.count == slugs.count)
  }

  /// The words of parsers of regular expressions, and what shows Go's insides, are our own.
  private static func sameUpToParser(_ wanted: String, _ got: String) -> Bool {
    for mark in ["error parsing regexp: ", "json: "] {
      if let range = wanted.firstRange(of: mark) { return got.hasPrefix(wanted[..<range.lowerBound]) }
    }
    return false
  }

  private func evaluate(_ definition: String, requests: Value? = nil) throws -> Evaluation {
    let definitions = Definitions.decode([
      SourceFile(path: "set.yaml", bytes: Array(definition.utf8)), SourceFile(path: "objects.yaml", bytes: Array(ArgoDetails.objects.utf8)),
    ])
    var recorded = RecordedAnswers()
    try recorded.take(repositories: JSON.decode(ArgoDetails.branches))
    try recorded.take(pullRequests: requests ?? JSON.decode(ArgoDetails.requests))
    var inputs = EvaluationInputs(clusters: definitions.clusters)
    for _ in 0..<5 {
      let evaluation = Evaluator.evaluate(definitions, inputs: inputs)
      if evaluation.missingQueries.isEmpty { return evaluation }
      for query in evaluation.missingQueries { inputs.answers[query] = recorded.recorded(query) }
    }
    return Evaluator.evaluate(definitions, inputs: inputs)
  }
}

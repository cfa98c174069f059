import Document
import FleetModel
import Foundation
import Generators
import Git
import Testing

/// The worked examples in `generators/`: each folder's definitions make what its `expected.yaml` says.
///
/// `FLOTILLA_UPDATE_EXPECTED=1 swift test --filter ExampleTests` writes the files anew.
@Suite struct ExampleTests {
  private static let folder: String = {
    let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    return source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/generators"
  }()

  static let examples: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/applicationset.yaml") }.sorted()
  }()

  @Test(arguments: examples)
  func makesWhatItSays(_ name: String) throws {
    let example = "\(Self.folder)/\(name)"
    var files: [SourceFile] = []
    for file in ["applicationset.yaml", "clusters.yaml"] {
      if let content = FileManager.default.contents(atPath: "\(example)/\(file)") {
        files.append(SourceFile(path: file, bytes: Array(content)))
      }
    }
    let definitions = Definitions.decode(files, strict: true)
    #expect(definitions.diagnostics.isEmpty)
    var inputs = EvaluationInputs(clusters: definitions.clusters)
    let recorded = try Self.answers(example)
    let first = Evaluator.evaluate(definitions, inputs: inputs)
    for key in first.missing { inputs.sources[key] = .tree(DirectoryTree("\(example)/repository"), commit: "") }
    for query in first.missingQueries { inputs.answers[query] = recorded.recorded(query) }
    let evaluation = Evaluator.evaluate(definitions, inputs: inputs)
    #expect(evaluation.diagnostics.isEmpty)
    let actual = YAML.encodeAll(evaluation.instances.map(\.application))
    if ProcessInfo.processInfo.environment["FLOTILLA_UPDATE_EXPECTED"] != nil {
      try actual.write(toFile: "\(example)/expected.yaml", atomically: true, encoding: .utf8)
    }
    let expected = FileManager.default.contents(atPath: "\(example)/expected.yaml").map { String(decoding: $0, as: UTF8.self) }
    #expect(actual == expected)
  }

  /// What forges and plugins answer in an example.
  private static func answers(_ example: String) throws -> RecordedAnswers {
    var recorded = RecordedAnswers()
    func document(_ name: String) throws -> Value? {
      try FileManager.default.contents(atPath: "\(example)/\(name)").map { try YAML.decode(String(decoding: $0, as: UTF8.self)) }
    }
    if let requests = try document("pull-requests.yaml") { try recorded.take(pullRequests: requests) }
    if let branches = try document("repositories.yaml") { try recorded.take(repositories: branches) }
    if let replies = try document("plugin-answers.yaml") { recorded.take(plugins: replies) }
    return recorded
  }

  @Test func everyGeneratorHasOne() {
    let folders = [
      "cluster-decision-resource", "clusters", "git-directories", "git-files", "list", "matrix", "merge", "plugin", "pull-request",
      "scm-provider",
    ]
    #expect(Self.examples == folders)
  }

  @Test(arguments: examples)
  func saysHowToRunIt(_ name: String) throws {
    let readme = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name)/README.md"))
    #expect(String(decoding: readme, as: UTF8.self).contains("flotilla generate -f generators/\(name)/applicationset.yaml"))
  }
}

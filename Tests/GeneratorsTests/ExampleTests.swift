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
    for key in Evaluator.evaluate(definitions, inputs: inputs).missing {
      inputs.sources[key] = .tree(DirectoryTree("\(example)/repository"), commit: "")
    }
    let evaluation = Evaluator.evaluate(definitions, inputs: inputs)
    #expect(evaluation.diagnostics.isEmpty)
    let actual = YAML.encodeAll(evaluation.instances.map(\.application))
    if ProcessInfo.processInfo.environment["FLOTILLA_UPDATE_EXPECTED"] != nil {
      try actual.write(toFile: "\(example)/expected.yaml", atomically: true, encoding: .utf8)
    }
    let expected = FileManager.default.contents(atPath: "\(example)/expected.yaml").map { String(decoding: $0, as: UTF8.self) }
    #expect(actual == expected)
  }

  @Test func allGeneratorsOfThisVersionHaveOne() {
    #expect(Self.examples == ["clusters", "git-directories", "git-files", "list", "matrix", "merge"])
  }
}

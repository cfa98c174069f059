import Document
import FleetModel
import Foundation
import Generators
import Git

/// One folder of the conformance corpus.
struct ConformanceCase: Sendable, CustomStringConvertible {
  var name: String
  var folder: String
  var corpus: String

  var description: String { name }

  /// The topic: the name without its number.
  var topic: String {
    guard let dash = name.lastIndex(of: "-") else { return name }
    return String(name[..<dash])
  }

  func file(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) } }

  func json(_ name: String) throws -> Value? {
    guard let bytes = file(name) else { return nil }
    return try JSON.decode(bytes)
  }

  /// The corpus: `FLOTILLA_CONFORMANCE`, or `../shared/conformance` beside the repository; nil where it is not there.
  static let corpus: String? = {
    let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    let repository = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let candidates = [
      ProcessInfo.processInfo.environment["FLOTILLA_CONFORMANCE"], repository.path + "/../shared/conformance", "/work/shared/conformance",
    ]
    return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: "\($0)/applicationsets") }
  }()

  static func all() -> [ConformanceCase] {
    guard let corpus else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(corpus)/applicationsets")) ?? []
    return names.sorted().map { ConformanceCase(name: $0, folder: "\(corpus)/applicationsets/\($0)", corpus: corpus) }
  }

  /// The definitions with the case's clusters.
  func definitions() throws -> Definitions {
    var files = [SourceFile(path: "applicationset.yaml", bytes: file("applicationset.yaml") ?? [])]
    if var clusters = file("clusters.yaml"), !clusters.isEmpty {
      let text = String(decoding: clusters, as: UTF8.self)
      if text.hasPrefix("shared: ") {
        let shared = text.dropFirst("shared: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
        clusters = FileManager.default.contents(atPath: "\(corpus)/clusters/\(shared).yaml").map { Array($0) } ?? []
      }
      files.append(SourceFile(path: "clusters.yaml", bytes: clusters))
    }
    return Definitions.decode(files)
  }

  /// Evaluates until nothing is missing.
  func evaluate() throws -> Evaluation {
    let definitions = try definitions()
    let repositories = try json("repos.json")?.objectValue ?? Object()
    var recorded = RecordedAnswers()
    if let pulls = try json("pulls.json") { try recorded.take(pullRequests: pulls) }
    if let branches = try json("scm.json") { try recorded.take(repositories: branches) }
    if let plugins = try json("plugins.json") { recorded.take(plugins: plugins) }
    var inputs = EvaluationInputs(clusters: definitions.clusters)
    for _ in 0..<10 {
      let evaluation = Evaluator.evaluate(definitions, inputs: inputs, keepsParameters: true)
      if evaluation.missing.isEmpty && evaluation.missingQueries.isEmpty { return evaluation }
      for query in evaluation.missingQueries { inputs.answers[query] = recorded.recorded(query) }
      for key in evaluation.missing {
        if let name = repositories[key.repoURL]?.stringValue {
          inputs.sources[key] = .tree(DirectoryTree("\(corpus)/repos/\(name)"), commit: "")
        } else {
          let reason = "unable to resolve git revision \(key.revision): failed to list refs: repository not found: \(key.repoURL)"
          inputs.sources[key] = .failed("rpc error: code = Internal desc = \(reason)")
        }
      }
    }
    return Evaluator.evaluate(definitions, inputs: inputs, keepsParameters: true)
  }
}

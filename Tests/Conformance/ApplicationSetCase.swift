import Document
import FleetModel
import Foundation
import Generators
import Git

/// A folder with ApplicationSets, what they see of the world, and what Argo CD made of them.
public struct ApplicationSetCase: Sendable {
  /// The files of the format.
  static let files = [
    "applicationset.yaml", "clusters.yaml", "repos.json", "pulls.json", "scm.json", "plugins.json", "options.json", "expected.json",
    "params.json",
  ]

  private let folder: String
  private let root: String

  init(folder: String, root: String) {
    self.folder = folder
    self.root = root
  }

  func differences() throws -> [Difference] {
    try checkFiles()
    guard let expected = try json("expected.json") else { throw MalformedCase("expected.json is missing") }
    let validates = try json("options.json").map { try Self.validates($0) } ?? false
    let comparison = ApplicationSetComparison(evaluation: try evaluate(), validates: validates)
    return try comparison.differences(expected: expected, parameters: json("params.json"))
  }

  /// The definitions with the case's clusters.
  ///
  /// - Throws: what is missing or cannot be read.
  public func definitions() throws -> Definitions {
    guard let sets = bytes("\(folder)/applicationset.yaml") else { throw MalformedCase("applicationset.yaml is missing") }
    let clusters = try clusters()
    let definitions = Definitions.decode([
      SourceFile(path: "applicationset.yaml", bytes: sets), SourceFile(path: "clusters.yaml", bytes: clusters),
    ])
    if !definitions.brokenFiles.isEmpty {
      let reasons = definitions.diagnostics.filter { $0.severity == .error }.map(\.description)
      throw MalformedCase("\(definitions.brokenFiles.sorted().joined(separator: ", ")): \(reasons.joined(separator: "; "))")
    }
    return definitions
  }

  /// Evaluates, giving what is asked for, until nothing is missing.
  private func evaluate() throws -> Evaluation {
    let definitions = try definitions()
    let repositories = try repositories()
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
        if let folder = repositories[key.repoURL] {
          inputs.sources[key] = .tree(DirectoryTree(folder), commit: "")
        } else {
          // As Argo CD's repository server words it.
          let reason = "unable to resolve git revision \(key.revision): failed to list refs: repository not found: \(key.repoURL)"
          inputs.sources[key] = .failed("rpc error: code = Internal desc = \(reason)")
        }
      }
    }
    throw MalformedCase("the evaluation asks for more and more sources")
  }

  private func clusters() throws -> [UInt8] {
    guard let own = bytes("\(folder)/clusters.yaml") else { return [] }
    let text = String(decoding: own, as: UTF8.self)
    guard text.hasPrefix("shared: ") else { return own }
    let name = text.dropFirst("shared: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let path = shared("clusters/\(name).yaml"), let clusters = bytes(path) else {
      throw MalformedCase("clusters.yaml stands for clusters/\(name).yaml, which is missing")
    }
    return clusters
  }

  /// The folder of each repository by its address.
  private func repositories() throws -> [String: String] {
    guard let value = try json("repos.json") else { return [:] }
    guard let object = value.objectValue else { throw MalformedCase("repos.json is no object but \(value.kindName)") }
    var result: [String: String] = [:]
    for member in object {
      guard let name = member.value.stringValue else { throw MalformedCase("repos.json: the folder of \(member.key) must be text") }
      guard let path = shared("repos/\(name)") else { throw MalformedCase("repos.json names repos/\(name), which is missing") }
      result[member.key] = path
    }
    return result
  }

  /// What cases share stands beside their folders: in the nearest folder above, the one that holds the corpus included.
  private func shared(_ path: String) -> String? {
    let top = URL(fileURLWithPath: root).deletingLastPathComponent().path
    var above = URL(fileURLWithPath: folder)
    repeat {
      above.deleteLastPathComponent()
      let candidate = above.appendingPathComponent(path).path
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
    } while above.path != top && above.pathComponents.count > 1
    return nil
  }

  /// An input that we do not know cannot be honoured.
  private func checkFiles() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where !Self.files.contains(name) {
      if name.hasSuffix(".yaml") || name.hasSuffix(".json") { throw MalformedCase("the format has no file \(name)") }
    }
  }

  private static func validates(_ options: Value) throws -> Bool {
    try options.checkMembers(["validate"], "options.json")
    guard let validate = options["validate"] else { return false }
    guard let validate = validate.boolValue else { throw MalformedCase("options.json: `validate` must be true or false") }
    return validate
  }

  private func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

  private func json(_ name: String) throws -> Value? {
    try bytes("\(folder)/\(name)").map { try JSON.decode($0, file: name) }
  }
}

import Document
import Generators
import Testing

/// One of the numbered edge cases of `reference/argocd.md`, section 5.2: a definition, and what comes out as annotation `out` of each
/// application, in order.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    case gives([String])
    /// The first error begins like this.
    case fails(String)
  }

  var number: String
  var goTemplate: Bool
  var generators: String
  var out: String
  var files: [String: String] = [:]
  var options: String = "[]"
  var definitions = ""
  /// Pull requests by repository, as YAML.
  var answers = ""
  /// The repositories that a provider lists, as YAML.
  var repositories = ""
  /// The replies of plugins by their address, as YAML.
  var plugins = ""
  var outcome: Outcome

  var testDescription: String { "\(number) \(goTemplate ? "go" : "classic") \(out)" }

  /// One list element with these parameters.
  static func flat(_ number: String, _ parameters: String, _ out: String, _ result: String) -> ReferenceCase {
    ReferenceCase(number: number, goTemplate: false, generators: list(parameters), out: out, outcome: .gives([result]))
  }

  static func go(_ number: String, _ parameters: String, _ out: String, _ result: String) -> ReferenceCase {
    ReferenceCase(number: number, goTemplate: true, generators: list(parameters), out: out, outcome: .gives([result]))
  }

  static func goFails(_ number: String, _ parameters: String, _ out: String, _ error: String, strict: Bool = false) -> ReferenceCase {
    ReferenceCase(
      number: number, goTemplate: true, generators: list(parameters), out: out, options: strict ? "[missingkey=error]" : "[]",
      outcome: .fails(error))
  }

  static func make(
    _ number: String, _ goTemplate: Bool, _ generators: String, _ out: String, files: [String: String] = [:], definitions: String = "",
    answers: String = "", repositories: String = "", options: String = "[]", _ result: String...
  ) -> ReferenceCase {
    ReferenceCase(
      number: number, goTemplate: goTemplate, generators: generators, out: out, files: files, options: options, definitions: definitions,
      answers: answers, repositories: repositories, outcome: .gives(result))
  }

  static func fails(
    _ number: String, _ goTemplate: Bool, _ generators: String, files: [String: String] = [:], repositories: String = "", _ error: String
  ) -> ReferenceCase {
    ReferenceCase(
      number: number, goTemplate: goTemplate, generators: generators, out: "x", files: files, repositories: repositories,
      outcome: .fails(error))
  }

  private static func list(_ parameters: String) -> String { "[{list: {elements: [\(parameters)]}}]" }

  static func list(of elements: String) -> String { "[{list: {elements: [\(elements)]}}]" }

  static func matrix(_ children: String) -> String { "[{matrix: {generators: [\(children)]}}]" }

  static func merge(_ keys: String, _ children: String...) -> String {
    "[{merge: {mergeKeys: \(keys), generators: [\(children.map { "{list: {elements: [\($0)]}}" }.joined(separator: ", "))]}}]"
  }

  static func directories(_ items: String) -> String { "[{git: {repoURL: r, directories: [\(items)]}}]" }

  static func files(_ items: String, prefix: String = "") -> String {
    "[{git: {repoURL: RepoURL, files: [\(items)]\(prefix.isEmpty ? "" : ", pathParamPrefix: \(prefix)")}}]"
  }
}

import Document
import Foundation

@testable import Templating

/// The recorded cases of Go's text/template, Sprig and Argo CD in `../shared/conformance/templates`.
enum ConformanceCases {
  struct Case {
    let id: String
    let dialect: String
    let template: String
    let parameters: Value
    let options: [String]
    let output: String?
    let error: String?
    let matches: String?
  }

  /// The folder of the repository; the leaf packages that developers build in link to it.
  private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `CONFORMANCE_TEMPLATES` names another folder of the same form.
  private static let folder =
    ProcessInfo.processInfo.environment["CONFORMANCE_TEMPLATES"].map { URL(fileURLWithPath: $0) }
    ?? repository.deletingLastPathComponent().appendingPathComponent("shared/conformance/templates")

  /// The topics that are there, sorted; none where the corpus is not beside the repository.
  static let topics: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let topics = files.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()
    if topics.isEmpty { print("notice: no conformance corpus at \(folder.path): its cases are not run") }
    return topics
  }()

  /// Cases that were recorded beside these tests; see `recorded/README.md`.
  static let recorded = ["helm_data", "mixed", "sprig"]

  private static let recordedFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("recorded")

  static func cases(_ topic: String) throws -> [Case] {
    let folder = recorded.contains(topic) ? recordedFolder : folder
    let text = try String(contentsOf: folder.appendingPathComponent(topic + ".jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let value = try JSON.decode(String(line))
      return Case(
        id: value["id"]?.stringValue ?? "", dialect: value["dialect"]?.stringValue ?? "", template: value["template"]?.stringValue ?? "",
        parameters: value["params"] ?? .object(Object()), options: value["options"]?.arrayValue?.compactMap(\.stringValue) ?? [],
        output: value["out"]?.stringValue, error: value["error"]?.stringValue, matches: value["matches"]?.stringValue)
    }
  }

  /// What we give for a case: the output or the error text.
  static func run(_ test: Case) -> (output: String?, error: String?) {
    let parameters = TemplateValue(test.parameters)
    if test.dialect == "fast" {
      do {
        let lookup: (String) -> String? = { test.parameters[$0]?.stringValue }
        return (try ClassicTemplate(test.template).execute(lookup), nil)
      } catch {
        return (nil, "invalid template: " + error.message)
      }
    }
    let template: GoTemplate
    var options: TemplateOptions
    do {
      options = try TemplateOptions(goTemplateOptions: test.options)
    } catch {
      return (nil, "panic: " + error.message)
    }
    do {
      if test.dialect == "helm" { options.missingKey = .zero }
      template = try GoTemplate(test.template, functions: test.dialect == "helm" ? .helm : .argoCD, options: options)
    } catch {
      return (nil, "failed to parse template \(test.template): \(error.message)")
    }
    do {
      let output = try template.execute(parameters)
      return (test.dialect == "helm" ? output.replacingOccurrences(of: "<no value>", with: "") : output, nil)
    } catch {
      return (nil, "failed to execute go template \(test.template): \(error.message)")
    }
  }

  /// Errors whose last part shows the insides of Go, or comes from a parser of another language: only the place counts.
  private static let freelyWorded = [
    "reflect:", "runtime error:", "interface conversion:", "reflect.Value", "Go value of type", "Go struct field", "%!w(", "panic:",
    "error converting YAML to JSON:",
    "yaml:",
    "error parsing regexp:", "parse \"", "parsing time",
  ]

  /// Nil when a case passes; otherwise what is wrong.
  static func failure(_ test: Case) -> String? {
    let (output, error) = run(test)
    if let expected = test.error {
      guard let error else { return "expected the error \(expected), got the output \(output ?? "")" }
      if error == expected { return nil }
      if freelyWorded.contains(where: { expected.contains($0) }), place(error) == place(expected) { return nil }
      return "expected the error\n    \(expected)\n  got\n    \(error)"
    }
    guard let output else { return "expected \(test.output ?? test.matches ?? ""), got the error \(error ?? "")" }
    if let expected = test.output {
      return output.utf8.elementsEqual(expected.utf8)
        ? nil : "expected\n    \(expected.debugDescription)\n  got\n    \(output.debugDescription)"
    }
    let pattern = "^(?:" + (test.matches ?? "") + ")$"
    return output.range(of: pattern, options: .regularExpression) == nil ? "\(output) does not match \(pattern)" : nil
  }

  /// An execution error up to where the function's own words begin.
  private static func place(_ error: String) -> String {
    for mark in ["error calling ", ">: "] {
      if let range = error.range(of: mark, options: .backwards) {
        let rest = error[range.upperBound...]
        return String(error[..<range.upperBound]) + (mark == ">: " ? "" : String(rest.prefix { $0 != ":" }))
      }
    }
    return error
  }
}

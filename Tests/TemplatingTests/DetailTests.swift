import Document
import Foundation
import Testing

@testable import Templating

/// The recorded cases in `recorded/details.jsonl`: what Argo CD's own renderer gave, byte for byte.
@Suite struct DetailTests {
  private static let cases: [Value] = {
    let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("recorded/details.jsonl")
    let lines = (FileManager.default.contents(atPath: file.path) ?? Data()).split(separator: 10)
    return lines.compactMap { try? JSON.decode(Array($0)) }
  }()

  @Test func rendersLikeArgoCD() {
    var wrong: [String] = []
    for test in Self.cases {
      let (output, error) = Self.run(test)
      let isSame = test["error"].map { error == $0.stringValue } ?? (output == test["out"]?.stringValue)
      if !isSame { wrong.append("\(test["id"]?.stringValue ?? "") \(test["template"]?.stringValue ?? "")\n  \(output ?? error ?? "")") }
    }
    #expect(Self.cases.count > 600)
    #expect(wrong.isEmpty, "\(wrong.count) differ:\n\(wrong.prefix(10).joined(separator: "\n"))")
  }

  private static func run(_ test: Value) -> (output: String?, error: String?) {
    let text = test["template"]?.stringValue ?? ""
    let names = test["options"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let template: GoTemplate
    do {
      template = try GoTemplate(text, options: try TemplateOptions(goTemplateOptions: names))
    } catch {
      return (nil, "failed to parse template \(text): \(error.message)")
    }
    do {
      return (try template.execute(TemplateValue(test["params"] ?? .object(Object()))), nil)
    } catch {
      return (nil, "failed to execute go template \(text): \(error.message)")
    }
  }

  /// What a function makes of arguments that nobody should give it; from Sprig's, Argo CD's and Go's code, and run there.
  @Test(arguments: [
    (#"{{ slugify 5 false "a---bcdef" }}"#, "a-b"), (#"{{ slugify 5 true "a---bcdef" }}"#, "a"), (#"{{ slugify 0 false "abc" }}"#, ""),
    (#"{{ slugify 0 true "abc def" }}"#, "abc-def"), (#"{{ slugify -3 true "abc def" }}"#, "abc-def"),
    (#"{{ chunk -2 (list 1) }}"#, "[[1]]"), (#"{{ chunk -5 (list 1 2 3) }}"#, "[]"),
    (#"{{ rest (list) | printf "%#v" }}"#, "[]interface {}(nil)"),
    (#"{{ printf "%w" (list 1 "a") }}"#, "%!w([]interface {}=[1 a])"),
    (#"{{ printf "%w" (dict "a" 1) }}"#, "%!w(map[string]interface {}=map[a:1])"),
    (#"{{ printf "%#w" (list "a") }}"#, #"%!w([]interface {}=[]interface {}{"a"})"#), (#"{{ initial (list) | toJson }}"#, "null"),
  ])
  func oddArguments(_ template: String, _ output: String) throws {
    #expect(try GoTemplate(template).execute(.map(TemplateMap())) == output)
  }

  @Test(arguments: [
    #"{{ slugify -1 false "abc" }}"#, "{{ chunk -1 (list 1) }}", "{{ chunk 0 (list 1) }}", #"{{ mustRegexMatch "\\C" "a" }}"#,
  ])
  func oddArgumentsFail(_ template: String) throws {
    let compiled = try GoTemplate(template)
    #expect(throws: TemplateError.self) { try compiled.execute(.map(TemplateMap())) }
  }
}

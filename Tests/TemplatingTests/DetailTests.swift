import Testing

@testable import Templating

/// What the recorded cases (`Tests/ConformanceTests/corpus/templates/details.jsonl`) do not show.
@Suite struct DetailTests {
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

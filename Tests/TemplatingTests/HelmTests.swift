import Testing

@testable import Templating

/// `include`, `tpl` and `required`, which no recorded case uses. The expected texts are what Helm 4 gives.
@Suite struct HelmTests {
  private static let data = TemplateValue.dictionary([
    ("Values", .dictionary([("name", .string("web")), ("text", .string("{{ .Values.name | upper }}")), ("empty", .string(""))])),
    ("Release", .dictionary([("Name", .string("demo"))])),
  ])

  private func set(_ template: String) throws -> TemplateSet {
    var set = TemplateSet()
    try set.add(
      """
      {{- define "labels" }}
      app: {{ .Values.name }}
      release: {{ .Release.Name }}
      {{- end }}
      {{- define "fails" }}{{ .Values.name.first }}{{ end }}
      """, name: "chart/templates/_helpers.tpl")
    try set.add(template, name: "chart/templates/a.yaml")
    return set
  }

  @Test(arguments: [
    (#"labels:{{ include "labels" . | nindent 2 }}"#, "labels:\n  \n  app: web\n  release: demo"),
    (#"{{ include "labels" . | trim | quote }}"#, #""app: web\nrelease: demo""#),
    (#"{{ tpl .Values.text . }}"#, "WEB"),
    (#"{{ tpl "{{ .x }}{{ .missing }}" (dict "x" 5) }}|"#, "5|"),
    (#"{{ tpl "{{ define \"inner\" }}[{{ . }}]{{ end }}{{ include \"inner\" 7 }}" . }}"#, "[7]"),
    (#"{{ tpl "{{ include \"labels\" . | trim }}" . }}"#, "app: web\nrelease: demo"),
    (#"{{ required "need a name" .Values.name }}"#, "web"),
    (#"{{ template "labels" . }}"#, "\napp: web\nrelease: demo"),
    (#"{{ with .Values }}{{ include "labels" $ | trim }}{{ end }}"#, "app: web\nrelease: demo"),
    (#"{{ $x := 1 }}{{ $_ := include "labels" . }}{{ $x }}"#, "1"),
    (#"{{ getHostByName "localhost" }}|"#, "|"),
  ])
  func output(template: String, expected: String) throws {
    #expect(try set(template).execute("chart/templates/a.yaml", Self.data) == expected)
  }

  private static let failing: [(String, String)] = [
    (
      #"{{ required "need a name" .Values.empty }}"#,
      #"template: chart/templates/a.yaml:1:3: executing "chart/templates/a.yaml" at <required "need a name" .Values.empty>: "#
        + "error calling required: need a name"
    ),
    (
      #"{{ required "need it" .Values.nothing }}"#,
      #"template: chart/templates/a.yaml:1:3: executing "chart/templates/a.yaml" at <required "need it" .Values.nothing>: "#
        + "error calling required: need it"
    ),
    (
      #"a{{ include "fails" . }}"#,
      #"template: chart/templates/a.yaml:1:4: executing "chart/templates/a.yaml" at <include "fails" .>: error calling include: "#
        + #"template: chart/templates/_helpers.tpl:5:31: executing "fails" at <.Values.name.first>: "#
        + "can't evaluate field first in type interface {}"
    ),
    (
      #"{{ include "unknown" . }}"#,
      #"template: chart/templates/a.yaml:1:3: executing "chart/templates/a.yaml" at <include "unknown" .>: error calling include: "#
        + #"template: no template "unknown" associated with template "chart/templates/a.yaml""#
    ),
    (
      #"{{ tpl "{{ .a" . }}"#,
      #"template: chart/templates/a.yaml:1:3: executing "chart/templates/a.yaml" at <tpl "{{ .a" .>: error calling tpl: "#
        + #"cannot parse template "{{ .a": template: gotpl:1: unclosed action"#
    ),
  ]

  @Test(arguments: failing)
  func errors(template: String, expected: String) throws {
    let set = try set(template)
    #expect {
      try set.execute("chart/templates/a.yaml", Self.data)
    } throws: { error in
      let message = (error as? TemplateError)?.message ?? ""
      #expect(message == expected)
      return true
    }
  }

  @Test func executionsDoNotSeeEachOther() throws {
    let set = try set(#"{{ $_ := set .Values "name" "changed" }}{{ .Values.name }}"#)
    #expect(try set.execute("chart/templates/a.yaml", Self.data) == "changed")
    #expect(try GoTemplate("{{ .Values.name }}").execute(Self.data) == "web")
    #expect(set.names == ["chart/templates/_helpers.tpl", "chart/templates/a.yaml", "fails", "labels"])
  }
}

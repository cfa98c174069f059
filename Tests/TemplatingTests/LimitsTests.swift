import Testing

@testable import Templating

/// No template, whatever it says, takes long, grows large or ends the process: it ends with an error that says why.
@Suite struct LimitsTests {
  private static let selfIncluding = #"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#
  private static let doubling = "{{ $x := dict `a` 1 }}{{ range until 60 }}{{ $x = dict `l` $x `r` $x }}{{ end }}"
  private static let longList = "{{ $s := repeat 1000000 `a` }}{{ $l := list }}{{ range until 1000 }}{{ $l = append $l $s }}{{ end }}"

  private static let endless: [(String, String)] = [
    (#"{{ repeat 1000000000 "a" }}"#, "the text would be 1000000000 bytes long: the limit is 1048576 bytes"),
    (#"{{ repeat 9223372036854775807 "ab" }}"#, "strings: Repeat output length overflow"),
    (selfIncluding, "exceeded maximum template depth (200)"),
    ("{{ until 2000000000 }}", "too much work"),
    ("{{ untilStep 0 9223372036854775807 1 }}", "too much work"),
    ("{{ seq 2000000000 }}", "too much work"),
    ("{{ range 9000000000 }}{{ end }}", "too much work"),
    ("{{ range until 4000 }}{{ range until 4000 }}x{{ end }}{{ end }}", "too much work"),
    ("{{ range 9000000000 }}0123456789{{ end }}", "the limit is 1048576 bytes"),
    (#"{{ $s := "x" }}{{ range until 60 }}{{ $s = print $s $s }}{{ end }}"#, "too much work"),
    (#"{{ $s := "x" }}{{ range until 60 }}{{ $s = replace "x" "xx" $s }}{{ end }}"#, "the limit is 1048576 bytes"),
    (#"{{ printf "%999999d" 1 | repeat 100 }}"#, "the limit is 1048576 bytes"),
    (#"{{ range until 1000 }}{{ printf "%999999d" 1 }}{{ end }}"#, "the limit is"),
    (#"{{ indent 100000000 "a" }}"#, "the limit is 1048576 bytes"),
    ("{{ randAlpha 1000000000 }}", "the limit is 1048576 bytes"),
    ("{{ randBytes 1000000000 }}", "the limit is 1048576 bytes"),
    ("{{ $x := bcrypt `a` }}", "too much work"),
    (doubling + "{{ $x }}", "too much work"),
    (doubling + "{{ toJson $x }}", "too much work"),
    (doubling + "{{ toYaml $x }}", "too much work"),
    (doubling + "{{ deepCopy $x | len }}", "too much work"),
    (doubling + "{{ printf `%v` $x }}", "too much work"),
    (doubling + "{{ deepEqual $x $x }}", "too much work"),
    (doubling + "{{ merge (dict) $x $x | len }}{{ list $x | toString }}", "too much work"),
    (longList + "{{ join `,` $l }}", "too much work"),
    (longList + "{{ $l }}", "too much work"),
    ("{{ $x := list }}{{ range until 100000 }}{{ $x = list $x }}{{ end }}", "the values are nested too deeply"),
    ("{{ $x := dict }}{{ range until 100000 }}{{ $x = dict `a` $x }}{{ end }}", "the values are nested too deeply"),
    (
      "{{ $c := dict }}{{ $r := $c }}{{ range until 100000 }}{{ $n := dict }}{{ $_ := set $c `n` $n }}{{ $c = $n }}{{ end }}{{ $r }}",
      "the values are nested too deeply"
    ),
    (
      "{{ $c := dict }}{{ range until 9999 }}{{ $n := dict }}{{ $_ := set $c `n` (dict `w` $n) }}{{ $c = $n }}{{ end }}",
      "the values are nested too deeply"
    ),
    ("{{ $d := dict }}{{ $_ := set $d `me` $d }}{{ $d }}", "a map cannot be put into itself"),
    ("{{ $d := dict }}{{ $_ := set $d `me` (list 1 (dict `x` $d)) }}{{ $d }}", "a map cannot be put into itself"),
    ("{{ $d := dict `m` (dict) }}{{ $_ := merge $d.m $d }}{{ $d }}", "a map cannot be put into itself"),
    ("{{ $_ := set . `x` . }}{{ . }}", "a map cannot be put into itself"),
    ("{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l 1 }}{{ end }}", "too much work"),
    (#"{{ regexMatch "(((a{100}){100}){100})" "a" }}{{ mustRegexMatch "(((a{100}){100}){100})" "a" }}"#, "error parsing regexp"),
    (#"{{ range until 10000 }}{{ regexReplaceAll "(a*)*b" (repeat 10000 "a") "x" }}{{ end }}"#, "too much work"),
  ]

  @Test(arguments: endless)
  func refused(template: String, expected: String) {
    // A tenth of the usual limits, so that the tests are quick without optimisation too.
    let limits = TemplateLimits(outputBytes: 1 << 20, steps: 300_000)
    #expect {
      try GoTemplate(template).execute(.dictionary([("a", .string("x"))]), limits: limits)
    } throws: { error in
      guard let error = error as? TemplateError else { return false }
      #expect(error.message.contains(expected), "\(error.message.prefix(300))")
      return true
    }
  }

  /// The two examples of the issue, with the limits that hold where none are given.
  @Test func standardLimits() {
    #expect(throws: TemplateError.self) { try GoTemplate(#"{{ repeat 1000000000 "a" }}"#).execute(.null) }
    #expect(throws: TemplateError.self) { try GoTemplate(Self.selfIncluding).execute(.null) }
  }

  private static let large: [String] = [
    String(repeating: "(", count: 100_000), String(repeating: "{{ if 1 }}", count: 100_000), "{{ " + String(repeating: "(", count: 100_000),
    "{{ " + String(repeating: "not (", count: 5000) + "1" + String(repeating: ")", count: 5000) + "}}",
    String(repeating: "{{ if 1 }}{{ else if 2 }}", count: 5000), "{{ if 1 }}" + String(repeating: "{{ else if 2 }}", count: 100_000),
    "{{" + String(repeating: ".a", count: 100_000) + "}}", "{{ 1" + String(repeating: "0", count: 100_000) + " }}",
    "{{ print" + String(repeating: " 1", count: 100_000) + "}}", String(repeating: "{{/*", count: 100_000),
  ]

  @Test(arguments: large)
  func largeTemplates(template: String) {
    // Each of them either parses or says why not; what it gives does not matter here.
    let result = Result { try GoTemplate(template).execute(.dictionary([])) }
    switch result {
    case .success(let output): #expect(output.utf8.count <= 16 << 20)
    case .failure(let error): #expect(error is TemplateError)
    }
  }

  /// Numbers at the ends of their range, where calculations overflow.
  @Test(arguments: [
    "9223372036854775807", "-9223372036854775808", "-9223372036854775807", "4611686018427387904", "2147483648", "-2147483649", "1000001",
  ])
  func extremeNumbers(number: String) throws {
    let calls = [
      "date `2006-01-02T15:04:05Z07:00 MST` (int64 N)", "dateInZone `2006 002` (int64 N) `Europe/Berlin`", "ago (int64 N)",
      "(toDate `2006` `2020`).AddDate N N N", "(toDate `2006` `2020`).Add N", "(toDate `2006` `2020`).Round N", "duration (int64 N)",
      "durationRound (int64 N)", "durationRoundTo N N", "htmlDateInZone N `America/New_York`", "abbrev N `日本語 text`",
      "abbrevboth N 9 `日本語 text`", "abbrevboth 1 N `日本語 text`", "trunc N `text`", "substr N 2 `text`", "substr 0 N `text`",
      "wrap N `a b c`", "wrapWith N `-` `a b c`", "indent N `x`", "nindent N `x`", "repeat N ``", "splitn `,` N `a,b`", "splitn `` N `ab`",
      "printf `%*d` N 1", "printf `%.*f` N 1.5", "printf `%[N]d` 1", "regexFindAll `a` `aa` N", "regexSplit `a` `aa` N",
      "slice (list 1 2) N",
      "slice (list 1 2) 0 N", "slice `text` N", "index (list 1 2) N", "chunk N (list 1 2 3)", "until N", "untilStep 0 N N",
      "untilStep N 0 N",
      "seq N 3", "seq 0 N N", "seq N N N", "toJson (float64 N)", "toYaml (float64 N)", "toToml (dict `a` (float64 N))",
      "toYamlPretty (float64 N)", "round 1.5 N", "round N 2", "add N N", "sub N N", "mul N N", "div N -1", "mod N -1", "mulf N N",
      "divf N 3", "subf N 1", "randInt N 5", "randInt 5 N", "randAlpha N", "randBytes N", "int N", "toDecimal N", "float64 N", "seq N",
      "genCAWithKey `x` N (genPrivateKey `ed25519`)", "slugify N `text`", "plural `a` `b` N", "bcrypt `N`", "max N N", "floor N", "ceil N",
    ]
    let limits = TemplateLimits(outputBytes: 1 << 20, steps: 50_000)
    for call in calls {
      let text = "{{ " + call.split(separator: "N", omittingEmptySubsequences: false).joined(separator: number) + " }}"
      // Each gives a text or an error; none may trap.
      let result = Result { try GoTemplate(text, functions: .helm).execute(.null, limits: limits) }
      if case .failure(let error) = result { #expect(error is TemplateError) }
    }
  }

  @Test func selfIncludingByHelm() throws {
    var set = TemplateSet()
    try set.add(#"{{ define "a" }}{{ include "a" . }}{{ end }}"#, name: "_helpers.tpl")
    try set.add(#"{{ include "a" . }}"#, name: "x")
    try set.add(#"{{ tpl .t . }}"#, name: "y")
    let data = TemplateValue.dictionary([("t", .string("{{ tpl .t . }}"))])
    for name in ["x", "y"] {
      #expect {
        try set.execute(name, data)
      } throws: { error in
        let message = (error as? TemplateError)?.message ?? ""
        return message.contains("exceeded maximum template depth (200)") || message.contains("too long")
      }
    }
  }

  @Test func longChains() throws {
    let chain = "{{ if eq .n 0.0 }}0" + (1..<1000).map { "{{ else if eq .n \($0).0 }}\($0)" }.joined() + "{{ else }}none{{ end }}"
    let template = try GoTemplate(chain)
    for (number, expected) in [(0.0, "0"), (1, "1"), (999, "999"), (1000, "none")] {
      #expect(try template.execute(.dictionary([("n", .float(number))])) == expected)
    }
  }

  @Test func givenLimits() {
    let limits = TemplateLimits(outputBytes: 10, steps: 100, depth: 3)
    #expect(throws: TemplateError.self) { try GoTemplate("01234567{{ 890 }}").execute(.null, limits: limits) }
    #expect(throws: Never.self) { try GoTemplate("01234567{{ 89 }}").execute(.null, limits: limits) }
    #expect(throws: TemplateError.self) { try GoTemplate("{{ range 101 }}{{ end }}").execute(.null, limits: limits) }
  }
}

@testable import Templating

/// Makes templates of the language's words and mutates the ones that worked, and executes them.
struct TemplateFuzzer {
  private(set) var outputs = 0
  private(set) var executionErrors = 0
  private(set) var parseErrors = 0
  private var source: RandomSource
  private var corpus: [String] = []
  private let tables: [FunctionTable]
  private let names: [String]

  private static let limits = TemplateLimits(outputBytes: 1 << 16, steps: 20_000, depth: 20)
  private static let environment = TemplateEnvironment.system.pinned(seconds: 1_600_000_000, seed: [1])

  /// What costs much and is known to be bounded by its own price.
  private static let slow: Set<String> = [
    "genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert", "bcrypt", "htpasswd", "derivePassword",
  ]

  private static let words = [
    "{{", "}}", "{{-", "-}}", "{{/*", "*/}}", "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue",
    "nil",
    "true", "false", "and", "or", "not", "|", ":=", "=", ",", "(", ")", ".", "$", "$x", "$i", ".a", ".l", ".m.k", ".s", ".n", "\"text\"",
    "`raw`", "'c'", "\"%v %5.2f %q\"", "\"\"", "\"\\u00e9\\n\"", "0", "1", "-1", "3", "1.5", "1e300", "0x1p-2", "1i", "100000",
    "9223372036854775807", "\"a\"", "\"2006-01-02\"", "\"^1.2\"", "\"(a|b)*\"", "\n", "é", "\0", "\u{FEFF}",
  ]

  private static let data = TemplateValue.dictionary([
    ("a", .string("value {{ .s }}")), ("l", .array([.int(1), .string("two"), .null, .float(2.5), .array([])])),
    ("m", .dictionary([("k", .string("v")), ("n", .dictionary([]))])), ("n", .float(7)), ("s", .string("日本\u{0}text\n")), ("z", .null),
  ])

  init(seed: [UInt8]) {
    source = RandomSource(seed: seed)
    tables = [.argoCD, .helm]
    names = FunctionTable.helm.names.filter { !TemplateFuzzer.slow.contains($0) }
  }

  /// Makes one template and executes it.
  mutating func step() {
    let text = make()
    run(text)
  }

  /// Executes a text as a template; where it works it may be mutated later.
  mutating func run(_ text: String) {
    let template: GoTemplate
    do {
      template = try GoTemplate(
        text, functions: tables[source.below(2)], options: TemplateOptions(missingKey: source.below(4) == 0 ? .error : .invalid))
    } catch {
      parseErrors += 1
      return
    }
    do {
      _ = try template.execute(Self.data, limits: Self.limits, environment: Self.environment)
      outputs += 1
    } catch {
      executionErrors += 1
    }
    if corpus.count < 2000 { corpus.append(text) } else { corpus[source.below(corpus.count)] = text }
  }

  private mutating func make() -> String {
    if !corpus.isEmpty && source.below(3) == 0 { return mutated(corpus[source.below(corpus.count)]) }
    if source.below(10) == 0 {
      return (0..<(1 + source.below(25))).map { _ in pick(Self.words) }.joined(separator: source.below(2) == 0 ? " " : "")
    }
    return statements(depth: 3)
  }

  private mutating func pick(_ list: [String]) -> String { list[source.below(list.count)] }

  private mutating func statements(depth: Int) -> String {
    var result = ""
    for _ in 0..<(1 + source.below(3)) { result += statement(depth: depth) }
    return result
  }

  private mutating func statement(depth: Int) -> String {
    switch depth > 0 ? source.below(12) : source.below(4) {
    case 0...3: return "{{ \(pipeline(depth: 2)) }}"
    case 4: return "text "
    case 5: return "{{ if \(pipeline(depth: 1)) }}\(statements(depth: depth - 1)){{ else }}\(statements(depth: depth - 1)){{ end }}"
    case 6: return "{{ with \(pipeline(depth: 1)) }}\(statements(depth: depth - 1)){{ end }}"
    case 7, 8: return "{{ range $i, $x := \(pipeline(depth: 1)) }}\(statements(depth: depth - 1)){{ end }}"
    case 9: return "{{ $x := \(pipeline(depth: 1)) }}{{ $x = \(pipeline(depth: 1)) }}{{ $x }}"
    case 10: return "{{ define \"t\" }}\(statements(depth: depth - 1)){{ end }}{{ template \"t\" \(operand(depth: 0)) }}"
    default: return "{{- range \(1 + source.below(50)) }}\(statements(depth: depth - 1)){{ end -}}"
    }
  }

  private mutating func pipeline(depth: Int) -> String {
    var result = source.below(4) == 0 ? operand(depth: depth) : call(depth: depth)
    for _ in 0..<source.below(3) { result += " | " + call(depth: 0) }
    return result
  }

  private mutating func call(depth: Int) -> String {
    var result = pick(names)
    for _ in 0..<source.below(4) { result += " " + operand(depth: depth) }
    return result
  }

  private mutating func operand(depth: Int) -> String {
    if depth > 0 && source.below(3) == 0 { return "(\(pipeline(depth: depth - 1)))" }
    let start = 26
    return Self.words[start + source.below(Self.words.count - start)].filter { $0 != "|" && $0 != "\n" }
  }

  /// Cuts, doubles, swaps or replaces a part of a template.
  private mutating func mutated(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<(1 + source.below(4)) where !scalars.isEmpty && scalars.count < 4000 {
      let start = source.below(scalars.count)
      let end = min(start + 1 + source.below(12), scalars.count)
      switch source.below(5) {
      case 0: scalars.removeSubrange(start..<end)
      case 1: scalars.insert(contentsOf: scalars[start..<end], at: source.below(scalars.count))
      case 2: scalars.insert(contentsOf: Array(pick(Self.words).unicodeScalars), at: start)
      case 3: scalars.replaceSubrange(start..<end, with: Array(pick(names).unicodeScalars))
      default: scalars[start] = Unicode.Scalar(UInt8(source.below(128)))
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}

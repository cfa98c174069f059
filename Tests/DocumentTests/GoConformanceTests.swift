import Testing

@testable import Document

/// Go's own answers to the cases of the conformance corpus that need no template engine.
struct GoConformanceTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var function: String
    var input: Value
    var output: String?
    var testDescription: String { name }

    static let all: [Case] = goCases.split(separator: "\n").compactMap { line in
      guard let row = try? JSON.decode(String(line)).arrayValue, row.count == 4, let name = row[0].stringValue,
        let function = row[1].stringValue
      else { return nil }
      return Case(name: name, function: function, input: row[2], output: row[3].stringValue)
    }
  }

  @Test func everyCaseIsRead() {
    #expect(Case.all.count == goCases.split(separator: "\n").count)
  }

  @Test(arguments: Case.all)
  func matchesGo(_ example: Case) {
    #expect(GoConformanceTests.run(example) == example.output)
  }

  static func run(_ example: Case) -> String? {
    switch example.function {
    case "toYaml": return (try? YAML.marshal(example.input)).map(withoutLastBreak)
    case "toJson": return JSON.string(example.input, escapeHTML: true)
    case "toPrettyJson": return JSON.string(example.input, pretty: 2, escapeHTML: true)
    case "toRawJson": return JSON.string(example.input)
    case "fromYamlToJson":
      return (try? YAML.decode(example.input.stringValue ?? "", duplicateKeys: .lastWins)).map { JSON.string($0, escapeHTML: true) }
    case "fromYamlToYaml":
      return (try? YAML.decode(example.input.stringValue ?? "", duplicateKeys: .lastWins)).map { withoutLastBreak(YAML.encode($0)) }
    default: return "unknown function \(example.function)"
    }
  }

  private static func withoutLastBreak(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
}

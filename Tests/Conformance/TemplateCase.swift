import Document
import Foundation
import Templating

/// A template with its parameters, and what Go made of it.
struct TemplateCase: Sendable {
  enum Dialect: String, Sendable {
    /// An ApplicationSet with `goTemplate: true`.
    case go
    /// `{{name}}` substitution.
    case fast
    /// Helm's engine.
    case helm
  }

  enum Outcome: Sendable {
    case output(String)
    case error(String)
    /// A pattern that the whole output must match.
    case matches(String)
  }

  private let dialect: Dialect
  private let template: String
  private let parameters: Value
  private let options: [String]
  private let expected: Outcome

  init(_ value: Value) throws(MalformedCase) {
    try value.checkMembers(["id", "dialect", "template", "params", "options", "out", "error", "matches"], "the case")
    guard value["id"]?.stringValue != nil else { throw MalformedCase("`id` must be text") }
    guard let dialect = value["dialect"]?.stringValue.flatMap(Dialect.init) else {
      throw MalformedCase("`dialect` must be go, fast or helm, not \(value["dialect"].map { JSON.string($0) } ?? "missing")")
    }
    guard let template = value["template"]?.stringValue else { throw MalformedCase("`template` must be text") }
    let options = value["options"] ?? []
    guard let texts = options.arrayValue?.compactMap(\.stringValue), texts.count == options.arrayValue?.count else {
      throw MalformedCase("`options` must be a list of texts")
    }
    self.dialect = dialect
    self.template = template
    parameters = value["params"] ?? .object(Object())
    self.options = texts
    var outcomes: [Outcome] = []
    for field in ["out", "error", "matches"] {
      guard let found = value[field] else { continue }
      guard let text = found.stringValue else { throw MalformedCase("`\(field)` must be text") }
      outcomes.append(field == "out" ? .output(text) : field == "error" ? .error(text) : .matches(text))
    }
    guard let expected = outcomes.first, outcomes.count == 1 else {
      throw MalformedCase("a case has exactly one of `out`, `error` and `matches`, not \(outcomes.count)")
    }
    self.expected = expected
  }

  /// What is not as recorded; nil when the case passes.
  func difference() -> Difference? {
    let got = run()
    switch (expected, got) {
    case (.output(let wanted), .output(let text)):
      if wanted.utf8.elementsEqual(text.utf8) { return nil }
      return Difference("output of \(template)", expected: wanted, got: text)
    case (.error(let wanted), .error(let text)):
      if ErrorText.same(wanted, text) { return nil }
      return Difference("error text of \(template)", expected: wanted, got: text)
    case (.matches(let pattern), .output(let text)):
      do {
        let expression = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
        let whole = NSRange(text.startIndex..., in: text)
        if expression.firstMatch(in: text, range: whole) != nil { return nil }
        return Difference("output of \(template), which must match", expected: pattern, got: text)
      } catch {
        return Difference("the case cannot be run: `matches` is no regular expression: \(pattern)")
      }
    case (_, .error(let text)): return Difference("\(template) is an error", expected: wantedText, got: "error: " + text)
    case (_, _): return Difference("\(template) must be an error", expected: wantedText, got: gotText(got))
    }
  }

  private var wantedText: String {
    switch expected {
    case .output(let text): text
    case .error(let text): "error: " + text
    case .matches(let pattern): "a text that matches " + pattern
    }
  }

  private func gotText(_ outcome: Outcome) -> String {
    switch outcome {
    case .output(let text), .error(let text), .matches(let text): text
    }
  }

  /// What we make of it, with the words that Argo CD puts before an error.
  private func run() -> Outcome {
    if dialect == .fast {
      do {
        let lookup: (String) -> String? = { parameters[$0]?.stringValue }
        return .output(try ClassicTemplate(template).execute(lookup))
      } catch {
        return .error("invalid template: " + error.message)
      }
    }
    var options: TemplateOptions
    do {
      options = try TemplateOptions(goTemplateOptions: self.options)
    } catch {
      return .error("panic: " + error.message)
    }
    if dialect == .helm { options.missingKey = .zero }
    let compiled: GoTemplate
    do {
      compiled = try GoTemplate(template, functions: dialect == .helm ? .helm : .argoCD, options: options)
    } catch {
      return .error("failed to parse template \(template): \(error.message)")
    }
    do {
      let output = try compiled.execute(TemplateValue(parameters))
      return .output(dialect == .helm ? output.replacingOccurrences(of: "<no value>", with: "") : output)
    } catch {
      return .error("failed to execute go template \(template): \(error.message)")
    }
  }
}

import Document
import FleetModel
import Templating

/// A text that could not be rendered; the message is Argo CD's.
struct RenderError: Error {
  var message: String
  /// The text as it is written.
  var source: String?

  init(_ message: String, source: String? = nil) {
    self.message = message
    self.source = source
  }

  func within(_ prefix: String) -> RenderError { RenderError(prefix + message, source: source) }
}

/// One compiled text.
enum CompiledText: Sendable {
  case literal(String)
  case go(GoTemplate, source: String)
  case classic(ClassicTemplate, source: String)
  case broken(String, source: String)

  func render(_ parameters: ParameterSet, _ scope: borrowing RenderScope) throws(RenderError) -> String {
    switch self {
    case .literal(let text): return text
    case .go(let template, let source):
      if let refusal = scope.spent.refusal(source) {
        throw RenderError("failed to execute go template \(source): \(refusal)", source: source)
      }
      do {
        let environment = template.isDeterministic ? TemplateEnvironment.system : scope.environment(for: source)
        return try template.execute(.map(parameters.values), limits: scope.limits, environment: environment)
      } catch {
        scope.spent.note(error, of: source)
        throw RenderError("failed to execute go template \(source): \(error.message)", source: source)
      }
    case .classic(let template, let source):
      do {
        return try template.execute { parameters.text($0) }
      } catch {
        throw RenderError("invalid template: \(error.message)", source: source)
      }
    case .broken(let message, let source): throw RenderError(message, source: source)
    }
  }
}

/// Compiles and renders the texts of one application set, in its mode and with its options; each text is compiled once.
///
/// Used by one evaluation of one set at a time.
final class TextRenderer {
  let goTemplate: Bool
  let limits: TemplateLimits
  private let pins: TemplatePins
  private let spent = SpentTexts()
  /// The set, for texts that belong to no instance yet.
  private let set: InstanceID
  /// What is wrong with the set's template options; Argo CD meets it at the first text of any kind.
  let optionError: RenderError?
  private let options: TemplateOptions
  private(set) var compiled: [String: CompiledText]
  private(set) var compiledStrict: [String: CompiledText]

  /// - Parameter known: What was compiled for the same set before.
  init(_ set: ApplicationSet, limits: TemplateLimits, pins: TemplatePins, known: SetCompilation? = nil) {
    goTemplate = set.goTemplate
    self.limits = limits
    self.pins = pins
    self.set = TemplatePins.id(ofSet: set.name, in: set.namespace)
    compiled = known?.texts ?? [:]
    compiledStrict = known?.strictTexts ?? [:]
    var parsed = TemplateOptions()
    var problem: RenderError?
    if goTemplate {
      do {
        parsed = try TemplateOptions(goTemplateOptions: set.goTemplateOptions)
      } catch {
        problem = RenderError(error.message)
      }
    }
    self.options = parsed
    optionError = problem
  }

  func compile(_ text: String) -> CompiledText {
    if let known = compiled[text] { return known }
    let result = compile(text, options)
    compiled[text] = result
    return result
  }

  private func compile(_ text: String, _ options: TemplateOptions) -> CompiledText {
    if goTemplate {
      do {
        let template = try GoTemplate(text, options: options)
        return template.isLiteral ? .literal(text) : .go(template, source: text)
      } catch {
        return .broken("failed to parse template \(text): \(error.message)", source: text)
      }
    }
    let template = ClassicTemplate(text)
    return template.isLiteral ? .literal(text) : .classic(template, source: text)
  }

  /// The texts that ask for the time or for something random, sorted, with the functions that they call.
  var nondeterministicTexts: [(text: String, functions: [String])] {
    compiled.compactMap { text, compiled in
      if case .go(let template, _) = compiled, !template.isDeterministic { (text, template.nondeterministicFunctions) } else { nil }
    }.sorted { ByteOrder.less($0.text, $1.text) }
  }

  /// The texts that do not parse, sorted, with what is said of them.
  var brokenTexts: [(text: String, message: String)] {
    compiled.values.compactMap { if case .broken(let message, let text) = $0 { (text, message) } else { nil } }
      .sorted { ByteOrder.less($0.text, $1.text) }
  }

  /// What the texts of an instance are rendered with.
  func scope(of id: InstanceID) -> RenderScope { RenderScope(limits: limits, pins: pins, id: id, element: "", spent: spent) }

  /// What the texts of a generator are rendered with.
  private func scope(_ parameters: ParameterSet) -> RenderScope {
    RenderScope(limits: limits, pins: pins, id: set, element: parameters.key, spent: spent)
  }

  /// Whether a text gives itself whatever the parameters.
  func isLiteral(_ text: String) -> Bool {
    if case .literal = compile(text) { return true }
    return false
  }

  func render(_ text: String, _ parameters: ParameterSet) throws(RenderError) -> String {
    if let optionError { throw optionError }
    return try compile(text).render(parameters, scope(parameters))
  }

  /// Renders a go template so that a missing key is an error, whatever the set's options say.
  func renderStrictly(_ text: String, _ parameters: ParameterSet) throws(RenderError) -> String {
    let template: CompiledText
    if let known = compiledStrict[text] {
      template = known
    } else {
      template = compile(text, TemplateOptions(missingKey: .error))
      compiledStrict[text] = template
    }
    return try template.render(parameters, scope(parameters))
  }
}

/// A text of a generator on its way through matrix generators: what parameters brought in is never looked at again.
enum GeneratorText: Sendable {
  /// As written.
  case template(String)
  /// Rendered; whatever it holds is just text.
  case final(String)
  /// Classic mode: still a template, for which the parameters of outer elements come first.
  case bound(String, [ParameterSet])

  /// Fills in the parameters of an outer element.
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorText {
    switch self {
    case .final: return self
    case .bound(let text, let outer): return .bound(text, outer + [parameters])
    case .template(let text):
      if renderer.goTemplate { return .final(try renderer.render(text, parameters)) }
      // Argo CD would find a broken template here, not later.
      if !renderer.isLiteral(text) { _ = try renderer.render(text, parameters) }
      return .bound(text, [parameters])
    }
  }

  /// Fills in the parameters of an outer element where they are known, and keeps a go template that asks for others.
  func preResolved(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorText {
    guard renderer.goTemplate, case .template(let text) = self else { return try interpolated(parameters, renderer) }
    do {
      return .final(try renderer.renderStrictly(text, parameters))
    } catch {
      let asksForOthers = error.message.contains("map has no entry for key") || error.message.contains("can't evaluate field")
      if asksForOthers { return self }
      throw error
    }
  }

  /// The text as it is now: no more parameters come.
  func settled(_ renderer: TextRenderer) throws(RenderError) -> String {
    switch self {
    case .template(let text), .final(let text): return text
    case .bound: return try rendered(nil, renderer)
    }
  }

  /// The text rendered with the generator's own parameters.
  func rendered(_ own: ParameterSet?, _ renderer: TextRenderer) throws(RenderError) -> String {
    switch self {
    case .final(let text): return text
    case .template(let text):
      guard let own else { return text }
      return try renderer.render(text, own)
    case .bound(let text, let outer):
      switch renderer.compile(text) {
      case .literal(let text): return text
      case .classic(let template, _):
        do {
          return try template.execute { name in
            for parameters in outer {
              if let value = parameters.text(name) { return value }
            }
            return own?.text(name)
          }
        } catch {
          throw RenderError("invalid template: \(error.message)")
        }
      case .go, .broken: return try renderer.render(text, own ?? outer.first ?? .none)
      }
    }
  }

  func isStatic(_ renderer: TextRenderer) -> Bool {
    switch self {
    case .final: true
    case .template(let text): renderer.isLiteral(text)
    case .bound: false
    }
  }
}

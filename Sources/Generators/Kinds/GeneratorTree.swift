import Document

/// A part of a generator's definition whose texts are templates, wherever they stand in it: the counterpart of ``GeneratorText`` for
/// whole objects, with the same rule that what parameters brought in is never looked at again.
struct GeneratorTree: Sendable {
  private enum State: Sendable {
    case template
    case final
    /// Classic mode: still templates, for which the parameters of outer elements come first.
    case bound([ParameterSet])
  }

  private var value: Value
  private var state = State.template

  init(_ value: Value) { self.value = value }

  /// Fills in the parameters of an outer element.
  func interpolated(_ parameters: ParameterSet, _ renderer: TextRenderer) throws(RenderError) -> GeneratorTree {
    var copy = self
    switch state {
    case .final: break
    case .bound(let outer): copy.state = .bound(outer + [parameters])
    case .template:
      // In classic mode the result is thrown away: only what is broken matters, which Argo CD would find here.
      let rendered = try JSONTemplates.rendered(value) { text throws(RenderError) in try renderer.render(text, parameters) }
      if renderer.goTemplate {
        copy.value = rendered
        copy.state = .final
      } else {
        copy.state = .bound([parameters])
      }
    }
    return copy
  }

  /// The value as it is now: no more parameters come.
  func settled(_ renderer: TextRenderer) throws(RenderError) -> Value {
    guard case .bound(let outer) = state else { return value }
    return try JSONTemplates.rendered(value) { text throws(RenderError) in try GeneratorText.bound(text, outer).settled(renderer) }
  }

  func isStatic(_ renderer: TextRenderer) -> Bool {
    switch state {
    case .template: JSONTemplates.isLiteral(value, renderer)
    case .final: true
    case .bound: false
    }
  }
}

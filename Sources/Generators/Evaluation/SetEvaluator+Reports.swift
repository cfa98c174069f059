import Document
import FleetModel
import Templating

/// What people are told about the texts of a set.
extension SetEvaluator {
  mutating func reportTexts() {
    // Of several texts that do not parse, each element shows the first.
    for (text, message) in runner.renderer.brokenTexts where !blamedTexts.contains(text) {
      let place = position(TextPlace.path(of: text, in: set.document.value))
      let hint = ParameterHint.text(for: message, in: .null)
      outcome.diagnostics.append(Diagnostic(.error, message + hint, at: place, subject: set.subject))
    }
    if work.reused > 0, let memo {
      // What was taken from before is not looked at again.
      let told = "templatePatch: "
      unknownInPatch.formUnion(
        memo.generation.diagnostics.map(\.message).filter { $0.hasPrefix(told) }.map { String($0.dropFirst(told.count)) })
    }
    for message in unknownInPatch.sorted(by: ByteOrder.less) {
      let place = position(["spec", "templatePatch"])
      outcome.diagnostics.append(Diagnostic(.warning, "templatePatch: \(message)", at: place, subject: set.subject))
    }
    let texts = runner.renderer.nondeterministicTexts
    outcome.evaluation.isPinned = !texts.isEmpty
    for (text, functions) in texts {
      let place = position(TextPlace.path(of: text, in: set.document.value))
      let message = NondeterministicText.message(text, functions)
      outcome.diagnostics.append(Diagnostic(.warning, message, at: place, subject: set.subject))
    }
  }

  mutating func note(_ missing: [String], _ parameters: ParameterSet) {
    for name in missing {
      if missingTags[name] == nil {
        missingTags[name] = (parameters.element, 0, parameters.values.entries.map(\.key).sorted(by: ByteOrder.less))
      }
      missingTags[name]?.count += 1
    }
  }

  /// Argo CD leaves such a tag as it is, and says nothing.
  mutating func reportMissingTags() {
    for (name, missing) in missingTags.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
      var advice = "no such parameter" + ParameterHint.hint(name, in: missing.names)
      if name.hasPrefix(".") {
        // Another language's text may have such tags; this one's name says that it was meant for us.
        let field = name.dropFirst()
        guard missing.names.contains(where: { $0 == field || $0.hasPrefix(field + ".") }) else { continue }
        advice = "a dot before the name is for goTemplate: true, which the set does not say"
      }
      let message = "{{\(name)}} stays as it is for \(missing.element)\(others): \(advice)"
      let path = TextPlace.path(in: set.document.value[at: "spec", "template"] ?? .null) { $0.contains("{{") && $0.contains(name) }
      let place = position(["spec", "template"] + (path ?? []))
      outcome.diagnostics.append(Diagnostic(.warning, message, at: place, subject: set.subject))
    }
  }

  /// The text that is to blame, or the template.
  mutating func blamed(_ error: RenderError) -> SourcePosition {
    if let text = error.source { blamedTexts.insert(text) }
    let path = error.source.map { TextPlace.path(of: $0, in: set.document.value) } ?? []
    let isOfPatch = error.message.contains("templatePatch")
    return position(path.isEmpty ? ["spec", isOfPatch ? "templatePatch" : "template"] : path)
  }
}

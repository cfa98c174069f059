import FleetModel
import Templating

/// What the texts of one element are rendered with.
struct RenderScope {
  let limits: TemplateLimits
  let pins: TemplatePins
  /// The instance; the set for texts of generators, which belong to no instance yet.
  let id: InstanceID
  /// The element of such a text.
  let element: String
  /// What has used up its work before.
  let spent: SpentTexts

  /// What one text is executed with. Each has randomness of its own; the same text gives the same wherever it stands in the instance.
  func environment(for text: String) -> TemplateEnvironment {
    let pin = pins.pin(of: id)
    return TemplateEnvironment.system.pinned(
      seconds: pin.seconds, seed: TemplateEnvironment.seed(secret: pin.seed, parts: element, text))
  }
}

/// The texts of one set that use up all the work that a template may do.
///
/// One such text costs a second; a thousand elements would cost a quarter of an hour, at every evaluation.
final class SpentTexts {
  /// How many elements may try before the others are not tried any more.
  private static let patience = 10
  private var counts: [String: (count: Int, message: String)] = [:]

  /// What to say instead of trying once more; nil where it is worth trying.
  func refusal(_ text: String) -> String? {
    guard let known = counts[text], known.count >= SpentTexts.patience else { return nil }
    return known.message + "; \(known.count) elements did so, and the others are not tried"
  }

  /// Takes note of a failure.
  func note(_ error: TemplateError, of text: String) {
    guard error.isWorkLimit else { return }
    counts[text] = ((counts[text]?.count ?? 0) + 1, error.message)
  }
}

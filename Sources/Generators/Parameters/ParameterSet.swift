import Document
import FleetModel
import Templating

/// What one generator element says: the values that templates see, and what the element is.
struct ParameterSet: Sendable {
  /// The values; in classic mode flat, with dots in the keys.
  var values: TemplateMap
  /// The element's identity within its generator.
  var key: String
  /// The element in words.
  var element: String
  /// Files of Git sources that made the element.
  var files: [String] = []
  /// The commit that they were read at.
  var commit: String?

  init(_ values: TemplateMap, key: String, element: String, files: [String] = [], commit: String? = nil) {
    self.values = values
    self.key = key
    self.element = element
    self.files = files
    self.commit = commit
  }

  var isEmpty: Bool { values.count == 0 }

  /// The value that a classic template sees: texts only.
  func text(_ name: String) -> String? {
    guard case .string(let text)? = values[name] else { return nil }
    return text
  }

  /// Whether it is the very same element, found the cheap way: parameters that were made twice are not the same here.
  func isSame(as other: ParameterSet) -> Bool {
    values === other.values && commit == other.commit && files == other.files && ByteOrder.equal(element, other.element)
  }

  /// The same element with further entries, which win.
  func adding(_ entries: [(String, TemplateValue)]) -> ParameterSet {
    guard !entries.isEmpty else { return self }
    var copy = self
    copy.values = TemplateMap(values.entries.map { ($0.key, $0.value) } + entries)
    return copy
  }

  /// Both elements together, with given values.
  func joined(with other: ParameterSet, values: TemplateMap) -> ParameterSet {
    let files =
      other.files.isEmpty ? files : files.isEmpty ? other.files : Array(Set(files + other.files)).sorted(by: ByteOrder.less)
    return ParameterSet(
      values, key: key + "," + other.key, element: element + ", " + other.element, files: files, commit: commit ?? other.commit)
  }
}

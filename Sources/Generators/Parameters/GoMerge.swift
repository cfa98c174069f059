import Document
import Templating

/// Merging of parameters as Argo CD's merge library does it.
enum GoMerge {
  /// The maps together. Values of `over` win, also when they are false, empty or nil; maps are merged key by key; lists are replaced
  /// whole; an empty map replaces nothing.
  ///
  /// - Throws: a value that the other side's map of texts cannot hold, where the library itself crashes.
  static func merged(_ base: TemplateMap, over: TemplateMap, path: String = "") throws(RenderError) -> TemplateMap {
    if over.count == 0 { return base }
    if base.count == 0 && path.isEmpty { return over }
    var entries: [(String, TemplateValue)] = []
    entries.reserveCapacity(base.count + over.count)
    let (left, right) = (base.entries, over.entries)
    var (one, two) = (0, 0)
    while one < left.count || two < right.count {
      let order = one == left.count ? 1 : two == right.count ? -1 : ByteOrder.compare(left[one].key, right[two].key)
      if order < 0 {
        entries.append((left[one].key, left[one].value))
        one += 1
        continue
      }
      let upper = right[two]
      if base.type == .stringMap { try requireText(upper.value, path.isEmpty ? upper.key : "\(path).\(upper.key)") }
      if order == 0 {
        entries.append((upper.key, try value(left[one].value, over: upper.value, path.isEmpty ? upper.key : "\(path).\(upper.key)")))
        one += 1
      } else {
        entries.append((upper.key, upper.value))
      }
      two += 1
    }
    return TemplateMap(entries, type: base.type)
  }

  private static func value(_ base: TemplateValue, over: TemplateValue, _ path: String) throws(RenderError) -> TemplateValue {
    guard case .map(let upper) = over, case .map(let lower) = base else { return over }
    return lower.count == 0 ? over : .map(try merged(lower, over: upper, path: path))
  }

  private static func requireText(_ value: TemplateValue, _ path: String) throws(RenderError) {
    if case .string = value { return }
    throw RenderError("parameter \(path) is text in one generator and \(value.type.name) in the other: give both the same type")
  }

  /// The flat maps together, all values as text.
  ///
  /// - Throws: the first key that both have with different values.
  static func combined(_ first: TemplateMap, _ second: TemplateMap) throws(RenderError) -> TemplateMap {
    var entries: [(String, TemplateValue)] = []
    entries.reserveCapacity(first.count + second.count)
    let (left, right) = (first.entries, second.entries)
    var (one, two) = (0, 0)
    while one < left.count || two < right.count {
      let order = one == left.count ? 1 : two == right.count ? -1 : ByteOrder.compare(left[one].key, right[two].key)
      if order == 0 {
        let (leftText, rightText) = (GoText.text(left[one].value), GoText.text(right[two].value))
        guard ByteOrder.equal(leftText, rightText) else {
          throw RenderError("found duplicate key \(left[one].key) with different value, a: \(leftText) ,b: \(rightText)")
        }
      }
      if order <= 0 {
        entries.append((left[one].key, asText(left[one].value)))
        one += 1
      } else {
        entries.append((right[two].key, asText(right[two].value)))
      }
      if order >= 0 { two += 1 }
    }
    return TemplateMap(entries)
  }

  private static func asText(_ value: TemplateValue) -> TemplateValue {
    if case .string = value { return value }
    return .string(GoText.text(value))
  }
}

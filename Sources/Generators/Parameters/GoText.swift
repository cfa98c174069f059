import Document
import Templating

/// Text of values as Go's `%v` prints them.
enum GoText {
  static func text(_ value: TemplateValue) -> String {
    switch value {
    case .missing, .null: return "<nil>"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .integer(let number, _): return String(number)
    case .float(let number): return FloatText.general(number)
    case .string(let text): return text
    case .list(let list): return "[" + list.elements.map(text).joined(separator: " ") + "]"
    case .map(let map): return "map[" + map.entries.map { "\($0.key):\(text($0.value))" }.joined(separator: " ") + "]"
    case .complex, .function, .object:
      guard case .string(let printed) = value.documentValue else { return "" }
      return printed
    }
  }
}

/// Nested parameters as a flat map with dots in the keys.
enum Flatten {
  /// Maps and lists of any are taken apart, typed ones (such as the segments of a path) are printed whole; empty ones vanish.
  static func entries(_ map: TemplateMap) -> [(String, TemplateValue)] {
    var result: [(String, TemplateValue)] = []
    for entry in map.entries { append(entry.value, entry.key, &result) }
    return result
  }

  /// The labels that a selector behind a generator sees; here maps of text are taken apart too.
  static func labels(_ map: TemplateMap) -> [String: String] {
    var result: [String: String] = [:]
    for entry in map.entries { addLabels(entry.value, entry.key, insideList: false, &result) }
    return result
  }

  private static func append(_ value: TemplateValue, _ key: String, _ result: inout [(String, TemplateValue)]) {
    switch value {
    case .map(let map) where map.type == .anyMap:
      for entry in map.entries { append(entry.value, "\(key).\(entry.key)", &result) }
    case .list(let list) where list.type == .anyList:
      for (index, element) in list.elements.enumerated() { append(element, "\(key).\(index)", &result) }
    default: result.append((key, value))
    }
  }

  private static func addLabels(_ value: TemplateValue, _ key: String, insideList: Bool, _ result: inout [String: String]) {
    switch value {
    case .map(let map) where map.type == .anyMap || !insideList:
      for entry in map.entries { addLabels(entry.value, "\(key).\(entry.key)", insideList: insideList, &result) }
    case .list(let list) where list.type == .anyList:
      for (index, element) in list.elements.enumerated() { addLabels(element, "\(key).\(index)", insideList: true, &result) }
    default: result[key] = GoText.text(value)
    }
  }
}

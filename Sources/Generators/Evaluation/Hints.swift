import Document
import FleetModel
import Templating

/// Where a text stands in a document.
enum TextPlace {
  /// The path of the first place; the document itself where the text does not stand in it.
  static func path(of text: String, in value: Value) -> [PathComponent] { path(in: value) { ByteOrder.equal($0, text) } ?? [] }

  /// The path of the first key or text that is the one looked for.
  static func path(in value: Value, where isIt: (String) -> Bool) -> [PathComponent]? {
    switch value {
    case .string(let found): return isIt(found) ? [] : nil
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        if let path = path(in: element, where: isIt) { return [.index(index)] + path }
      }
    case .object(let object):
      for member in object {
        if isIt(member.key) { return [.key(member.key)] }
        if let path = path(in: member.value, where: isIt) { return [.key(member.key)] + path }
      }
    default: break
    }
    return nil
  }
}

/// Texts whose templates call functions that give something else each time.
enum NondeterministicText {
  static func message(_ text: String, _ functions: [String]) -> String {
    let shown = text.utf8.count > 60 ? String(text.prefix(57)) + "..." : text
    return "\(JSON.string(.string(shown))) calls \(functions.joined(separator: ", ")), which \(functions.count == 1 ? "gives" : "give") "
      + "something else each time: each application keeps what it was first given, but a hub that starts from nothing gives it "
      + "something new; take a value that the parameters decide"
  }
}

/// What to do about a template that asks for a parameter that is not there.
public enum ParameterHint {
  /// How many names are listed where none is near.
  private static let maximumNames = 12

  /// What to add to the message of a template: the nearest name, or those that there are; empty for any other error.
  ///
  /// - Parameters:
  ///   - message: Go's words, such as `… at <.nme>: map has no entry for key "nme"`.
  ///   - parameters: What the template was executed with.
  public static func text(for message: String, in parameters: TemplateValue, functions: FunctionTable = .argoCD) -> String {
    if let function = between(message, "function \"", "\" not defined") {
      if case .map(let map) = parameters, map[function] != nil { return ": a parameter is written with a dot before it: .\(function)" }
      return NearestName.hint(function, in: functions.names)
    }
    if message.contains("bad character U+002F") || message.contains("bad character U+002D") {
      return ": a key with such a character in it is asked for with index: {{ index .metadata.labels \"example.com/tier\" }}"
    }
    guard let key = between(message, "map has no entry for key \"", "\"") else { return "" }
    var value = parameters
    for field in (between(message, " at <.", ">") ?? "").split(separator: ".") {
      guard field != key, case .map(let map) = value, let inner = map[String(field)] else { break }
      value = inner
    }
    guard case .map(let map) = value else { return "" }
    let names = map.entries.map(\.key).sorted(by: ByteOrder.less)
    return hint(key, in: names)
  }

  /// The nearest name, or those that there are.
  public static func hint(_ name: String, in names: [String]) -> String {
    if let near = NearestName.find(name, in: names) { return ": did you mean \"\(near)\"?" }
    guard !names.isEmpty else { return ": there are no parameters here" }
    let more = names.count > maximumNames ? ", … (\(names.count) in all)" : ""
    return ": there are \(names.prefix(maximumNames).joined(separator: ", "))\(more)"
  }

  private static func between(_ text: String, _ start: String, _ end: String) -> String? {
    guard let from = text.firstRange(of: start)?.upperBound, let to = text[from...].firstRange(of: end)?.lowerBound else { return nil }
    return String(text[from..<to])
  }
}

import Document

extension LabelSelector {
  /// Reads a selector as kubectl's `-l` takes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
  ///
  /// - Throws: the part that cannot be read.
  public init(text: String) throws(DefinitionError) {
    self.init()
    for part in LabelSelector.parts(text) {
      let trimmed = LabelSelector.trim(part)
      guard !trimmed.isEmpty else { continue }
      matchExpressions.append(try LabelSelector.requirement(trimmed))
    }
  }

  /// Splits at commas that stand outside parentheses.
  private static func parts(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for index in text.indices {
      switch text[index] {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    parts.append(text[start...])
    return parts
  }

  private static func requirement(_ text: Substring) throws(DefinitionError) -> Requirement {
    if text.hasPrefix("!") { return Requirement(key: try key(text.dropFirst()), comparison: .doesNotExist) }
    if text.hasSuffix(")"), let open = text.firstIndex(of: "(") {
      let words = text[..<open].split(separator: " ")
      let values = text[text.index(after: open)...].dropLast().split(separator: ",").map { String(trim($0)) }
      guard words.count == 2, !values.isEmpty, ["in", "notin"].contains(words[1]) else {
        throw DefinitionError("\"\(text)\" is not of the form `key in (a,b)` or `key notin (a,b)`")
      }
      return Requirement(key: try key(words[0]), comparison: words[1] == "in" ? .isIn : .notIn, values: values)
    }
    guard let equals = text.firstIndex(of: "=") else { return Requirement(key: try key(text), comparison: .exists) }
    var left = text[..<equals]
    var right = text[text.index(after: equals)...]
    let isNegated = left.hasSuffix("!")
    if isNegated { left = left.dropLast() } else if right.hasPrefix("=") { right = right.dropFirst() }
    return Requirement(key: try key(left), comparison: isNegated ? .notIn : .isIn, values: [String(trim(right))])
  }

  private static func key(_ text: Substring) throws(DefinitionError) -> String {
    let key = trim(text)
    guard !key.isEmpty, !key.contains(where: { " ()=!,".contains($0) }) else {
      throw DefinitionError("\"\(text)\" is not a label key")
    }
    return String(key)
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return text
  }
}

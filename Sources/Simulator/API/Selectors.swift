import Document

/// A parsed label selector of a list or watch.
struct LabelSelector: Sendable, Hashable {
  /// One term.
  enum Requirement: Sendable, Hashable {
    case isIn(String, [String])
    case notIn(String, [String])
    case exists(String)
    case missing(String)
    case greater(String, Int64)
    case less(String, Int64)
  }

  var requirements: [Requirement] = []

  var isEmpty: Bool { requirements.isEmpty }

  func matches(_ labels: Object) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels[key]?.stringValue.map(values.contains) ?? false
      case .notIn(let key, let values): labels[key]?.stringValue.map { !values.contains($0) } ?? true
      case .exists(let key): labels[key] != nil
      case .missing(let key): labels[key] == nil
      case .greater(let key, let bound): (labels[key]?.stringValue.flatMap(Int64.init)).map { $0 > bound } ?? false
      case .less(let key, let bound): (labels[key]?.stringValue.flatMap(Int64.init)).map { $0 < bound } ?? false
      }
    }
  }
}

/// Reads label selectors: `a=b, c!=d, e in (f,g), !h, i>3`.
struct LabelSelectorParser {
  private enum Token: Equatable {
    case word(String)
    case symbol(String)
    case end
  }

  private var tokens: [Token] = []
  private var position = 0

  static func parse(_ text: String) throws(APIFailure) -> LabelSelector {
    var parser = LabelSelectorParser()
    parser.tokens = tokenize(text)
    do throws(SelectorFailure) {
      return try parser.selector()
    } catch {
      throw APIFailure.badRequest("unable to parse requirement: \(error.message)".replacingPrefix(error.isBare))
    }
  }

  private struct SelectorFailure: Error {
    var message: String
    var isBare = false
  }

  private static func tokenize(_ text: String) -> [Token] {
    var tokens: [Token] = []
    var word = ""
    var rest = Substring(text)
    func flush() {
      if !word.isEmpty { tokens.append(.word(word)) }
      word = ""
    }
    while let letter = rest.first {
      rest = rest.dropFirst()
      switch letter {
      case " ", "\t", "\n", "\r": flush()
      case "(", ")", ",": flush(); tokens.append(.symbol(String(letter)))
      case "=", "!", "<", ">":
        flush()
        var symbol = String(letter)
        if rest.first == "=", letter == "=" || letter == "!" {
          symbol += "="
          rest = rest.dropFirst()
        }
        tokens.append(.symbol(symbol))
      default: word.append(letter)
      }
    }
    flush()
    return tokens + [.end]
  }

  private var current: Token { position < tokens.count ? tokens[position] : .end }

  private mutating func selector() throws(SelectorFailure) -> LabelSelector {
    var result = LabelSelector()
    if current == .end { return result }
    while true {
      result.requirements.append(try requirement())
      switch current {
      case .end: return result
      case .symbol(","):
        position += 1
        if case .word = current { continue }
        if current == .symbol("!") { continue }
        throw SelectorFailure(message: "found '\(text(current))', expected: identifier after ','", isBare: true)
      default: throw SelectorFailure(message: "found '\(text(current))', expected: ',' or 'end of string'", isBare: true)
      }
    }
  }

  private func text(_ token: Token) -> String {
    switch token {
    case .word(let word): word
    case .symbol(let symbol): symbol
    case .end: ""
    }
  }

  private mutating func requirement() throws(SelectorFailure) -> LabelSelector.Requirement {
    var negated = false
    if current == .symbol("!") {
      negated = true
      position += 1
    }
    guard case .word(let key) = current else {
      throw SelectorFailure(message: "found '\(text(current))', expected: !, identifier, or 'end of string'", isBare: true)
    }
    if !NameRules.isQualifiedName(key) {
      throw SelectorFailure(
        message:
          "<nil>: Invalid value: \"\(key)\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
      )
    }
    position += 1
    if negated { return .missing(key) }
    switch current {
    case .end, .symbol(","): return .exists(key)
    case .symbol("="), .symbol("=="):
      position += 1
      return .isIn(key, [value()])
    case .symbol("!="):
      position += 1
      return .notIn(key, [value()])
    case .symbol(let symbol) where symbol == "<" || symbol == ">":
      position += 1
      let text = value()
      guard let bound = Int64(text) else {
        throw SelectorFailure(
          message: "values[0]: Invalid value: \"\(text)\": for 'Gt', 'Lt' operators, the value must be an integer")
      }
      return symbol == ">" ? .greater(key, bound) : .less(key, bound)
    case .word("in"), .word("notin"):
      let negative = current == .word("notin")
      position += 1
      let values = try set()
      return negative ? .notIn(key, values) : .isIn(key, values)
    default:
      throw SelectorFailure(message: "found '\(text(current))', expected: in, notin, =, ==, !=, gt, lt")
    }
  }

  private mutating func value() -> String {
    guard case .word(let word) = current else { return "" }
    position += 1
    return word
  }

  private mutating func set() throws(SelectorFailure) -> [String] {
    guard current == .symbol("(") else { throw SelectorFailure(message: "found '\(text(current))' expected: '('") }
    position += 1
    var values: [String] = []
    while true {
      values.append(value())
      if current == .symbol(",") {
        position += 1
        continue
      }
      guard current == .symbol(")") else { throw SelectorFailure(message: "found '\(text(current))', expected: ',' or ')'") }
      position += 1
      return values
    }
  }
}

extension String {
  /// Drops the words that only some selector errors begin with.
  fileprivate func replacingPrefix(_ bare: Bool) -> String {
    guard bare else { return self }
    return String(dropFirst("unable to parse requirement: ".count))
  }
}

/// A parsed field selector.
struct FieldSelector: Sendable, Hashable {
  /// One term.
  struct Term: Sendable, Hashable {
    var field: String
    var value: String
    var equal: Bool
  }

  var terms: [Term] = []

  var isEmpty: Bool { terms.isEmpty }

  static func parse(_ text: String, resource: ResourceType) throws(APIFailure) -> FieldSelector {
    var result = FieldSelector()
    for part in text.split(separator: ",") {
      let piece = String(part)
      guard let equals = piece.firstIndex(of: "=") else {
        throw APIFailure.badRequest("invalid selector: '\(text)'; can't understand '\(piece)'")
      }
      var field = piece[..<equals]
      var value = piece[piece.index(after: equals)...]
      var equal = true
      if field.last == "!" {
        field = field.dropLast()
        equal = false
      } else if value.first == "=" {
        value = value.dropFirst()
      }
      let name = String(field)
      guard FieldSelector.supported(resource).contains(name) else {
        throw APIFailure.badRequest(FieldSelector.unsupported(name, resource))
      }
      result.terms.append(Term(field: name, value: String(value), equal: equal))
    }
    return result
  }

  private static func unsupported(_ name: String, _ resource: ResourceType) -> String {
    if resource.custom != nil { return "field label not supported: \(name)" }
    if resource.key == ResourceKey(group: "batch", plural: "jobs") { return "field label \"\(name)\" not supported for Job" }
    if special[resource.plural] != nil { return "field label not supported: \(name)" }
    return "\"\(name)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
  }

  private static let special: [String: [String]] = [
    "pods": [
      "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
      "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ],
    "namespaces": ["status.phase"], "secrets": ["type"], "nodes": ["spec.unschedulable"],
    "events": [
      "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
      "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ],
    "jobs": ["status.successful"], "replicationcontrollers": ["status.replicas"], "services": ["spec.clusterIP", "spec.type"],
    "certificatesigningrequests": ["spec.signerName"],
  ]

  private static func supported(_ resource: ResourceType) -> [String] {
    var fields = ["metadata.name", "metadata.namespace"]
    if let custom = resource.custom {
      fields += custom.selectableFields
    } else {
      fields += special[resource.plural] ?? []
    }
    return fields
  }

  /// Whether name and namespace decide alone.
  var needsObject: Bool { terms.contains { $0.field != "metadata.name" && $0.field != "metadata.namespace" } }

  func matches(_ stored: StoredObject) -> Bool {
    guard !terms.isEmpty else { return true }
    let object = needsObject ? stored.value : .null
    return terms.allSatisfy { term in
      let actual: String
      switch term.field {
      case "metadata.name": actual = stored.name
      case "metadata.namespace": actual = stored.namespace
      case "source": actual = object[at: "source", "component"]?.stringValue ?? ""
      case "status.successful": actual = object[at: "status", "succeeded"].map { JSON.string($0) } ?? "0"
      default: actual = FieldSelector.text(object[term.field.split(separator: ".").map(String.init)], field: term.field)
      }
      return (actual == term.value) == term.equal
    }
  }

  private static func text(_ value: Value?, field: String) -> String {
    switch value {
    case .string(let text)?: return text
    case .int(let number)?: return String(number)
    case .bool(let flag)?: return flag ? "true" : "false"
    default:
      return ["spec.hostNetwork", "spec.unschedulable"].contains(field) ? "false" : field == "status.replicas" ? "0" : ""
    }
  }
}

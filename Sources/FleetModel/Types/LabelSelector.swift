import Document

/// A Kubernetes label selector.
///
/// Values have no length or character rules here (Argo CD's post-selectors match URLs); keys must be qualified names.
public struct LabelSelector: Sendable, Hashable {
  /// One entry of `matchExpressions`.
  public struct Requirement: Sendable, Hashable {
    /// How the values are compared.
    public enum Operator: String, Sendable, Hashable, CaseIterable {
      /// The label is there with one of the values.
      case isIn = "In"
      /// The label is missing or has none of the values.
      case notIn = "NotIn"
      /// The label is there.
      case exists = "Exists"
      /// The label is missing.
      case doesNotExist = "DoesNotExist"
    }

    /// The key of the label.
    public var key: String
    /// How the values are compared.
    public var comparison: Operator
    /// The values; empty for `Exists` and `DoesNotExist`.
    public var values: [String]

    /// Makes a requirement.
    public init(key: String, comparison: Operator, values: [String] = []) {
      self.key = key
      self.comparison = comparison
      self.values = values
    }
  }

  /// Labels that must be there with exactly this value.
  public var matchLabels: [String: String]
  /// Further requirements; all must hold.
  public var matchExpressions: [Requirement]

  /// Makes a selector; without arguments it matches everything.
  public init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  /// Whether it has no requirement, and so matches everything.
  public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

  /// Whether the labels fulfil every requirement.
  public func matches(_ labels: [String: String]) -> Bool {
    matches { labels[$0] }
  }

  /// Whether the labels that the function looks up fulfil every requirement.
  public func matches(_ label: (String) -> String?) -> Bool {
    for (key, value) in matchLabels {
      guard let actual = label(key), ByteOrder.equal(actual, value) else { return false }
    }
    for requirement in matchExpressions {
      let actual = label(requirement.key)
      let holds =
        switch requirement.comparison {
        case .isIn: actual.map { actual in requirement.values.contains { ByteOrder.equal($0, actual) } } ?? false
        case .notIn: actual.map { actual in !requirement.values.contains { ByteOrder.equal($0, actual) } } ?? true
        case .exists: actual != nil
        case .doesNotExist: actual == nil
        }
      if !holds { return false }
    }
    return true
  }
}

extension LabelSelector {
  /// Reads a selector; null is the selector that matches everything.
  ///
  /// - Throws: what is wrong in the words of Kubernetes' own selector parser, which Argo CD's users know.
  public init(_ value: Value) throws(DefinitionError) {
    self.init()
    guard !value.isNull else { return }
    guard let object = value.objectValue else { throw DefinitionError("must be a label selector, not \(value.kindName)") }
    for member in object where member.key != "matchLabels" && member.key != "matchExpressions" {
      let hint = NearestName.hint(member.key, in: ["matchLabels", "matchExpressions"])
      throw DefinitionError("unknown field \"\(member.key)\"\(hint)", path: [.key(member.key)])
    }
    if let labels = object["matchLabels"], !labels.isNull {
      guard let members = labels.objectValue else {
        throw DefinitionError("must be an object, not \(labels.kindName)", path: [.key("matchLabels")])
      }
      for member in members {
        guard let text = member.value.stringValue else {
          throw DefinitionError(
            "must be text, not \(member.value.kindName): put it in quotes", path: [.key("matchLabels"), .key(member.key)])
        }
        if let problem = LabelSelector.keyProblem(member.key) {
          throw DefinitionError("key: Invalid value: \(quoted(member.key)): \(problem)", path: [.key("matchLabels"), .key(member.key)])
        }
        matchLabels[member.key] = text
      }
    }
    if let expressions = object["matchExpressions"], !expressions.isNull {
      guard let elements = expressions.arrayValue else {
        throw DefinitionError("must be a list, not \(expressions.kindName)", path: [.key("matchExpressions")])
      }
      for (index, element) in elements.enumerated() {
        do {
          matchExpressions.append(try Requirement(element))
        } catch {
          throw DefinitionError(error.message, path: [.key("matchExpressions"), .index(index)] + error.path)
        }
      }
    }
  }

  static func nested(_ value: Value?, _ field: String) throws(DefinitionError) -> LabelSelector {
    do {
      return try LabelSelector(value ?? .null)
    } catch {
      throw DefinitionError(error.message, path: [.key(field)] + error.path)
    }
  }

  /// Why a key is no qualified name (`prefix/name`), all reasons together; nil where it is one. The words are those of Kubernetes 1.36.
  public static func keyProblem(_ key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last else {
      return "a valid label key \(nameRule) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    }
    var problems: [String] = []
    if parts.count == 2 {
      if parts[0].isEmpty { problems.append("prefix part must be non-empty") }
      if parts[0].utf8.count > 253 { problems.append("prefix part must be no more than 253 bytes") }
      if !parts[0].isEmpty && !DNSName.isSubdomain(parts[0]) {
        problems.append("prefix part \(DNSName.subdomainRule)")
      }
    }
    if name.isEmpty { problems.append("name part must be non-empty") }
    if name.utf8.count > 63 { problems.append("name part must be no more than 63 bytes") }
    if !isQualified(name) { problems.append("name part \(nameRule)") }
    return problems.isEmpty ? nil : problems.joined(separator: "; ")
  }

  /// Why a text is no value of a label, which is what the selector of a list of objects may name; nil where it is one.
  public static func valueProblem(_ value: String) -> String? {
    var problems: [String] = []
    if value.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
    if !value.isEmpty && !isQualified(value[...]) {
      problems.append(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
          + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
          + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
    }
    return problems.isEmpty ? nil : problems.joined(separator: "; ")
  }

  /// Several findings as Kubernetes prints them together.
  fileprivate static func together(_ findings: [String]) -> String {
    findings.count == 1 ? findings[0] : "[\(findings.joined(separator: ", "))]"
  }

  private static var nameRule: String {
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
      + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  }

  private static func isQualified(_ name: Substring) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

extension LabelSelector.Requirement {
  /// Reads one entry of `matchExpressions`.
  init(_ value: Value) throws(DefinitionError) {
    guard let object = value.objectValue else { throw DefinitionError("must be an object, not \(value.kindName)") }
    for member in object where !["key", "operator", "values"].contains(member.key) {
      let hint = NearestName.hint(member.key, in: ["key", "operator", "values"])
      throw DefinitionError("unknown field \"\(member.key)\"\(hint)", path: [.key(member.key)])
    }
    let name = object["operator"]?.stringValue ?? ""
    guard let comparison = Operator(rawValue: name) else {
      throw DefinitionError("\"\(name)\" is not a valid pod selector operator", path: [.key("operator")])
    }
    var values: [String] = []
    for element in object["values"]?.arrayValue ?? [] {
      guard let text = element.stringValue else {
        throw DefinitionError("must be text, not \(element.kindName): put it in quotes", path: [.key("values")])
      }
      values.append(text)
    }
    let key = object["key"]?.stringValue ?? ""
    var findings: [String] = []
    var field = "key"
    if let problem = LabelSelector.keyProblem(key) { findings.append("key: Invalid value: \(quoted(key)): \(problem)") }
    switch comparison {
    case .isIn, .notIn:
      if values.isEmpty {
        if findings.isEmpty { field = "values" }
        findings.append("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty")
      }
    case .exists, .doesNotExist:
      if !values.isEmpty {
        if findings.isEmpty { field = "values" }
        let list = values.map { JSON.string(.string($0), escapeHTML: true) }.joined(separator: ",")
        findings.append("values: Invalid value: [\(list)]: values set must be empty for exists and does not exist")
      }
    }
    guard findings.isEmpty else { throw DefinitionError(LabelSelector.together(findings), path: [.key(field)]) }
    self.init(key: key, comparison: comparison, values: values)
  }
}

private func quoted(_ text: String) -> String { JSON.string(.string(text)) }

extension LabelSelector {
  /// The first thing that Kubernetes would refuse in it as the selector of a list of objects, where values have rules too.
  public var listingProblem: String? {
    for (key, value) in matchLabels.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      if let problem = LabelSelector.valueProblem(value) { return "values[0][\(key)]: Invalid value: \(quoted(value)): \(problem)" }
    }
    for requirement in matchExpressions {
      var findings: [String] = []
      for (index, value) in requirement.values.enumerated() {
        guard let problem = LabelSelector.valueProblem(value) else { continue }
        findings.append("values[\(index)][\(requirement.key)]: Invalid value: \(quoted(value)): \(problem)")
      }
      if !findings.isEmpty { return LabelSelector.together(findings) }
    }
    return nil
  }
}

extension LabelSelector: CustomStringConvertible {
  /// The selector as kubectl's `-l` takes it: `env=prod,tier in (a,b),!old`.
  public var description: String {
    var parts = matchLabels.sorted { ByteOrder.less($0.key, $1.key) }.map { "\($0.key)=\($0.value)" }
    for requirement in matchExpressions {
      let values = requirement.values.joined(separator: ",")
      switch requirement.comparison {
      case .isIn: parts.append("\(requirement.key) in (\(values))")
      case .notIn: parts.append("\(requirement.key) notin (\(values))")
      case .exists: parts.append(requirement.key)
      case .doesNotExist: parts.append("!\(requirement.key)")
      }
    }
    return parts.isEmpty ? "any labels" : parts.joined(separator: ",")
  }
}

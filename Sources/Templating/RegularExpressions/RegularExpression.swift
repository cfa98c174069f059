/// A regular expression in Go's syntax (RE2), with Go's choice among matches: leftmost, then first.
///
/// Matching takes time proportional to the length of the text times the size of the expression, whatever they are: an
/// expression that comes from outside cannot make it explode.
public struct RegularExpression: Sendable {
  /// Why an expression was not accepted, in Go's words: `error parsing regexp: missing closing ): …`.
  public struct SyntaxError: Error, Sendable, CustomStringConvertible {
    /// The message.
    public let description: String
  }

  private let program: RegexProgram
  private let groupNames: [String]

  /// Compiles an expression.
  public init(_ pattern: String) throws(SyntaxError) {
    do {
      var parser = RegexParser(pattern)
      let tree = try parser.parse()
      groupNames = parser.groupNames
      program = try RegexProgram(tree, pattern: pattern)
    } catch {
      throw SyntaxError(description: error.message)
    }
  }

  /// Whether the expression matches anywhere in a text.
  public func matches(_ text: String) -> Bool { match(Array(text.unicodeScalars), from: 0) != nil }

  /// The first match with its groups; nil for a group that took no part.
  public func firstMatch(_ text: String) -> [String?]? {
    let scalars = Array(text.unicodeScalars)
    guard let match = match(scalars, from: 0) else { return nil }
    return (0..<groupNames.count).map { group in
      match[2 * group] < 0 ? nil : RegularExpression.text(scalars[match[2 * group]..<match[2 * group + 1]])
    }
  }

  /// The texts of the first matches, from left to right without overlap; none where finding them takes more work than a text may cause.
  public func allMatches(in text: String, limit: Int) -> [String] {
    var budget = Budget(steps: 10_000_000, maximumBytes: 16 << 20)
    return (try? findAll(text, limit: limit, &budget)) ?? []
  }

  /// Whether the expression matches anywhere in a text, and the first match; what it costs is taken off the budget.
  func firstMatch(_ text: String, _ budget: inout Budget) throws(FunctionError) -> String? {
    let scalars = Array(text.unicodeScalars)
    return try match(scalars, from: 0, &budget).map { RegularExpression.text(scalars[$0[0]..<$0[1]]) }
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }

  // MARK: - All matches

  private func allMatches(_ scalars: [Unicode.Scalar], limit: Int, _ budget: inout Budget) throws(FunctionError) -> [[Int]] {
    var result: [[Int]] = []
    var position = 0
    var previousEnd = -1
    while position <= scalars.count, limit < 0 || result.count < limit {
      guard let match = try match(scalars, from: position, &budget) else { break }
      var accepts = true
      if match[1] == position {
        // An empty match right after a match does not count.
        accepts = match[0] != previousEnd
        position += 1
      } else {
        position = match[1]
      }
      previousEnd = match[1]
      if accepts { result.append(match) }
    }
    return result
  }

  /// `FindAllString`; a negative limit means all.
  func findAll(_ text: String, limit: Int = -1, _ budget: inout Budget) throws(FunctionError) -> [String] {
    let scalars = Array(text.unicodeScalars)
    return try allMatches(scalars, limit: limit, &budget).map { RegularExpression.text(scalars[$0[0]..<$0[1]]) }
  }

  /// `Split`; a negative limit means all, 0 none.
  func split(_ text: String, limit: Int = -1, _ budget: inout Budget) throws(FunctionError) -> [String] {
    if limit == 0 { return [] }
    let scalars = Array(text.unicodeScalars)
    if scalars.isEmpty { return [""] }
    var parts: [String] = []
    var begin = 0
    var end = 0
    for match in try allMatches(scalars, limit: limit, &budget) {
      if limit > 0 && parts.count == limit - 1 { break }
      end = match[0]
      if match[1] != 0 { parts.append(RegularExpression.text(scalars[begin..<end])) }
      begin = match[1]
    }
    if end != scalars.count { parts.append(RegularExpression.text(scalars[begin...])) }
    return parts
  }

  /// `ReplaceAllString`: `$1`, `${1}` and `${name}` in the replacement stand for groups, unless it is literal.
  func replaceAll(
    _ text: String, with replacement: String, literally: Bool = false, _ budget: inout Budget
  ) throws(FunctionError) -> String {
    let scalars = Array(text.unicodeScalars)
    let template = Array(replacement.unicodeScalars)
    var result = String.UnicodeScalarView()
    var lastEnd = 0
    var position = 0
    while position <= scalars.count, let match = try match(scalars, from: position, &budget) {
      result.append(contentsOf: scalars[lastEnd..<match[0]])
      if match[1] > lastEnd || match[0] == 0 {
        if literally { result.append(contentsOf: template) } else { expand(template, match, scalars, into: &result) }
      }
      lastEnd = match[1]
      position = position + 1 > match[1] ? position + 1 : match[1]
    }
    result.append(contentsOf: scalars[lastEnd...])
    return String(result)
  }

  private func expand(
    _ template: [Unicode.Scalar], _ match: [Int], _ scalars: [Unicode.Scalar], into result: inout String.UnicodeScalarView
  ) {
    var index = 0
    while index < template.count {
      guard template[index] == "$" else {
        result.append(template[index])
        index += 1
        continue
      }
      if index + 1 < template.count && template[index + 1] == "$" {
        result.append("$")
        index += 2
        continue
      }
      let braces = index + 1 < template.count && template[index + 1] == "{"
      let start = index + (braces ? 2 : 1)
      var end = start
      while end < template.count, template[end] == "_" || GoUnicode.isLetter(template[end]) || GoUnicode.isDigit(template[end]) { end += 1 }
      guard end > start, !braces || (end < template.count && template[end] == "}") else {
        result.append("$")
        index += 1
        continue
      }
      let name = RegularExpression.text(template[start..<end])
      let group = name.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int(name) : groupNames.lastIndex(of: name)
      if let group, group < groupNames.count, match[2 * group] >= 0 {
        result.append(contentsOf: scalars[match[2 * group]..<match[2 * group + 1]])
      }
      index = end + (braces ? 1 : 0)
    }
  }

  /// `QuoteMeta`.
  public static func quoted(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  private func match(_ scalars: [Unicode.Scalar], from start: Int) -> [Int]? {
    var machine = RegexMachine(program: program, text: scalars, slots: 2 * groupNames.count)
    return machine.run(from: start)
  }

  /// One search among many: what it costs is taken off the budget, since many searches may each go over all of the text.
  private func match(_ scalars: [Unicode.Scalar], from start: Int, _ budget: inout Budget) throws(FunctionError) -> [Int]? {
    var machine = RegexMachine(program: program, text: scalars, slots: 2 * groupNames.count)
    let result = machine.run(from: start)
    try budget.spend(1 + machine.steps / 8)
    return result
  }
}

/// A regular expression that is malformed, with the message of Go's `regexp/syntax`.
struct RegexError: Error {
  let message: String

  init(_ message: String, _ fragment: String) {
    self.message = "error parsing regexp: \(message): `\(fragment)`"
  }
}

/// Reads RE2 syntax.
struct RegexParser {
  private struct Flags {
    var foldsCase = false
    var multipleLines = false
    var dotMatchesNewLine = false
    var swapsGreed = false
  }

  private let pattern: [Unicode.Scalar]
  private var index = 0
  private var flags = Flags()
  private(set) var groupNames: [String] = [""]
  private var depth = 0

  private static let maximumRepeat = 1000
  private static let maximumDepth = 200

  init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternatives()
    if index < pattern.count { throw RegexError("unexpected )", text(0)) }
    return node
  }

  private func text(_ start: Int, _ end: Int? = nil) -> String {
    String(String.UnicodeScalarView(pattern[start..<(end ?? pattern.count)]))
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? { index + offset < pattern.count ? pattern[index + offset] : nil }

  private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    index += 1
    return true
  }

  private mutating func alternatives() throws(RegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    if depth > RegexParser.maximumDepth { throw RegexError("expression nests too deeply", text(0)) }
    var choices = [try sequence()]
    while accept("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .alternatives(choices)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    while let next = peek(), next != "|", next != ")" {
      let start = index
      if next == "(", peek(1) == "?", try flagsOnly() { continue }
      if next == "\\" && peek(1) == "Q" {
        quotedLiteral(&items)
      } else if let atom = try atom() {
        items.append(atom)
      }
      try repetition(&items, start)
    }
    return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
  }

  // MARK: - Repetition

  private mutating func repetition(_ items: inout [RegexNode], _ start: Int) throws(RegexError) {
    var previous: Int?
    while let symbol = peek() {
      let at = index
      let minimum: Int
      let maximum: Int?
      switch symbol {
      case "*": (minimum, maximum) = (0, nil)
      case "+": (minimum, maximum) = (1, nil)
      case "?": (minimum, maximum) = (0, 1)
      case "{":
        guard let counts = counts() else { return }
        (minimum, maximum) = counts
        if minimum > RegexParser.maximumRepeat || (maximum ?? 0) > RegexParser.maximumRepeat || (maximum.map { minimum > $0 } ?? false) {
          throw RegexError("invalid repeat count", text(at, index))
        }
        index -= 1
      default: return
      }
      index += 1
      let lazy = accept("?")
      if let previous { throw RegexError("invalid nested repetition operator", text(previous, index)) }
      guard let last = items.popLast() else { throw RegexError("missing argument to repetition operator", text(at, index)) }
      items.append(.repeat(last, minimum: minimum, maximum: maximum, greedy: lazy == flags.swapsGreed))
      previous = at
    }
  }

  /// Reads `{2}`, `{2,}` or `{2,5}`; nil, and nothing read, where the brace is no repetition.
  private mutating func counts() -> (Int, Int?)? {
    let start = index
    index += 1
    func number() -> Int? {
      var value: Int?
      while let digit = peek(), digit.value >= 48, digit.value <= 57 {
        value = min((value ?? 0) * 10 + Int(digit.value - 48), 100_000)
        index += 1
      }
      return value
    }
    if let minimum = number() {
      if accept("}") { return (minimum, minimum) }
      if accept(",") {
        if accept("}") { return (minimum, nil) }
        if let maximum = number(), accept("}") { return (minimum, maximum) }
      }
    }
    index = start
    return nil
  }

  // MARK: - Atoms

  private mutating func atom() throws(RegexError) -> RegexNode? {
    guard let next = peek() else { return nil }
    switch next {
    case "(": return try group()
    case "[": return .characters(try characterClass())
    case ".":
      index += 1
      return .characters(flags.dotMatchesNewLine ? .everything : .noNewLine)
    case "^":
      index += 1
      return .assertion(flags.multipleLines ? .lineStart : .textStart)
    case "$":
      index += 1
      return .assertion(flags.multipleLines ? .lineEnd : .textEnd)
    case "\\": return try escape()
    case "*", "+", "?":
      let start = index
      index += 1
      throw RegexError("missing argument to repetition operator", text(start, index))
    default:
      index += 1
      return literal(next)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    let set = CharacterSet(scalar.value)
    return .characters(flags.foldsCase ? set.foldingCase : set)
  }

  private mutating func quotedLiteral(_ items: inout [RegexNode]) {
    index += 2
    while let next = peek() {
      if next == "\\" && peek(1) == "E" {
        index += 2
        return
      }
      index += 1
      items.append(literal(next))
    }
  }

  private mutating func group() throws(RegexError) -> RegexNode {
    let start = index
    index += 1
    let outer = flags
    var number: Int?
    if accept("?") {
      if peek() == "P" || peek() == "<" {
        let name = try groupName(start)
        groupNames.append(name)
        number = groupNames.count - 1
      } else {
        _ = try readFlags(start)
      }
    } else {
      groupNames.append("")
      number = groupNames.count - 1
    }
    let inner = try alternatives()
    guard accept(")") else { throw RegexError("missing closing )", text(0)) }
    flags = outer
    return number.map { .capture($0, inner) } ?? inner
  }

  private mutating func groupName(_ start: Int) throws(RegexError) -> String {
    _ = accept("P")
    guard accept("<"), let end = pattern[index...].firstIndex(of: ">") else {
      throw RegexError("invalid named capture", text(start))
    }
    let name = text(index, end)
    index = end + 1
    guard !name.isEmpty, name.unicodeScalars.allSatisfy({ RegexClasses.word.contains($0.value) }) else {
      throw RegexError("invalid named capture", text(start, index))
    }
    if groupNames.contains(name) { throw RegexError("duplicate capture group name", name) }
    return name
  }

  /// Reads `(?i)`; false, and nothing read, where a group or a name begins.
  private mutating func flagsOnly() throws(RegexError) -> Bool {
    let start = index
    let outer = flags
    index += 2
    if peek() != "P" && peek() != "<", try readFlags(start) { return true }
    index = start
    flags = outer
    return false
  }

  /// Reads flags up to `)` (true) or `:` (false).
  private mutating func readFlags(_ start: Int) throws(RegexError) -> Bool {
    var value = true
    var seen = false
    while let next = peek() {
      index += 1
      switch next {
      case "i": flags.foldsCase = value
      case "m": flags.multipleLines = value
      case "s": flags.dotMatchesNewLine = value
      case "U": flags.swapsGreed = value
      case "-":
        if !value { throw RegexError("invalid or unsupported Perl syntax", text(start, index)) }
        value = false
        seen = false
        continue
      case ":", ")":
        if !value && !seen { throw RegexError("invalid or unsupported Perl syntax", text(start, index)) }
        return next == ")"
      default: throw RegexError("invalid or unsupported Perl syntax", text(start, index))
      }
      seen = true
    }
    throw RegexError("missing closing )", text(0))
  }

  private mutating func escape() throws(RegexError) -> RegexNode {
    let start = index
    index += 1
    guard let letter = peek() else { throw RegexError("trailing backslash at end of expression", "") }
    switch letter {
    case "A":
      index += 1
      return .assertion(.textStart)
    case "z":
      index += 1
      return .assertion(.textEnd)
    case "b":
      index += 1
      return .assertion(.wordBoundary)
    case "B":
      index += 1
      return .assertion(.noWordBoundary)
    default: break
    }
    if let set = try perlClass(start) { return .characters(flags.foldsCase ? set.foldingCase : set) }
    let set = CharacterSet(try escapedCharacter(start))
    return .characters(flags.foldsCase ? set.foldingCase : set)
  }

  /// Reads `\d`, `\pL` and their like after the backslash; nil, and nothing read, where another escape stands.
  private mutating func perlClass(_ start: Int) throws(RegexError) -> CharacterSet? {
    guard let letter = peek() else { return nil }
    switch letter {
    case "d", "D", "s", "S", "w", "W":
      index += 1
      let small = GoUnicode.lower(letter)
      let set = small == "d" ? RegexClasses.digit : small == "s" ? RegexClasses.space : RegexClasses.word
      return small == letter ? set : set.inverted
    case "p", "P":
      index += 1
      var negated = letter == "P"
      guard let next = peek() else { throw RegexError("invalid character class range", text(start)) }
      index += 1
      var name = String(next)
      if next == "{" {
        guard let end = pattern[index...].firstIndex(of: "}") else { throw RegexError("invalid character class range", text(start)) }
        name = text(index, end)
        index = end + 1
        if name.hasPrefix("^") {
          negated.toggle()
          name.removeFirst()
        }
      }
      guard let set = RegexClasses.unicode(name) else { throw RegexError("invalid character class range", text(start, index)) }
      return negated ? set.inverted : set
    default: return nil
    }
  }

  /// Reads the rest of an escape that stands for one character.
  private mutating func escapedCharacter(_ start: Int) throws(RegexError) -> UInt32 {
    guard let letter = peek() else { throw RegexError("trailing backslash at end of expression", "") }
    index += 1
    switch letter {
    case "a": return 7
    case "f": return 12
    case "n": return 10
    case "r": return 13
    case "t": return 9
    case "v": return 11
    case "0"..."7":
      // A single digit from 1 to 7 would be a back reference, which RE2 does not have.
      if letter != "0", !(peek().map { $0 >= "0" && $0 <= "7" } ?? false) { break }
      var value = letter.value - 48
      for _ in 0..<2 {
        guard let digit = peek(), digit >= "0", digit <= "7" else { break }
        value = value * 8 + digit.value - 48
        index += 1
      }
      return value
    case "x":
      let braces = accept("{")
      var digits = ""
      while let digit = peek(), Character(digit).isHexDigit, braces || digits.utf8.count < 2 {
        digits.unicodeScalars.append(digit)
        index += 1
      }
      if let value = UInt32(digits, radix: 16), value <= 0x10FFFF, braces ? accept("}") : digits.utf8.count == 2 { return value }
    default:
      if letter.value < 0x80, !RegexClasses.word.contains(letter.value) { return letter.value }
    }
    throw RegexError("invalid escape sequence", text(start, index))
  }

  // MARK: - Classes

  private mutating func characterClass() throws(RegexError) -> CharacterSet {
    let start = index
    index += 1
    let negated = accept("^")
    var ranges: [ClosedRange<UInt32>] = []
    var first = true
    while first || peek() != "]" {
      guard let next = peek() else { throw RegexError("missing closing ]", text(start)) }
      first = false
      if next == "[" && peek(1) == ":", let end = closingColon() {
        let at = index
        var name = text(index + 2, end)
        index = end + 2
        let inverts = name.hasPrefix("^")
        if inverts { name.removeFirst() }
        guard let set = RegexClasses.posix(name) else { throw RegexError("invalid character class range", text(at, index)) }
        ranges += (inverts ? set.inverted : set).ranges
        continue
      }
      let at = index
      if next == "\\" {
        index += 1
        if let set = try perlClass(at) {
          ranges += set.ranges
          continue
        }
        index -= 1
      }
      let low = try classCharacter(start)
      var high = low
      if peek() == "-", let after = peek(1), after != "]" {
        index += 1
        high = try classCharacter(start)
        if high < low { throw RegexError("invalid character class range", text(at, index)) }
      }
      ranges.append(low...high)
    }
    index += 1
    var set = CharacterSet(ranges)
    if flags.foldsCase { set = set.foldingCase }
    return negated ? set.inverted : set
  }

  private func closingColon() -> Int? {
    var at = index + 2
    while at + 1 < pattern.count {
      if pattern[at] == ":" && pattern[at + 1] == "]" { return at }
      at += 1
    }
    return nil
  }

  private mutating func classCharacter(_ start: Int) throws(RegexError) -> UInt32 {
    guard let next = peek() else { throw RegexError("missing closing ]", text(start)) }
    let at = index
    index += 1
    return next == "\\" ? try escapedCharacter(at) : next.value
  }
}

/// Turns the text of one alternative into tokens.
struct GlobParser {
  let text: [UInt32]
  let dialect: GlobPattern.Dialect
  private var index = 0

  init(text: [UInt32], dialect: GlobPattern.Dialect) {
    self.text = text
    self.dialect = dialect
  }

  /// The tokens; nil for a malformed pattern.
  mutating func parse() -> [GlobToken]? {
    var tokens: [GlobToken] = []
    while let scalar = next() {
      switch scalar {
      case Self.star: tokens.append(stars())
      case Self.question: tokens.append(.anyOne)
      case Self.open:
        guard let set = dialect == .braces ? simpleSet() : set() else { return nil }
        tokens.append(set)
      case Self.backslash:
        guard let escaped = next() else { return nil }
        tokens.append(.literal(escaped))
      default: tokens.append(.literal(scalar))
      }
    }
    return tokens
  }

  private mutating func stars() -> GlobToken {
    let start = index - 1
    guard dialect == .doublestar, peek() == Self.star else { return .star }
    index += 1
    // Only a whole step `**` reaches over folders; anywhere else two stars are one.
    guard start == 0 || text[start - 1] == GlobMatcher.slash else { return .star }
    if index == text.count { return .rest }
    guard peek() == GlobMatcher.slash else { return .star }
    index += 1
    return .folders
  }

  /// A character class as Go and doublestar write it.
  private mutating func set() -> GlobToken? {
    let bang: UInt32 = 0x21
    let negated = peek() == Self.caret || (dialect == .doublestar && peek() == bang)
    if negated { index += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while true {
      guard let head = peek() else { return nil }
      if head == Self.close && !ranges.isEmpty {
        index += 1
        return .set(negated: negated, ranges: ranges)
      }
      guard let low = setMember() else { return nil }
      guard peek() == Self.dash, !(dialect == .doublestar && following() == Self.close) else {
        ranges.append(low...low)
        continue
      }
      index += 1
      guard let high = setMember() else { return nil }
      // An inverted range is allowed and holds nothing; it still counts as a member.
      ranges.append(low <= high ? low...high : Self.nothing)
    }
  }

  /// Go wants `-` and `]` escaped everywhere in a class; doublestar takes a dash that cannot be a range for itself.
  private mutating func setMember() -> UInt32? {
    guard let scalar = next() else { return nil }
    switch scalar {
    case Self.backslash:
      guard let escaped = next(), index < text.count else { return nil }
      return escaped
    case Self.close: return nil
    case Self.dash where dialect == .goPath: return nil
    default: return index < text.count ? scalar : nil
    }
  }

  /// gobwas: either one range `[a-z]` or a list `[abc]`, both with `!` in front for the opposite.
  private mutating func simpleSet() -> GlobToken? {
    let bang: UInt32 = 0x21
    let negated = peek() == bang
    if negated { index += 1 }
    var members: [UInt32] = []
    var dashAt: Int?
    while let scalar = next() {
      if scalar == Self.close {
        guard !members.isEmpty else { return nil }
        if let dashAt {
          guard dashAt == 1, members.count == 3, members[0] <= members[2] else { return nil }
          return .set(negated: negated, ranges: [members[0]...members[2]])
        }
        return .set(negated: negated, ranges: members.map { $0...$0 })
      }
      if scalar == Self.backslash {
        guard let escaped = next() else { return nil }
        members.append(escaped)
        continue
      }
      if scalar == Self.dash && members.count == 1 { dashAt = 1 }
      members.append(scalar)
    }
    return nil
  }

  private func peek() -> UInt32? { index < text.count ? text[index] : nil }

  private func following() -> UInt32? { index + 1 < text.count ? text[index + 1] : nil }

  private mutating func next() -> UInt32? {
    guard index < text.count else { return nil }
    index += 1
    return text[index - 1]
  }

  static let star: UInt32 = 0x2A
  static let question: UInt32 = 0x3F
  static let open: UInt32 = 0x5B
  static let close: UInt32 = 0x5D
  static let caret: UInt32 = 0x5E
  static let dash: UInt32 = 0x2D
  static let backslash: UInt32 = 0x5C
  /// No Unicode scalar has this value.
  static let nothing: ClosedRange<UInt32> = 0x11_0000...0x11_0000
}

/// `{a,b}` written out: every text that the alternatives stand for.
enum BraceExpansion {
  /// Nested braces multiply; a pattern that would become more than this is refused.
  static let maximum = 4096

  static func expand(_ text: [UInt32]) -> [[UInt32]]? {
    var results: [[UInt32]] = []
    var pending: [[UInt32]] = [text]
    while let current = pending.popLast() {
      guard results.count + pending.count <= maximum else { return nil }
      switch firstGroup(current) {
      case .none: results.append(current)
      case .unclosed: return nil
      case .group(let range, let parts):
        for part in parts.reversed() {
          pending.append(Array(current[..<range.lowerBound]) + part + Array(current[range.upperBound...]))
        }
      }
    }
    return results
  }

  private enum Search {
    case none
    case unclosed
    case group(Range<Int>, [[UInt32]])
  }

  private static func firstGroup(_ text: [UInt32]) -> Search {
    var depth = 0
    var start = 0
    var partStart = 0
    var parts: [[UInt32]] = []
    var index = 0
    while index < text.count {
      switch text[index] {
      case GlobParser.backslash: index += 1
      case 0x7B:
        if depth == 0 {
          start = index
          partStart = index + 1
        }
        depth += 1
      case 0x2C where depth == 1:
        parts.append(Array(text[partStart..<index]))
        partStart = index + 1
      case 0x7D where depth > 0:
        depth -= 1
        if depth == 0 {
          parts.append(Array(text[partStart..<index]))
          return .group(start..<(index + 1), parts)
        }
      default: break
      }
      index += 1
    }
    return depth == 0 ? .none : .unclosed
  }
}

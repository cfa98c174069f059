/// Git's wildcard matching, over bytes.
struct WildMatch {
  let pattern: [UInt8]
  let text: UnsafeBufferPointer<UInt8>
  let foldsCase: Bool
  /// `:(glob)`: `*` and `?` stop at `/`, and `**` as a whole step goes over folders.
  let separated: Bool
  /// How many bytes the pattern has before its first special one; they were compared already.
  let literalPrefix: Int

  /// Apart from yes and no, two answers tell the stars further out that trying again is useless.
  private enum Outcome {
    case match
    case noMatch
    case endOfText
    case endOfStep
  }

  /// Whether all of the text from the literal beginning on matches.
  var matches: Bool { run(from: literalPrefix, at: literalPrefix) == .match }

  private func run(from patternStart: Int, at textStart: Int) -> Outcome {
    var position = patternStart
    var index = textStart
    while position < pattern.count {
      let current = pattern[position]
      if index >= text.count && current != UInt8(ascii: "*") { return .endOfText }
      switch current {
      case UInt8(ascii: "*"): return stars(at: position, textAt: index)
      case UInt8(ascii: "?"):
        if separated && text[index] == Self.slash { return .noMatch }
      case UInt8(ascii: "["):
        guard let (end, isMember) = set(at: position, byte: text[index]) else { return .endOfText }
        if !isMember || (separated && text[index] == Self.slash) { return .noMatch }
        position = end
      case UInt8(ascii: "\\"):
        position += 1
        guard position < pattern.count, fold(pattern[position]) == fold(text[index]) else { return .noMatch }
      default:
        guard fold(current) == fold(text[index]) else { return .noMatch }
      }
      position += 1
      index += 1
    }
    return index == text.count ? .match : .noMatch
  }

  private func stars(at start: Int, textAt textStart: Int) -> Outcome {
    var position = start
    var index = textStart
    while position < pattern.count, pattern[position] == UInt8(ascii: "*") { position += 1 }
    var crosses = !separated
    if separated, position - start > 1 {
      // Git matches what follows the pattern's literal beginning as if it were all, so stars there count as a whole step.
      let opens = start == literalPrefix || pattern[start - 1] == Self.slash
      let closes = position == pattern.count || pattern[position] == Self.slash
      if opens && closes {
        crosses = true
        if position < pattern.count, run(from: position + 1, at: index) == .match { return .match }
      }
    }
    if position == pattern.count {
      return crosses || !text[index...].contains(Self.slash) ? .match : .endOfStep
    }
    while true {
      let outcome = run(from: position, at: index)
      switch outcome {
      case .match, .endOfText: return outcome
      case .endOfStep where crosses: break
      case .endOfStep: return outcome
      case .noMatch: break
      }
      guard index < text.count else { return .endOfText }
      if !crosses && text[index] == Self.slash { return .endOfStep }
      index += 1
    }
  }

  /// Where the class that opens at `start` closes, and whether the byte is in it; nil when it never closes.
  private func set(at start: Int, byte: UInt8) -> (end: Int, isMember: Bool)? {
    var position = start + 1
    guard position < pattern.count else { return nil }
    let negated = pattern[position] == UInt8(ascii: "!") || pattern[position] == UInt8(ascii: "^")
    if negated { position += 1 }
    let byte = fold(byte)
    var found = false
    var previous: UInt8?
    var isFirst = true
    while position < pattern.count {
      let current = pattern[position]
      if current == UInt8(ascii: "]") && !isFirst { return (position, found != negated) }
      isFirst = false
      if current == UInt8(ascii: "\\") {
        position += 1
        guard position < pattern.count else { return nil }
        if byte == pattern[position] { found = true }
        previous = pattern[position]
      } else if current == UInt8(ascii: "-"), let low = previous, position + 1 < pattern.count,
        pattern[position + 1] != UInt8(ascii: "]")
      {
        position += 1
        if pattern[position] == UInt8(ascii: "\\") { position += 1 }
        guard position < pattern.count else { return nil }
        if inRange(byte, low, pattern[position]) { found = true }
        previous = nil
      } else if let (end, name) = namedClass(at: position) {
        guard let isMember = Self.isMember(byte, of: name, foldsCase: foldsCase) else { return nil }
        if isMember { found = true }
        position = end
        previous = nil
      } else {
        if byte == current { found = true }
        previous = current
      }
      position += 1
    }
    return nil
  }

  private func inRange(_ byte: UInt8, _ low: UInt8, _ high: UInt8) -> Bool {
    if byte >= low && byte <= high { return true }
    guard foldsCase, byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") else { return false }
    let upper = byte - 32
    return upper >= low && upper <= high
  }

  /// `[:alpha:]` inside a class: the index of its `]` and its name.
  private func namedClass(at start: Int) -> (end: Int, name: String)? {
    guard pattern[start] == UInt8(ascii: "["), start + 1 < pattern.count, pattern[start + 1] == UInt8(ascii: ":"),
      let end = pattern[(start + 2)...].firstIndex(of: UInt8(ascii: "]")), end > start + 2, pattern[end - 1] == UInt8(ascii: ":")
    else { return nil }
    return (end, String(decoding: pattern[(start + 2)..<(end - 1)], as: UTF8.self))
  }

  private static func isMember(_ byte: UInt8, of name: String, foldsCase: Bool) -> Bool? {
    let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
    let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    switch name {
    case "alpha": return isLower || isUpper
    case "digit": return isDigit
    case "alnum": return isLower || isUpper || isDigit
    case "lower": return isLower
    case "upper": return isUpper || (foldsCase && isLower)
    case "space": return byte == 0x20 || (0x09...0x0D).contains(byte)
    case "blank": return byte == 0x20 || byte == 0x09
    case "cntrl": return byte < 0x20 || byte == 0x7F
    case "print": return (0x20...0x7E).contains(byte)
    case "graph": return (0x21...0x7E).contains(byte)
    case "punct": return (0x21...0x7E).contains(byte) && !(isLower || isUpper || isDigit)
    case "xdigit":
      return isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    default: return nil
    }
  }

  private func fold(_ byte: UInt8) -> UInt8 { foldsCase ? Self.lower(byte) : byte }

  static func lower(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }

  private static let slash = UInt8(ascii: "/")
}

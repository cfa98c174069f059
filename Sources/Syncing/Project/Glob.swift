import Document

/// The patterns of projects and ignore rules: `*` (not across a separator), `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`, and `\` before a letter
/// to be taken as it is.
///
/// Matching is linear in the text for each alternative; a pattern that cannot be read matches only itself.
struct Glob: Sendable, Hashable {
  private indirect enum Part: Hashable {
    case letter(UInt8)
    case one
    case star
    case doubleStar
    case set([ClosedRange<UInt8>], isNegated: Bool)
  }

  private let text: String
  private let alternatives: [[Part]]
  private let separator: UInt8?

  /// Reads a pattern.
  /// - Parameter separator: The letter that `*` and `?` do not match; nil: they match every letter.
  init(_ pattern: String, separator: Character? = nil) {
    text = pattern
    self.separator = separator?.asciiValue
    alternatives = Glob.expand(Array(pattern.utf8)).map { Glob.parse($0) }
  }

  /// Whether a text matches as a whole.
  func matches(_ value: String) -> Bool {
    if ByteOrder.equal(value, text) { return true }
    let letters = Array(value.utf8)
    return alternatives.contains { matches($0, letters) }
  }

  /// Follows all places of the pattern at once, so that no pattern takes longer than pattern × text.
  private func matches(_ parts: [Part], _ letters: [UInt8]) -> Bool {
    var places = closure([0], parts)
    for letter in letters {
      var next: Set<Int> = []
      for place in places where place < parts.count {
        switch parts[place] {
        case .letter(let wanted): if wanted == letter { next.insert(place + 1) }
        case .one: if letter != separator { next.insert(place + 1) }
        case .star: if letter != separator { next.insert(place) }
        case .doubleStar: next.insert(place)
        case .set(let ranges, let isNegated):
          if letter != separator, ranges.contains(where: { $0.contains(letter) }) != isNegated { next.insert(place + 1) }
        }
      }
      places = closure(next, parts)
      if places.isEmpty { return false }
    }
    return places.contains(parts.count)
  }

  /// A star may also stand for nothing.
  private func closure(_ places: Set<Int>, _ parts: [Part]) -> Set<Int> {
    var result = places
    for var place in places {
      while place < parts.count, parts[place] == .star || parts[place] == .doubleStar {
        place += 1
        result.insert(place)
      }
    }
    return result
  }

  /// `a{b,c}d` as `abd` and `acd`; no more than 64 of them.
  private static func expand(_ pattern: [UInt8]) -> [[UInt8]] {
    var depth = 0
    var start: Int?
    var cuts: [Int] = []
    var index = 0
    while index < pattern.count {
      switch pattern[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"):
        depth += 1
        if depth == 1 { (start, cuts) = (index, [index]) }
      case UInt8(ascii: ",") where depth == 1: cuts.append(index)
      case UInt8(ascii: "}") where depth > 0:
        depth -= 1
        if depth == 0, let start {
          cuts.append(index)
          var results: [[UInt8]] = []
          for (from, to) in zip(cuts, cuts.dropFirst()) {
            results += expand(Array(pattern[..<start]) + pattern[(from + 1)..<to] + pattern[(index + 1)...])
            if results.count > 64 { return Array(results.prefix(64)) }
          }
          return results
        }
      default: break
      }
      index += 1
    }
    return [pattern]
  }

  private static func parse(_ pattern: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var index = 0
    while index < pattern.count {
      switch pattern[index] {
      case UInt8(ascii: "*"):
        let isDouble = index + 1 < pattern.count && pattern[index + 1] == UInt8(ascii: "*")
        parts.append(isDouble ? .doubleStar : .star)
        if isDouble { index += 1 }
      case UInt8(ascii: "?"): parts.append(.one)
      case UInt8(ascii: "\\") where index + 1 < pattern.count:
        index += 1
        parts.append(.letter(pattern[index]))
      case UInt8(ascii: "["):
        guard let end = pattern[index...].firstIndex(of: UInt8(ascii: "]")), end > index + 1 else {
          parts.append(.letter(pattern[index]))
          break
        }
        parts.append(set(pattern[(index + 1)..<end]))
        index = end
      default: parts.append(.letter(pattern[index]))
      }
      index += 1
    }
    return parts
  }

  private static func set(_ body: ArraySlice<UInt8>) -> Part {
    var body = body
    let isNegated = body.first == UInt8(ascii: "!") || body.first == UInt8(ascii: "^")
    if isNegated { body = body.dropFirst() }
    var ranges: [ClosedRange<UInt8>] = []
    while let first = body.popFirst() {
      if body.first == UInt8(ascii: "-"), body.count > 1 {
        body = body.dropFirst()
        if let last = body.popFirst(), first <= last { ranges.append(first...last) }
      } else {
        ranges.append(first...first)
      }
    }
    return .set(ranges, isNegated: isNegated)
  }
}

/// A regular expression in RE2's syntax, matched in time linear in the text: groups, `|`, `* + ? {n,m}` and their lazy forms, `. ^ $`,
/// `[…]`, `\d \w \s \b`, `(?i)`.
///
/// Of several matches at one place the one that comes first in the expression wins, as in RE2 and Go.
struct CELPattern {
  private indirect enum Part {
    case letter(Letters)
    case sequence([Part])
    case choice([Part])
    case repeated(Part, least: Int, most: Int?, isLazy: Bool)
    case assertion(Assertion)
  }

  private enum Assertion {
    case begin
    case end
    case boundary
    case noBoundary
  }

  private struct Letters {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ letter: UInt32) -> Bool { ranges.contains { $0.contains(letter) } != isNegated }
  }

  private enum Step {
    case letter(Letters)
    /// The first way is preferred.
    case split(Int, Int)
    case jump(Int)
    case assertion(Assertion)
    case done
  }

  private var program: [Step] = []
  private var ignoresCase = false

  /// Reads an expression; nil when it is wrong or uses what is not understood (back references, look-around, named classes).
  init?(_ text: String) {
    var scalars = Array(text.unicodeScalars.map(\.value))[...]
    if scalars.starts(with: [0x28, 0x3f, 0x69, 0x29]) {
      ignoresCase = true
      scalars = Array(String(text.dropFirst(4)).lowercased().unicodeScalars.map(\.value))[...]
    }
    var depth = 0
    guard let part = CELPattern.choice(&scalars, &depth), scalars.isEmpty, compile(part) else { return nil }
    program.append(.done)
  }

  /// Whether the expression matches anywhere in a text.
  func isFound(in text: String) -> Bool {
    let letters = letters(text)
    return match(letters, from: 0) != nil
  }

  /// The texts that the expression matches, from left to right without overlap.
  func matches(in text: String, limit: Int) -> [String] {
    let letters = letters(text)
    let scalars = Array(text.unicodeScalars)
    // Lower case may have another length; then places do not fit the text as it was written.
    let source = scalars.count == letters.count ? scalars : letters.compactMap { UnicodeScalar($0) }
    var found: [String] = []
    var start = 0
    while found.count < limit, start <= letters.count, let (from, to) = match(letters, from: start) {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: source[from..<to])
      found.append(String(view))
      start = to == from ? to + 1 : to
    }
    return found
  }

  private func letters(_ text: String) -> [UInt32] { (ignoresCase ? text.lowercased() : text).unicodeScalars.map(\.value) }

  // MARK: matching

  private struct Threads {
    var order: [(place: Int, start: Int)] = []
    var seen: Set<Int> = []
  }

  private func match(_ letters: [UInt32], from first: Int) -> (Int, Int)? {
    var threads = Threads()
    var best: (Int, Int)?
    for position in first...letters.count {
      if best == nil { add(0, position, position, letters, &threads) }
      var next = Threads()
      for (place, start) in threads.order {
        if case .letter(let wanted) = program[place] {
          if position < letters.count, wanted.contains(letters[position]) { add(place + 1, start, position + 1, letters, &next) }
          continue
        }
        // Done; whatever comes later in the order is worse.
        best = (start, position)
        break
      }
      if next.order.isEmpty, best != nil { return best }
      threads = next
    }
    return best
  }

  private func add(_ place: Int, _ start: Int, _ position: Int, _ letters: [UInt32], _ threads: inout Threads) {
    var pending = [place]
    while let place = pending.popLast() {
      guard threads.seen.insert(place).inserted else { continue }
      switch program[place] {
      case .split(let one, let other): pending += [other, one]
      case .jump(let target): pending.append(target)
      case .assertion(let assertion): if holds(assertion, position, letters) { pending.append(place + 1) }
      case .letter, .done: threads.order.append((place, start))
      }
    }
  }

  private func holds(_ assertion: Assertion, _ position: Int, _ letters: [UInt32]) -> Bool {
    func isWord(_ index: Int) -> Bool { letters.indices.contains(index) && CELPattern.word.contains(letters[index]) }
    switch assertion {
    case .begin: return position == 0
    case .end: return position == letters.count
    case .boundary: return isWord(position - 1) != isWord(position)
    case .noBoundary: return isWord(position - 1) == isWord(position)
    }
  }

  // MARK: compiling

  private mutating func compile(_ part: Part) -> Bool {
    guard program.count < 5000 else { return false }
    switch part {
    case .letter(let letters): program.append(.letter(letters))
    case .assertion(let assertion): program.append(.assertion(assertion))
    case .sequence(let parts):
      for part in parts { guard compile(part) else { return false } }
    case .choice(let parts):
      var ends: [Int] = []
      for part in parts.dropLast() {
        let split = program.count
        program.append(.jump(0))
        guard compile(part) else { return false }
        ends.append(program.count)
        program.append(.jump(0))
        program[split] = .split(split + 1, program.count)
      }
      guard let last = parts.last, compile(last) else { return false }
      for end in ends { program[end] = .jump(program.count) }
    case .repeated(let part, let least, let most, let isLazy):
      for _ in 0..<least { guard compile(part) else { return false } }
      if let most {
        var splits: [Int] = []
        for _ in least..<max(least, most) {
          splits.append(program.count)
          program.append(.jump(0))
          guard compile(part) else { return false }
        }
        for split in splits { program[split] = isLazy ? .split(program.count, split + 1) : .split(split + 1, program.count) }
      } else {
        let split = program.count
        program.append(.jump(0))
        guard compile(part) else { return false }
        program.append(.jump(split))
        program[split] = isLazy ? .split(program.count, split + 1) : .split(split + 1, program.count)
      }
    }
    return true
  }

  // MARK: reading

  private static func choice(_ rest: inout ArraySlice<UInt32>, _ depth: inout Int) -> Part? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 32 else { return nil }
    var parts: [Part] = []
    repeat {
      if !parts.isEmpty { rest.removeFirst() }
      guard let part = sequence(&rest, &depth) else { return nil }
      parts.append(part)
    } while rest.first == 0x7c
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private static func sequence(_ rest: inout ArraySlice<UInt32>, _ depth: inout Int) -> Part? {
    var parts: [Part] = []
    while let letter = rest.first, letter != 0x7c, letter != 0x29 {
      rest.removeFirst()
      guard var part = atom(letter, &rest, &depth) else { return nil }
      if let sign = rest.first, let (least, most) = count(sign, &rest) {
        let isLazy = rest.first == 0x3f
        if isLazy { rest.removeFirst() }
        part = .repeated(part, least: least, most: most, isLazy: isLazy)
        // `a**` is a mistake in RE2 too.
        if let next = rest.first, [0x2a, 0x2b, 0x3f].contains(next) { return nil }
      }
      parts.append(part)
    }
    return .sequence(parts)
  }

  private static func count(_ sign: UInt32, _ rest: inout ArraySlice<UInt32>) -> (Int, Int?)? {
    switch sign {
    case 0x2a, 0x2b, 0x3f:
      rest.removeFirst()
      return sign == 0x2a ? (0, nil) : sign == 0x2b ? (1, nil) : (0, 1)
    case 0x7b:
      guard let end = rest.firstIndex(of: 0x7d) else { return nil }
      let body = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end].compactMap(UnicodeScalar.init)))
      let parts = body.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count <= 2, let least = parts[0], least <= 1000 else { return nil }
      let most = parts.count == 1 ? least : parts[1]
      if let most, most < least || most > 1000 { return nil }
      rest = rest[(end + 1)...]
      return (least, most)
    default: return nil
    }
  }

  private static func atom(_ letter: UInt32, _ rest: inout ArraySlice<UInt32>, _ depth: inout Int) -> Part? {
    switch letter {
    case 0x28:
      if rest.starts(with: [0x3f, 0x3a]) {
        rest = rest.dropFirst(2)
      } else if rest.starts(with: [0x3f, 0x50, 0x3c]), let end = rest.firstIndex(of: 0x3e) {
        // A named group: only its name is of no use here.
        rest = rest[(end + 1)...]
      } else if rest.first == 0x3f {
        return nil
      }
      guard let part = choice(&rest, &depth), rest.first == 0x29 else { return nil }
      rest.removeFirst()
      return part
    case 0x5e: return .assertion(.begin)
    case 0x24: return .assertion(.end)
    case 0x2e: return .letter(Letters(ranges: [0x0a...0x0a], isNegated: true))
    case 0x5b: return set(&rest).map { .letter($0) }
    case 0x5c:
      switch rest.popFirst() {
      case 0x62: return .assertion(.boundary)
      case 0x42: return .assertion(.noBoundary)
      case 0x41: return .assertion(.begin)
      case 0x7a: return .assertion(.end)
      case .some(let escaped): return escape(escaped).map { .letter($0) }
      case nil: return nil
      }
    case 0x2a, 0x2b, 0x3f: return nil
    default: return .letter(Letters(ranges: [letter...letter]))
    }
  }

  private static let word = Letters(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])

  private static func escape(_ letter: UInt32) -> Letters? {
    func negated(_ letters: Letters) -> Letters { Letters(ranges: letters.ranges, isNegated: true) }
    let digit = Letters(ranges: [0x30...0x39])
    let space = Letters(ranges: [0x09...0x0a, 0x0c...0x0d, 0x20...0x20])
    switch UnicodeScalar(letter) {
    case "d": return digit
    case "D": return negated(digit)
    case "w": return word
    case "W": return negated(word)
    case "s": return space
    case "S": return negated(space)
    case "n": return Letters(ranges: [0x0a...0x0a])
    case "t": return Letters(ranges: [0x09...0x09])
    case "r": return Letters(ranges: [0x0d...0x0d])
    case .some(let scalar) where scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil): return nil
    default: return Letters(ranges: [letter...letter])
    }
  }

  private static func set(_ rest: inout ArraySlice<UInt32>) -> Letters? {
    var letters = Letters(ranges: [])
    if rest.first == 0x5e {
      letters.isNegated = true
      rest.removeFirst()
    }
    var isFirst = true
    while let letter = rest.popFirst() {
      if letter == 0x5d, !isFirst { return letters }
      isFirst = false
      var first = letter
      if letter == 0x5c {
        guard let escaped = rest.popFirst().flatMap(escape), !escaped.isNegated else { return nil }
        guard escaped.ranges.count == 1, escaped.ranges[0].count == 1 else {
          letters.ranges += escaped.ranges
          continue
        }
        first = escaped.ranges[0].lowerBound
      }
      if rest.first == 0x2d, rest.dropFirst().first != 0x5d, rest.count > 1 {
        rest.removeFirst()
        guard let last = rest.popFirst(), last != 0x5c, first <= last else { return nil }
        letters.ranges.append(first...last)
      } else {
        letters.ranges.append(first...first)
      }
    }
    return nil
  }
}

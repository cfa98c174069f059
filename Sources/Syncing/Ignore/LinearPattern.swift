import Document

/// A regular expression that is matched in time linear in the text: groups, `|`, `* + ? {n,m}`, `. ^ $`, `[…]`, `\d \w \s` and their
/// opposites.
///
/// Whoever writes an application also writes its expressions: none of them may keep the hub busy, so there are no back references and no
/// look-around.
struct LinearPattern: Sendable {
  private indirect enum Part {
    case letter(Letters)
    case sequence([Part])
    case choice([Part])
    case repeated(Part, least: Int, most: Int?)
    case begin
    case end
  }

  private struct Letters: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ letter: UInt32) -> Bool { ranges.contains { $0.contains(letter) } != isNegated }
  }

  private enum Step: Sendable {
    case letter(Letters)
    case split(Int, Int)
    case jump(Int)
    case begin
    case end
    case done
  }

  private var program: [Step] = []
  private let ignoresCase: Bool

  /// Reads an expression; nil when it is wrong or uses what is not understood.
  init?(_ text: String, ignoresCase: Bool = false) {
    self.ignoresCase = ignoresCase
    var rest = Array((ignoresCase ? text.lowercased() : text).unicodeScalars.map(\.value))[...]
    var depth = 0
    guard let part = LinearPattern.choice(&rest, &depth), rest.isEmpty else { return nil }
    guard compile(part) else { return nil }
    program.append(.done)
  }

  /// Whether the expression matches anywhere in a text.
  func isFound(in text: String) -> Bool {
    let letters = Array((ignoresCase ? text.lowercased() : text).unicodeScalars.map(\.value))
    var places: Set<Int> = []
    for position in 0...letters.count {
      follow(0, position, letters.count, &places)
      if places.contains(program.count - 1) { return true }
      guard position < letters.count else { break }
      var next: Set<Int> = []
      for place in places {
        guard case .letter(let wanted) = program[place], wanted.contains(letters[position]) else { continue }
        follow(place + 1, position + 1, letters.count, &next)
      }
      places = next
    }
    return false
  }

  private func follow(_ start: Int, _ position: Int, _ end: Int, _ places: inout Set<Int>) {
    var pending = [start]
    while let place = pending.popLast() {
      guard places.insert(place).inserted else { continue }
      switch program[place] {
      case .split(let one, let other): pending += [one, other]
      case .jump(let target): pending.append(target)
      case .begin: if position == 0 { pending.append(place + 1) }
      case .end: if position == end { pending.append(place + 1) }
      case .letter, .done: continue
      }
    }
  }

  private mutating func compile(_ part: Part) -> Bool {
    guard program.count < 5000 else { return false }
    switch part {
    case .letter(let letters): program.append(.letter(letters))
    case .begin: program.append(.begin)
    case .end: program.append(.end)
    case .sequence(let parts):
      for part in parts where !compile(part) { return false }
    case .choice(let parts):
      var ends: [Int] = []
      for (index, part) in parts.enumerated() {
        let split = program.count
        if index + 1 < parts.count { program.append(.jump(0)) }
        guard compile(part) else { return false }
        guard index + 1 < parts.count else { break }
        ends.append(program.count)
        program.append(.jump(0))
        program[split] = .split(split + 1, program.count)
      }
      for end in ends { program[end] = .jump(program.count) }
    case .repeated(let part, let least, let most):
      for _ in 0..<least { guard compile(part) else { return false } }
      if let most {
        var splits: [Int] = []
        for _ in least..<max(least, most) {
          splits.append(program.count)
          program.append(.jump(0))
          guard compile(part) else { return false }
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
      } else {
        let split = program.count
        program.append(.jump(0))
        guard compile(part) else { return false }
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
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
      while let sign = rest.first, let (least, most) = count(sign, &rest) {
        if rest.first == 0x3f { rest.removeFirst() }
        part = .repeated(part, least: least, most: most)
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
      guard let least = parts[0], least <= 200, parts.count <= 2 else { return nil }
      let most = parts.count == 1 ? least : parts[1]
      if let most, most < least || most > 200 { return nil }
      rest = rest[(end + 1)...]
      return (least, most)
    default: return nil
    }
  }

  private static func atom(_ letter: UInt32, _ rest: inout ArraySlice<UInt32>, _ depth: inout Int) -> Part? {
    switch letter {
    case 0x28:
      if rest.starts(with: [0x3f, 0x3a]) { rest = rest.dropFirst(2) } else if rest.first == 0x3f { return nil }
      guard let part = choice(&rest, &depth), rest.first == 0x29 else { return nil }
      rest.removeFirst()
      return part
    case 0x5e: return .begin
    case 0x24: return .end
    case 0x2e: return .letter(Letters(ranges: [0x0a...0x0a], isNegated: true))
    case 0x5b: return set(&rest).map { .letter($0) }
    case 0x5c: return rest.popFirst().flatMap(escape).map { .letter($0) }
    case 0x2a, 0x2b, 0x3f: return nil
    default: return .letter(Letters(ranges: [letter...letter]))
    }
  }

  private static func escape(_ letter: UInt32) -> Letters? {
    switch UnicodeScalar(letter) {
    case "d": return Letters(ranges: [0x30...0x39])
    case "D": return Letters(ranges: [0x30...0x39], isNegated: true)
    case "w": return Letters(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
    case "W": return Letters(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a], isNegated: true)
    case "s": return Letters(ranges: [0x09...0x0d, 0x20...0x20])
    case "S": return Letters(ranges: [0x09...0x0d, 0x20...0x20], isNegated: true)
    case "n": return Letters(ranges: [0x0a...0x0a])
    case "t": return Letters(ranges: [0x09...0x09])
    case .some(let scalar) where scalar.properties.isAlphabetic || scalar.properties.numericType != nil: return nil
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

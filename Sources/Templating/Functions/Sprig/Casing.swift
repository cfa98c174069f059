/// Sprig: `snakecase`, `kebabcase`, `camelcase`, which follow the library `xstrings`.
extension Sprig {
  static let casing: [Function] = [
    text("snakecase") { Casing.separated($0, by: "_") },
    text("kebabcase") { Casing.separated($0, by: "-") },
    text("camelcase") { Casing.camel($0) },
  ]
}

enum Casing {
  private enum Kind {
    case none
    case number
    case upper
    case alphabet
    case connector
    case punctuation
    case other
  }

  private typealias Scalars = ArraySlice<Unicode.Scalar>

  private static func isConnector(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar == "_" || GoUnicode.isSpace(scalar)
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      true
    default: false
    }
  }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// A letter that is no Chinese character.
  private static func isAlphabet(_ scalar: Unicode.Scalar) -> Bool {
    guard GoUnicode.isLetter(scalar) else { return false }
    switch scalar.value {
    case 0x4E00...0x9FCC, 0x3400...0x4D85, 0x20000...0x2B81D: return false
    default: return true
    }
  }

  private static func isSmall(_ scalar: Unicode.Scalar) -> Bool { isAlphabet(scalar) && !GoUnicode.isUpper(scalar) }

  /// Takes the first word off.
  private static func nextWord(_ rest: inout Scalars) -> (Kind, Scalars) {
    guard let first = rest.first else { return (.none, []) }
    let start = rest.startIndex
    var index = start + 1
    func skip(_ belongs: (Unicode.Scalar) -> Bool) {
      while index < rest.endIndex && belongs(rest[index]) { index += 1 }
    }
    let kind: Kind
    if isConnector(first) {
      kind = .connector
      skip(isConnector)
    } else if isPunctuation(first) {
      kind = .punctuation
      skip(isPunctuation)
    } else if GoUnicode.isUpper(first) {
      kind = .upper
      if index < rest.endIndex {
        if GoUnicode.isUpper(rest[index]) {
          skip(GoUnicode.isUpper)
          // In "HTTPStatus" the last capital belongs to the next word.
          if index < rest.endIndex && isAlphabet(rest[index]) { index -= 1 }
        } else if isAlphabet(rest[index]) {
          skip(isSmall)
        }
      }
    } else if isAlphabet(first) {
      kind = .alphabet
      skip(isSmall)
    } else if isNumber(first) {
      kind = .number
      skip(isNumber)
    } else {
      kind = .other
      skip { !isConnector($0) && !isAlphabet($0) && !isNumber($0) && !isPunctuation($0) }
    }
    defer { rest = rest[index...] }
    return (kind, rest[start..<index])
  }

  /// Words in small letters with a connector between them.
  static func separated(_ text: String, by connector: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    func write(_ kind: Kind, _ word: Scalars) {
      for scalar in word {
        if kind != .upper && kind != .connector {
          result.append(scalar)
        } else {
          result.append(isConnector(scalar) ? connector : GoUnicode.isUpper(scalar) ? GoUnicode.lower(scalar) : scalar)
        }
      }
    }
    var rest = Array(text.unicodeScalars)[...]
    var (kind, word) = nextWord(&rest)
    func writeRun() {
      while kind == .alphabet || kind == .number {
        write(kind, word)
        (kind, word) = nextWord(&rest)
      }
    }
    func connect() {
      if kind != .none && kind != .punctuation && kind != .connector { result.append(connector) }
    }
    while !rest.isEmpty {
      if kind != .connector { write(kind, word) }
      let (previousKind, previous) = (kind, word)
      (kind, word) = nextWord(&rest)
      switch previousKind {
      case .number:
        writeRun()
        connect()
      case .connector: write(previousKind, previous)
      case .punctuation: break
      default:
        if kind != .number {
          if kind != .connector && kind != .punctuation { result.append(connector) }
          break
        }
        if rest.isEmpty { break }
        let number = word
        (kind, word) = nextWord(&rest)
        if kind != .alphabet {
          // A number counts as a part of the word before it …
          write(.number, number)
          if kind != .connector && kind != .punctuation { result.append(connector) }
          break
        }
        // … unless small letters follow it.
        result.append(connector)
        write(.number, number)
        writeRun()
        connect()
      }
    }
    write(kind, word)
    return String(result)
  }

  /// Words that begin with a capital, joined; connectors at the front stay.
  static func camel(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = Array(text.unicodeScalars)[...]
    var current: Unicode.Scalar = " "
    var startsUpper = false
    var foundWord = false
    while let first = rest.popFirst() {
      current = first
      if !isConnector(first) {
        startsUpper = GoUnicode.isUpper(first)
        current = GoUnicode.upper(first)
        foundWord = true
        break
      }
      result.append(first)
    }
    if rest.isEmpty {
      if foundWord { result.append(current) }
      return String(result)
    }
    while let next = rest.popFirst() {
      let previous = current
      current = next
      if isConnector(current) && isConnector(previous) {
        result.append(previous)
        continue
      }
      if isConnector(previous) {
        startsUpper = GoUnicode.isUpper(current)
        current = GoUnicode.upper(current)
      } else {
        if startsUpper {
          if GoUnicode.isUpper(current) { current = GoUnicode.lower(current) } else { startsUpper = false }
        }
        result.append(previous)
      }
    }
    result.append(current)
    return String(result)
  }
}

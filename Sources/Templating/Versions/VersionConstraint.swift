/// What a version must be, as the library `Masterminds/semver` reads it: `>=1.2 <2 || ^3.1`, `1.2 - 1.4`, `~1.2.x`, `*`.
struct VersionConstraint {
  /// One comparison.
  private struct Term {
    let symbol: String
    let version: SemanticVersion
    /// Numbers that are missing or `x`.
    let isOpen: Bool
    let minorIsOpen: Bool
    let patchIsOpen: Bool
  }

  /// Alternatives, each a list of terms all of which must hold.
  private let alternatives: [[Term]]

  /// The longer symbols first, so that `>=` is not taken for `>`.
  private static let symbols = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"]

  /// Reads a constraint.
  init(_ text: String) throws(FunctionError) {
    var alternatives: [[Term]] = []
    for part in GoStrings.split(VersionConstraint.withoutRanges(text), "||", -1) {
      alternatives.append(try VersionConstraint.terms(part))
    }
    self.alternatives = alternatives
  }

  /// Whether a version is what is asked for. Prereleases count only where the alternative names one itself.
  func allows(_ version: SemanticVersion) -> Bool {
    alternatives.contains { terms in
      let prereleases = terms.contains { !$0.version.prerelease.isEmpty }
      if !version.prerelease.isEmpty && !prereleases { return false }
      return terms.allSatisfy { VersionConstraint.holds($0, version) }
    }
  }

  // MARK: - Reading

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13 && byte != 11) }

  private static func terms(_ text: String) throws(FunctionError) -> [Term] {
    let improper = FunctionError("improper constraint: \(text)")
    var reader = VersionReader(text)
    var terms: [Term] = []
    _ = reader.take(isSpace)
    while true {
      guard let term = try term(&reader) else { throw improper }
      terms.append(term)
      let space = reader.take(isSpace)
      if reader.isAtEnd { return terms }
      if reader.skip(",") {
        _ = reader.take(isSpace)
      } else if space.isEmpty {
        throw improper
      }
    }
  }

  private static func term(_ reader: inout VersionReader) throws(FunctionError) -> Term? {
    let symbol = symbols.first { reader.skip($0) } ?? ""
    _ = reader.take(isSpace)
    guard let spelling = Spelling(&reader) else { return nil }
    let suffix = spelling.suffix
    let isX: (String?) -> Bool = { $0 == nil || ["x", "X", "*"].contains($0) }
    var (open, minor, patch) = (true, false, false)
    let text: String
    if isX(spelling.numbers[0]) {
      text = "0.0.0" + suffix
    } else if isX(spelling.numbers[1]) {
      minor = true
      text = (spelling.numbers[0] ?? "") + ".0.0" + suffix
    } else if isX(spelling.numbers[2]) {
      patch = true
      text = (spelling.numbers[0] ?? "") + "." + (spelling.numbers[1] ?? "") + ".0" + suffix
    } else {
      open = false
      text = spelling.numbers.compactMap { $0 }.joined(separator: ".") + suffix + spelling.metadata
    }
    guard let version = try? SemanticVersion(text) else { throw FunctionError("constraint parser error") }
    return Term(symbol: symbol, version: version, isOpen: open, minorIsOpen: minor, patchIsOpen: patch)
  }

  /// A version with placeholders, as it is written.
  private struct Spelling {
    var numbers: [String?] = []
    /// `-beta.1`
    var suffix = ""
    /// `+build`
    var metadata = ""

    init?(_ reader: inout VersionReader) {
      _ = reader.skip("v")
      repeat {
        let number = reader.take { ($0 >= 48 && $0 <= 57) || "xX*|".utf8.contains($0) }
        if number.isEmpty { return nil }
        numbers.append(number)
      } while numbers.count < 3 && reader.skip(".")
      while numbers.count < 3 { numbers.append(nil) }
      let mark = reader.index
      if reader.skip("-") {
        if let words = reader.words() { suffix = "-" + words } else { reader.back(to: mark) }
      }
      let second = reader.index
      if reader.skip("+") {
        if let words = reader.words() { metadata = "+" + words } else { reader.back(to: second) }
      }
    }
  }

  /// `1.2 - 1.4` as `>= 1.2, <= 1.4`.
  private static func withoutRanges(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      var reader = VersionReader(String(decoding: bytes[index...], as: UTF8.self))
      _ = reader.take(isSpace)
      let start = index + reader.index
      if Spelling(&reader) != nil {
        let end = index + reader.index
        if !reader.take(isSpace).isEmpty, reader.skip("-"), !reader.take(isSpace).isEmpty {
          let secondStart = index + reader.index
          if Spelling(&reader) != nil {
            let secondEnd = index + reader.index
            _ = reader.take(isSpace)
            result += Array(">= ".utf8) + bytes[start..<end] + Array(", <= ".utf8) + bytes[secondStart..<secondEnd] + [32]
            index += reader.index
            continue
          }
        }
      }
      result.append(bytes[index])
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: - Comparing

  private static func holds(_ term: Term, _ version: SemanticVersion) -> Bool {
    let order = version.compare(term.version)
    let base = term.version
    switch term.symbol {
    case "!=":
      guard term.isOpen else { return order != 0 }
      if base.major != version.major { return true }
      if base.minor != version.minor && !term.minorIsOpen { return true }
      if term.minorIsOpen { return false }
      if base.patch != version.patch && !term.patchIsOpen { return true }
      if term.patchIsOpen {
        return SemanticVersion.comparePrereleases(version.prerelease, base.prerelease) != 0
      }
      return order != 0
    case ">":
      guard term.isOpen, version.major == base.major else { return term.isOpen ? version.major > base.major : order > 0 }
      if term.minorIsOpen { return false }
      if term.patchIsOpen { return version.minor > base.minor }
      return order > 0
    case "<": return order < 0
    case ">=", "=>": return order >= 0
    case "<=", "=<":
      guard term.isOpen else { return order <= 0 }
      if version.major > base.major { return false }
      return !(version.major == base.major && version.minor > base.minor && !term.minorIsOpen)
    case "~", "~>": return isNear(term, version, order)
    case "^": return isCompatible(term, version, order)
    default: return term.isOpen ? isNear(term, version, order) : order == 0
    }
  }

  /// `~1.2`: from there up to the next minor version, or the next major one where no minor is given.
  private static func isNear(_ term: Term, _ version: SemanticVersion, _ order: Int) -> Bool {
    if order < 0 { return false }
    let base = term.version
    if base.major == 0 && base.minor == 0 && base.patch == 0 && !term.minorIsOpen && !term.patchIsOpen { return true }
    return version.major == base.major && (version.minor == base.minor || term.minorIsOpen)
  }

  /// `^1.2`: from there up to the next change of the first number that is not 0.
  private static func isCompatible(_ term: Term, _ version: SemanticVersion, _ order: Int) -> Bool {
    if order < 0 { return false }
    let base = term.version
    if base.major > 0 || term.minorIsOpen { return version.major == base.major }
    if version.major > 0 { return false }
    if base.minor > 0 || term.patchIsOpen { return version.minor == base.minor }
    if version.minor > 0 { return false }
    return base.patch == version.patch
  }
}

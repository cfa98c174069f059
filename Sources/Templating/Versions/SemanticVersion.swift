import Document

/// A semantic version as the library `Masterminds/semver` reads it: `v1.2`, `1.2.3-beta.1+build`; missing numbers are 0.
struct SemanticVersion: Sendable {
  var major: UInt64
  var minor: UInt64
  var patch: UInt64
  var prerelease = ""
  var metadata = ""
  var original = ""

  /// Reads a version.
  init(_ text: String) throws(FunctionError) {
    let invalid = FunctionError("invalid semantic version")
    var reader = VersionReader(text)
    original = text
    _ = reader.skip("v")
    var numbers: [UInt64] = []
    repeat {
      let digits = reader.take { $0 >= 48 && $0 <= 57 }
      guard !digits.isEmpty else { throw invalid }
      guard let number = UInt64(digits) else {
        throw FunctionError("error parsing version segment: strconv.ParseUint: parsing \(GoQuote.quoted(digits)): value out of range")
      }
      numbers.append(number)
    } while numbers.count < 3 && reader.skip(".")
    (major, minor, patch) = (numbers[0], numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    if reader.skip("-") {
      guard let words = reader.words() else { throw invalid }
      prerelease = words
    }
    if reader.skip("+") {
      guard let words = reader.words() else { throw invalid }
      metadata = words
    }
    guard reader.isAtEnd else { throw invalid }
    let startsZero = prerelease.split(separator: ".").contains { word in
      word.utf8.count > 1 && word.hasPrefix("0") && word.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
    }
    if startsZero { throw FunctionError("version segment starts with 0") }
  }

  /// Zero.
  init() { (major, minor, patch) = (0, 0, 0) }

  var text: String {
    "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease) + (metadata.isEmpty ? "" : "+" + metadata)
  }

  /// Less than, equal to, or greater than 0 as this version comes before, with or after another; metadata does not count.
  func compare(_ other: SemanticVersion) -> Int {
    for (left, right) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where left != right {
      return left < right ? -1 : 1
    }
    return SemanticVersion.comparePrereleases(prerelease, other.prerelease)
  }

  /// A release comes after its prereleases; their words are compared one by one.
  static func comparePrereleases(_ left: String, _ right: String) -> Int {
    if left == right { return 0 }
    if left.isEmpty || right.isEmpty { return left.isEmpty ? 1 : -1 }
    let lefts = left.split(separator: ".", omittingEmptySubsequences: false)
    let rights = right.split(separator: ".", omittingEmptySubsequences: false)
    for index in 0..<max(lefts.count, rights.count) {
      guard index < lefts.count else { return -1 }
      guard index < rights.count else { return 1 }
      if lefts[index] == rights[index] { continue }
      switch (UInt64(lefts[index]), UInt64(rights[index])) {
      case (let a?, let b?): if a != b { return a < b ? -1 : 1 }
      case (_?, nil): return -1
      case (nil, _?): return 1
      default: return lefts[index].utf8.lexicographicallyPrecedes(rights[index].utf8) ? -1 : 1
      }
    }
    return 0
  }

  enum Step {
    case major
    case minor
    case patch
  }

  /// The next version.
  func next(_ step: Step) throws(FunctionError) -> SemanticVersion {
    var result = self
    let number: UInt64
    switch step {
    case .major: number = major
    case .minor: number = minor
    case .patch: number = prerelease.isEmpty ? patch : 0
    }
    guard number < .max else { throw FunctionError("version increment would overflow uint64") }
    switch step {
    case .major: (result.major, result.minor, result.patch) = (major + 1, 0, 0)
    case .minor: (result.minor, result.patch) = (minor + 1, 0)
    case .patch: if prerelease.isEmpty { result.patch = patch + 1 }
    }
    (result.prerelease, result.metadata) = ("", "")
    result.original = (original.hasPrefix("v") ? "v" : "") + result.text
    return result
  }
}

/// Reads a version or a constraint from the front.
struct VersionReader {
  private let bytes: [UInt8]
  private(set) var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { index == bytes.count }

  mutating func skip(_ text: String) -> Bool {
    guard bytes[index...].starts(with: text.utf8) else { return false }
    index += text.utf8.count
    return true
  }

  mutating func take(_ belongs: (UInt8) -> Bool) -> String {
    let start = index
    while index < bytes.count && belongs(bytes[index]) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  mutating func back(to mark: Int) { index = mark }

  /// Words of letters, digits and dashes with points between them; nil where one is empty.
  mutating func words() -> String? {
    let start = index
    repeat {
      let word = take { ($0 >= 48 && $0 <= 57) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || $0 == UInt8(ascii: "-") }
      if word.isEmpty { return nil }
    } while skip(".")
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }
}

/// A version in a template: what Go hands out as `*semver.Version`.
struct VersionObject: TemplateObject {
  let version: SemanticVersion
  /// Whether Go has the version itself, as `IncMajor` gives it, which has fewer methods than the pointer.
  var isPlain = false
  var type: GoType { isPlain ? .plainVersion : .version }
  var text: String { version.text }

  func isEqual(_ other: any TemplateObject) -> Bool {
    guard let other = (other as? VersionObject)?.version else { return false }
    return version.text == other.text && version.original == other.original
  }

  func method(_ name: String) -> Function? {
    if isPlain, ["Original", "Compare", "Equal", "LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual"].contains(name) {
      return nil
    }
    switch name {
    case "Major": return plain(name, .integer(Int64(bitPattern: version.major), .uint64))
    case "Minor": return plain(name, .integer(Int64(bitPattern: version.minor), .uint64))
    case "Patch": return plain(name, .integer(Int64(bitPattern: version.patch), .uint64))
    case "Prerelease": return plain(name, .string(version.prerelease))
    case "Metadata": return plain(name, .string(version.metadata))
    case "Original": return plain(name, .string(version.original))
    case "String": return plain(name, .string(version.text))
    case "IncMajor": return step(name, .major)
    case "IncMinor": return step(name, .minor)
    case "IncPatch": return step(name, .patch)
    case "Compare": return comparison(name) { .int($0) }
    case "LessThan": return comparison(name) { .bool($0 < 0) }
    case "LessThanEqual": return comparison(name) { .bool($0 <= 0) }
    case "GreaterThan": return comparison(name) { .bool($0 > 0) }
    case "GreaterThanEqual": return comparison(name) { .bool($0 >= 0) }
    case "Equal": return comparison(name) { .bool($0 == 0) }
    default: return nil
    }
  }

  private func plain(_ name: String, _ value: TemplateValue) -> Function { Function(name, []) { _ throws(FunctionError) in value } }

  private func step(_ name: String, _ step: SemanticVersion.Step) -> Function {
    Function(name, []) { _ throws(FunctionError) in .object(VersionObject(version: try version.next(step), isPlain: true)) }
  }

  private func comparison(_ name: String, _ result: @escaping @Sendable (Int) -> TemplateValue) -> Function {
    Function(name, [.version]) { call throws(FunctionError) in
      guard case .object(let box) = call[0], let other = box.object as? VersionObject else {
        throw FunctionError("runtime error: invalid memory address or nil pointer dereference")
      }
      return result(version.compare(other.version))
    }
  }
}

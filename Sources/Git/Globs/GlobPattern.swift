/// A compiled file name pattern in one of the dialects that Argo CD's fields use.
public struct GlobPattern: Sendable, Hashable {
  /// How a pattern is read.
  public enum Dialect: Sendable, Hashable {
    /// Go's `path.Match`: `*`, `?`, `[a-z]`, `[^a-z]`, `\`; `*` and `?` stay within one step of the path.
    case goPath
    /// doublestar v4: as `goPath`, and `**` as a whole step for any number of folders, `{a,b}`, `[!a]`.
    case doublestar
    /// gobwas/glob without separators, as `directory.include` and `exclude` are read: `*`, `**` and `?` cross `/`; `{a,b}`, `[!a]`.
    case braces
  }

  /// The pattern as written.
  public let source: String
  /// The dialect it was read in.
  public let dialect: Dialect
  private let alternatives: [[GlobToken]]

  /// Reads a pattern; nil when it is malformed in that dialect (or has more than some thousand alternatives).
  public init?(_ source: String, dialect: Dialect) {
    self.source = source
    self.dialect = dialect
    let scalars = source.unicodeScalars.map(\.value)
    let texts = dialect == .goPath ? [scalars] : BraceExpansion.expand(scalars)
    guard let texts else { return nil }
    var alternatives: [[GlobToken]] = []
    for text in texts {
      var parser = GlobParser(text: text, dialect: dialect)
      guard let tokens = parser.parse() else { return nil }
      alternatives.append(tokens)
    }
    self.alternatives = alternatives
  }

  /// Whether the whole name matches.
  public func matches(_ name: String) -> Bool {
    let scalars = name.unicodeScalars.map(\.value)
    return alternatives.contains { GlobMatcher.matches($0, scalars, crossing: dialect == .braces) }
  }
}

/// One element of a compiled pattern. Characters are Unicode scalars, as Go's runes are.
enum GlobToken: Hashable, Sendable {
  case literal(UInt32)
  case anyOne
  case star
  /// `**/`: any number of whole steps.
  case folders
  /// `**` at the end: everything that is left.
  case rest
  case set(negated: Bool, ranges: [ClosedRange<UInt32>])
}

enum GlobMatcher {
  static let slash: UInt32 = 0x2F

  /// Goes back to the last star only, never to one before it, which is what Go's matcher does.
  static func matches(_ pattern: [GlobToken], _ name: [UInt32], crossing: Bool) -> Bool {
    var position = 0
    var index = 0
    var star: (pattern: Int, name: Int)?
    var folders: (pattern: Int, name: Int)?
    while index < name.count {
      if position < pattern.count {
        switch pattern[position] {
        case .rest: return true
        case .star:
          position += 1
          star = (position, index)
          continue
        case .folders:
          position += 1
          folders = (position, index)
          star = nil
          continue
        case .anyOne where crossing || name[index] != slash,
          .literal(name[index]):
          position += 1
          index += 1
          continue
        case .set(let negated, let ranges) where ranges.contains(where: { $0.contains(name[index]) }) != negated:
          position += 1
          index += 1
          continue
        default: break
        }
      }
      if let last = star, crossing || name[last.name] != slash {
        star = (last.pattern, last.name + 1)
        position = last.pattern
        index = last.name + 1
        continue
      }
      guard let last = folders, let next = name[last.name...].firstIndex(of: slash) else { return false }
      folders = (last.pattern, next + 1)
      star = nil
      position = last.pattern
      index = next + 1
    }
    return matchesNothing(pattern[position...])
  }

  /// Whether what is left of the pattern can do without any character; `a/**` matches `a`.
  private static func matchesNothing(_ rest: ArraySlice<GlobToken>) -> Bool {
    var rest = rest
    if rest.count == 2, rest.first == .literal(slash), rest.last == .rest || rest.last == .folders { return true }
    while rest.first == .star { rest = rest.dropFirst() }
    return rest.isEmpty || (rest.count == 1 && (rest.first == .rest || rest.first == .folders))
  }
}

/// A pathspec as `git ls-files -- <pathspec>` reads it from the root of the repository.
///
/// `*` crosses `/`, the name of a folder stands for all below it, and `:(glob)`, `:(literal)`, `:(icase)`, `:(exclude)`,
/// `:(top)`, `:/`, `:!` and `:^` are known.
public struct Pathspec: Sendable, Hashable {
  /// The pathspec as written.
  public let source: String
  /// Whether it takes paths away (`:!docs`) instead of choosing them.
  public let excludes: Bool
  private let pattern: [UInt8]
  private let literalPrefix: Int
  private let foldsCase: Bool
  private let separated: Bool

  /// Reads a pathspec. An error for those that git refuses: empty, absolute, leading out of the repository, unknown magic.
  public init(_ source: String) throws(GitError) {
    self.source = source
    var body = Array(source.utf8)
    guard !body.isEmpty else { throw GitError(.invalid, "an empty pathspec matches nothing; write `.` for everything") }
    var magic: Set<String> = []
    if body.first == UInt8(ascii: ":") { body = try Self.readMagic(body, into: &magic) }
    let literal = magic.contains("literal")
    if literal && magic.contains("glob") {
      throw GitError(.invalid, "pathspec `\(source)`: `literal` and `glob` exclude each other")
    }
    excludes = magic.contains("exclude")
    foldsCase = magic.contains("icase")
    separated = magic.contains("glob")
    pattern = try Self.normalize(body, source)
    literalPrefix = literal ? pattern.count : pattern.firstIndex(where: Self.isSpecial) ?? pattern.count
  }

  /// Whether the file's path is chosen (or, for an excluding one, named).
  public func matches(_ path: String) -> Bool {
    var path = path
    return path.withUTF8 { matches(bytes: $0) }
  }

  private func matches(bytes name: UnsafeBufferPointer<UInt8>) -> Bool {
    if pattern.isEmpty { return true }
    if hasPrefix(name, pattern.count) {
      if name.count == pattern.count || pattern.last == UInt8(ascii: "/") || name[pattern.count] == UInt8(ascii: "/") { return true }
    }
    guard literalPrefix < pattern.count, name.count >= literalPrefix, hasPrefix(name, literalPrefix) else { return false }
    let matcher = WildMatch(pattern: pattern, text: name, foldsCase: foldsCase, separated: separated, literalPrefix: literalPrefix)
    return matcher.matches
  }

  private func hasPrefix(_ name: UnsafeBufferPointer<UInt8>, _ count: Int) -> Bool {
    guard name.count >= count else { return false }
    for index in 0..<count {
      let same =
        foldsCase ? WildMatch.lower(name[index]) == WildMatch.lower(pattern[index]) : name[index] == pattern[index]
      if !same { return false }
    }
    return true
  }

  /// The paths that the pathspecs choose, as one `git ls-files` with all of them lists them, in the order given.
  public static func select(_ pathspecs: [Pathspec], from paths: [String]) -> [String] {
    let wanted = pathspecs.filter { !$0.excludes }
    let unwanted = pathspecs.filter(\.excludes)
    return paths.filter { path in
      (wanted.isEmpty || wanted.contains { $0.matches(path) }) && !unwanted.contains { $0.matches(path) }
    }
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\\")
  }

  private static func readMagic(_ body: [UInt8], into magic: inout Set<String>) throws(GitError) -> [UInt8] {
    let text = String(decoding: body, as: UTF8.self)
    guard body.count > 1, body[1] == UInt8(ascii: "(") else {
      var index = 1
      while index < body.count {
        switch body[index] {
        case UInt8(ascii: "/"): magic.insert("top")
        case UInt8(ascii: "!"), UInt8(ascii: "^"): magic.insert("exclude")
        case UInt8(ascii: ":"): return Array(body[(index + 1)...])
        default: return Array(body[index...])
        }
        index += 1
      }
      return []
    }
    guard let end = body.firstIndex(of: UInt8(ascii: ")")) else {
      throw GitError(.invalid, "pathspec `\(text)` lacks the `)` of its magic")
    }
    for word in String(decoding: body[2..<end], as: UTF8.self).split(separator: ",") {
      let name = String(word)
      guard ["top", "glob", "literal", "icase", "exclude"].contains(name) else {
        throw GitError(.invalid, "pathspec `\(text)` has the unknown magic `\(name)`; known are top, glob, literal, icase and exclude")
      }
      magic.insert(name)
    }
    return Array(body[(end + 1)...])
  }

  /// `./a//b` becomes `a/b`; a slash at the end stays, since it asks for a folder.
  private static func normalize(_ body: [UInt8], _ source: String) throws(GitError) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    if body.first == slash {
      throw GitError(.invalid, "pathspec `\(source)` is absolute; paths are relative to the root of the repository")
    }
    var steps: [ArraySlice<UInt8>] = []
    for step in body.split(separator: slash) {
      if step.elementsEqual(".".utf8) { continue }
      if step.elementsEqual("..".utf8) {
        guard steps.popLast() != nil else { throw GitError(.invalid, "pathspec `\(source)` leads out of the repository") }
        continue
      }
      steps.append(step)
    }
    var result = Array(steps.joined(separator: [slash]))
    let asksForFolder = body.last == slash || body.suffix(2).elementsEqual("/.".utf8)
    if asksForFolder && !result.isEmpty { result.append(slash) }
    return result
  }
}

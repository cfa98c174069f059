import Document
import Git

/// Listings and files of sources, read once for all sets of an evaluation, and again only when a source has changed.
final class SourceListings {
  /// What was read of one source.
  struct Known: Sendable {
    var paths: Result<[String], GitError>?
    var folders: [String]?
    var contents: [String: Result<Value, RenderError>] = [:]
  }

  private(set) var known: [SourceKey: Known] = [:]

  /// - Parameters:
  ///   - previous: What the evaluation before had read.
  ///   - change: What is different since then; nil: everything.
  init(_ previous: [SourceKey: Known]?, _ change: WorldChange?) {
    guard let previous, let change else { return }
    known = previous.filter { !change.changed($0.key) }
  }

  /// All files.
  func files(_ key: SourceKey, _ tree: any FileTree) throws(GitError) -> [String] {
    if let paths = known[key]?.paths { return try paths.get() }
    let result = Result { () throws(GitError) in try tree.paths() }
    known[key, default: Known()].paths = result
    return try result.get()
  }

  /// All folders, in the order in which a walk through the tree meets them.
  ///
  /// - Parameter hidden: Whether folders whose names begin with a dot are among them, which is the same for all of an evaluation.
  func directories(_ key: SourceKey, _ tree: any FileTree, hidden: Bool) throws(GitError) -> [String] {
    if let folders = known[key]?.folders { return folders }
    let all = TreePaths.folders(of: try files(key, tree), hidden: hidden).sorted(by: SourceListings.walkOrder)
    known[key, default: Known()].folders = all
    return all
  }

  /// The content of a YAML or JSON file.
  func content(_ path: String, _ key: SourceKey, _ tree: any FileTree, maximumBytes: Int) throws(RenderError) -> Value {
    if let content = known[key]?.contents[path] { return try content.get() }
    let result = Result { () throws(RenderError) in try SourceListings.read(path, tree, maximumBytes) }
    known[key, default: Known()].contents[path] = result
    return try result.get()
  }

  private static func read(_ path: String, _ tree: any FileTree, _ maximumBytes: Int) throws(RenderError) -> Value {
    let bytes: [UInt8]
    do {
      if try tree.kind(of: path) == .symbolicLink { throw RenderError("it is a symbolic link, and links are not followed") }
      bytes = try tree.read(path, maximumBytes: maximumBytes)
    } catch let error as GitError {
      throw RenderError(error.message)
    } catch let error as RenderError {
      throw error
    } catch {
      throw RenderError("\(error)")
    }
    do {
      return try YAML.decodeAll(bytes, file: path, duplicateKeys: .lastWins).first?.value ?? .null
    } catch {
      let place = error.position.map { "line \($0.line): " } ?? ""
      throw RenderError("unable to parse file: error converting YAML to JSON: yaml: \(place)\(error.message)")
    }
  }

  /// A folder before what is in it, and all that is in it before its next sibling.
  static func walkOrder(_ left: String, _ right: String) -> Bool {
    var one = left.utf8.makeIterator()
    var two = right.utf8.makeIterator()
    while true {
      switch (one.next(), two.next()) {
      case (.none, .none): return false
      case (.none, .some): return true
      case (.some, .none): return false
      case (.some(let first), .some(let second)):
        if first == second { continue }
        if first == UInt8(ascii: "/") { return true }
        if second == UInt8(ascii: "/") { return false }
        return first < second
      }
    }
  }
}

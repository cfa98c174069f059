/// Arithmetic on `/`-separated paths inside a tree and on sorted listings of them.
public enum TreePaths {
  /// The path without `.` steps, doubled and outer slashes; empty for the root.
  ///
  /// `..` steps are kept: nothing in a tree has such a name, so a path that tries to leave it finds nothing.
  public static func normalized(_ path: String) -> String {
    let clean =
      !path.isEmpty && path.utf8.first != slash && path.utf8.last != slash
      && !path.utf8.contains(dot) && !path.contains("//")
    if clean { return path }
    return path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }.joined(separator: "/")
  }

  /// Whether a path could leave the tree or is absolute.
  public static func escapes(_ path: String) -> Bool {
    if path.utf8.first == slash || path.utf8.contains(0) { return true }
    return path.split(separator: "/").contains { $0 == ".." }
  }

  /// Every folder that holds a file, directly or further down, sorted by bytes; the root is not among them.
  ///
  /// Folders whose name starts with a dot are left out with all they hold, unless asked for: this is the set of
  /// directories among which Argo CD's git generator chooses.
  public static func folders(of paths: [String], hidden: Bool = false) -> [String] {
    var seen: Set<String> = []
    var found: [String] = []
    var lastParent: Substring = ""
    for path in paths {
      guard let end = path.utf8.lastIndex(of: slash) else { continue }
      let parent = path[..<end]
      if parent == lastParent { continue }
      lastParent = parent
      var index = parent.startIndex
      var stepStart = index
      var isHidden = false
      while !isHidden {
        let atEnd = index == parent.endIndex
        if atEnd || parent.utf8[index] == slash {
          if !hidden && parent.utf8[stepStart] == dot {
            isHidden = true
            continue
          }
          let folder = String(parent[..<index])
          if seen.insert(folder).inserted { found.append(folder) }
          if atEnd { break }
          stepStart = parent.utf8.index(after: index)
        }
        index = parent.utf8.index(after: index)
      }
    }
    found.sort(by: less)
    return found
  }

  /// The part of a sorted listing that lies below a folder.
  public static func slice(_ paths: [String], under folder: String) -> ArraySlice<String> {
    let clean = normalized(folder)
    if clean.isEmpty { return paths[...] }
    let prefix = clean + "/"
    let start = lowerBound(paths, prefix)
    var end = start
    while end < paths.count, paths[end].utf8.starts(with: prefix.utf8) { end += 1 }
    return paths[start..<end]
  }

  /// Whether a sorted listing has a path.
  public static func contains(_ path: String, in paths: [String]) -> Bool {
    index(of: path, in: paths) != nil
  }

  /// Where a path stands in a sorted listing.
  public static func index(of path: String, in paths: [String]) -> Int? {
    let index = lowerBound(paths, path)
    return index < paths.count && paths[index].utf8.elementsEqual(path.utf8) ? index : nil
  }

  /// The last step of a path; the whole path when it has one step.
  public static func basename(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(of: slash) else { return path }
    return String(path[path.utf8.index(after: end)...])
  }

  /// The folder of a path; empty for the root.
  public static func parent(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(of: slash) else { return "" }
    return String(path[..<end])
  }

  /// The order of bytes, which is the order of all listings.
  static func less(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private static func lowerBound(_ paths: [String], _ key: String) -> Int {
    var low = 0
    var high = paths.count
    while low < high {
      let middle = (low + high) / 2
      if less(paths[middle], key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
}

/// Sprig: paths. The `os` functions are those of Linux.
extension Sprig {
  static let paths: [Function] =
    alias("base", "osBase", of: text("") { GoPath.base($0) })
    + alias("dir", "osDir", of: text("") { GoPath.directory($0) })
    + alias("clean", "osClean", of: text("") { GoPath.clean($0) })
    + alias("ext", "osExt", of: text("") { GoPath.fileExtension($0) })
    + alias("isAbs", "osIsAbs", of: Function("", [.string]) { call throws(FunctionError) in .bool(call.string(0).utf8.first == 47) })
}

/// Go's `path`.
enum GoPath {
  static func clean(_ path: String) -> String {
    let isRooted = path.utf8.first == 47
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        if let last = parts.last, last != ".." {
          parts.removeLast()
        } else if !isRooted {
          parts.append(part)
        }
      } else {
        parts.append(part)
      }
    }
    let joined = (isRooted ? "/" : "") + parts.joined(separator: "/")
    return joined.isEmpty ? "." : joined
  }

  static func base(_ path: String) -> String {
    if path.isEmpty { return "." }
    guard let last = path.split(separator: "/").last else { return "/" }
    return String(last)
  }

  static func directory(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47) else { return "." }
    return clean(String(path[...slash]))
  }

  static func fileExtension(_ path: String) -> String {
    let bytes = Array(path.utf8)
    for index in bytes.indices.reversed() {
      if bytes[index] == 47 { break }
      if bytes[index] == 46 { return String(decoding: bytes[index...], as: UTF8.self) }
    }
    return ""
  }
}

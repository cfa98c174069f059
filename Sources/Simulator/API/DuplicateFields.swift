/// Finds keys that stand twice in one JSON object; the parser keeps the last of them, the server also says so.
///
/// The bytes were parsed before, so no care is taken of bad syntax.
struct DuplicateFields {
  private struct Level {
    var isObject: Bool
    var keys: Set<String> = []
    var path: String
    var index = 0
  }

  /// The paths of the repeated fields, in the order of the text.
  static func find(_ bytes: [UInt8]) -> [String] {
    var levels: [Level] = []
    var found: [String] = []
    var key = ""
    var expectsKey = false
    var position = 0
    func place(_ levels: [Level], _ key: String) -> String {
      guard let last = levels.last else { return "" }
      if last.isObject { return last.path.isEmpty ? key : "\(last.path).\(key)" }
      return "\(last.path)[\(last.index)]"
    }
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isObject = bytes[position] == UInt8(ascii: "{")
        levels.append(Level(isObject: isObject, path: place(levels, key)))
        expectsKey = isObject
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = levels.popLast()
        expectsKey = false
      case UInt8(ascii: ","):
        if let last = levels.indices.last {
          levels[last].index += 1
          expectsKey = levels[last].isObject
        }
      case UInt8(ascii: "\""):
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        if expectsKey, let last = levels.indices.last, position <= bytes.count {
          key = String(decoding: bytes[start..<position], as: UTF8.self)
          if !levels[last].keys.insert(key).inserted {
            let text = place(levels, key)
            if !found.contains(text) { found.append(text) }
          }
          expectsKey = false
        }
      default: break
      }
      position += 1
    }
    return found
  }
}

import Document

/// Identities for the elements of a list, which have none of their own.
///
/// An identity must survive that elements are added, removed or reordered, and that other fields of an element change. So it is the value
/// of the field that tells the elements apart: the first of the usual names, else the first in the order of names, whose values are
/// text (or numbers) and all different. Where there is none, it is a digest of the element.
enum ElementKeys {
  private static let usual = ["id", "key", "name", "cluster", "env", "environment", "app", "namespace", "region", "stage", "tenant", "url"]

  /// One key for each element, all different, and the element in words.
  ///
  /// - Parameter kind: What the elements come from: `list`, or `plugin`.
  static func keys(_ elements: [Value], kind: String = "list") -> [(key: String, text: String)] {
    var result: [(key: String, text: String)] = []
    if elements.count == 1, let only = elements.first {
      let field = candidates(elements).first { plain(only[$0]) != nil }
      result = [named(only, field, kind)]
    } else {
      let field = candidates(elements).first { field in
        var seen: Set<String> = []
        return elements.allSatisfy { element in plain(element[field]).map { seen.insert($0).inserted } ?? false }
      }
      result = elements.map { named($0, field, kind) }
    }
    return unique(result)
  }

  /// Adds `#2`, `#3` to what appears again.
  static func unique(_ keys: [(key: String, text: String)]) -> [(key: String, text: String)] {
    var counts: [String: Int] = [:]
    return keys.map { entry in
      let count = (counts[entry.key] ?? 0) + 1
      counts[entry.key] = count
      return count == 1 ? entry : ("\(entry.key)#\(count)", entry.text)
    }
  }

  private static func candidates(_ elements: [Value]) -> [String] {
    let first = elements.first?.objectValue?.keys ?? []
    return usual.filter { first.contains($0) } + first.filter { !usual.contains($0) }
  }

  private static func plain(_ value: Value?) -> String? {
    switch value {
    case .string(let text): text.isEmpty ? nil : text
    case .int(let number): String(number)
    default: nil
    }
  }

  private static func named(_ element: Value, _ field: String?, _ kind: String) -> (key: String, text: String) {
    guard let field, let text = plain(element[field]) else {
      return ("\(kind)=\(Digest(of: element).description.prefix(16))", "\(kind) element \(JSON.string(element))")
    }
    return ("\(kind)=\(text)", "\(kind) element \(field)=\(text)")
  }
}

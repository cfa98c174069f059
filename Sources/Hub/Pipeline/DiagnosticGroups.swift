import FleetModel

extension Diagnostic {
  /// Tells once what is wrong with many elements of one set, or many applications, in the same way: `element a and 7 more: …`.
  ///
  /// A template that does not parse fails for every element; a hundred copies of its message would hide the next one.
  public static func grouped(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var places: [Diagnostic: Int] = [:]
    var groups: [(first: Diagnostic, common: (element: Substring, rest: Substring)?, more: Int)] = []
    var seen: Set<Diagnostic> = []
    for diagnostic in diagnostics where seen.insert(diagnostic).inserted {
      let common = parts(of: diagnostic.message)
      var key = diagnostic
      if let common { key.message = String(common.rest) }
      if common != nil, let place = places[key] {
        groups[place].more += 1
      } else {
        places[key] = groups.count
        groups.append((diagnostic, common, 0))
      }
    }
    return groups.map { group in
      guard group.more > 0, let common = group.common else { return group.first }
      var diagnostic = group.first
      diagnostic.message = "\(common.element) and \(group.more) more: \(common.rest)"
      return diagnostic
    }
  }

  /// Divides `element x: what is wrong`, and the same of an application.
  private static func parts(of message: String) -> (element: Substring, rest: Substring)? {
    guard message.hasPrefix("element ") || message.hasPrefix("application "), let colon = message.firstRange(of: ": ") else { return nil }
    return (message[..<colon.lowerBound], message[colon.upperBound...])
  }
}

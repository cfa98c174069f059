/// Finds the known name that somebody probably meant.
public enum NearestName {
  /// The nearest of the known names; nil where none is near enough to be a likely slip.
  public static func find(_ name: String, in known: some Sequence<String>) -> String? {
    let lowered = Array(name.lowercased().utf8)
    var best: (name: String, distance: Int)?
    for candidate in known {
      let distance = distance(lowered, Array(candidate.lowercased().utf8))
      let length = min(lowered.count, candidate.utf8.count)
      // One letter is no slip of another one.
      let allowed = length < 2 ? 0 : max(1, length / 3)
      guard distance <= allowed else { continue }
      if let found = best, found.distance < distance || (found.distance == distance && found.name <= candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// `, did you mean "…"?`, or nothing.
  public static func hint(_ name: String, in known: some Sequence<String>) -> String {
    find(name, in: known).map { ": did you mean \"\($0)\"?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours between two names.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left == right { return 0 }
    // Field names are short; what is longer was never a slip of one of them.
    if left.count > 64 || right.count > 64 { return .max }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in 0..<right.count {
        var cost = last[column] + (left[row] == right[column] ? 0 : 1)
        cost = min(cost, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}

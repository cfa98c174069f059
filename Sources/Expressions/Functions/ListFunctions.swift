/// Functions of lists and maps: `size`, and Kubernetes' list extension.
enum ListFunctions {
  static func call(_ target: CELValue, _ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    if name == "size", arguments.isEmpty { return try? StandardFunctions.size(target) }
    guard let list = target.elements else { return nil }
    switch (name, arguments.count) {
    case ("indexOf", 1): return .int(list.firstIndex { $0.equals(arguments[0]) }.map { Int64($0) } ?? -1)
    case ("lastIndexOf", 1): return .int(list.lastIndex { $0.equals(arguments[0]) }.map { Int64($0) } ?? -1)
    case ("min", 0), ("max", 0):
      guard var best = list.first else { throw ExpressionError("\(name) of an empty list") }
      for element in list.dropFirst() where try CELValue.compare(element, best) == (name == "min" ? .less : .greater) { best = element }
      return best
    case ("sum", 0):
      guard var sum = list.first else { return .int(0) }
      for element in list.dropFirst() { sum = try Arithmetic.add(sum, element) }
      return sum
    case ("isSorted", 0):
      for (one, other) in zip(list, list.dropFirst()) where try CELValue.compare(one, other) == .greater { return .bool(false) }
      return .bool(true)
    case ("join", 0), ("join", 1):
      var separator = ""
      if let argument = arguments.first {
        guard case .string(let text) = argument else { return nil }
        separator = text
      }
      return .string(
        try list.map { element in
          guard case .string(let text) = element else { throw ExpressionError("join needs a list of texts") }
          return text
        }.joined(separator: separator))
    case ("slice", 2):
      guard case (.int(let start), .int(let end)) = (arguments[0], arguments[1]), start >= 0, end >= start, end <= list.count else {
        throw ExpressionError("a slice that is not within the list")
      }
      return .list(Array(list[Int(start)..<Int(end)]))
    case ("reverse", 0): return .list(list.reversed())
    case ("distinct", 0):
      var found: [CELValue] = []
      for element in list where !found.contains(where: { $0.equals(element) }) { found.append(element) }
      return .list(found)
    case ("sort", 0):
      for element in list { _ = try CELValue.compare(element, list[0]) }
      return .list(list.sorted { (try? CELValue.compare($0, $1)) == .less })
    case ("first", 0): return .optional(list.first)
    case ("last", 0): return .optional(list.last)
    default: return nil
    }
  }
}

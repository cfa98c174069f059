import Document
import Templating

/// Functions of texts: CEL's own and those of its string extension, which Kubernetes enables. Places count characters.
enum StringFunctions {
  static func call(_ target: CELValue, _ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    guard case .string(let text) = target else { return nil }
    switch arguments.count {
    case 0: return none(text, name)
    case 1:
      if case .string(let argument) = arguments[0] { return try one(text, name, argument) }
      guard case .int(let number) = arguments[0] else { return nil }
      return try number1(text, name, number)
    case 2: return try two(text, name, arguments)
    case 3:
      guard name == "replace", case (.string(let old), .string(let new), .int(let limit)) = (arguments[0], arguments[1], arguments[2])
      else {
        return nil
      }
      return .string(replace(text, old, new, limit))
    default: return nil
    }
  }

  private static func ascii(_ text: String, _ range: ClosedRange<UInt8>, _ shift: (UInt8) -> UInt8) -> CELValue {
    .string(String(decoding: text.utf8.map { range.contains($0) ? shift($0) : $0 }, as: UTF8.self))
  }

  private static func none(_ text: String, _ name: String) -> CELValue? {
    switch name {
    case "size": return .int(Int64(text.unicodeScalars.count))
    case "lowerAscii": return ascii(text, 0x41...0x5a) { $0 + 0x20 }
    case "upperAscii": return ascii(text, 0x61...0x7a) { $0 - 0x20 }
    case "trim":
      var scalars = text.unicodeScalars[...]
      while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
      while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
      return .string(String(String.UnicodeScalarView(scalars)))
    case "reverse": return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
    default: return nil
    }
  }

  private static func one(_ text: String, _ name: String, _ argument: String) throws -> CELValue? {
    switch name {
    case "contains": return .bool(argument.isEmpty || text.contains(argument))
    case "startsWith": return .bool(text.utf8.starts(with: argument.utf8))
    case "endsWith": return .bool(text.utf8.reversed().starts(with: argument.utf8.reversed()))
    case "matches": return .bool(try pattern(argument).matches(text))
    case "find": return .string(try pattern(argument).allMatches(in: text, limit: 1).first ?? "")
    case "findAll": return .list(try pattern(argument).allMatches(in: text, limit: 10_000).map { .string($0) })
    case "indexOf": return .int(find(text, argument, from: 0))
    case "lastIndexOf": return .int(findLast(text, argument, to: nil))
    case "split": return .list(split(text, argument, -1).map { .string($0) })
    default: return nil
    }
  }

  private static func number1(_ text: String, _ name: String, _ number: Int64) throws -> CELValue? {
    let scalars = Array(text.unicodeScalars)
    switch name {
    case "charAt":
      guard number >= 0, number <= scalars.count else { throw ExpressionError("index out of range: \(number)") }
      return .string(number == scalars.count ? "" : String(scalars[Int(number)]))
    case "substring":
      guard number >= 0, number <= scalars.count else { throw ExpressionError("index out of range: \(number)") }
      return .string(join(scalars[Int(number)...]))
    default: return nil
    }
  }

  private static func two(_ text: String, _ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    switch (name, arguments[0], arguments[1]) {
    case ("substring", .int(let start), .int(let end)):
      let scalars = Array(text.unicodeScalars)
      guard start >= 0, end >= start, end <= scalars.count else { throw ExpressionError("invalid substring range: \(start) to \(end)") }
      return .string(join(scalars[Int(start)..<Int(end)]))
    case ("replace", .string(let old), .string(let new)): return .string(replace(text, old, new, -1))
    case ("split", .string(let separator), .int(let limit)): return .list(split(text, separator, limit).map { .string($0) })
    case ("indexOf", .string(let part), .int(let start)):
      guard start >= 0, start <= text.unicodeScalars.count else { throw ExpressionError("index out of range: \(start)") }
      return .int(find(text, part, from: Int(start)))
    case ("lastIndexOf", .string(let part), .int(let end)):
      guard end >= 0, end <= text.unicodeScalars.count else { throw ExpressionError("index out of range: \(end)") }
      return .int(findLast(text, part, to: Int(end)))
    case ("findAll", .string(let expression), .int(let limit)):
      return .list(try pattern(expression).allMatches(in: text, limit: limit < 0 ? 10_000 : Int(min(limit, 10_000))).map { .string($0) })
    default: return nil
    }
  }

  private static func pattern(_ text: String) throws -> RegularExpression {
    guard let pattern = try? RegularExpression(text) else {
      throw ExpressionError("\(JSON.string(.string(text))) is no regular expression that is understood")
    }
    return pattern
  }

  private static func join(_ scalars: some Sequence<UnicodeScalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func find(_ text: String, _ part: String, from start: Int) -> Int64 {
    let (text, part) = (Array(text.unicodeScalars), Array(part.unicodeScalars))
    guard text.count - start >= part.count else { return -1 }
    for position in start...(text.count - part.count) where text[position...].starts(with: part) { return Int64(position) }
    return -1
  }

  private static func findLast(_ text: String, _ part: String, to end: Int?) -> Int64 {
    let (text, part) = (Array(text.unicodeScalars), Array(part.unicodeScalars))
    guard text.count >= part.count else { return -1 }
    for position in (0...min(end ?? text.count, text.count - part.count)).reversed() where text[position...].starts(with: part) {
      return Int64(position)
    }
    return -1
  }

  private static func split(_ text: String, _ separator: String, _ limit: Int64) -> [String] {
    if limit == 0 { return [] }
    if limit == 1 { return [text] }
    let scalars = Array(text.unicodeScalars)
    let mark = Array(separator.unicodeScalars)
    if mark.isEmpty {
      let single = limit < 0 ? scalars.count : min(scalars.count, Int(limit) - 1)
      var parts = scalars[..<single].map { String($0) }
      if single < scalars.count { parts.append(join(scalars[single...])) }
      return parts
    }
    var parts: [String] = []
    var start = 0
    var position = 0
    while position + mark.count <= scalars.count, limit < 0 || parts.count < limit - 1 {
      if scalars[position...].starts(with: mark) {
        parts.append(join(scalars[start..<position]))
        position += mark.count
        start = position
      } else {
        position += 1
      }
    }
    return parts + [join(scalars[start...])]
  }

  private static func replace(_ text: String, _ old: String, _ new: String, _ limit: Int64) -> String {
    if limit == 0 { return text }
    if old.isEmpty {
      // Nothing is found before every character and at the end.
      var result = ""
      var left = limit
      for scalar in text.unicodeScalars {
        if left != 0 { result += new }
        left -= left == 0 ? 0 : 1
        result.unicodeScalars.append(scalar)
      }
      return left == 0 ? result : result + new
    }
    return split(text, old, limit < 0 ? -1 : limit == Int64.max ? limit : limit + 1).joined(separator: new)
  }
}

/// Sprig: strings.
extension Sprig {
  static let strings: [Function] =
    [
      text("upper") { GoUnicode.upper($0) },
      text("lower") { GoUnicode.lower($0) },
      text("title") { GoUnicode.title($0) },
      text("trim") { GoUnicode.trimSpace($0) },
      text("nospace") { Words.withoutSpace($0) },
      text("initials") { Words.initials($0) },
      text("untitle") { Words.uncapitalized($0) },
      text("swapcase") { Words.swappedCase($0) },
      Function("toString", [.any]) { call throws(FunctionError) in .string(string(of: call[0])) },
      Function("substr", [.int, .int, .string]) { call throws(FunctionError) in
        .string(try substring(call.int(0), call.int(1), call.string(2)))
      },
      Function("trunc", [.int, .string]) { call throws(FunctionError) in .string(truncated(call.string(1), call.int(0))) },
      Function("repeat", [.int, .string]) { call throws(FunctionError) in
        .string(try repeated(call.string(1), call.int(0), &call.budget))
      },
      Function("abbrev", [.int, .string]) { call throws(FunctionError) in
        .string(call.int(0) < 4 ? call.string(1) : Words.abbreviated(call.string(1), from: 0, to: call.int(0)))
      },
      Function("abbrevboth", [.int, .int, .string]) { call throws(FunctionError) in
        let (left, right, text) = (call.int(0), call.int(1), call.string(2))
        return .string(right < 4 || (left > 0 && right < 7) ? text : Words.abbreviated(text, from: left, to: right))
      },
      Function("wrap", [.int, .string]) { call throws(FunctionError) in
        .string(Words.wrapped(call.string(1), call.int(0), "\n", breaksWords: false))
      },
      Function("wrapWith", [.int, .string, .string]) { call throws(FunctionError) in
        .string(Words.wrapped(call.string(2), call.int(0), call.string(1), breaksWords: true))
      },
      Function("trimSuffix", [.string, .string]) { call throws(FunctionError) in
        let (suffix, text) = (call.string(0), call.string(1))
        return .string(GoStrings.hasSuffix(text, suffix) ? GoStrings.prefix(text, text.utf8.count - suffix.utf8.count) : text)
      },
      Function("trimPrefix", [.string, .string]) { call throws(FunctionError) in
        let (prefix, text) = (call.string(0), call.string(1))
        return .string(GoStrings.hasPrefix(text, prefix) ? GoStrings.suffix(text, from: prefix.utf8.count) : text)
      },
      test("contains") { GoStrings.find($0, in: $1) != nil },
      test("hasPrefix") { GoStrings.hasPrefix($1, $0) },
      test("hasSuffix") { GoStrings.hasSuffix($1, $0) },
      Function("quote", [], variadic: .any) { call throws(FunctionError) in
        .string(call.arguments.filter { !$0.isNil }.map { GoQuote.quoted(string(of: $0)) }.joined(separator: " "))
      },
      Function("squote", [], variadic: .any) { call throws(FunctionError) in
        .string(call.arguments.filter { !$0.isNil }.map { "'" + GoFormat.text($0) + "'" }.joined(separator: " "))
      },
      Function("cat", [], variadic: .any) { call throws(FunctionError) in
        .string(call.arguments.filter { !$0.isNil }.map(GoFormat.text).joined(separator: " "))
      },
      Function("indent", [.int, .string]) { call throws(FunctionError) in
        .string(try indented(call.string(1), call.int(0), &call.budget))
      },
      Function("nindent", [.int, .string]) { call throws(FunctionError) in
        .string("\n" + (try indented(call.string(1), call.int(0), &call.budget)))
      },
      Function("replace", [.string, .string, .string]) { call throws(FunctionError) in
        .string(try GoStrings.replace(call.string(2), call.string(0), call.string(1), &call.budget))
      },
      Function("plural", [.string, .string, .int]) { call throws(FunctionError) in .string(call.string(call.int(2) == 1 ? 0 : 1)) },
      Function("splitList", [.string, .string]) { call throws(FunctionError) in
        .strings(GoStrings.split(call.string(1), call.string(0), -1))
      },
      Function("split", [.string, .string]) { call throws(FunctionError) in
        numbered(GoStrings.split(call.string(1), call.string(0), -1))
      },
      Function("splitn", [.string, .int, .string]) { call throws(FunctionError) in
        numbered(GoStrings.split(call.string(2), call.string(0), call.int(1)))
      },
      Function("join", [.string, .any]) { call throws(FunctionError) in
        .string(stringList(of: call[1]).joined(separator: call.string(0)))
      },
      Function("toStrings", [.any]) { call throws(FunctionError) in .strings(stringList(of: call[0])) },
    ]
    + alias(
      "trimAll", "trimall",
      of: Function("", [.string, .string]) { call throws(FunctionError) in
        let set = Set(call.string(0).unicodeScalars)
        return .string(GoUnicode.trim(call.string(1)) { set.contains($0) })
      })

  private static func substring(_ start: Int, _ end: Int, _ text: String) throws(FunctionError) -> String {
    let count = text.utf8.count
    let (from, to) = start < 0 ? (0, end) : end < 0 || end > count ? (start, count) : (start, end)
    guard from >= 0, to <= count, from <= to else {
      let range = start < 0 ? ":\(end)" : "\(from):\(to)"
      throw FunctionError("runtime error: slice bounds out of range [\(range)]")
    }
    return GoStrings.decode(text.utf8.dropFirst(from).prefix(to - from))
  }

  /// Cuts to so many bytes from the front; a negative number: from the back.
  static func truncated(_ text: String, _ count: Int) -> String {
    let length = text.utf8.count
    if count < 0 { return length + count > 0 ? GoStrings.suffix(text, from: length + count) : text }
    return length > count ? GoStrings.prefix(text, count) : text
  }

  private static func repeated(_ text: String, _ count: Int, _ budget: inout Budget) throws(FunctionError) -> String {
    guard count >= 0 else { throw FunctionError("strings: negative Repeat count") }
    let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
    guard !overflow else { throw FunctionError("strings: Repeat output length overflow") }
    try budget.spend(bytes: bytes)
    return bytes == 0 ? "" : String(repeating: text, count: count)
  }

  private static func indented(_ text: String, _ count: Int, _ budget: inout Budget) throws(FunctionError) -> String {
    let pad = try repeated(" ", count, &budget)
    return pad + (try GoStrings.replace(text, "\n", "\n" + pad, &budget))
  }

  /// The map of `split`: `_0`, `_1` …
  private static func numbered(_ parts: [String]) -> TemplateValue {
    .stringMap(parts.enumerated().map { ("_\($0.offset)", $0.element) })
  }
}

/// Keeps secrets out of messages.
enum Redaction {
  /// What stands where a secret stood.
  static let mark = "(redacted)"

  /// Takes known secrets out of a text, such as a proxy's page that repeats the request.
  static func remove(_ secrets: [String], from text: String) -> String {
    var result = text
    // Longer ones first: one may be part of another.
    for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where secret.utf8.count >= 4 {
      result = replace(secret, in: result)
    }
    return result
  }

  /// Takes out what looks like a secret: tokens in three parts, and long runs of letters and digits. Hosts and paths stay.
  static func removeSuspects(from text: String) -> String {
    var result = ""
    var run = ""
    func flush() {
      let isToken = run.hasPrefix("eyJ") && run.utf8.count >= 16
      result += isToken || run.utf8.count >= 40 ? mark : run
      run = ""
    }
    for character in text {
      if character.isASCII, character.isLetter || character.isNumber || "+=_-".contains(character) {
        run.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }

  /// The values that a server's message about a Secret quotes: `Invalid value: "…"`, `got …`, `{Value:…}`.
  static func removeQuotedValues(from text: String) -> String {
    var result = text
    for opening in ["Invalid value: ", "Unsupported value: ", "Duplicate value: ", "got ", "{Value:"] {
      var parts: [Substring] = []
      var rest = result[...]
      while let start = find(opening, in: rest) {
        let value = rest.index(start, offsetBy: opening.count)
        parts.append(rest[..<value])
        rest = rest[end(ofValueAt: value, in: rest)...]
      }
      if !parts.isEmpty { result = parts.map { $0 + mark }.joined() + rest }
    }
    return result
  }

  /// A quoted text as a whole, else up to what separates one statement from the next.
  private static func end(ofValueAt start: String.Index, in text: Substring) -> String.Index {
    guard start < text.endIndex else { return start }
    let quote = text[start]
    if quote == "\"" || quote == "`" {
      var position = text.index(after: start)
      var escaped = false
      while position < text.endIndex {
        let character = text[position]
        position = text.index(after: position)
        if character == quote && !escaped { return position }
        escaped = character == "\\" && !escaped
      }
      return position
    }
    // Without quotes nothing says where the value ends.
    return text.endIndex
  }

  private static func replace(_ word: String, in text: String) -> String {
    var parts: [Substring] = []
    var rest = text[...]
    while let start = find(word, in: rest) {
      parts.append(rest[..<start])
      rest = rest[rest.index(start, offsetBy: word.count)...]
    }
    return parts.isEmpty ? text : parts.map { $0 + mark }.joined() + rest
  }

  private static func find(_ word: String, in text: Substring) -> String.Index? {
    guard let first = word.first else { return nil }
    var start = text.startIndex
    while let candidate = text[start...].firstIndex(of: first) {
      if text[candidate...].hasPrefix(word) { return candidate }
      start = text.index(after: candidate)
    }
    return nil
  }
}

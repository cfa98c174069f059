/// What the library `goutils` does to words; several of its functions take each byte for a character, and so do these.
enum Words {
  /// A byte as the character of the same number.
  private static func character(_ byte: UInt8) -> Unicode.Scalar { Unicode.Scalar(byte) }

  static func withoutSpace(_ text: String) -> String {
    // A text without spaces is left alone; every other one has its bytes taken for characters.
    guard text.utf8.contains(where: { GoUnicode.isSpace(character($0)) }) else { return text }
    var result = String.UnicodeScalarView()
    for byte in text.utf8 where !GoUnicode.isSpace(character(byte)) { result.append(character(byte)) }
    return String(result)
  }

  static func initials(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var afterGap = true
    for byte in text.utf8 {
      if GoUnicode.isSpace(character(byte)) {
        afterGap = true
      } else if afterGap {
        result.append(character(byte))
        afterGap = false
      }
    }
    return String(result)
  }

  static func uncapitalized(_ text: String) -> String {
    var atStart = true
    return GoUnicode.map(text) { scalar in
      if GoUnicode.isSpace(scalar) {
        atStart = true
        return scalar
      }
      defer { atStart = false }
      return atStart ? GoUnicode.lower(scalar) : scalar
    }
  }

  static func swappedCase(_ text: String) -> String {
    var afterSpace = true
    return GoUnicode.map(text) { scalar in
      if GoUnicode.isUpper(scalar) || GoUnicode.isTitle(scalar) {
        afterSpace = false
        return GoUnicode.lower(scalar)
      }
      if GoUnicode.isLower(scalar) {
        defer { afterSpace = false }
        return afterSpace ? GoUnicode.title(scalar) : GoUnicode.upper(scalar)
      }
      afterSpace = GoUnicode.isSpace(scalar)
      return scalar
    }
  }

  /// Cuts to a width with `...` at the end, and at the front where the text is wanted from an offset on.
  static func abbreviated(_ text: String, from offset: Int, to width: Int) -> String {
    let bytes = Array(text.utf8)
    if bytes.count <= width { return text }
    var offset = min(offset, bytes.count)
    if bytes.count - offset < width - 3 { offset = bytes.count - (width - 3) }
    let marker = "..."
    if offset <= 4 { return GoStrings.decode(bytes.prefix(width - 3)) + marker }
    if width < 7 { return "" }
    if offset + width - 3 < bytes.count {
      return marker + abbreviated(GoStrings.decode(bytes[offset...]), from: 0, to: width - 3)
    }
    return marker + GoStrings.decode(bytes.suffix(width - 3))
  }

  /// Breaks a text into lines at spaces.
  static func wrapped(_ text: String, _ width: Int, _ separator: String, breaksWords: Bool) -> String {
    let bytes = Array(text.utf8)
    let newLine = Array((separator.isEmpty ? "\n" : separator).utf8)
    let width = max(width, 1)
    var result: [UInt8] = []
    var offset = 0
    while bytes.count - offset > width {
      if bytes[offset] == 32 {
        offset += 1
        continue
      }
      if let space = bytes[offset...(offset + width)].lastIndex(of: 32) {
        result += bytes[offset..<space] + newLine
        offset = space + 1
      } else if breaksWords {
        result += bytes[offset..<(offset + width)] + newLine
        offset += width
      } else if let space = bytes[(offset + width)...].firstIndex(of: 32) {
        result += bytes[offset..<space] + newLine
        offset = space + 1
      } else {
        result += bytes[offset...]
        offset = bytes.count
      }
    }
    result += bytes[offset...]
    return GoStrings.decode(result)
  }
}

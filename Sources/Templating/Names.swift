/// Argo CD's two ways to make a name of any text.
public enum Names {
  /// Lower case, `-` for every other character than `a-z`, `0-9`, `-`, `.`; at most 253 bytes; no `-` or `.` at either end.
  public static func normalize(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      let lower = GoUnicode.lower(scalar)
      bytes.append(isNameCharacter(lower) ? UInt8(lower.value) : UInt8(ascii: "-"))
    }
    let isEdge: (UInt8) -> Bool = { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    var result = bytes.prefix(253)
    while let last = result.last, isEdge(last) { result.removeLast() }
    return String(decoding: result.drop(while: isEdge), as: UTF8.self)
  }

  private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "0"..."9", "-", ".": true
    default: false
    }
  }

  /// A normalised name of words joined by single dashes, cut to a length; a length of 0 or less means no limit.
  ///
  /// With `smart` it is cut between words where it can be: everything after the last dash that fits is dropped. Without, the normalised
  /// text is cut before its dashes are joined, and a length below zero, with which Argo CD fails, gives nothing.
  public static func slugify(_ text: String, maximum: Int = 50, smart: Bool = true) -> String {
    var source = Array(normalize(text).utf8)[...]
    if !smart { source = source.prefix(max(maximum, 0)) }
    var bytes: [UInt8] = []
    for byte in source {
      let mapped = byte == UInt8(ascii: ".") ? UInt8(ascii: "-") : byte
      if mapped == UInt8(ascii: "-") && bytes.last == mapped { continue }
      bytes.append(mapped)
    }
    while bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
    var result = bytes.drop { $0 == UInt8(ascii: "-") }
    if smart && maximum > 0 && result.count > maximum {
      let window = result.prefix(maximum + 1)
      result = window.lastIndex(of: UInt8(ascii: "-")).map { result[..<$0] } ?? result.prefix(maximum)
    }
    return String(decoding: result, as: UTF8.self)
  }
}

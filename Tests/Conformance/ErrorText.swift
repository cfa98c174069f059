/// Whether two error texts are the same by the rules of the corpus.
///
/// Texts that show the insides of Go, and those of the parsers of other languages, may be worded otherwise: it is enough that the error
/// is raised at the same place, which is what stands before them.
enum ErrorText {
  private static let free = [
    "reflect:", "runtime error:", "interface conversion:", "reflect.Value", "Go value of type", "Go struct field", "%!w(", "panic:",
    "yaml:", "error converting YAML to JSON:", "error parsing regexp:", "parsing time", "parse \"",
  ]

  static func same(_ expected: String, _ actual: String) -> Bool {
    let wanted = Array(expected.utf8)
    let got = Array(actual.utf8)
    if wanted == got { return true }
    // A template's text stands in its error: only what comes after the place of execution may hold the words that are free.
    let placeEnd = max(lastEnd(of: ">: ", in: wanted) ?? 0, lastEnd(of: "error calling ", in: wanted) ?? 0)
    let marks = free.compactMap { first($0, in: wanted, from: placeEnd) }
    guard let mark = marks.min() else { return false }
    // Back to where the part of the message begins that holds the mark.
    var fixed = mark
    while fixed > placeEnd && !(fixed >= 2 && wanted[fixed - 1] == UInt8(ascii: " ") && wanted[fixed - 2] == UInt8(ascii: ":")) {
      fixed -= 1
    }
    return got.starts(with: wanted[..<fixed])
  }

  private static func first(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
    let pattern = Array(text.utf8)
    guard bytes.count - pattern.count >= start else { return nil }
    return (start...(bytes.count - pattern.count)).first { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
  }

  private static func lastEnd(of text: String, in bytes: [UInt8]) -> Int? {
    let pattern = Array(text.utf8)
    guard bytes.count >= pattern.count else { return nil }
    let start = (0...(bytes.count - pattern.count)).last { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    return start.map { $0 + pattern.count }
  }
}

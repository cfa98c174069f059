/// The `{{name}}` substitution of ApplicationSets with `goTemplate: false`.
///
/// A tag is replaced when the parameters have it as text; every other tag stays as it was written. The replacement is not
/// looked at again, so that text from a parameter never becomes a template.
public struct ClassicTemplate: Sendable {
  private enum Part: Sendable {
    case text(String)
    /// A tag as written between the braces, and without the white space around it.
    case tag(String, name: String)
  }

  private let parts: [Part]
  private let text: String
  private let error: TemplateError?

  /// Whether it has no tag, so that it gives its own text whatever the parameters.
  public let isLiteral: Bool

  /// Compiles a template. An unclosed tag is reported when it is executed, as Argo CD does.
  public init(_ text: String) {
    self.text = text
    let bytes = Array(text.utf8)
    guard ClassicTemplate.hasTagInOneLine(bytes) else {
      (parts, error, isLiteral) = ([], nil, true)
      return
    }
    var parts: [Part] = []
    var error: TemplateError?
    var start = 0
    while let open = ClassicTemplate.find(UInt8(ascii: "{"), in: bytes, from: start) {
      if open > start { parts.append(.text(String(decoding: bytes[start..<open], as: UTF8.self))) }
      guard let close = ClassicTemplate.find(UInt8(ascii: "}"), in: bytes, from: open + 2) else {
        let rest = String(decoding: bytes[(open + 2)...], as: UTF8.self)
        error = TemplateError(
          "Cannot find end tag=\"}}\" in the template=\(GoQuote.quoted(text)) starting from \(GoQuote.quoted(rest))")
        start = bytes.count
        break
      }
      let tag = String(decoding: bytes[(open + 2)..<close], as: UTF8.self)
      parts.append(.tag(tag, name: GoUnicode.trimSpace(tag)))
      start = close + 2
    }
    if start < bytes.count { parts.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
    self.parts = parts
    self.error = error
    isLiteral = false
  }

  /// The position of the same byte twice.
  private static func find(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == byte && bytes[index + 1] == byte { return index }
      index += 1
    }
    return nil
  }

  /// Argo CD looks at a text only if it has `{{` and after it `}}` in the same line.
  private static func hasTagInOneLine(_ bytes: [UInt8]) -> Bool {
    var open = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == 10 { open = false }
      if index + 1 < bytes.count && bytes[index] == bytes[index + 1] {
        if !open && bytes[index] == UInt8(ascii: "{") {
          open = true
          index += 2
          continue
        }
        if open && bytes[index] == UInt8(ascii: "}") { return true }
      }
      index += 1
    }
    return false
  }

  /// Replaces the tags; `parameters` gives nil for what is missing or no text.
  public func execute(_ parameters: (String) -> String?) throws(TemplateError) -> String {
    if let error { throw error }
    if isLiteral { return text }
    var output = ""
    for part in parts {
      switch part {
      case .text(let text): output += text
      case .tag(let tag, let name):
        if !name.isEmpty, let value = parameters(name) {
          output += value
        } else {
          output += "{{"
          output += tag
          output += "}}"
        }
      }
    }
    return output
  }
}

/// A lexical element of a template.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    case error
    case bool
    case character
    case characterConstant
    case complex
    case assign
    case declare
    case end
    case field
    case identifier
    case leftDelimiter
    case leftParenthesis
    case number
    case pipe
    case rawString
    case rightDelimiter
    case rightParenthesis
    case space
    case string
    case text
    case variable
    case dot
    case keyword(Keyword)
  }

  enum Keyword: String, Sendable {
    case block
    case `break`
    case `continue`
    case define
    case `else`
    case end
    case `if`
    case `nil`
    case range
    case template
    case with
  }

  var kind: Kind
  /// The byte at which it starts.
  var position: Int
  /// Its text; of an error, the message.
  var text: String

  /// As an error message names it.
  var description: String {
    switch kind {
    case .end: "EOF"
    case .error: text
    case .keyword, .dot: "<\(text)>"
    default:
      text.unicodeScalars.count > 10 || text.utf8.count > 10
        ? GoQuote.quoted(String(String.UnicodeScalarView(text.unicodeScalars.prefix(10)))) + "..." : GoQuote.quoted(text)
    }
  }
}

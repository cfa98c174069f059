import Document
import FleetModel

/// Texts whose templates call functions that may give something else each time.
enum NondeterministicText {
  private static let names: Set<String> = [
    "now", "ago", "date", "htmlDate", "randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randInt", "randBytes", "uuidv4", "shuffle",
    "genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey",
    "derivePassword", "bcrypt", "htpasswd", "encryptAES",
  ]

  /// The functions that a text seems to name, in the order of their appearance.
  ///
  /// It looks at words, not at the template; once a compiled template can be asked which functions it calls, that is to be asked here.
  static func functions(_ text: String) -> [String] {
    var found: [String] = []
    for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }) {
      let name = String(word)
      if names.contains(name), !found.contains(name) { found.append(name) }
    }
    return found
  }

  static func message(_ text: String) -> String {
    let functions = functions(text)
    let what = functions.isEmpty ? "a function" : functions.joined(separator: ", ")
    let shown = text.utf8.count > 60 ? String(text.prefix(57)) + "..." : text
    return "\(JSON.string(.string(shown))) calls \(what), which may give something else each time: the applications keep what it gave "
      + "first for as long as their parameters and the hub's memory last; take a value that the parameters decide"
  }

  /// Where a text stands in a document; the document itself where it does not.
  static func path(of text: String, in value: Value) -> [PathComponent] { find(text, value) ?? [] }

  private static func find(_ text: String, _ value: Value) -> [PathComponent]? {
    switch value {
    case .string(let found): return ByteOrder.equal(found, text) ? [] : nil
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        if let path = find(text, element) { return [.index(index)] + path }
      }
    case .object(let object):
      for member in object {
        if ByteOrder.equal(member.key, text) { return [.key(member.key)] }
        if let path = find(text, member.value) { return [.key(member.key)] + path }
      }
    default: break
    }
    return nil
  }
}

/// A number as it stands in a template: it takes the type that its place asks for.
struct NumberLiteral: Sendable {
  let text: String
  var integer: Int64?
  var unsigned: UInt64?
  var float: Double?
  var complex: (real: Double, imaginary: Double)?
  let isCharacter: Bool

  /// Reads a token; throws Go's message.
  init(_ token: Token) throws(FunctionError) {
    text = token.text
    isCharacter = token.kind == .characterConstant
    switch token.kind {
    case .characterConstant: try readCharacter()
    case .complex: try readComplex()
    default: try readNumber()
    }
  }

  private mutating func readCharacter() throws(FunctionError) {
    guard let value = GoQuote.unquotedCharacter(text) else { throw FunctionError("invalid syntax") }
    guard value.complete else { throw FunctionError("malformed character constant: \(text)") }
    integer = Int64(value.code)
    unsigned = UInt64(value.code)
    float = Double(value.code)
  }

  private mutating func readComplex() throws(FunctionError) {
    let bytes = Array(text.utf8)
    // The sign that splits the two parts is the last one that does not follow an exponent's letter.
    var split = bytes.count - 1
    while split > 0 {
      let byte = bytes[split]
      let before = bytes[split - 1] | 0x20
      if (byte == 43 || byte == 45) && before != UInt8(ascii: "e") && before != UInt8(ascii: "p") { break }
      split -= 1
    }
    guard split > 0, let real = GoNumber.parseFloat(String(decoding: bytes[..<split], as: UTF8.self)),
      let imaginary = GoNumber.parseFloat(String(decoding: bytes[split..<(bytes.count - 1)], as: UTF8.self))
    else { throw FunctionError("syntax error scanning complex number") }
    simplify(real, imaginary)
  }

  private mutating func simplify(_ real: Double, _ imaginary: Double) {
    complex = (real, imaginary)
    guard imaginary == 0 else { return }
    float = real
    if let exact = Int64(exactly: real) { integer = exact }
    if let exact = UInt64(exactly: real) { unsigned = exact }
  }

  private mutating func readNumber() throws(FunctionError) {
    if text.hasSuffix("i"), let imaginary = GoNumber.parseFloat(String(text.dropLast())) {
      simplify(0, imaginary)
      return
    }
    unsigned = GoNumber.parseUnsigned(text, base: 0)
    integer = GoNumber.parseInteger(text, base: 0)
    if integer == 0 { unsigned = 0 }
    if let integer {
      float = Double(integer)
    } else if let unsigned {
      float = Double(unsigned)
    } else if let value = GoNumber.parseFloat(text) {
      guard text.utf8.contains(where: { ".eEpP".utf8.contains($0) }) else {
        throw FunctionError("integer overflow: \(GoQuote.quoted(text))")
      }
      float = value
      integer = Int64(exactly: value)
      unsigned = UInt64(exactly: value)
    }
    if integer == nil && unsigned == nil && float == nil {
      throw FunctionError("illegal number syntax: \(GoQuote.quoted(text))")
    }
  }

  /// The value where nothing asks for a type; nil for an integer that does not fit.
  var idealValue: TemplateValue? {
    if let complex { return .complex(complex.real, complex.imaginary) }
    let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
    if let float, !isHexadecimal, !isCharacter, text.utf8.contains(where: { ".eEpP".utf8.contains($0) }) { return .float(float) }
    if let integer { return .int(Int(integer)) }
    if let float, unsigned == nil { return .float(float) }
    return nil
  }
}

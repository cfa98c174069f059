/// Prints one value by a verb and flags, as Go's `fmt` does.
struct Printer {
  struct Flags {
    var sharp = false
    var zero = false
    var plus = false
    var minus = false
    var space = false
    /// `%#v`.
    var sharpV = false
    /// `%+v`.
    var plusV = false
    var width: Int?
    var precision: Int?
  }

  var output = ""
  var flags = Flags()
  /// The value that a wrong verb is reported for.
  private var subject: TemplateValue = .missing
  private var erroring = false

  init() {}

  mutating func print(_ value: TemplateValue, _ verb: Unicode.Scalar) {
    subject = value
    if value.isNil {
      if verb == "T" || verb == "v" { pad("<nil>") } else { badVerb(verb) }
      return
    }
    if verb == "T" {
      formatString(value.type.name, "s")
      return
    }
    // `%w` is for errors only; lists and maps are refused whole.
    if verb == "w", !erroring, value.isCompound {
      badVerb(verb)
      return
    }
    printValue(value, verb)
  }

  private mutating func printNested(_ value: TemplateValue, _ verb: Unicode.Scalar, in type: GoType) {
    if value.isNil {
      output += flags.sharpV ? "interface {}(nil)" : "<nil>"
      return
    }
    subject = value
    printValue(value, verb)
  }

  private mutating func printValue(_ value: TemplateValue, _ verb: Unicode.Scalar) {
    if !erroring, let text = stringerText(value, verb) {
      formatString(text, verb)
      return
    }
    switch value {
    case .missing, .null: output += "<nil>"
    case .bool(let truth):
      if verb == "t" || verb == "v" { pad(truth ? "true" : "false") } else { badVerb(verb) }
    case .int(let number): formatInteger(UInt64(bitPattern: Int64(number)), signed: true, verb)
    case .integer(let number, let type): formatInteger(UInt64(bitPattern: number), signed: !Printer.isUnsigned(type), verb)
    case .float(let number): formatFloat(number, verb)
    case .complex(let real, let imaginary): formatComplex(real, imaginary, verb)
    case .string(let text): formatString(text, verb)
    case .list(let list): printList(list, verb)
    case .map(let map): printMap(map, verb)
    case .function: badVerb(verb)
    case .object(let box): if verb == "v" || verb == "s" { formatString(box.object.fieldText, "s") } else { badVerb(verb) }
    }
  }

  private static func isUnsigned(_ type: GoType) -> Bool {
    switch type {
    case .uint, .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// What a type's own `String` or `Error` method says, for the verbs that print text.
  private func stringerText(_ value: TemplateValue, _ verb: Unicode.Scalar) -> String? {
    guard !flags.sharpV, "vsxXq".unicodeScalars.contains(verb) else { return nil }
    switch value {
    case .integer(let number, let type): return Stringers.text(number, type)
    case .object(let box): return box.object.text
    default: return nil
    }
  }

  private mutating func printList(_ list: TemplateList, _ verb: Unicode.Scalar) {
    if list.type == .byteList, "sqxX".unicodeScalars.contains(verb) {
      let bytes = list.elements.map { element -> UInt8 in
        if case .integer(let byte, _) = element { return UInt8(truncatingIfNeeded: byte) }
        return 0
      }
      formatString(String(decoding: bytes, as: UTF8.self), verb)
      return
    }
    if flags.sharpV && list.isNil {
      output += list.type.name + "(nil)"
      return
    }
    output += flags.sharpV ? list.type.name + "{" : "["
    for (index, element) in list.elements.enumerated() {
      if index > 0 { output += flags.sharpV ? ", " : " " }
      printNested(element, verb, in: list.type)
    }
    output += flags.sharpV ? "}" : "]"
  }

  private mutating func printMap(_ map: TemplateMap, _ verb: Unicode.Scalar) {
    output += flags.sharpV ? map.type.name + "{" : "map["
    for (index, entry) in map.entries.enumerated() {
      if index > 0 { output += flags.sharpV ? ", " : " " }
      printNested(.string(entry.key), verb, in: .stringList)
      output += ":"
      printNested(entry.value, verb, in: map.type)
    }
    output += flags.sharpV ? "}" : "]"
  }

  private mutating func badVerb(_ verb: Unicode.Scalar) {
    erroring = true
    output += "%!\(verb)("
    if subject.isNil {
      output += "<nil>"
    } else {
      let value = subject
      output += value.type.name + "="
      print(value, "v")
    }
    output += ")"
    erroring = false
  }

  // MARK: - Padding

  private func padding(_ count: Int) -> String {
    String(repeating: flags.zero && !flags.minus ? "0" : " ", count: max(count, 0))
  }

  mutating func pad(_ text: String) {
    guard let width = flags.width, width > 0 else {
      output += text
      return
    }
    let missing = width - text.unicodeScalars.count
    output += flags.minus ? text + padding(missing) : padding(missing) + text
  }

  private mutating func padWithSpaces(_ text: String) {
    let zero = flags.zero
    flags.zero = false
    pad(text)
    flags.zero = zero
  }

  // MARK: - Text

  private mutating func formatString(_ text: String, _ verb: Unicode.Scalar) {
    switch verb {
    case "v" where flags.sharpV: formatQuoted(text)
    case "v", "s": pad(truncated(text))
    case "q": formatQuoted(text)
    case "x", "X": formatHexadecimal(Array(text.utf8), uppercase: verb == "X")
    default: badVerb(verb)
    }
  }

  private func truncated(_ text: String) -> String {
    guard let precision = flags.precision, text.unicodeScalars.count > precision else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
  }

  private mutating func formatQuoted(_ text: String) {
    let text = truncated(text)
    if flags.sharp && text.unicodeScalars.allSatisfy({ $0 != "`" && $0 != "\u{FEFF}" && $0 != "\u{7F}" && ($0.value >= 32 || $0 == "\t") })
    {
      pad("`" + text + "`")
    } else {
      pad(GoQuote.quoted(text, ascii: flags.plus))
    }
  }

  private mutating func formatHexadecimal(_ bytes: [UInt8], uppercase: Bool) {
    let bytes = bytes.prefix(flags.precision ?? bytes.count)
    let prefix = flags.sharp ? (uppercase ? "0X" : "0x") : ""
    var parts: [String] = []
    for byte in bytes { parts.append(GoQuote.hexadecimal(UInt32(byte), 2, uppercase: uppercase)) }
    let text = flags.space ? parts.map { prefix + $0 }.joined(separator: " ") : parts.isEmpty ? "" : prefix + parts.joined()
    guard !text.isEmpty else {
      output += padding(flags.width ?? 0)
      return
    }
    pad(text)
  }

  // MARK: - Numbers

  private mutating func formatInteger(_ value: UInt64, signed: Bool, _ verb: Unicode.Scalar) {
    switch verb {
    case "v":
      if flags.sharpV && !signed {
        let sharp = flags.sharp
        flags.sharp = true
        formatInteger(value, base: 16, signed: signed, verb)
        flags.sharp = sharp
      } else {
        formatInteger(value, base: 10, signed: signed, verb)
      }
    case "d": formatInteger(value, base: 10, signed: signed, verb)
    case "b": formatInteger(value, base: 2, signed: signed, verb)
    case "o", "O": formatInteger(value, base: 8, signed: signed, verb)
    case "x", "X": formatInteger(value, base: 16, signed: signed, verb)
    case "c": pad(String(Printer.scalar(value)))
    case "q": pad(GoQuote.quoted(Printer.scalar(value), ascii: flags.plus))
    case "U": formatUnicode(value)
    default: badVerb(verb)
    }
  }

  private static func scalar(_ value: UInt64) -> Unicode.Scalar {
    UInt32(exactly: value).flatMap { Unicode.Scalar($0) } ?? "\u{FFFD}"
  }

  private mutating func formatUnicode(_ value: UInt64) {
    var digits = String(value, radix: 16, uppercase: true)
    let count = max(flags.precision ?? 4, 4)
    digits = "U+" + String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    if flags.sharp, let scalar = UInt32(exactly: value).flatMap({ Unicode.Scalar($0) }), GoUnicode.isPrintable(scalar) {
      digits += " '\(scalar)'"
    }
    padWithSpaces(digits)
  }

  private mutating func formatInteger(_ value: UInt64, base: Int, signed: Bool, _ verb: Unicode.Scalar) {
    let negative = signed && Int64(bitPattern: value) < 0
    let magnitude = negative ? 0 &- value : value
    var minimum = 0
    if let precision = flags.precision {
      minimum = precision
      if precision == 0 && magnitude == 0 {
        output += String(repeating: " ", count: flags.width ?? 0)
        return
      }
    } else if flags.zero && !flags.minus, let width = flags.width {
      minimum = negative || flags.plus || flags.space ? width - 1 : width
    }
    var text = String(magnitude, radix: base, uppercase: verb == "X")
    text = String(repeating: "0", count: max(0, minimum - text.utf8.count)) + text
    if flags.sharp {
      switch base {
      case 2: text = "0b" + text
      case 8: if !text.hasPrefix("0") { text = "0" + text }
      case 16: text = (verb == "X" ? "0X" : "0x") + text
      default: break
      }
    }
    if verb == "O" { text = "0o" + text }
    if negative { text = "-" + text } else if flags.plus { text = "+" + text } else if flags.space { text = " " + text }
    padWithSpaces(text)
  }

  private mutating func formatFloat(_ value: Double, _ verb: Unicode.Scalar) {
    switch verb {
    case "v": formatFloat(value, UInt8(ascii: "g"), -1)
    case "b", "g", "G", "x", "X": formatFloat(value, UInt8(verb.value), -1)
    case "f", "e", "E": formatFloat(value, UInt8(verb.value), 6)
    case "F": formatFloat(value, UInt8(ascii: "f"), 6)
    default: badVerb(verb)
    }
  }

  private mutating func formatComplex(_ real: Double, _ imaginary: Double, _ verb: Unicode.Scalar) {
    guard "vbgGxXfFeE".unicodeScalars.contains(verb) else {
      badVerb(verb)
      return
    }
    let plus = flags.plus
    output += "("
    formatFloat(real, verb)
    flags.plus = true
    formatFloat(imaginary, verb)
    output += "i)"
    flags.plus = plus
  }

  private mutating func formatFloat(_ value: Double, _ verb: UInt8, _ standard: Int) {
    let precision = flags.precision ?? standard
    var number = GoFloat.format(value, verb, precision)
    var sign = "+"
    if let first = number.first, first == "-" || first == "+" {
      sign = String(first)
      number.removeFirst()
    }
    if flags.space && sign == "+" && !flags.plus { sign = " " }
    if !value.isFinite {
      let shown = value.isNaN && !flags.space && !flags.plus ? number : (sign == "+" && !flags.plus ? "+" : sign) + number
      padWithSpaces(shown)
      return
    }
    if flags.sharp && verb != UInt8(ascii: "b") { number = Printer.withPoint(number, verb, precision) }
    guard flags.plus || sign != "+" else {
      pad(number)
      return
    }
    let length = number.utf8.count + 1
    if flags.zero && !flags.minus, let width = flags.width, width > length {
      output += sign + String(repeating: "0", count: width - length) + number
    } else {
      pad(sign + number)
    }
  }

  /// The `#` flag: always a decimal point, and with `%g` all digits of the precision.
  private static func withPoint(_ number: String, _ verb: UInt8, _ precision: Int) -> String {
    let isHexadecimal = verb | 0x20 == UInt8(ascii: "x")
    var digits = 0
    if isHexadecimal || verb | 0x20 == UInt8(ascii: "g") { digits = precision == -1 ? 6 : precision }
    var head = number
    var tail = ""
    let marks: [Character] = isHexadecimal ? ["p", "P"] : ["e", "E"]
    if let mark = number.firstIndex(where: { marks.contains($0) }) {
      head = String(number[..<mark])
      tail = String(number[mark...])
    }
    var sawNonzero = false
    for byte in head.utf8 where byte != UInt8(ascii: ".") {
      if byte != 48 { sawNonzero = true }
      if sawNonzero { digits -= 1 }
    }
    if !head.contains(".") {
      if head == "0" { digits -= 1 }
      head += "."
    }
    return head + String(repeating: "0", count: max(0, digits)) + tail
  }
}

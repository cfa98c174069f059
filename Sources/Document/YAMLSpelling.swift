/// The passage through JSON that `sigs.k8s.io/yaml.Marshal` makes: the value is written as JSON, read as YAML, and written again.
///
/// Its traces: whole floats lose their exponent below 1e21, and U+0085, which JSON leaves bare, is folded like a line break.
extension YAMLWriter {
  /// A float as it comes out of that passage.
  static func spelling(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf" }
    let json = FloatText.json(number)
    if Int64(json) != nil || UInt64(json) != nil { return json == "-0" ? "0" : json }
    return FloatText.general(number)
  }

  /// A text as it comes out of that passage.
  static func throughJSON(_ text: String) -> String {
    guard text.utf8.contains(0xC2), text.unicodeScalars.contains("\u{85}") else { return text }
    var out = String.UnicodeScalarView()
    var spaces = 0
    var breaks = 0
    for scalar in text.unicodeScalars {
      if scalar == "\u{85}" {
        breaks += 1
        spaces = 0
      } else if scalar == " " {
        if breaks == 0 { spaces += 1 }
      } else {
        YAMLWriter.fold(spaces: &spaces, breaks: &breaks, into: &out)
        out.append(scalar)
      }
    }
    YAMLWriter.fold(spaces: &spaces, breaks: &breaks, into: &out)
    return String(out)
  }

  private static func fold(spaces: inout Int, breaks: inout Int, into out: inout String.UnicodeScalarView) {
    switch breaks {
    case 0: out.append(contentsOf: repeatElement(" ", count: spaces))
    case 1: out.append(" ")
    default: out.append(contentsOf: repeatElement("\n", count: breaks - 1))
    }
    spaces = 0
    breaks = 0
  }

  /// What Go refuses to write: control characters from U+007F on, non-characters, infinities and NaN.
  static func check(_ value: Value) throws(DocumentError) {
    switch value {
    case .null, .bool, .int: break
    case .double(let number):
      guard number.isFinite else {
        throw DocumentError("json: unsupported value: \(number.isNaN ? "NaN" : number < 0 ? "-Inf" : "+Inf")")
      }
    case .string(let text): try check(text)
    case .array(let list): for element in list { try check(element) }
    case .object(let object):
      for member in object {
        try check(member.key)
        try check(member.value)
      }
    }
  }

  private static func check(_ text: String) throws(DocumentError) {
    // All of these are 0x7F or begin with 0xC2 or 0xEF.
    guard text.utf8.contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xEF }) else { return }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x7F...0x84, 0x86...0x9F, 0xFFFE, 0xFFFF: throw DocumentError("yaml: control characters are not allowed")
      default: break
      }
    }
  }
}

/// The order of keys in Go's yaml.v2: digits as numbers, letters behind all other characters.
enum NaturalOrder {
  static func sorted(_ members: [Member]) -> [Member] {
    guard members.count > 1 else { return members }
    let keyed = members.map { (Array($0.key.unicodeScalars), $0) }
    return keyed.sorted { less($0.0, $1.0) }.map(\.1)
  }

  static func less(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Bool {
    var index = 0
    while index < left.count && index < right.count {
      if left[index] == right[index] {
        index += 1
        continue
      }
      let leftIsLetter = isLetter(left[index])
      let rightIsLetter = isLetter(right[index])
      if leftIsLetter && rightIsLetter { return left[index] < right[index] }
      if leftIsLetter || rightIsLetter { return rightIsLetter }
      return lessByNumber(left, right, from: index)
    }
    return left.count < right.count
  }

  /// Compares at the first difference, where neither side has a letter.
  private static func lessByNumber(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], from index: Int) -> Bool {
    var leftNumber: Int64 = 0
    var rightNumber: Int64 = 0
    if left[index] == "0" || right[index] == "0" {
      // Inside a number zeros count; at its beginning they do not.
      var before = index - 1
      while before >= 0, isDigit(left[before]) {
        if left[before] != "0" {
          leftNumber = 1
          rightNumber = 1
          break
        }
        before -= 1
      }
    }
    var leftEnd = index
    while leftEnd < left.count, isDigit(left[leftEnd]) {
      leftNumber = leftNumber &* 10 &+ (Int64(left[leftEnd].value) - 48)
      leftEnd += 1
    }
    var rightEnd = index
    while rightEnd < right.count, isDigit(right[rightEnd]) {
      rightNumber = rightNumber &* 10 &+ (Int64(right[rightEnd].value) - 48)
      rightEnd += 1
    }
    if leftNumber != rightNumber { return leftNumber < rightNumber }
    if leftEnd != rightEnd { return leftEnd < rightEnd }
    return left[index] < right[index]
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (scalar.value | 0x20) &- 97 < 26 }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value &- 48 < 10 }
    return scalar.properties.generalCategory == .decimalNumber
  }
}

/// Characters as Go's `unicode` and `strings` packages see them: one character maps to one character.
enum GoUnicode {
  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (scalar.value | 0x20) >= 97 && (scalar.value | 0x20) <= 122 }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  /// A decimal digit of any script.
  static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 48 && scalar.value <= 57 }
    return scalar.properties.generalCategory == .decimalNumber
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  static func isUpper(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 65 && scalar.value <= 90 }
    return scalar.properties.generalCategory == .uppercaseLetter
  }

  static func isLower(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 97 && scalar.value <= 122 }
    return scalar.properties.generalCategory == .lowercaseLetter
  }

  static func isTitle(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x80 && scalar.properties.generalCategory == .titlecaseLetter
  }

  /// Whether Go's quoting leaves the character as it is.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 32 && scalar.value < 127 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
    default: return true
    }
  }

  static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 {
      return scalar.value >= 97 && scalar.value <= 122 ? Unicode.Scalar(UInt8(scalar.value - 32)) : scalar
    }
    return single(scalar.properties.uppercaseMapping) ?? single(scalar.properties.titlecaseMapping) ?? scalar
  }

  static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 {
      return scalar.value >= 65 && scalar.value <= 90 ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
    }
    // The only capital whose small form is two characters; Go keeps the first.
    if scalar.value == 0x130 { return "i" }
    return single(scalar.properties.lowercaseMapping) ?? scalar
  }

  static func title(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 { return upper(scalar) }
    return single(scalar.properties.titlecaseMapping) ?? scalar
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    return scalars.count == 1 ? scalars.first : nil
  }

  static func map(_ text: String, _ transform: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(transform(scalar)) }
    return String(result)
  }

  /// `strings.ToUpper`.
  static func upper(_ text: String) -> String { text.utf8.allSatisfy { $0 < 0x80 } ? text.uppercased() : map(text, upper) }

  /// `strings.ToLower`.
  static func lower(_ text: String) -> String { text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : map(text, lower) }

  /// `strings.Title`: the first letter of each word.
  static func title(_ text: String) -> String {
    var previous: Unicode.Scalar = " "
    return map(text) { scalar in
      defer { previous = scalar }
      return isSeparator(previous) ? title(scalar) : scalar
    }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return !(isLetter(scalar) || isDigit(scalar) || scalar == "_") }
    if isLetter(scalar) || isDigit(scalar) { return false }
    return isSpace(scalar)
  }

  /// `strings.TrimSpace`.
  static func trimSpace(_ text: String) -> String { trim(text, isSpace) }

  /// `strings.TrimFunc`.
  static func trim(_ text: String, left: Bool = true, right: Bool = true, _ drops: (Unicode.Scalar) -> Bool) -> String {
    var scalars = text.unicodeScalars[...]
    if left { while let first = scalars.first, drops(first) { scalars.removeFirst() } }
    if right { while let last = scalars.last, drops(last) { scalars.removeLast() } }
    return String(scalars)
  }
}

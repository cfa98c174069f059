/// Named classes of characters.
enum RegexClasses {
  static let digit = CharacterSet([48...57])
  static let space = CharacterSet([9...10, 12...13, 32...32])
  static let word = CharacterSet([48...57, 65...90, 95...95, 97...122])

  /// `[:alpha:]` and its like.
  static func posix(_ name: String) -> CharacterSet? {
    switch name {
    case "alnum": CharacterSet([48...57, 65...90, 97...122])
    case "alpha": CharacterSet([65...90, 97...122])
    case "ascii": CharacterSet([0...127])
    case "blank": CharacterSet([9...9, 32...32])
    case "cntrl": CharacterSet([0...31, 127...127])
    case "digit": digit
    case "graph": CharacterSet([33...126])
    case "lower": CharacterSet([97...122])
    case "print": CharacterSet([32...126])
    case "punct": CharacterSet([33...47, 58...64, 91...96, 123...126])
    case "space": CharacterSet([9...13, 32...32])
    case "upper": CharacterSet([65...90])
    case "word": word
    case "xdigit": CharacterSet([48...57, 65...70, 97...102])
    default: nil
    }
  }

  /// `\p{…}`: a general category, or one of the scripts below.
  static func unicode(_ name: String) -> CharacterSet? {
    if name == "Any" { return .everything }
    if let ranges = scripts[name] { return CharacterSet(ranges) }
    guard let categories = categories(name) else { return nil }
    var ranges: [ClosedRange<UInt32>] = []
    var start: UInt32?
    for value: UInt32 in 0...0x2FFFF {
      let belongs = Unicode.Scalar(value).map { categories.contains($0.properties.generalCategory) } ?? false
      if belongs {
        if start == nil { start = value }
      } else if let first = start {
        ranges.append(first...(value - 1))
        start = nil
      }
    }
    return CharacterSet(ranges)
  }

  private static func categories(_ name: String) -> Set<Unicode.GeneralCategory>? {
    switch name {
    case "L": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
    case "Lu": [.uppercaseLetter]
    case "Ll": [.lowercaseLetter]
    case "Lt": [.titlecaseLetter]
    case "Lm": [.modifierLetter]
    case "Lo": [.otherLetter]
    case "M": [.nonspacingMark, .spacingMark, .enclosingMark]
    case "Mn": [.nonspacingMark]
    case "Mc": [.spacingMark]
    case "Me": [.enclosingMark]
    case "N": [.decimalNumber, .letterNumber, .otherNumber]
    case "Nd": [.decimalNumber]
    case "Nl": [.letterNumber]
    case "No": [.otherNumber]
    case "P":
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
        .otherPunctuation,
      ]
    case "Pc": [.connectorPunctuation]
    case "Pd": [.dashPunctuation]
    case "Ps": [.openPunctuation]
    case "Pe": [.closePunctuation]
    case "Pi": [.initialPunctuation]
    case "Pf": [.finalPunctuation]
    case "Po": [.otherPunctuation]
    case "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    case "Sm": [.mathSymbol]
    case "Sc": [.currencySymbol]
    case "Sk": [.modifierSymbol]
    case "So": [.otherSymbol]
    case "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    case "Zs": [.spaceSeparator]
    case "Zl": [.lineSeparator]
    case "Zp": [.paragraphSeparator]
    case "C": [.control, .format, .surrogate, .privateUse]
    case "Cc": [.control]
    case "Cf": [.format]
    case "Co": [.privateUse]
    default: nil
    }
  }

  /// The blocks of the commonest scripts; Swift's standard library does not tell the script of a character.
  private static let scripts: [String: [ClosedRange<UInt32>]] = [
    "Latin": [
      0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xBA...0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x1E00...0x1EFF, 0x2C60...0x2C7F,
      0xA722...0xA787, 0xFF21...0xFF3A, 0xFF41...0xFF5A,
    ],
    "Greek": [
      0x370...0x373, 0x375...0x377, 0x37A...0x37D, 0x37F...0x37F, 0x384...0x384, 0x386...0x386, 0x388...0x3E1, 0x3F0...0x3FF,
      0x1F00...0x1FFE, 0x2126...0x2126,
    ],
    "Cyrillic": [0x400...0x484, 0x487...0x52F, 0x1C80...0x1C88, 0x2DE0...0x2DFF, 0xA640...0xA69F],
    "Armenian": [0x531...0x556, 0x559...0x58A],
    "Hebrew": [0x591...0x5C7, 0x5D0...0x5EA, 0x5EF...0x5F4],
    "Arabic": [0x600...0x604, 0x606...0x60B, 0x60D...0x61A, 0x61C...0x61E, 0x620...0x63F, 0x641...0x64A, 0x656...0x66F, 0x671...0x6FF],
    "Devanagari": [0x900...0x950, 0x955...0x963, 0x966...0x97F],
    "Thai": [0xE01...0xE3A, 0xE40...0xE5B],
    "Hangul": [0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3],
    "Hiragana": [0x3041...0x3096, 0x309D...0x309F],
    "Katakana": [0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF],
    "Han": [
      0x2E80...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAD9, 0x20000...0x2FA1D,
    ],
  ]
}

/// Go's `fmt`: `Sprint`, `Sprintln`, `Sprintf`, and what a template prints.
enum GoFormat {
  /// A value as `%v` prints it.
  static func text(_ value: TemplateValue) -> String {
    switch value {
    case .string(let text): return text
    case .int(let value): return String(value)
    case .bool(let value): return value ? "true" : "false"
    case .missing, .null: return "<nil>"
    case .float(let value) where abs(value) < 1e6 && value == value.rounded(.towardZero) && value.sign == .plus:
      // Parameters hold all numbers as floats; most are small and whole.
      return String(Int(value))
    default:
      var printer = Printer()
      printer.print(value, "v")
      return printer.output
    }
  }

  /// A value as another verb prints it.
  static func text(_ value: TemplateValue, _ verb: Unicode.Scalar) -> String {
    var printer = Printer()
    printer.print(value, verb)
    return printer.output
  }

  /// `Sprint`: a space between two operands neither of which is a string.
  static func print(_ values: [TemplateValue], spacedAsStrings: [Bool] = []) -> String {
    var result = ""
    var previousIsString = false
    for (index, value) in values.enumerated() {
      var isString = false
      if case .string = value { isString = !(index < spacedAsStrings.count && spacedAsStrings[index]) || true }
      if index > 0 && !isString && !previousIsString { result += " " }
      result += text(value)
      previousIsString = isString
    }
    return result
  }

  /// `Sprintln`.
  static func printLine(_ values: [TemplateValue]) -> String {
    values.map(text).joined(separator: " ") + "\n"
  }

  /// `Sprintf`.
  static func format(_ format: String, _ arguments: ArraySlice<TemplateValue>, budget: inout Budget) throws(FunctionError) -> String {
    var formatter = Formatter(format: Array(format.utf8), arguments: Array(arguments))
    return try formatter.run(&budget)
  }
}

/// Walks over a format.
private struct Formatter {
  let format: [UInt8]
  let arguments: [TemplateValue]
  var index = 0
  var number = 0
  var reordered = false
  var goodNumber = true
  var printer = Printer()

  init(format: [UInt8], arguments: [TemplateValue]) {
    self.format = format
    self.arguments = arguments
  }

  /// The widest field that is honoured, as in Go.
  private static let maximumNumber = 1_000_000

  mutating func run(_ budget: inout Budget) throws(FunctionError) -> String {
    while index < format.count {
      goodNumber = true
      let start = index
      while index < format.count && format[index] != UInt8(ascii: "%") { index += 1 }
      if index > start { printer.output += String(decoding: format[start..<index], as: UTF8.self) }
      guard index < format.count else { break }
      index += 1
      printer.flags = Printer.Flags()
      readFlags()
      guard readVerb() else { break }
      try budget.spend(1)
      if printer.output.utf8.count > budget.maximumBytes { try budget.spend(bytes: printer.output.utf8.count) }
    }
    if !reordered && number < arguments.count {
      printer.flags = Printer.Flags()
      printer.output += "%!(EXTRA "
      for (offset, argument) in arguments[number...].enumerated() {
        if offset > 0 { printer.output += ", " }
        if argument.isNil {
          printer.output += "<nil>"
        } else {
          printer.output += argument.type.name + "="
          printer.print(argument, "v")
        }
      }
      printer.output += ")"
    }
    return printer.output
  }

  private mutating func readFlags() {
    while index < format.count {
      switch format[index] {
      case UInt8(ascii: "#"): printer.flags.sharp = true
      case UInt8(ascii: "0"): printer.flags.zero = true
      case UInt8(ascii: "+"): printer.flags.plus = true
      case UInt8(ascii: "-"): printer.flags.minus = true
      case UInt8(ascii: " "): printer.flags.space = true
      default: return
      }
      index += 1
    }
  }

  /// Reads width, precision and verb, and prints; false at the end of the format.
  private mutating func readVerb() -> Bool {
    var afterIndex = readArgumentNumber()
    if index < format.count && format[index] == UInt8(ascii: "*") {
      index += 1
      printer.flags.width = integerArgument()
      if printer.flags.width == nil { printer.output += "%!(BADWIDTH)" }
      if let width = printer.flags.width, width < 0 {
        printer.flags.width = -width
        printer.flags.minus = true
        printer.flags.zero = false
      }
      afterIndex = false
    } else {
      printer.flags.width = readNumber()
      if afterIndex && printer.flags.width != nil { goodNumber = false }
    }
    if index + 1 < format.count && format[index] == UInt8(ascii: ".") {
      index += 1
      if afterIndex { goodNumber = false }
      afterIndex = readArgumentNumber()
      if index < format.count && format[index] == UInt8(ascii: "*") {
        index += 1
        printer.flags.precision = integerArgument()
        if let precision = printer.flags.precision, precision < 0 { printer.flags.precision = nil }
        if printer.flags.precision == nil { printer.output += "%!(BADPREC)" }
        afterIndex = false
      } else {
        printer.flags.precision = readNumber() ?? 0
      }
    }
    if !afterIndex { _ = readArgumentNumber() }
    guard index < format.count else {
      printer.output += "%!(NOVERB)"
      return false
    }
    var decoder = UTF8()
    var iterator = format[index...].prefix(4).makeIterator()
    var verb: Unicode.Scalar = "\u{FFFD}"
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { verb = scalar }
    index += verb == "\u{FFFD}" && format[index] != 0xEF ? 1 : UTF8.width(verb)
    printVerb(verb)
    return true
  }

  private mutating func printVerb(_ verb: Unicode.Scalar) {
    if verb == "%" {
      printer.output += "%"
    } else if !goodNumber {
      printer.output += "%!\(verb)(BADINDEX)"
    } else if number >= arguments.count {
      printer.output += "%!\(verb)(MISSING)"
    } else {
      if verb == "v" || verb == "w" {
        printer.flags.sharpV = printer.flags.sharp
        printer.flags.sharp = false
        printer.flags.plusV = printer.flags.plus
        printer.flags.plus = false
      }
      printer.print(arguments[number], verb)
      number += 1
    }
  }

  private mutating func readNumber() -> Int? {
    let start = index
    var value = 0
    while index < format.count, format[index] >= 48, format[index] <= 57 {
      value = value * 10 + Int(format[index] - 48)
      index += 1
      if value > Formatter.maximumNumber {
        // Go gives up on the rest of the format.
        index = format.count
        return nil
      }
    }
    return index > start ? value : nil
  }

  private mutating func integerArgument() -> Int? {
    guard number < arguments.count else { return nil }
    defer { number += 1 }
    let value: Int
    switch arguments[number] {
    case .int(let number): value = number
    case .integer(let number, _): value = Int(number)
    default: return nil
    }
    return value.magnitude <= UInt(Formatter.maximumNumber) ? value : nil
  }

  /// Reads `[3]`; whether one was there.
  private mutating func readArgumentNumber() -> Bool {
    guard index < format.count && format[index] == UInt8(ascii: "[") else { return false }
    reordered = true
    guard let end = format[index...].firstIndex(of: UInt8(ascii: "]")) else {
      goodNumber = false
      index += 1
      return false
    }
    let text = String(decoding: format[(index + 1)..<end], as: UTF8.self)
    index = end + 1
    guard let value = Int(text), !text.hasPrefix("+"), !text.hasPrefix("-"), value >= 1, value <= arguments.count else {
      goodNumber = false
      return true
    }
    number = value - 1
    return true
  }
}

/// Sprig: conversion of numbers.
extension Sprig {
  static let conversion: [Function] = [
    Function("int", [.any]) { call throws(FunctionError) in .int(Int(Casting.integer(call[0]))) },
    Function("int64", [.any]) { call throws(FunctionError) in .int64(Casting.integer(call[0])) },
    Function("float64", [.any]) { call throws(FunctionError) in .float(Casting.float(call[0])) },
    Function("atoi", [.string]) { call throws(FunctionError) in .int(atoi(call.string(0))) },
    Function("toDecimal", [.any]) { call throws(FunctionError) in
      .int64(GoNumber.parseInteger(GoFormat.text(call[0]), base: 8) ?? 0)
    },
  ]

  /// `strconv.Atoi` with its error ignored: what is out of range becomes the nearest number.
  private static func atoi(_ text: String) -> Int {
    if let value = GoNumber.parseInteger(text, base: 10) { return Int(value) }
    let digits = text.utf8.first == 45 || text.utf8.first == 43 ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return 0 }
    return text.utf8.first == 45 ? .min : .max
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sprig: arithmetic. Whole numbers are `int64` and wrap around as in Go; the `f` functions calculate with decimal fractions.
extension Sprig {
  static let math: [Function] =
    [
      Function("add", [], variadic: .any) { call throws(FunctionError) in
        .int64(call.arguments.reduce(0) { $0 &+ Casting.integer($1) })
      },
      Function("add1", [.any]) { call throws(FunctionError) in .int64(Casting.integer(call[0]) &+ 1) },
      Function("sub", [.any, .any]) { call throws(FunctionError) in .int64(Casting.integer(call[0]) &- Casting.integer(call[1])) },
      Function("mul", [.any], variadic: .any) { call throws(FunctionError) in
        .int64(call.arguments.reduce(1) { $0 &* Casting.integer($1) })
      },
      Function("div", [.any, .any]) { call throws(FunctionError) in
        let (left, right) = (Casting.integer(call[0]), Casting.integer(call[1]))
        if right == 0 { throw FunctionError("runtime error: integer divide by zero") }
        return .int64(left.dividedReportingOverflow(by: right).partialValue)
      },
      Function("mod", [.any, .any]) { call throws(FunctionError) in
        let (left, right) = (Casting.integer(call[0]), Casting.integer(call[1]))
        if right == 0 { throw FunctionError("runtime error: integer divide by zero") }
        return .int64(left.remainderReportingOverflow(dividingBy: right).partialValue)
      },
      Function("min", [.any], variadic: .any) { call throws(FunctionError) in
        .int64(call.arguments.map(Casting.integer).min() ?? 0)
      },
      Function("minf", [.any], variadic: .any) { call throws(FunctionError) in
        .float(call.arguments.map(Casting.float).min() ?? 0)
      },
      Function("maxf", [.any], variadic: .any) { call throws(FunctionError) in
        .float(call.arguments.map(Casting.float).max() ?? 0)
      },
      Function("ceil", [.any]) { call throws(FunctionError) in .float(Casting.float(call[0]).rounded(.up)) },
      Function("floor", [.any]) { call throws(FunctionError) in .float(Casting.float(call[0]).rounded(.down)) },
      Function("round", [.any, .int], variadic: .float64) { call throws(FunctionError) in
        .float(rounded(Casting.float(call[0]), call.int(1), call.count > 2 ? call.float(2) : 0.5))
      },
      Function("seq", [], variadic: .int) { call throws(FunctionError) in
        .string(try sequence(call.arguments.indices.map { call.int($0) }, &call.budget))
      },
      Function("add1f", [.any]) { call throws(FunctionError) in
        .float(try calculate([call[0], .int(1)]) { (a, b) throws(FunctionError) in a.adding(b) })
      },
      decimals("addf", []) { (a, b) throws(FunctionError) in a.adding(b) },
      decimals("subf", [.any]) { (a, b) throws(FunctionError) in a.subtracting(b) },
      decimals("mulf", [.any]) { (a, b) throws(FunctionError) in a.multiplied(by: b) },
      decimals("divf", [.any]) { (a, b) throws(FunctionError) in
        guard let quotient = a.divided(by: b, places: 16) else { throw FunctionError("decimal division by 0") }
        return quotient
      },
    ]
    + alias(
      "max", "biggest",
      of: Function("", [.any], variadic: .any) { call throws(FunctionError) in
        .int64(call.arguments.map(Casting.integer).max() ?? 0)
      })

  private typealias Operation = @Sendable (Decimal, Decimal) throws(FunctionError) -> Decimal

  private static func decimals(_ name: String, _ parameters: [GoType], _ operation: @escaping Operation) -> Function {
    Function(name, parameters, variadic: .any) { call throws(FunctionError) in
      .float(try calculate(name == "addf" ? [.int(0)] + call.arguments : call.arguments, operation))
    }
  }

  private static func calculate(_ values: [TemplateValue], _ operation: Operation) throws(FunctionError) -> Double {
    var result: Decimal?
    for value in values {
      guard let number = Decimal(Casting.float(value)) else {
        throw FunctionError("Cannot create a Decimal from \(GoFormat.text(.float(Casting.float(value))))")
      }
      if let left = result { result = try operation(left, number) } else { result = number }
    }
    return result?.doubleValue ?? 0
  }

  /// Rounds to so many places; a fraction of at least `threshold` goes up.
  private static func rounded(_ value: Double, _ places: Int, _ threshold: Double) -> Double {
    let scale = power(of: 10, places)
    let shifted = scale * value
    let fraction = shifted - shifted.rounded(.towardZero)
    return (fraction >= threshold ? shifted.rounded(.up) : shifted.rounded(.down)) / scale
  }

  /// Go's `math.Pow` with a whole exponent: repeated squaring, whose last digits differ from a correctly rounded power's.
  private static func power(of base: Double, _ exponent: Int) -> Double {
    var factor = base.significand / 2
    var factorExponent = Int(base.exponent) + 1
    var (result, resultExponent) = (1.0, 0)
    var rest = exponent.magnitude
    while rest > 0 {
      if abs(factorExponent) > 1 << 12 { return exponent > 0 ? .infinity : 0 }
      if rest & 1 == 1 {
        result *= factor
        resultExponent += factorExponent
      }
      factor *= factor
      factorExponent *= 2
      if factor < 0.5 {
        factor += factor
        factorExponent -= 1
      }
      rest >>= 1
    }
    if exponent < 0 { (result, resultExponent) = (1 / result, -resultExponent) }
    // In two steps, so that numbers near the ends of the range do not get lost on the way.
    return scalbn(scalbn(result, resultExponent / 2), resultExponent - resultExponent / 2)
  }

  /// `seq [first [increment]] last`, as the shell command prints it, on one line.
  private static func sequence(_ parameters: [Int], _ budget: inout Budget) throws(FunctionError) -> String {
    let start: Int
    let end: Int
    let step: Int
    let direction: Int
    switch parameters.count {
    case 1:
      (start, end) = (1, parameters[0])
      direction = end < start ? -1 : 1
      step = direction
    case 2:
      (start, end) = (parameters[0], parameters[1])
      direction = end < start ? -1 : 1
      step = direction
    case 3:
      (start, step, end) = (parameters[0], parameters[1], parameters[2])
      direction = end < start ? -1 : 1
      if direction < 0 && step > 0 { return "" }
    default: return ""
    }
    guard case .list(let list) = try numbers(start, end &+ direction, step, &budget) else { return "" }
    return list.elements.map(GoFormat.text).joined(separator: " ")
  }
}

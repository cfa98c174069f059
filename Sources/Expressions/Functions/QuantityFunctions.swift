import Document

/// Kubernetes' quantities: `quantity("500m").isLessThan(quantity("1"))`.
enum QuantityFunctions {
  static func call(_ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    guard arguments.count == 1 else { return nil }
    switch (name, arguments[0]) {
    case ("quantity", .string(let text)):
      guard let number = Decimal(text) else { throw ExpressionError("\(JSON.string(.string(text))) is no quantity, such as 500m or 1Gi") }
      return .quantity(number)
    case ("quantity", .int(let number)): return .quantity(Decimal(number))
    case ("quantity", .quantity): return arguments[0]
    case ("isQuantity", .string(let text)): return .bool(Decimal(text) != nil)
    default: return nil
    }
  }

  static func call(_ target: CELValue, _ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    guard case .quantity(let number) = target else { return nil }
    if arguments.isEmpty {
      switch name {
      case "sign": return .int(number.sign)
      case "isInteger": return .bool(number.integer != nil)
      case "asInteger":
        guard let whole = number.integer else { throw ExpressionError("\(number.text) is no whole number") }
        return .int(whole)
      case "asApproximateFloat": return .double(number.approximate)
      default: return nil
      }
    }
    guard arguments.count == 1 else { return nil }
    let other: Decimal
    switch arguments[0] {
    case .quantity(let quantity): other = quantity
    case .int(let whole): other = Decimal(whole)
    default: return nil
    }
    switch name {
    case "add", "sub":
      guard let result = name == "add" ? number.adding(other) : number.subtracting(other) else { throw Arithmetic.overflow }
      return .quantity(result)
    case "compareTo": return .int(Int64(number.compare(other)))
    case "isLessThan": return .bool(number.compare(other) < 0)
    case "isGreaterThan": return .bool(number.compare(other) > 0)
    default: return nil
    }
  }
}

/// The parts of times and durations.
enum TimeFunctions {
  static func call(_ target: CELValue, _ name: String, _ arguments: [CELValue]) throws -> CELValue? {
    switch target {
    case .timestamp(let instant):
      var offset: Int64 = 0
      if let zone = arguments.first {
        guard arguments.count == 1, case .string(let text) = zone else { return nil }
        guard let minutes = minutes(text) else { throw ExpressionError("the time zone \(text) is not known: write it as +02:00 or UTC") }
        offset = minutes
      }
      return instant.part(name, offsetMinutes: offset).map { .int($0) }
    case .duration(let nanoseconds):
      guard arguments.isEmpty else { return nil }
      switch name {
      case "getHours": return .int(nanoseconds / 3_600_000_000_000)
      case "getMinutes": return .int(nanoseconds / 60_000_000_000)
      case "getSeconds": return .int(nanoseconds / 1_000_000_000)
      case "getMilliseconds": return .int(nanoseconds / 1_000_000 % 1000)
      default: return nil
      }
    default: return nil
    }
  }

  private static func minutes(_ zone: String) -> Int64? {
    if ["UTC", "Z", "GMT", ""].contains(zone) { return 0 }
    let isNegative = zone.hasPrefix("-")
    let parts = zone.drop { $0 == "+" || $0 == "-" }.split(separator: ":")
    guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60 else { return nil }
    return (hours * 60 + minutes) * (isNegative ? -1 : 1)
  }
}

/// The library `cast`: any value as a number; what is none is zero.
enum Casting {
  /// `cast.ToInt64`.
  static func integer(_ value: TemplateValue) -> Int64 {
    switch value {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Int64(value)
    case .integer(_, .duration): 0
    case .integer(let value, _): value
    case .float(let value): truncated(value)
    case .string(let text): GoNumber.parseInteger(withoutZeroDecimals(text), base: 0) ?? 0
    default: 0
    }
  }

  /// Go's conversion of a float to an integer on amd64: what does not fit becomes the smallest number.
  static func truncated(_ value: Double) -> Int64 {
    let whole = value.rounded(.towardZero)
    return Int64(exactly: whole) ?? .min
  }

  /// `cast.ToFloat64`.
  static func float(_ value: TemplateValue) -> Double {
    switch value {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .integer(_, .duration): 0
    case .integer(let value, .uint64), .integer(let value, .uint): Double(UInt64(bitPattern: value))
    case .integer(let value, _): Double(value)
    case .float(let value): value
    case .string(let text): GoNumber.parseFloat(text) ?? 0
    default: 0
    }
  }

  /// `1.00` as `1`.
  private static func withoutZeroDecimals(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var end = bytes.count
    while end > 0 && bytes[end - 1] == 48 { end -= 1 }
    guard end > 0, end < bytes.count, bytes[end - 1] == UInt8(ascii: ".") else { return text }
    return String(decoding: bytes[..<(end - 1)], as: UTF8.self)
  }
}

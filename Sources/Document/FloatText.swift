/// Numbers spelled as Go's `strconv.FormatFloat` spells them with the fewest digits that read back to the same number.
public enum FloatText {
  /// As Go's `encoding/json` writes a float64: plain digits from 1e-6 up to 1e21, otherwise an exponent without padding.
  ///
  /// JSON has no infinity and no NaN; they give `null`.
  public static func json(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, whole != 0 { return String(whole) }
    let digits = Digits(value.description)
    let size = abs(value)
    guard size != 0, size < 1e-6 || size >= 1e21 else { return digits.plain }
    return digits.exponent(minimumExponentDigits: value.magnitude < 1 ? 1 : 2)
  }

  /// As Go's `FormatFloat(value, 'g', -1, 64)`: plain digits from 1e-4 up to 1e6,
  /// otherwise an exponent of two digits or more.
  public static func general(_ value: Double) -> String {
    general(value.description, isFinite: value.isFinite, sign: value < 0)
  }

  /// As Go's `FormatFloat(value, 'g', -1, 32)`.
  public static func general(_ value: Float) -> String {
    general(value.description, isFinite: value.isFinite, sign: value < 0)
  }

  private static func general(_ description: String, isFinite: Bool, sign: Bool) -> String {
    guard isFinite else { return description.hasSuffix("inf") ? (sign ? "-Inf" : "+Inf") : "NaN" }
    let digits = Digits(description)
    let exponent = digits.point - 1
    if exponent < -4 || exponent >= 6 { return digits.exponent(minimumExponentDigits: 2) }
    return digits.plain
  }

  /// The decimal digits of a number without leading and trailing zeros, and how many of them stand before the point.
  private struct Digits {
    var negative = false
    var digits: [UInt8] = []
    var point = 0

    /// Reads Swift's own shortest spelling, such as `-12.5` or `1e+16`.
    init(_ description: String) {
      var exponent = 0
      var seenPoint = false
      var text = Substring(description)
      if text.hasPrefix("-") {
        negative = true
        text = text.dropFirst()
      }
      if let mark = text.firstIndex(of: "e") {
        exponent = Int(text[text.index(after: mark)...]) ?? 0
        text = text[..<mark]
      }
      for byte in text.utf8 {
        if byte == UInt8(ascii: ".") {
          seenPoint = true
          continue
        }
        if digits.isEmpty && byte == UInt8(ascii: "0") {
          if seenPoint { point -= 1 }
          continue
        }
        digits.append(byte)
        if !seenPoint { point += 1 }
      }
      while digits.last == UInt8(ascii: "0") { digits.removeLast() }
      point += exponent
      if digits.isEmpty { point = 0 }
    }

    var plain: String {
      var out: [UInt8] = negative ? [UInt8(ascii: "-")] : []
      if point <= 0 { out.append(UInt8(ascii: "0")) }
      if point > 0 {
        for index in 0..<point { out.append(index < digits.count ? digits[index] : UInt8(ascii: "0")) }
      }
      if digits.count > max(point, 0) {
        out.append(UInt8(ascii: "."))
        if point < 0 { out.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point)) }
        out.append(contentsOf: digits[max(point, 0)...])
      }
      return String(decoding: out, as: UTF8.self)
    }

    func exponent(minimumExponentDigits: Int) -> String {
      var out: [UInt8] = negative ? [UInt8(ascii: "-")] : []
      out.append(digits.first ?? UInt8(ascii: "0"))
      if digits.count > 1 {
        out.append(UInt8(ascii: "."))
        out.append(contentsOf: digits[1...])
      }
      let exponent = digits.isEmpty ? 0 : point - 1
      out.append(UInt8(ascii: "e"))
      out.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      let text = String(abs(exponent))
      if text.utf8.count < minimumExponentDigits { out.append(UInt8(ascii: "0")) }
      out.append(contentsOf: text.utf8)
      return String(decoding: out, as: UTF8.self)
    }
  }
}

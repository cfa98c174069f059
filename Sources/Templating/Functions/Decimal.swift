/// A decimal number of any length: what the `f` functions of Sprig calculate with.
struct Decimal {
  /// Digits in base 10⁹, the lowest first; none for zero.
  private var limbs: [UInt32]
  private var negative: Bool
  /// The value is the whole number times 10^exponent.
  private var exponent: Int

  private static let base: UInt64 = 1_000_000_000

  private init(limbs: [UInt32], negative: Bool, exponent: Int) {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    self.limbs = limbs
    self.negative = negative && !limbs.isEmpty
    self.exponent = exponent
  }

  /// The shortest decimal fraction that stands for a float; nil for infinities and NaN.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    let (digits, point) = GoNumber.digits(value)
    var limbs: [UInt32] = []
    for digit in digits { Decimal.multiply(&limbs, by: 10, adding: UInt64(digit - 48)) }
    self.init(limbs: limbs, negative: value < 0, exponent: point - digits.count)
  }

  private static func multiply(_ limbs: inout [UInt32], by factor: UInt64, adding extra: UInt64 = 0) {
    var carry = extra
    for index in limbs.indices {
      let product = UInt64(limbs[index]) * factor + carry
      limbs[index] = UInt32(product % base)
      carry = product / base
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  private func scaled(to target: Int) -> [UInt32] {
    var limbs = limbs
    for _ in 0..<max(0, exponent - target) { Decimal.multiply(&limbs, by: 10) }
    return limbs
  }

  private static func isLess(_ left: [UInt32], _ right: [UInt32]) -> Bool {
    if left.count != right.count { return left.count < right.count }
    for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
    return false
  }

  private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var carry: UInt64 = 0
    for index in 0..<max(left.count, right.count) {
      let total = carry + UInt64(index < left.count ? left[index] : 0) + UInt64(index < right.count ? right[index] : 0)
      result.append(UInt32(total % base))
      carry = total / base
    }
    if carry > 0 { result.append(UInt32(carry)) }
    return result
  }

  /// The difference; the left must not be less.
  private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result = left
    var borrow: Int64 = 0
    for index in result.indices {
      var value = Int64(result[index]) - borrow - Int64(index < right.count ? right[index] : 0)
      borrow = value < 0 ? 1 : 0
      if value < 0 { value += Int64(base) }
      result[index] = UInt32(value)
    }
    while result.last == 0 { result.removeLast() }
    return result
  }

  func adding(_ other: Decimal) -> Decimal {
    let exponent = min(exponent, other.exponent)
    let (left, right) = (scaled(to: exponent), other.scaled(to: exponent))
    if negative == other.negative { return Decimal(limbs: Decimal.sum(left, right), negative: negative, exponent: exponent) }
    if Decimal.isLess(left, right) {
      return Decimal(limbs: Decimal.difference(right, left), negative: other.negative, exponent: exponent)
    }
    return Decimal(limbs: Decimal.difference(left, right), negative: negative, exponent: exponent)
  }

  func subtracting(_ other: Decimal) -> Decimal {
    adding(Decimal(limbs: other.limbs, negative: !other.negative, exponent: other.exponent))
  }

  func multiplied(by other: Decimal) -> Decimal {
    var result = [UInt32](repeating: 0, count: limbs.count + other.limbs.count)
    for (left, value) in limbs.enumerated() {
      var carry: UInt64 = 0
      for (right, factor) in other.limbs.enumerated() {
        let total = UInt64(value) * UInt64(factor) + UInt64(result[left + right]) + carry
        result[left + right] = UInt32(total % Decimal.base)
        carry = total / Decimal.base
      }
      result[left + other.limbs.count] += UInt32(carry)
    }
    return Decimal(limbs: result, negative: negative != other.negative, exponent: exponent + other.exponent)
  }

  /// The quotient rounded to so many places, halves away from zero; nil for a division by zero.
  func divided(by other: Decimal, places: Int) -> Decimal? {
    guard !other.limbs.isEmpty else { return nil }
    // Both sides as whole numbers such that their quotient counts units of the last place.
    let shift = exponent - other.exponent + places
    var dividend = limbs
    var divisor = other.limbs
    for _ in 0..<max(0, shift) { Decimal.multiply(&dividend, by: 10) }
    for _ in 0..<max(0, -shift) { Decimal.multiply(&divisor, by: 10) }
    var quotient = [UInt32](repeating: 0, count: dividend.count)
    var remainder: [UInt32] = []
    for index in dividend.indices.reversed() {
      remainder.insert(dividend[index], at: 0)
      while remainder.last == 0 { remainder.removeLast() }
      // The largest digit whose product still fits, found by halving.
      var low: UInt64 = 0
      var high = Decimal.base - 1
      while low < high {
        let middle = (low + high + 1) / 2
        var product = divisor
        Decimal.multiply(&product, by: middle)
        while product.last == 0 { product.removeLast() }
        if Decimal.isLess(remainder, product) { high = middle - 1 } else { low = middle }
      }
      if low > 0 {
        var product = divisor
        Decimal.multiply(&product, by: low)
        remainder = Decimal.difference(remainder, product)
      }
      quotient[index] = UInt32(low)
    }
    if !Decimal.isLess(Decimal.sum(remainder, remainder), divisor) { quotient = Decimal.sum(quotient, [1]) }
    return Decimal(limbs: quotient, negative: negative != other.negative, exponent: -places)
  }

  /// The nearest float.
  var doubleValue: Double {
    var text = negative ? "-" : ""
    for (index, limb) in limbs.reversed().enumerated() {
      let digits = String(limb)
      text += index == 0 ? digits : String(repeating: "0", count: 9 - digits.utf8.count) + digits
    }
    return limbs.isEmpty ? 0 : Double("\(text)e\(exponent)") ?? 0
  }
}

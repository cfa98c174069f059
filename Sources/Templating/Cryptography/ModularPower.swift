/// Powers modulo an odd number, by Montgomery's method.
struct ModularPower {
  private let modulus: [UInt64]
  /// Minus the inverse of the modulus, modulo 2⁶⁴.
  private let factor: UInt64
  /// 2^(128 · limbs) modulo the modulus.
  private let square: [UInt64]

  init(modulus number: BigNumber) {
    let modulus = ModularPower.wide(number, count: (number.limbs.count + 1) / 2)
    self.modulus = modulus
    var inverse: UInt64 = 1
    for _ in 0..<6 { inverse = inverse &* (2 &- modulus[0] &* inverse) }
    factor = 0 &- inverse
    // Doubling 1 as often as the power of two says.
    var value = [UInt64](repeating: 0, count: modulus.count)
    value[0] = 1
    for _ in 0..<(128 * modulus.count) {
      var carry: UInt64 = 0
      for index in value.indices {
        let limb = value[index]
        value[index] = limb << 1 | carry
        carry = limb >> 63
      }
      if carry == 1 || !ModularPower.isLess(value, modulus) { ModularPower.subtract(&value, modulus) }
    }
    square = value
  }

  private static func wide(_ number: BigNumber, count: Int) -> [UInt64] {
    (0..<count).map { index in
      let low = 2 * index < number.limbs.count ? UInt64(number.limbs[2 * index]) : 0
      let high = 2 * index + 1 < number.limbs.count ? UInt64(number.limbs[2 * index + 1]) : 0
      return high << 32 | low
    }
  }

  private static func isLess(_ left: [UInt64], _ right: [UInt64]) -> Bool {
    for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
    return false
  }

  private static func subtract(_ value: inout [UInt64], _ other: [UInt64]) {
    var borrow: UInt64 = 0
    for index in value.indices {
      let (first, lost) = value[index].subtractingReportingOverflow(other[index])
      let (second, lostAgain) = first.subtractingReportingOverflow(borrow)
      value[index] = second
      borrow = lost || lostAgain ? 1 : 0
    }
  }

  /// `left · right / 2^(64 · limbs)` modulo the modulus, into `left`. The scratch space holds two limbs more than the modulus.
  private func multiply(_ left: inout [UInt64], _ right: [UInt64], _ scratch: inout [UInt64]) {
    let count = modulus.count
    scratch.withUnsafeMutableBufferPointer { scratch in
      left.withUnsafeMutableBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          modulus.withUnsafeBufferPointer { modulus in
            var index = 0
            while index < count + 2 {
              scratch[index] = 0
              index += 1
            }
            var outer = 0
            while outer < count {
              ModularPower.accumulate(left[outer], right, count, scratch)
              ModularPower.accumulate(scratch[0] &* factor, modulus, count, scratch)
              index = 0
              while index <= count {
                scratch[index] = scratch[index + 1]
                index += 1
              }
              scratch[count + 1] = 0
              outer += 1
            }
            index = 0
            while index < count {
              left[index] = scratch[index]
              index += 1
            }
          }
        }
      }
    }
    if scratch[count] > 0 || !ModularPower.isLess(left, modulus) { ModularPower.subtract(&left, modulus) }
  }

  /// Adds `factor · other` to the scratch space.
  @inline(__always)
  private static func accumulate(
    _ factor: UInt64, _ other: UnsafeBufferPointer<UInt64>, _ count: Int, _ scratch: UnsafeMutableBufferPointer<UInt64>
  ) {
    var carry: UInt64 = 0
    var index = 0
    while index < count {
      let (high, low) = factor.multipliedFullWidth(by: other[index])
      let first = low &+ carry
      let second = first &+ scratch[index]
      carry = high &+ (first < low ? 1 : 0) &+ (second < first ? 1 : 0)
      scratch[index] = second
      index += 1
    }
    let sum = scratch[count] &+ carry
    if sum < carry { scratch[count + 1] &+= 1 }
    scratch[count] = sum
  }

  /// A base, which must be less than the modulus, to a power.
  func power(_ base: BigNumber, _ exponent: BigNumber) -> BigNumber {
    var scratch = [UInt64](repeating: 0, count: modulus.count + 2)
    var one = [UInt64](repeating: 0, count: modulus.count)
    one[0] = 1
    var base = ModularPower.wide(base, count: modulus.count)
    multiply(&base, square, &scratch)
    // The first sixteen powers, so that four bits are taken at a time.
    var table: [[UInt64]] = []
    var entry = one
    multiply(&entry, square, &scratch)
    for _ in 0..<16 {
      table.append(entry)
      multiply(&entry, base, &scratch)
    }
    var result = table[0]
    var index = (exponent.bitCount + 3) / 4 * 4
    while index > 0 {
      index -= 4
      for _ in 0..<4 {
        let factor = result
        multiply(&result, factor, &scratch)
      }
      var digit = 0
      for bit in 0..<4 where exponent.bit(index + bit) { digit |= 1 << bit }
      if digit > 0 { multiply(&result, table[digit], &scratch) }
    }
    multiply(&result, one, &scratch)
    return BigNumber(limbs: result.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] })
  }
}

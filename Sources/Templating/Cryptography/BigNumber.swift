/// A natural number of any size: what RSA and DSA keys are made of.
///
/// The numbers here are secrets only until they stand in the output of a template; nothing is done against an observer of the
/// time that a calculation takes.
struct BigNumber: Comparable, Sendable {
  /// The lowest 32 bits first; no zeros at the end.
  private(set) var limbs: [UInt32]

  init(limbs: [UInt32]) {
    self.limbs = limbs
    while self.limbs.last == 0 { self.limbs.removeLast() }
  }

  init(_ value: UInt32) { self.init(limbs: [value]) }

  /// Reads bytes, the highest first.
  init(bytes: [UInt8]) {
    var limbs: [UInt32] = []
    var index = bytes.count
    while index > 0 {
      var limb: UInt32 = 0
      for byte in bytes[max(0, index - 4)..<index] { limb = limb << 8 | UInt32(byte) }
      limbs.append(limb)
      index -= 4
    }
    self.init(limbs: limbs)
  }

  /// The bytes, the highest first; none for zero.
  var bytes: [UInt8] {
    var result: [UInt8] = []
    for limb in limbs.reversed() {
      for shift in stride(from: UInt32(24), through: 0, by: -8) { result.append(UInt8(truncatingIfNeeded: limb >> shift)) }
    }
    return Array(result.drop { $0 == 0 })
  }

  var isZero: Bool { limbs.isEmpty }
  var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }
  var bitCount: Int { limbs.last.map { limbs.count * 32 - $0.leadingZeroBitCount } ?? 0 }

  func bit(_ index: Int) -> Bool { index / 32 < limbs.count && limbs[index / 32] >> UInt32(index % 32) & 1 == 1 }

  static func < (left: BigNumber, right: BigNumber) -> Bool {
    if left.limbs.count != right.limbs.count { return left.limbs.count < right.limbs.count }
    for index in left.limbs.indices.reversed() where left.limbs[index] != right.limbs[index] {
      return left.limbs[index] < right.limbs[index]
    }
    return false
  }

  static func + (left: BigNumber, right: BigNumber) -> BigNumber {
    var result: [UInt32] = []
    var carry: UInt64 = 0
    for index in 0..<max(left.limbs.count, right.limbs.count) {
      let sum =
        carry + UInt64(index < left.limbs.count ? left.limbs[index] : 0) + UInt64(index < right.limbs.count ? right.limbs[index] : 0)
      result.append(UInt32(truncatingIfNeeded: sum))
      carry = sum >> 32
    }
    result.append(UInt32(carry))
    return BigNumber(limbs: result)
  }

  /// The difference; the right side must not be greater.
  static func - (left: BigNumber, right: BigNumber) -> BigNumber {
    var result = left.limbs
    var borrow: Int64 = 0
    for index in result.indices {
      let difference = Int64(result[index]) - borrow - Int64(index < right.limbs.count ? right.limbs[index] : 0)
      borrow = difference < 0 ? 1 : 0
      result[index] = UInt32(truncatingIfNeeded: difference)
    }
    return BigNumber(limbs: result)
  }

  static func * (left: BigNumber, right: BigNumber) -> BigNumber {
    var result = [UInt32](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (offset, limb) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (index, factor) in right.limbs.enumerated() {
        let sum = UInt64(limb) * UInt64(factor) + UInt64(result[offset + index]) + carry
        result[offset + index] = UInt32(truncatingIfNeeded: sum)
        carry = sum >> 32
      }
      result[offset + right.limbs.count] = UInt32(carry)
    }
    return BigNumber(limbs: result)
  }

  static func % (left: BigNumber, right: UInt32) -> UInt32 {
    var rest: UInt64 = 0
    for limb in left.limbs.reversed() { rest = (rest << 32 | UInt64(limb)) % UInt64(right) }
    return UInt32(rest)
  }

  private var doubled: BigNumber { self + self }

  /// Quotient and remainder, bit by bit: it is used a few times for each key.
  func divided(by divisor: BigNumber) -> (quotient: BigNumber, remainder: BigNumber) {
    guard !divisor.isZero else { return (BigNumber(0), self) }
    var quotient = [UInt32](repeating: 0, count: limbs.count)
    var rest = BigNumber(0)
    for index in (0..<bitCount).reversed() {
      rest = rest.doubled
      if bit(index) { rest = rest + BigNumber(1) }
      if rest >= divisor {
        rest = rest - divisor
        quotient[index / 32] |= 1 << UInt32(index % 32)
      }
    }
    return (BigNumber(limbs: quotient), rest)
  }

  /// The number that gives 1 with this one, modulo another; nil where there is none.
  func inverse(modulo modulus: BigNumber) -> BigNumber? {
    // Euclid's algorithm; the coefficient's sign alternates.
    var (previous, current) = (modulus, divided(by: modulus).remainder)
    var (previousFactor, factor) = (BigNumber(0), BigNumber(1))
    var isNegative = false
    while !current.isZero {
      let (quotient, rest) = previous.divided(by: current)
      (previous, current) = (current, rest)
      (previousFactor, factor) = (factor, previousFactor + quotient * factor)
      isNegative.toggle()
    }
    guard previous == BigNumber(1) else { return nil }
    return isNegative ? previousFactor : modulus - previousFactor
  }
}

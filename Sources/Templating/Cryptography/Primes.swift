/// Random prime numbers.
enum Primes {
  /// The odd primes below 16,384, by which candidates are sieved.
  private static let small: [UInt32] = {
    var composite = [Bool](repeating: false, count: 16_384)
    var result: [UInt32] = []
    for number in stride(from: 3, to: composite.count, by: 2) where !composite[number] {
      result.append(UInt32(number))
      for multiple in stride(from: number * number, to: composite.count, by: 2 * number) { composite[multiple] = true }
    }
    return result
  }()

  /// A prime of so many bits, the two highest of which are 1, and for which the predicate holds.
  static func random(bits: Int, _ source: inout RandomSource, where accepts: (BigNumber) -> Bool = { _ in true }) -> BigNumber {
    while true {
      var bytes = source.bytes(bits / 8)
      bytes[0] |= 0xC0
      bytes[bytes.count - 1] |= 1
      let start = BigNumber(bytes: bytes)
      let rests = small.map { start % $0 }
      // Odd numbers from a random one on; far fewer than these are needed.
      for offset in stride(from: UInt32(0), to: 1 << 16, by: 2) {
        if zip(small, rests).contains(where: { ($1 + offset) % $0 == 0 }) { continue }
        let candidate = start + BigNumber(offset)
        guard candidate.bitCount == bits else { break }
        if accepts(candidate) && isPrime(candidate, &source) { return candidate }
      }
    }
  }

  /// Whether a small prime divides a number.
  static func hasSmallFactor(_ number: BigNumber) -> Bool { small.contains { number % $0 == 0 } }

  /// Miller and Rabin's test with the base 2 and random ones: for numbers that nobody chose, wrong less than once in 2¹⁰⁰.
  static func isPrime(_ number: BigNumber, _ source: inout RandomSource) -> Bool {
    let one = BigNumber(1)
    let last = number - one
    var shift = 0
    while !last.bit(shift) { shift += 1 }
    let odd = last.divided(by: BigNumber(limbs: [UInt32](repeating: 0, count: shift / 32) + [1 << UInt32(shift % 32)])).quotient
    let power = ModularPower(modulus: number)
    for round in 0..<8 {
      let base = round == 0 ? BigNumber(2) : BigNumber(bytes: source.bytes(8)) + BigNumber(2)
      var value = power.power(base, odd)
      if value == one || value == last { continue }
      var isWitness = true
      for _ in 1..<max(shift, 1) {
        value = power.power(value, BigNumber(2))
        if value == last {
          isWitness = false
          break
        }
      }
      if isWitness { return false }
    }
    return true
  }
}

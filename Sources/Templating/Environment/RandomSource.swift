import Document

/// Random bytes that a seed decides: SHA-256 of the seed with a counter, block after block.
///
/// Who knows some of the bytes cannot tell the others without the seed, so it may make keys and passwords.
struct RandomSource: RandomNumberGenerator {
  private let seed: [UInt8]
  private var counter: UInt64 = 0
  private var block: [UInt32] = []

  init(seed: [UInt8]) { self.seed = seed }

  init(_ randomness: TemplateEnvironment.Randomness) {
    switch randomness {
    case .seeded(let seed): self.init(seed: seed)
    case .system:
      var system = SystemRandomNumberGenerator()
      self.init(seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &system) })
    }
  }

  private mutating func word() -> UInt32 {
    if block.isEmpty {
      var hash = SHA256()
      hash.update(UInt64(seed.count))
      for byte in seed { hash.update(byte) }
      hash.update(counter)
      counter += 1
      block = hash.finish()
    }
    return block.removeLast()
  }

  mutating func next() -> UInt64 { UInt64(word()) << 32 | UInt64(word()) }

  mutating func bytes(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + 3)
    while result.count < count {
      let word = word()
      for shift in stride(from: 0, to: 32, by: 8) { result.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
    result.removeLast(result.count - count)
    return result
  }

  /// A number from 0 up to a bound that is left out, each as likely as the others.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &self) }
}

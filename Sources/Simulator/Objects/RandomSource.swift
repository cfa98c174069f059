/// A small deterministic random source (SplitMix64): the same seed gives the same uids, names and faults.
struct RandomSource: Sendable, RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A random UUID in version 4's form.
  mutating func uid() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var nibbles: [UInt8] = []
    var words = [next(), next()]
    for word in 0..<2 {
      for _ in 0..<16 {
        nibbles.append(digits[Int(words[word] & 15)])
        words[word] >>= 4
      }
    }
    nibbles[12] = UInt8(ascii: "4")
    nibbles[16] = digits[8 + Int(next() & 3)]
    var text: [UInt8] = []
    for (index, nibble) in nibbles.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
      text.append(nibble)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What the server appends to a `generateName`: no vowels, so that no words come out.
  mutating func suffix(_ length: Int = 5) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    return String(decoding: (0..<length).map { _ in letters[Int(next() % UInt64(letters.count))] }, as: UTF8.self)
  }
}

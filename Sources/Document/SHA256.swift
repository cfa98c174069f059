/// SHA-256 (FIPS 180-4) fed in pieces.
///
/// The house needs one stable hash that two processes, and two versions of Flotilla, agree on; a crypto library would cost every
/// build a minute for these lines.
public struct SHA256: Sendable {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
  )
  private var block = [UInt8](repeating: 0, count: 64)
  private var filled = 0
  private var length: UInt64 = 0
  private var schedule = [UInt32](repeating: 0, count: 64)

  /// Starts an empty hash.
  public init() {}

  /// Feeds one byte.
  public mutating func update(_ byte: UInt8) {
    block[filled] = byte
    filled += 1
    length &+= 1
    if filled == 64 { compress() }
  }

  /// Feeds bytes.
  public mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < bytes.count {
      let count = min(64 - filled, bytes.count - index)
      for offset in 0..<count { block[filled + offset] = bytes[index + offset] }
      filled += count
      index += count
      if filled == 64 { compress() }
    }
    length &+= UInt64(bytes.count)
  }

  /// Feeds the UTF-8 bytes of a text.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update($0) }
  }

  /// Feeds the eight bytes of a number, the highest first.
  public mutating func update(_ number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) { update(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }

  /// The eight words of the hash; nothing may be fed afterwards.
  public mutating func finish() -> [UInt32] {
    let bits = length &* 8
    update(UInt8(0x80))
    while filled != 56 { update(UInt8(0)) }
    update(bits)
    return [state.0, state.1, state.2, state.3, state.4, state.5, state.6, state.7]
  }

  private mutating func compress() {
    filled = 0
    var state = state
    block.withUnsafeBufferPointer { block in
      schedule.withUnsafeMutableBufferPointer { words in
        for index in 0..<16 {
          let at = index * 4
          words[index] =
            UInt32(block[at]) << 24 | UInt32(block[at + 1]) << 16 | UInt32(block[at + 2]) << 8 | UInt32(block[at + 3])
        }
        for index in 16..<64 {
          let early = words[index - 15]
          let late = words[index - 2]
          let first = SHA256.rotate(early, 7) ^ SHA256.rotate(early, 18) ^ (early >> 3)
          let second = SHA256.rotate(late, 17) ^ SHA256.rotate(late, 19) ^ (late >> 10)
          words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
        }
        var (a, b, c, d, e, f, g, h) = state
        for index in 0..<64 {
          let sumE = SHA256.rotate(e, 6) ^ SHA256.rotate(e, 11) ^ SHA256.rotate(e, 25)
          let choice = (e & f) ^ (~e & g)
          let first = h &+ sumE &+ choice &+ SHA256.constants[index] &+ words[index]
          let sumA = SHA256.rotate(a, 2) ^ SHA256.rotate(a, 13) ^ SHA256.rotate(a, 22)
          let majority = (a & b) ^ (a & c) ^ (b & c)
          let second = sumA &+ majority
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        state = (
          state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e, state.5 &+ f, state.6 &+ g, state.7 &+ h
        )
      }
    }
    self.state = state
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

/// The password hash of Provos and Mazières, in the form `$2a$10$…`.
enum Bcrypt {
  private static let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// Hashes a password of at most 72 bytes with a salt of 16.
  static func hash(_ password: String, salt: [UInt8], cost: Int = 10) throws(FunctionError) -> String {
    guard password.utf8.count <= 72 else { throw FunctionError("bcrypt: password length exceeds 72 bytes") }
    let key = Array(password.utf8) + [0]
    var cipher = Blowfish()
    cipher.expand(key, salt: salt)
    for _ in 0..<(1 << cost) {
      cipher.expand(key, salt: [])
      cipher.expand(salt, salt: [])
    }
    var words: [UInt32] = []
    let text = Array("OrpheanBeholderScryDoubt".utf8)
    for block in stride(from: 0, to: 24, by: 8) {
      var (left, right) = (Blowfish.word(text, block), Blowfish.word(text, block + 4))
      for _ in 0..<64 { cipher.encrypt(&left, &right) }
      words += [left, right]
    }
    let digest = words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }.prefix(23)
    let number = cost < 10 ? "0\(cost)" : "\(cost)"
    return "$2a$\(number)$" + encode(salt[...]) + encode(digest)
  }

  /// Base 64 with an alphabet and without padding of its own.
  private static func encode(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        result.append(alphabet[Int(bits >> count & 63)])
      }
    }
    if count > 0 { result.append(alphabet[Int(bits << (6 - count) & 63)]) }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Schneier's cipher Blowfish, as far as bcrypt needs it.
private struct Blowfish {
  /// 18 subkeys and four tables of 256 words.
  private var words = PiDigits.words

  /// Four bytes from an index on, beginning again where the bytes end.
  static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
    var result: UInt32 = 0
    for offset in 0..<4 { result = result << 8 | UInt32(bytes[(start + offset) % bytes.count]) }
    return result
  }

  /// Mixes a key, and a salt where one is given, into the tables.
  mutating func expand(_ key: [UInt8], salt: [UInt8]) {
    let saltWords = salt.isEmpty ? [0, 0] : stride(from: 0, to: 16, by: 4).map { Blowfish.word(salt, $0) }
    for index in 0..<18 { words[index] ^= Blowfish.word(key, index * 4) }
    words.withUnsafeMutableBufferPointer { words in
      saltWords.withUnsafeBufferPointer { salt in
        var (left, right): (UInt32, UInt32) = (0, 0)
        var position = 0
        var index = 0
        while index < 1042 {
          left ^= salt[position]
          right ^= salt[position + 1]
          position = (position + 2) % salt.count
          Blowfish.encrypt(words.baseAddress, &left, &right)
          words[index] = left
          words[index + 1] = right
          index += 2
        }
      }
    }
  }

  mutating func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
    words.withUnsafeMutableBufferPointer { Blowfish.encrypt($0.baseAddress, &left, &right) }
  }

  @inline(__always)
  private static func encrypt(_ table: UnsafeMutablePointer<UInt32>?, _ left: inout UInt32, _ right: inout UInt32) {
    guard let table else { return }
    var (a, b) = (left, right)
    var round = 0
    while round < 16 {
      a ^= table[round]
      let first = table[18 &+ Int(a >> 24)] &+ table[274 &+ Int(a >> 16 & 255)]
      b ^= (first ^ table[530 &+ Int(a >> 8 & 255)]) &+ table[786 &+ Int(a & 255)]
      (a, b) = (b, a)
      round &+= 1
    }
    left = b ^ table[17]
    right = a ^ table[16]
  }
}

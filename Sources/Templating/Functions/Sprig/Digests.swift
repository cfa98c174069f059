import Crypto

/// Sprig: digests.
extension Sprig {
  static let digests: [Function] = [
    text("sha1sum") { hexadecimal(Insecure.SHA1.hash(data: Array($0.utf8))) },
    text("sha256sum") { hexadecimal(SHA256.hash(data: Array($0.utf8))) },
    text("sha512sum") { hexadecimal(SHA512.hash(data: Array($0.utf8))) },
    text("adler32sum") { String(adler32($0)) },
  ]

  private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    for byte in digest { result += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: result, as: UTF8.self)
  }

  /// Adler-32 (RFC 1950).
  private static func adler32(_ text: String) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in text.utf8 {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }
}

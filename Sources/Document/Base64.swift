/// Standard Base64 with padding, as `!!binary` and Kubernetes Secrets use it.
public enum Base64 {
  /// The bytes of a Base64 text, line breaks ignored; nil when it is not valid.
  public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var buffer: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte + 4
      case UInt8(ascii: "+"): digit = 62
      case UInt8(ascii: "/"): digit = 63
      case UInt8(ascii: "="):
        padding += 1
        continue
      case 0x0A, 0x0D: continue
      default: return nil
      }
      guard padding == 0 else { return nil }
      buffer = buffer << 6 | UInt32(digit)
      count += 1
      if count % 4 == 0 {
        out.append(contentsOf: [UInt8(buffer >> 16 & 0xFF), UInt8(buffer >> 8 & 0xFF), UInt8(buffer & 0xFF)])
        buffer = 0
      }
    }
    guard (count + padding) % 4 == 0, padding < 3 else { return nil }
    switch count % 4 {
    case 0: return padding == 0 ? out : nil
    case 2: out.append(UInt8(buffer >> 4 & 0xFF))
    case 3: out.append(contentsOf: [UInt8(buffer >> 10 & 0xFF), UInt8(buffer >> 2 & 0xFF)])
    default: return nil
    }
    return out
  }

  /// The Base64 text of bytes.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var iterator = bytes.makeIterator()
    while let first = iterator.next() {
      let second = iterator.next()
      let third = iterator.next()
      let word = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
      out.append(digits[Int(word >> 18 & 63)])
      out.append(digits[Int(word >> 12 & 63)])
      out.append(second == nil ? UInt8(ascii: "=") : digits[Int(word >> 6 & 63)])
      out.append(third == nil ? UInt8(ascii: "=") : digits[Int(word & 63)])
    }
    return String(decoding: out, as: UTF8.self)
  }
}

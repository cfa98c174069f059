/// A Kubernetes quantity such as `500m`, `1Gi` or `1e3`, kept exactly.
///
/// The server stores quantities in a spelling of its own, so manifests are compared by value: `1000m` is `1`.
public struct Quantity: Sendable, Hashable {
  /// The value is `digits` × 10^`exponent` × 1024^`binary`, without trailing zeros in `digits`.
  private var digits: [UInt8]
  private var exponent: Int
  private var negative: Bool

  /// Reads a quantity; nil for text that is none.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 64 else { return nil }
    var index = 0
    negative = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    digits = []
    exponent = 0
    var seen = false
    var fraction = false
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), !fraction {
        fraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        digits.append(byte - 0x30)
        if fraction { exponent -= 1 }
        seen = true
      } else {
        break
      }
      index += 1
    }
    guard seen, let suffix = Quantity.suffix(String(decoding: bytes[index...], as: UTF8.self)) else { return nil }
    exponent += suffix.decimal
    for _ in 0..<suffix.binary { multiply(by: 1024) }
    canonicalise()
  }

  private static func suffix(_ text: String) -> (decimal: Int, binary: Int)? {
    switch text {
    case "": return (0, 0)
    case "n": return (-9, 0)
    case "u": return (-6, 0)
    case "m": return (-3, 0)
    case "k": return (3, 0)
    case "M": return (6, 0)
    case "G": return (9, 0)
    case "T": return (12, 0)
    case "P": return (15, 0)
    case "E": return (18, 0)
    case "Ki": return (0, 1)
    case "Mi": return (0, 2)
    case "Gi": return (0, 3)
    case "Ti": return (0, 4)
    case "Pi": return (0, 5)
    case "Ei": return (0, 6)
    default:
      guard text.hasPrefix("e") || text.hasPrefix("E"), let power = Int(text.dropFirst()), abs(power) < 100 else { return nil }
      return (power, 0)
    }
  }

  private mutating func multiply(by factor: Int) {
    var carry = 0
    for index in digits.indices.reversed() {
      let product = Int(digits[index]) * factor + carry
      digits[index] = UInt8(product % 10)
      carry = product / 10
    }
    while carry > 0 {
      digits.insert(UInt8(carry % 10), at: 0)
      carry /= 10
    }
  }

  private mutating func canonicalise() {
    if let first = digits.firstIndex(where: { $0 != 0 }) { digits.removeFirst(first) } else { digits = [] }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty {
      exponent = 0
      negative = false
    }
  }
}

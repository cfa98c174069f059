import CGit2

/// The name of an object: the SHA-1 of its content.
struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt32

  init(_ id: git_oid) {
    var id = id
    (first, second, third) = withUnsafeBytes(of: &id) { bytes in
      (
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
      )
    }
  }

  /// Reads 40 hexadecimal digits.
  init?(hex: some StringProtocol) {
    guard hex.utf8.count == 40, let id = ObjectID.raw(hexPrefix: hex) else { return nil }
    self.init(id)
  }

  var raw: git_oid {
    var id = git_oid()
    withUnsafeMutableBytes(of: &id) { bytes in
      bytes.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt64.self)
      bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
      bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
    }
    return id
  }

  var description: String {
    Self.hex(first, 16) + Self.hex(second, 16) + Self.hex(UInt64(third), 8)
  }

  private static func hex(_ number: UInt64, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// The bytes of up to 40 hexadecimal digits, filled up with zeros; nil when there is anything else.
  static func raw(hexPrefix text: some StringProtocol) -> git_oid? {
    var id = git_oid()
    var valid = text.utf8.count <= 40
    withUnsafeMutableBytes(of: &id) { bytes in
      for (index, digit) in text.utf8.enumerated() where valid {
        guard let value = nibble(digit) else {
          valid = false
          return
        }
        bytes[index / 2] |= index % 2 == 0 ? value << 4 : value
      }
    }
    return valid ? id : nil
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// 128 bits that stand for a value: equal values have equal digests in every process and on every machine.
///
/// It is the first half of a SHA-256 over a canonical spelling of the tree, so nobody can make two manifests that pass for one.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first eight bytes.
  public let high: UInt64
  /// The other eight bytes.
  public let low: UInt64

  /// Makes a digest from its two halves, as stored.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 32 hexadecimal digits; nil for anything else.
  public init?(_ hex: String) {
    guard hex.utf8.count == 32, hex.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d }),
      let high = UInt64(hex.prefix(16), radix: 16), let low = UInt64(hex.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The digest of a tree.
  public init(of value: Value) {
    var hash = SHA256()
    hash.feed(value)
    self.init(finishing: &hash)
  }

  /// The digest of text.
  public init(of text: String) {
    var hash = SHA256()
    hash.update(text)
    self.init(finishing: &hash)
  }

  /// The digest of a list of digests, in their order.
  public init(of digests: some Sequence<Digest>) {
    var hash = SHA256()
    for digest in digests {
      hash.update(digest.high)
      hash.update(digest.low)
    }
    self.init(finishing: &hash)
  }

  /// The digest of what was fed so far; nothing may be fed afterwards.
  public init(finishing hash: inout SHA256) {
    let words = hash.finish()
    self.init(high: UInt64(words[0]) << 32 | UInt64(words[1]), low: UInt64(words[2]) << 32 | UInt64(words[3]))
  }

  /// 32 hexadecimal digits.
  public var description: String { Digest.hex(high) + Digest.hex(low) }

  /// Sorted as their hexadecimal digits are.
  public static func < (left: Digest, right: Digest) -> Bool { (left.high, left.low) < (right.high, right.low) }

  private static func hex(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension SHA256 {
  /// Feeds a tree: a letter for the kind, then the content with its length, so no two trees are spelled alike.
  public mutating func feed(_ value: Value) {
    switch value {
    case .null: update(UInt8(ascii: "n"))
    case .bool(let flag): update(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    case .int(let number):
      update(UInt8(ascii: "i"))
      update(UInt64(bitPattern: number))
    case .double(let number):
      update(UInt8(ascii: "d"))
      update(number.bitPattern)
    case .string(let text): feed(text, as: UInt8(ascii: "s"))
    case .array(let elements):
      update(UInt8(ascii: "a"))
      update(UInt64(elements.count))
      for element in elements { feed(element) }
    case .object(let object):
      update(UInt8(ascii: "o"))
      update(UInt64(object.count))
      for member in object {
        feed(member.key, as: UInt8(ascii: "k"))
        feed(member.value)
      }
    }
  }

  private mutating func feed(_ text: String, as kind: UInt8) {
    update(kind)
    update(UInt64(text.utf8.count))
    update(text)
  }
}

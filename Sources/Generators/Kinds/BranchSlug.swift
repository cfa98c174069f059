import Templating

/// `branch_slug`: the name of a branch as a host name can carry it, as the slug library makes it that Argo CD uses.
///
/// Letters of Latin, Greek and Cyrillic become ASCII; where the library would also spell out other scripts (Chinese by its sounds), a
/// dash stands instead.
enum BranchSlug {
  static func make(_ branch: String, maximum: Int = 50) -> String {
    var bytes: [UInt8] = []
    func append(_ byte: UInt8) {
      let isWord = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      if isWord {
        bytes.append(byte)
      } else if bytes.last != dash, !bytes.isEmpty {
        bytes.append(dash)
      }
    }
    for scalar in branch.unicodeScalars {
      guard let text = spelling(scalar) else {
        append(dash)
        continue
      }
      for byte in text.utf8 { append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
    }
    while bytes.last == dash { bytes.removeLast() }
    guard bytes.count > maximum else { return String(decoding: bytes, as: UTF8.self) }
    // Cut between words where that is possible.
    let end = bytes[...maximum].lastIndex(of: dash) ?? maximum
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private static let dash = UInt8(ascii: "-")

  /// The scalar in ASCII; nil where a dash stands for it, empty where it vanishes.
  private static func spelling(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\"", "'", "\u{2019}": return ""
    case "&": return "and"
    case "@": return "at"
    default: break
    }
    if scalar.isASCII { return String(scalar) }
    for table in tables where table.range.contains(scalar.value) {
      return table.spellings[Int(scalar.value - table.range.lowerBound)]
    }
    return nil
  }

  private struct Table {
    let range: ClosedRange<UInt32>
    let spellings: [String]

    init(_ start: UInt32, _ text: String) {
      spellings = text.split(separator: " ").map(String.init)
      range = start...(start + UInt32(max(spellings.count, 1)) - 1)
    }
  }

  private static let tables = [
    Table(
      0xC0,
      "A A A A A A AE C E E E E I I I I D N O O O O O x O U U U U Y Th ss a a a a a a ae c e e e e i i i i d n o o o o o / o u u u u y th y "
        + "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i I i I i IJ ij J j K k k L l L l L l L l "
        + "L l N n N n N n 'n ng NG O o O o O o OE oe R r R r R r S s S s S s S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s"
    ),
    Table(
      0x391,
      "A B G D E Z E Th I K L M N X O P R - S T U Ph Kh Ps O I U a e e i u a b g d e z e th i k l m n x o p r s s t u ph kh ps o i u o u o"),
    Table(
      0x410,
      "A B V G D E Zh Z I I K L M N O P R S T U F Kh Ts Ch Sh Shch ' Y ' E Iu Ia "
        + "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch ' y ' e iu ia"),
  ]
}

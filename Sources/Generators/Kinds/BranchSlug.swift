import Templating

/// `branch_slug`: the name of a branch as a host name can carry it, as the slug library makes it that Argo CD uses.
///
/// Letters of Latin, Greek and Cyrillic and the Japanese syllables become ASCII; where the library would also spell out other scripts
/// (Chinese by its sounds), a dash stands instead.
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
    // Marks that stand on the letter before them; and what is beyond the library's tables, such as emoji.
    if (0x300...0x36F).contains(scalar.value) || scalar.value > 0xFFFF { return "" }
    for table in tables where table.range.contains(scalar.value) {
      return table.spellings[Int(scalar.value - table.range.lowerBound)]
    }
    return nil
  }

  private struct Table {
    let range: ClosedRange<UInt32>
    let spellings: [String]

    init(_ start: UInt32, _ text: String) {
      spellings = text.split(whereSeparator: \.isWhitespace).map { $0 == "~" ? "" : String($0) }
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
    Table(0xAA, #"a"#),
    Table(0xB2, #"2 3"#),
    Table(0xB5, #"u"#),
    Table(0xB9, #"1 o >> 1/4 1/2 3/4"#),
    Table(
      0x180,
      #"""
      b B B b 6 6 O C c D D D d d 3 @ E F f G G hv I I K k l l W N n O O o OI oi P p YR 2 2 SH sh t T t T U u Y V Y y Z z ZH ZH
      zh zh 2 5 5 ts w | || |= ! DZ Dz dz LJ Lj lj NJ Nj nj A a I i O o U u U u U u U u U u @ A a A a AE ae G g G g K k O o O o
      ZH zh j DZ Dz dz G g HV W N n A a AE ae O o A a A a E e E e I i I i O o O o R r R r U u U u S s T t Y y H h N d OU ou Z z
      A a E e O o O o O o O o Y y l n t j db qp A C c L T s z [?] [?] B U ^ E e J j q q R r Y y
      """#),
    Table(0x370, #"[?] [?] [?] [?] ' , [?] [?] [?] [?] ~ [?] [?] [?] ? [?] [?] [?] [?] [?] ~ ~ A ; E E I [?] O [?] U O I"#),
    Table(0x3AA, #"I U a e e i u a b g d e z e th i k l m n x o p r s s t u ph kh ps o i u o u o [?]"#),
    Table(0x400, #"Ie Io Dj Gj Ie Dz I Yi J Lj Nj Tsh Kj I U Dzh"#),
    Table(0x450, #"ie io dj gj ie dz i yi j lj nj tsh kj i u dzh"#),
    Table(0x490, #"G' g' G' g'"#),
    Table(
      0x1E00,
      #"""
      A a B b B b B b C c D d D d D d D d D d E e E e E e E e E e F f G g H h H h H h H h H h I i I i K k K k K k L l L l L l L
      l M m M m M m N n N n N n N n O o O o O o O o P p P p R r R r R r R r S s S s S s S s S s T t T t T t T t U u U u U u U u
      U u V v V v W w W w W w W w W w X x X x Y y Z z Z z Z z h t w y a S [?] [?] Ss [?] A a A a A a A a A a A a A a A a A a A a
      A a A a E e E e E e E e E e E e E e E e I i I i O o O o O o O o O o O o O o O o O o O o O o O o U u U u U u U u U u U u U
      u Y y Y y Y y Y y [?] [?] [?] [?] [?] ~
      """#),
    Table(0x2160, #"I II III IV V VI VII VIII IX X XI XII L C D M i ii iii iv v vi vii viii ix x xi xii l c d m"#),
    Table(
      0x3041,
      #"""
      a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi zi su zu se ze so zo ta da chi di tsu tsu du te de to do na ni
      nu ne no ha ba pa hi bi pi hu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa wi we wo n vu
      [?] [?]
      """#),
    Table(
      0x30A1,
      #"""
      a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi zi su zu se ze so zo ta da chi di tsu tsu du te de to do na ni
      nu ne no ha ba pa hi bi pi hu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa wi we wo n vu
      ka ke va vi ve vo
      """#),
    Table(0xFB00, #"ff fi fl ffi ffl st st"#),
    Table(
      0x391,
      "A B G D E Z E Th I K L M N X O P R - S T U Ph Kh Ps O I U a e e i u a b g d e z e th i k l m n x o p r s s t u ph kh ps o i u o u o"),
    Table(
      0x410,
      "A B V G D E Zh Z I I K L M N O P R S T U F Kh Ts Ch Sh Shch ' Y ' E Iu Ia "
        + "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch ' y ' e iu ia"),
  ]
}

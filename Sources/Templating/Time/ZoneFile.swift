/// Reads time zones in the binary form that systems keep them in (RFC 9636, "TZif").
enum ZoneFile {
  /// Reads a file's bytes; nil where they are no time zone.
  static func zone(_ bytes: [UInt8], name: String) -> Zone? {
    guard var header = Header(bytes, at: 0) else { return nil }
    var wide = false
    if header.version >= UInt8(ascii: "2") {
      // The first block is for readers of 32-bit times; the second says it all again with 64 bits.
      guard let second = Header(bytes, at: header.end(wide: false)) else { return nil }
      header = second
      wide = true
    }
    let end = header.end(wide: wide)
    guard end <= bytes.count, header.typeCount > 0 else { return nil }
    let timeSize = wide ? 8 : 4
    let times = header.start
    let indexes = times + header.timeCount * timeSize
    let types = indexes + header.timeCount
    let names = types + header.typeCount * 6
    var offsets: [Zone.Offset] = []
    for number in 0..<header.typeCount {
      let at = types + number * 6
      let start = names + Int(bytes[at + 5])
      guard start < names + header.nameBytes else { return nil }
      let text = bytes[start..<(names + header.nameBytes)].prefix { $0 != 0 }
      let seconds = Int(Int32(truncatingIfNeeded: read(bytes, at, 4)))
      offsets.append(Zone.Offset(seconds: seconds, abbreviation: String(decoding: text, as: UTF8.self), isDaylight: bytes[at + 4] != 0))
    }
    var transitions: [Zone.Transition] = []
    for number in 0..<header.timeCount {
      let raw = read(bytes, times + number * timeSize, timeSize)
      let instant = wide ? raw : Int64(Int32(truncatingIfNeeded: raw))
      let offset = Int(bytes[indexes + number])
      guard offset < offsets.count else { return nil }
      transitions.append(Zone.Transition(instant: instant, offset: offset))
    }
    var rule: ZoneRule?
    if wide, end < bytes.count, bytes[end] == 10 {
      rule = ZoneRule(String(decoding: bytes[(end + 1)...].prefix { $0 != 10 }, as: UTF8.self))
    }
    return Zone(name: name, offsets: offsets, transitions: transitions, rule: rule)
  }

  /// A number of so many bytes, the highest first.
  private static func read(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
    var value: Int64 = 0
    for index in start..<(start + count) { value = value << 8 | Int64(bytes[index]) }
    return value
  }

  private struct Header {
    let version: UInt8
    /// Where the data begins.
    let start: Int
    let universalCount: Int
    let standardCount: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    let nameBytes: Int

    init?(_ bytes: [UInt8], at position: Int) {
      guard position >= 0, position + 44 <= bytes.count, bytes[position..<(position + 4)].elementsEqual("TZif".utf8) else { return nil }
      version = bytes[position + 4]
      let counts = (0..<6).map { Int(ZoneFile.read(bytes, position + 20 + $0 * 4, 4)) }
      guard counts.allSatisfy({ $0 < 1 << 20 }) else { return nil }
      start = position + 44
      (universalCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
      (timeCount, typeCount, nameBytes) = (counts[3], counts[4], counts[5])
    }

    func end(wide: Bool) -> Int {
      let size = wide ? 8 : 4
      return start + timeCount * size + timeCount + typeCount * 6 + nameBytes + leapCount * (size + 4) + standardCount + universalCount
    }
  }
}

/// An address of the internet protocol, version 4 or 6.
struct IPAddress {
  /// 4 or 16 bytes.
  let bytes: [UInt8]

  /// Reads `10.0.0.1`, `fe80::1`, `::ffff:10.0.0.1`; a zone (`%eth0`) is allowed behind version 6 and dropped.
  init?(_ text: String) {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first else { return nil }
    if address.contains(":") {
      if parts.count > 1 && parts[1].isEmpty { return nil }
      guard let bytes = IPAddress.version6(String(address)) else { return nil }
      self.bytes = bytes
    } else {
      guard parts.count == 1, let bytes = IPAddress.version4(String(address)) else { return nil }
      self.bytes = bytes
    }
  }

  private static func version4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      // Zeros in front would be octal to some and decimal to others.
      guard part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), part == "0" || !part.hasPrefix("0"), let byte = UInt8(part) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func version6(_ text: String) -> [UInt8]? {
    // A `::` stands for as many zeros as are missing.
    var halves: [[UInt8]] = [[]]
    var rest = text[...]
    if rest.hasPrefix("::") {
      halves = [[], []]
      rest = rest.dropFirst(2)
      if rest.isEmpty { return [UInt8](repeating: 0, count: 16) }
    }
    while true {
      let group = rest.prefix { $0 != ":" }
      if group.contains(".") {
        guard group.endIndex == rest.endIndex, let tail = version4(String(group)) else { return nil }
        halves[halves.count - 1] += tail
        break
      }
      guard (1...4).contains(group.utf8.count), group.allSatisfy(\.isHexDigit), let value = UInt16(group, radix: 16) else { return nil }
      halves[halves.count - 1] += [UInt8(value >> 8), UInt8(value & 0xFF)]
      rest = rest[group.endIndex...]
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      if rest.hasPrefix(":") {
        guard halves.count == 1 else { return nil }
        halves.append([])
        rest = rest.dropFirst()
        if rest.isEmpty { break }
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = halves.reduce(0) { $0 + $1.count }
    if halves.count == 1 { return count == 16 ? halves[0] : nil }
    guard count <= 14 else { return nil }
    return halves[0] + [UInt8](repeating: 0, count: 16 - count) + halves[1]
  }
}

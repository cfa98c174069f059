import Document

/// The few forms of ASN.1 (DER) that private keys are written in.
enum DERWriter {
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length = [UInt8(truncatingIfNeeded: content.count)]
    if content.count >= 0x80 {
      let bytes = BigNumber(UInt32(content.count)).bytes
      length = [0x80 | UInt8(bytes.count)] + bytes
    }
    return [tag] + length + content
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }

  static func integer(_ number: BigNumber) -> [UInt8] {
    let bytes = number.bytes
    // The first bit is the sign.
    return element(2, (bytes.first ?? 0x80) >= 0x80 ? [0] + bytes : bytes)
  }

  static func octets(_ bytes: [UInt8]) -> [UInt8] { element(4, bytes) }

  static func bits(_ bytes: [UInt8]) -> [UInt8] { element(3, [0] + bytes) }
}

/// Text armour around binary keys and certificates (RFC 7468).
struct PEMBlock {
  let label: String
  let bytes: [UInt8]

  var text: String {
    var lines = "-----BEGIN \(label)-----\n"
    var rest = Base64.encode(bytes)[...]
    while !rest.isEmpty {
      lines += rest.prefix(64) + "\n"
      rest = rest.dropFirst(64)
    }
    return lines + "-----END \(label)-----\n"
  }

  init(_ label: String, _ bytes: [UInt8]) {
    self.label = label
    self.bytes = bytes
  }

  /// The first block in a text; nil where there is none.
  init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }
    guard let begin = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("-----") }) else { return nil }
    let name = String(lines[begin].dropFirst(11).dropLast(5))
    guard let end = lines[begin...].firstIndex(where: { $0 == "-----END \(name)-----" }) else { return nil }
    // Header lines such as "Proc-Type: …" are no part of the code.
    let code = lines[(begin + 1)..<end].filter { !$0.contains(":") }.joined()
    guard let bytes = Base64.decode(Array(code.utf8)) else { return nil }
    self.init(name, bytes)
  }
}

/// Writes JSON with Go's spelling of numbers and escapes.
struct JSONWriter {
  private(set) var out: [UInt8] = []
  private let indent: Int?
  private let escapeHTML: Bool
  private var level = 0

  init(indent: Int?, escapeHTML: Bool) {
    self.indent = indent
    self.escapeHTML = escapeHTML
  }

  mutating func write(_ value: Value) {
    switch value {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
    case .int(let number): out.append(contentsOf: String(number).utf8)
    case .double(let number): out.append(contentsOf: FloatText.json(number).utf8)
    case .string(let text): string(text)
    case .array(let list):
      guard !list.isEmpty else {
        out.append(contentsOf: "[]".utf8)
        return
      }
      open("[")
      for (index, element) in list.enumerated() {
        if index > 0 { separate() }
        write(element)
      }
      close("]")
    case .object(let object):
      guard !object.isEmpty else {
        out.append(contentsOf: "{}".utf8)
        return
      }
      open("{")
      for (index, member) in object.enumerated() {
        if index > 0 { separate() }
        string(member.key)
        out.append(UInt8(ascii: ":"))
        if indent != nil { out.append(UInt8(ascii: " ")) }
        write(member.value)
      }
      close("}")
    }
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    out.append(UInt8(truncatingIfNeeded: bracket.value))
    level += 1
    lineBreak()
  }

  private mutating func separate() {
    out.append(UInt8(ascii: ","))
    lineBreak()
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    level -= 1
    lineBreak()
    out.append(UInt8(truncatingIfNeeded: bracket.value))
  }

  private mutating func lineBreak() {
    guard let indent else { return }
    out.append(UInt8(ascii: "\n"))
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
  }

  private mutating func string(_ text: String) {
    var text = text
    out.append(UInt8(ascii: "\""))
    text.withUTF8 { escaped($0) }
    out.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let plain: Bool
      switch byte {
      case 0..<0x20, 0x22, 0x5C: plain = false
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): plain = !escapeHTML
      // U+2028 and U+2029, which JavaScript once took for line ends.
      case 0xE2: plain = !(index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8)
      default: plain = true
      }
      if plain {
        index += 1
        continue
      }
      out.append(contentsOf: bytes[start..<index])
      if byte == 0xE2 {
        out.append(contentsOf: (bytes[index + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
        index += 3
      } else {
        escape(byte)
        index += 1
      }
      start = index
    }
    out.append(contentsOf: bytes[start...])
  }

  private mutating func escape(_ byte: UInt8) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x22, 0x5C: out.append(byte)
    case 8: out.append(UInt8(ascii: "b"))
    case 9: out.append(UInt8(ascii: "t"))
    case 10: out.append(UInt8(ascii: "n"))
    case 12: out.append(UInt8(ascii: "f"))
    case 13: out.append(UInt8(ascii: "r"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      out.append(contentsOf: "u00".utf8)
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }
}

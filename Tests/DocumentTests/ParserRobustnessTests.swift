import Testing

@testable import Document

/// Damaged and random input: both readers return or throw, within their limits, and what they return can be written and read again.
struct ParserRobustnessTests {
  /// A small generator with a fixed seed, so that a failure can be had again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33 | state << 31
    }
  }

  static let seeds = [
    "a: 1\nb: [x, {y: z}]\n---\nc: |\n  text\n   more\nd: &a {k: v}\ne: *a\nf: {<<: *a, g: 0x1F}\n",
    "? complex\n: - 'q''s'\n  - \"\\u00e9\\n\"\n  - !!int 3\n  - ~\n%YAML 1.1\n---\n>-\n folded\n text\n...\n",
    #"{"a":[1,2.5,-3e10,true,null,"x\u00e9\ud83d\ude00\\"],"b":{"c":{}},"d":[[],[{}]]}"#,
    "apiVersion: v1\nkind: Secret\nmetadata: {name: n, labels: {a/b: 'c'}}\ndata:\n  k: aGVsbG8=\nstringData:\n  s: |+\n    x\n\n",
  ]
  static let fragments = [
    "\n", "  ", "- ", ": ", "[", "]", "{", "}", "*a", "&a ", "<<: ", "\"", "'", "|", ">", "#", "---\n", "...\n", "\t", "\u{FEFF}", "\u{85}",
    "!!binary ", "%TAG ! x\n", "\\u", "1e99", "\u{0}", "é", "? ",
  ]

  @Test(arguments: 0..<20)
  func mutatedInputIsReadOrRefused(_ seed: Int) throws {
    var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let limits = DecodingLimits(maxBytes: 4096, maxDepth: 40, maxNodes: 5000)
    for round in 0..<150 {
      var bytes = Array(ParserRobustnessTests.seeds[(seed + round) % ParserRobustnessTests.seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1: if place < bytes.count { bytes.remove(at: place) }
        case 2: bytes.removeLast(bytes.count - place)
        case 3: bytes.insert(contentsOf: bytes[place...].prefix(40), at: Int.random(in: 0...bytes.count, using: &random))
        default:
          let fragment = ParserRobustnessTests.fragments.randomElement(using: &random) ?? ""
          bytes.insert(contentsOf: fragment.utf8, at: place)
        }
      }
      let stream = YAML.decodeStream(bytes, file: "m", positions: true, limits: limits)
      for document in stream.documents {
        let text = YAML.encode(document.value)
        if (try? YAML.marshal(document.value)) != nil, !text.unicodeScalars.contains(where: { $0 == "\u{85}" || $0 == "\u{FEFF}" }) {
          #expect(YAML.encode(try YAML.decode(text)) == text, "\(String(decoding: bytes, as: UTF8.self))")
        }
      }
      for error in stream.errors { #expect(error.position.map { $0.line >= 1 && $0.column >= 1 } ?? false) }
      if let value = try? JSON.decode(bytes, limits: limits) {
        // As text, since 1.0 is written as 1.
        let text = JSON.string(value)
        #expect(JSON.string(try JSON.decode(text)) == text)
        #expect(JSON.string(try JSON.decode(JSON.encode(value, pretty: 2, escapeHTML: true))) == text)
      }
    }
  }
}

import Document

/// Sprig: random texts and numbers. They are made of the environment's random bytes, which may be pinned.
extension Sprig {
  static let random: [Function] = [
    characters("randAlphaNum", letters + digits),
    characters("randAlpha", letters),
    characters("randNumeric", digits),
    characters("randAscii", Array(32...126)),
    Function("randBytes", [.int], .nondeterministic) { call throws(FunctionError) in
      let count = call.int(0)
      guard count >= 0 else { throw FunctionError("runtime error: makeslice: len out of range") }
      try call.budget.spend(bytes: count)
      return .string(Base64.encode(call.world.withRandomness { $0.bytes(count) }))
    },
    Function("randInt", [.int, .int], .nondeterministic) { call throws(FunctionError) in
      let (low, high) = (call.int(0), call.int(1))
      guard low < high else { throw FunctionError("invalid argument to Intn") }
      return .int(call.world.withRandomness { Int.random(in: low..<high, using: &$0) })
    },
    Function("uuidv4", [], .nondeterministic) { call throws(FunctionError) in
      var bytes = call.world.withRandomness { $0.bytes(16) }
      bytes[6] = bytes[6] & 0x0F | 0x40
      bytes[8] = bytes[8] & 0x3F | 0x80
      var text = ""
      for (index, byte) in bytes.enumerated() {
        if [4, 6, 8, 10].contains(index) { text += "-" }
        text += GoQuote.hexadecimal(UInt32(byte), 2)
      }
      return .string(text)
    },
    Function("shuffle", [.string], .nondeterministic) { call throws(FunctionError) in
      let scalars = Array(call.string(0).unicodeScalars)
      try call.budget.spend(scalars.count)
      return .string(String(String.UnicodeScalarView(call.world.withRandomness { scalars.shuffled(using: &$0) })))
    },
  ]

  private static let letters = Array(UInt8(ascii: "a")...UInt8(ascii: "z")) + Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  private static let digits = Array(UInt8(ascii: "0")...UInt8(ascii: "9"))

  /// A function that gives so many characters of a set; none for a negative number.
  private static func characters(_ name: String, _ set: [UInt8]) -> Function {
    Function(name, [.int], .nondeterministic) { call throws(FunctionError) in
      let count = max(call.int(0), 0)
      try call.budget.spend(bytes: count)
      try call.budget.spend(count)
      let bytes = call.world.withRandomness { source in (0..<count).map { _ in set[source.below(set.count)] } }
      return .string(String(decoding: bytes, as: UTF8.self))
    }
  }
}

import Document

/// Sprig: JSON. The functions without `must` give nothing where the others fail.
extension Sprig {
  static let json: [Function] =
    encoder("toJson") { JSON.string($0, escapeHTML: true) }
    + encoder("toPrettyJson") { JSON.string($0, pretty: 2, escapeHTML: true) }
    + encoder("toRawJson") { JSON.string($0) }
    + [
      Function("fromJson", [.string]) { call throws(FunctionError) in
        (try? JSONFunctions.decode(call.string(0), budget: &call.budget)) ?? .missing
      },
      Function("mustFromJson", [.string]) { call throws(FunctionError) in
        try JSONFunctions.decode(call.string(0), budget: &call.budget)
      },
    ]

  private static func encoder(_ name: String, _ write: @escaping @Sendable (Value) -> String) -> [Function] {
    [
      Function(name, [.any]) { call throws(FunctionError) in
        guard let document = try? JSONFunctions.document(call[0]) else { return .string("") }
        return .string(write(document))
      },
      Function("must" + GoUnicode.title(name), [.any]) { call throws(FunctionError) in
        .string(write(try JSONFunctions.document(call[0])))
      },
    ]
  }
}

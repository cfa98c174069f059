/// Sprig: strings.
extension Sprig {
  static let strings: [Function] = [
    text("upper") { GoUnicode.upper($0) },
    text("lower") { GoUnicode.lower($0) },
    text("title") { GoUnicode.title($0) },
    text("trim") { GoUnicode.trimSpace($0) },
  ]

  /// A function of one string.
  static func text(_ name: String, _ transform: @escaping @Sendable (String) -> String) -> Function {
    Function(name, [.string]) { call throws(FunctionError) in .string(transform(call.string(0))) }
  }
}

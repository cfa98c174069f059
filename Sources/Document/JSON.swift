/// JSON text to ``Value`` and back.
///
/// Reading is strict (RFC 8259) where Go's `encoding/json` is: no comments, no trailing commas, no leading zeros, one value.
/// As there, a key that stands twice takes its last value, and bytes that are no UTF-8 and lone surrogates become U+FFFD.
/// Numbers without fraction and exponent that fit 64 bits become ``Value/int(_:)``, all others ``Value/double(_:)``.
public enum JSON {
  /// Reads one value.
  public static func decode(
    _ bytes: [UInt8], file: String = "", limits: DecodingLimits = .standard
  ) throws(DocumentError) -> Value {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(DocumentError) in try decode(buffer, file: file, limits: limits) }
    }
    return try result.get()
  }

  /// Reads one value.
  public static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String = "", limits: DecodingLimits = .standard
  ) throws(DocumentError) -> Value {
    guard bytes.count <= limits.maxBytes else {
      throw DocumentError("the document has \(bytes.count) bytes, the limit is \(limits.maxBytes)")
    }
    var parser = JSONParser(bytes: bytes, limits: limits)
    do {
      return try parser.document()
    } catch {
      throw DocumentError(error.message, at: TextPlace.position(of: error.offset, in: bytes, file: file))
    }
  }

  /// Reads one value.
  public static func decode(_ text: String, file: String = "", limits: DecodingLimits = .standard) throws(DocumentError) -> Value {
    var text = text
    let result = text.withUTF8 { buffer in
      Result { () throws(DocumentError) in try decode(buffer, file: file, limits: limits) }
    }
    return try result.get()
  }

  /// Writes a value.
  ///
  /// Numbers are spelled as Go's `encoding/json` spells them; infinities and NaN, which JSON does not have, become `null`.
  /// - Parameters:
  ///   - value: What to write.
  ///   - indent: The number of spaces for each level, one member or element a line; nil for one line without spaces.
  ///   - escapeHTML: Whether `<`, `>` and `&` are written as `\u003c`, `\u003e` and `\u0026`, as Go does by default.
  public static func encode(_ value: Value, pretty indent: Int? = nil, escapeHTML: Bool = false) -> [UInt8] {
    var writer = JSONWriter(indent: indent, escapeHTML: escapeHTML)
    writer.write(value)
    return writer.out
  }

  /// As ``encode(_:pretty:escapeHTML:)``, as text.
  public static func string(_ value: Value, pretty indent: Int? = nil, escapeHTML: Bool = false) -> String {
    String(decoding: encode(value, pretty: indent, escapeHTML: escapeHTML), as: UTF8.self)
  }
}

/// Line and column of a byte, counted only when there is something to report.
enum TextPlace {
  static func position(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>, file: String) -> SourcePosition {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(file: file, line: line, column: column)
  }
}

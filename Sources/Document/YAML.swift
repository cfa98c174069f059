/// One document of a YAML stream.
public struct YAMLDocument: Sendable {
  /// What the document says, as JSON would hold it.
  public var value: Value
  /// The file the document came from, as given to the reader.
  public var file: String
  /// The first line of the content, counted from 1.
  public var line: Int
  /// Where the parts stand, when that was asked for.
  public var positions: SourceMap?

  /// Makes a document.
  public init(value: Value, file: String = "", line: Int = 1, positions: SourceMap? = nil) {
    self.value = value
    self.file = file
    self.line = line
    self.positions = positions
  }

  /// Where the value at a path stands, or its nearest ancestor that is there; without positions, the first line.
  public func position(_ path: [PathComponent]) -> SourcePosition {
    positions?.position(at: path) ?? SourcePosition(file: file, line: line, column: 1)
  }
}

/// What a stream gave: the documents that could be read, and what is wrong with the others.
public struct YAMLStream: Sendable {
  /// The documents that could be read, in order; empty documents are left out.
  public var documents: [YAMLDocument]
  /// One error for each document that could not be read, in order.
  public var errors: [DocumentError]

  /// Makes a stream's result.
  public init(documents: [YAMLDocument], errors: [DocumentError]) {
    self.documents = documents
    self.errors = errors
  }
}

/// YAML text to ``Value`` and back, as `sigs.k8s.io/yaml` reads and writes it (YAML 1.1 as every Kubernetes tool knows it).
///
/// Reading: unquoted `y`, `yes`, `on`, `n`, `no`, `off` are truth values, also as keys; `0x`, `0o`, `0b` and a leading `0` are
/// integers; `1.0` becomes the integer 1 since it passes through JSON; dates stay text; `<<` merges in the order of the keys;
/// keys that are numbers or truth values become text. Unlike there, a key that stands twice is an error by default.
public enum YAML {
  /// Reads all documents of a stream; empty documents are left out.
  /// - Parameters:
  ///   - bytes: The stream, in UTF-8 or, with a byte order mark, UTF-16.
  ///   - file: The name that errors and positions carry.
  ///   - positions: Whether to keep where every value stands (``YAMLDocument/positions``).
  ///   - duplicateKeys: What happens to a key that stands twice in one mapping.
  ///   - limits: What the stream may ask for.
  public static func decodeAll(
    _ bytes: [UInt8], file: String = "", positions: Bool = false, duplicateKeys: DuplicateKeys = .rejected,
    limits: DecodingLimits = .standard
  ) throws(DocumentError) -> [YAMLDocument] {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(DocumentError) in
        let settings = YAMLReader.Settings(file: file, positions: positions, duplicateKeys: duplicateKeys, limits: limits)
        let reader = try YAMLReader(buffer, settings: settings)
        var documents: [YAMLDocument] = []
        while let document = try reader.document() {
          if !document.value.isNull { documents.append(document) }
        }
        return documents
      }
    }
    return try result.get()
  }

  /// Reads all documents of a stream, going on behind a document that cannot be read.
  ///
  /// After a syntax error reading goes on at the next line that begins with `---`, which nothing inside a document can be.
  public static func decodeStream(
    _ bytes: [UInt8], file: String = "", positions: Bool = false, duplicateKeys: DuplicateKeys = .rejected,
    limits: DecodingLimits = .standard
  ) -> YAMLStream {
    bytes.withUnsafeBufferPointer { buffer in
      var stream = YAMLStream(documents: [], errors: [])
      var start = 0
      var line = 0
      while true {
        let settings = YAMLReader.Settings(
          file: file, firstLine: line, positions: positions, duplicateKeys: duplicateKeys, limits: limits)
        let rest = UnsafeBufferPointer(rebasing: buffer[start...])
        var reader: YAMLReader?
        do throws(DocumentError) {
          let opened = try YAMLReader(rest, settings: settings)
          reader = opened
          while let document = try opened.document() {
            if !document.value.isNull { stream.documents.append(document) }
          }
          return stream
        } catch {
          stream.errors.append(error)
          guard let reader, let place = error.position,
            let next = nextDocument(in: buffer, from: start, line: line, behind: reader.documentLine, notBefore: place.line - 1)
          else { return stream }
          (start, line) = next
        }
      }
    }
  }

  /// The first line behind the broken document's own beginning, and not before its error, that begins a document: its offset,
  /// and its number counted from 0.
  private static func nextDocument(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, line: Int, behind: Int, notBefore: Int
  ) -> (Int, Int)? {
    var offset = start
    var line = line
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\n") {
        line += 1
        let next = offset + 1
        if line > behind, line >= notBefore, next + 3 <= bytes.count, bytes[next..<(next + 3)].allSatisfy({ $0 == UInt8(ascii: "-") }) {
          let isMarker = next + 3 == bytes.count || bytes[next + 3] <= UInt8(ascii: " ")
          if isMarker { return (next, line) }
        }
      }
      offset += 1
    }
    return nil
  }

  /// Reads the first document of a text; an empty text gives `null`.
  public static func decode(
    _ text: String, file: String = "", duplicateKeys: DuplicateKeys = .rejected, limits: DecodingLimits = .standard
  ) throws(DocumentError) -> Value {
    var text = text
    let result = text.withUTF8 { buffer in
      Result { () throws(DocumentError) in
        let settings = YAMLReader.Settings(file: file, positions: false, duplicateKeys: duplicateKeys, limits: limits)
        return try YAMLReader(buffer, settings: settings).document()?.value ?? .null
      }
    }
    return try result.get()
  }

  /// Writes a value as Go's `sigs.k8s.io/yaml.Marshal` does, with a line break at the end.
  ///
  /// Text that Go refuses (control characters beyond tab and line ends) is written escaped; see ``marshal(_:)``.
  public static func encode(_ value: Value) -> String {
    var writer = YAMLWriter()
    writer.document(value)
    return writer.text
  }

  /// As ``encode(_:)``, with the errors that Go's `Marshal` has: control characters from U+007F on, infinities and NaN.
  public static func marshal(_ value: Value) throws(DocumentError) -> String {
    try YAMLWriter.check(value)
    return encode(value)
  }

  /// Writes several documents with `---` between them.
  public static func encodeAll(_ values: [Value]) -> String {
    values.map(encode).joined(separator: "---\n")
  }
}

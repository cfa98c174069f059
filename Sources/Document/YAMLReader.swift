import CYAML

/// Reads YAML documents from libyaml's events straight into values.
///
/// Owns the C parser; every event is freed before the next one is asked for, and at the end.
final class YAMLReader {
  struct Settings {
    var file: String
    /// The number of lines of the file before the first byte.
    var firstLine = 0
    var positions: Bool
    var duplicateKeys: DuplicateKeys
    var limits: DecodingLimits
  }

  /// What an anchor stands for; a value that is still being read is not to be had.
  private struct Anchor {
    var value: Value?
    var nodes = 0
    var entry = 0
  }

  /// Under which name a node stands in its parent, for the map of positions.
  private struct Label {
    var kind: SourceMap.Kind
    var key = ""
    var mark: UInt64?
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let settings: Settings
  private let bytes: UnsafeBufferPointer<UInt8>
  private var keys = KeyCache()
  private var members = MemberStack()
  private var elements: [Value] = []
  private var anchors: [String: Anchor] = [:]
  private var map: SourceMap?
  private var depth = 0
  /// Values of this document so far, those that came from aliases included, and only those.
  private var nodes = 0
  private var aliased = 0

  /// Reads from `bytes`, which must stay where they are as long as the reader lives.
  init(_ bytes: UnsafeBufferPointer<UInt8>, settings: Settings) throws(DocumentError) {
    guard bytes.count <= settings.limits.maxBytes else {
      throw DocumentError(
        "the file has \(bytes.count) bytes, the limit is \(settings.limits.maxBytes)",
        at: SourcePosition(file: settings.file, line: 1, column: 1))
    }
    self.settings = settings
    self.bytes = bytes
    documentLine = settings.firstLine
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    event.initialize(to: yaml_event_t())
    guard yaml_parser_initialize(parser) != 0 else {
      parser.initialize(to: yaml_parser_t())
      throw DocumentError("no memory for a YAML parser")
    }
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_event_delete(event)
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  /// The line, counted from 0, on which the last document began, so that its own `---` is not taken for the next one's.
  private(set) var documentLine: Int

  /// The next document; nil at the end of the stream.
  func document() throws(DocumentError) -> YAMLDocument? {
    while true {
      try next()
      switch event.pointee.type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
      case YAML_DOCUMENT_START_EVENT:
        documentLine = settings.firstLine + Int(event.pointee.start_mark.line)
        return try content()
      default: continue
      }
    }
  }

  private func content() throws(DocumentError) -> YAMLDocument {
    anchors.removeAll(keepingCapacity: true)
    nodes = 0
    aliased = 0
    map = settings.positions ? SourceMap(file: settings.file) : nil
    try next()
    let line = settings.firstLine + Int(event.pointee.start_mark.line) + 1
    let value = try node(Label(kind: .element))
    try next()
    let positions = map
    map = nil
    return YAMLDocument(value: value, file: settings.file, line: line, positions: positions)
  }

  // MARK: Nodes

  /// The node that the current event begins, up to its last event.
  private func node(_ label: Label) throws(DocumentError) -> Value {
    nodes += 1
    guard nodes <= settings.limits.maxNodes else { throw tooManyNodes() }
    let entry = open(label)
    let value: Value
    switch event.pointee.type {
    case YAML_SCALAR_EVENT:
      value = try scalar()
      if let name = anchorName(event.pointee.data.scalar.anchor) { anchors[name] = Anchor(value: value, nodes: 1, entry: entry) }
    case YAML_SEQUENCE_START_EVENT:
      let name = anchorName(event.pointee.data.sequence_start.anchor)
      value = try anchored(name, entry: entry, sequence)
    case YAML_MAPPING_START_EVENT:
      let name = anchorName(event.pointee.data.mapping_start.anchor)
      value = try anchored(name, entry: entry, mapping)
    case YAML_ALIAS_EVENT: value = try alias(entry: entry)
    default: throw error("unexpected end of the document")
    }
    map?.close(entry)
    return value
  }

  private func anchored(_ name: String?, entry: Int, _ read: () throws(DocumentError) -> Value) throws(DocumentError) -> Value {
    depth += 1
    guard depth <= settings.limits.maxDepth else {
      throw error("lists and mappings are nested more than \(settings.limits.maxDepth) deep")
    }
    defer { depth -= 1 }
    guard let name else { return try read() }
    let before = nodes
    anchors[name] = Anchor()
    let value = try read()
    anchors[name] = Anchor(value: value, nodes: nodes - before + 1, entry: entry)
    return value
  }

  private func alias(entry: Int) throws(DocumentError) -> Value {
    let name = anchorName(event.pointee.data.alias.anchor) ?? ""
    guard let anchor = anchors[name] else { throw error("unknown anchor '\(name)' referenced") }
    guard let value = anchor.value else { throw error("anchor '\(name)' value contains itself") }
    nodes += anchor.nodes
    aliased += anchor.nodes
    guard nodes <= settings.limits.maxNodes else { throw tooManyNodes() }
    if aliased > 100, nodes > 1000, Double(aliased) > YAMLReader.allowedAliasShare(nodes) * Double(nodes) {
      throw error("document contains excessive aliasing")
    }
    map?.redirect(entry, to: anchor.entry)
    return value
  }

  /// How much of a document may come from aliases: nearly all of a small one, a tenth of a large one, as Go's yaml.v2 has it.
  private static func allowedAliasShare(_ nodes: Int) -> Double {
    let low = 400_000.0
    let high = 4_000_000.0
    let position = min(max((Double(nodes) - low) / (high - low), 0), 1)
    return 0.99 - 0.89 * position
  }

  private func sequence() throws(DocumentError) -> Value {
    let start = elements.count
    while true {
      try next()
      if event.pointee.type == YAML_SEQUENCE_END_EVENT { break }
      elements.append(try node(Label(kind: .element)))
    }
    let list = Array(elements[start...])
    elements.removeLast(list.count)
    return .array(list)
  }

  private func mapping() throws(DocumentError) -> Value {
    let start = members.count
    while true {
      try next()
      if event.pointee.type == YAML_MAPPING_END_EVENT { break }
      let mark = mark(event.pointee.start_mark)
      if isMergeKey() {
        try next()
        try merge(mark)
        continue
      }
      let key = try key()
      try next()
      let value = try node(Label(kind: .member, key: map == nil ? "" : key, mark: mark))
      members.append(Member(key: key, value: value), mark: mark)
    }
    let (object, duplicate) = members.take(from: start)
    if let duplicate, settings.duplicateKeys == .rejected {
      throw DocumentError("key \"\(duplicate.key)\" already set in map", at: position(duplicate.mark))
    }
    return .object(object)
  }

  // MARK: Keys

  /// The key that the current event is.
  private func key() throws(DocumentError) -> String {
    nodes += 1
    let mark = mark(event.pointee.start_mark)
    switch event.pointee.type {
    case YAML_SCALAR_EVENT:
      let text = text
      guard let key = try resolved().key(keys.string(text)) else { throw error("unsupported map key \(shown(text)): a key must be text") }
      if let name = anchorName(event.pointee.data.scalar.anchor) {
        anchors[name] = Anchor(value: .string(key), nodes: 1, entry: 0)
      }
      return key
    case YAML_ALIAS_EVENT:
      switch try alias(entry: 0, asKey: true) {
      case .string(let text): return text
      case .int(let number): return String(number)
      case .bool(let flag): return flag ? "true" : "false"
      case .double(let number): return FloatText.general(Float(number))
      default: throw DocumentError("unsupported map key: a key must be text", at: position(mark))
      }
    default: throw error("invalid map key: a list or mapping cannot be a key")
    }
  }

  /// An alias in the place of a key has no entry in the map of positions.
  private func alias(entry: Int, asKey: Bool) throws(DocumentError) -> Value {
    let kept = map
    map = nil
    defer { map = kept }
    return try alias(entry: entry)
  }

  private func isMergeKey() -> Bool {
    guard event.pointee.type == YAML_SCALAR_EVENT else { return false }
    let text = text
    guard text.count == 2, text[0] == UInt8(ascii: "<"), text[1] == UInt8(ascii: "<") else { return false }
    return event.pointee.data.scalar.plain_implicit != 0 || tag == "tag:yaml.org,2002:merge"
  }

  /// Puts the members of the current node among those of the mapping around it; a later key overrides, as in Go's yaml.v2.
  private func merge(_ mark: UInt64) throws(DocumentError) {
    let place = event.pointee.start_mark
    let isAlias = event.pointee.type == YAML_ALIAS_EVENT
    let value = try node(Label(kind: .merge, mark: mark))
    var sources: [Object] = []
    switch value {
    case .object(let object): sources = [object]
    case .array(let list) where !isAlias:
      // The first of several maps wins, so it comes last.
      for element in list.reversed() {
        guard case .object(let object) = element else { throw wantsMap(place) }
        sources.append(object)
      }
    default: throw wantsMap(place)
    }
    for source in sources {
      nodes += source.count
      guard nodes <= settings.limits.maxNodes else { throw tooManyNodes() }
      for member in source.members { members.append(member, mark: 0) }
    }
  }

  private func wantsMap(_ place: yaml_mark_t) -> DocumentError {
    DocumentError("map merge requires map or sequence of maps as the value", at: position(mark(place)))
  }

  // MARK: Scalars

  /// The text of the current scalar; good until the next event.
  private var text: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
  }

  private var tag: String? { event.pointee.data.scalar.tag.map { String(cString: $0) } }

  private func scalar() throws(DocumentError) -> Value {
    let text = text
    let resolved = try resolved()
    if resolved == .string, let tag, tag == "tag:yaml.org,2002:binary" {
      guard let bytes = Base64.decode(text) else { throw error("!!binary value contains invalid base64 data") }
      return .string(String(decoding: bytes, as: UTF8.self))
    }
    guard let value = resolved.value(String(decoding: text, as: UTF8.self)) else {
      throw error("\(shown(text)) has no counterpart in JSON: write a finite number or a quoted string")
    }
    return value
  }

  /// What the current scalar stands for, by its tag, its quotes and its text.
  private func resolved() throws(DocumentError) -> YAMLScalar {
    guard let tag else { return event.pointee.data.scalar.plain_implicit == 0 ? .string : YAMLScalar.resolve(text) }
    if tag == "!" { return YAMLScalar.resolve(text) }
    guard let type = YAMLTag(tag) else { return .string }
    guard let scalar = type.resolve(text) else { throw error("cannot decode \(shown(text)) as a !!\(type.rawValue)") }
    return scalar
  }

  private func shown(_ text: UnsafeBufferPointer<UInt8>) -> String {
    "`" + String(String(decoding: text.prefix(200), as: UTF8.self).prefix(40)) + "`"
  }

  // MARK: Events and places

  private func next() throws(DocumentError) {
    yaml_event_delete(event)
    guard yaml_parser_parse(parser, event) != 0 else { throw syntaxError() }
  }

  private func syntaxError() -> DocumentError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the text is no YAML"
    if state.error == YAML_MEMORY_ERROR { return DocumentError("no memory to read the document") }
    if state.error == YAML_READER_ERROR {
      // The C reader counts bytes here, and its mark lags behind.
      var place = TextPlace.position(of: Int(state.problem_offset), in: bytes, file: settings.file)
      place.line += settings.firstLine
      return DocumentError(problem, at: place)
    }
    let place = position(mark(state.problem_mark))
    let beginning = state.context == nil ? nil : position(mark(state.context_mark))
    return DocumentError(problem, at: place, beginning: beginning.flatMap { $0.line == place.line ? nil : $0 })
  }

  private func tooManyNodes() -> DocumentError { error("the document has more than \(settings.limits.maxNodes) values") }

  private func error(_ message: String) -> DocumentError { DocumentError(message, at: position(mark(event.pointee.start_mark))) }

  /// Line and column, both counted from 1, in one word.
  private func mark(_ mark: yaml_mark_t) -> UInt64 {
    UInt64(settings.firstLine + Int(mark.line) + 1) << 32 | UInt64(truncatingIfNeeded: mark.column + 1)
  }

  private func position(_ mark: UInt64) -> SourcePosition {
    SourcePosition(file: settings.file, line: Int(mark >> 32), column: Int(mark & 0xFFFF_FFFF))
  }

  private func open(_ label: Label) -> Int {
    guard map != nil else { return 0 }
    let mark = label.mark ?? mark(event.pointee.start_mark)
    let entry = SourceMap.Entry(
      line: UInt32(truncatingIfNeeded: mark >> 32), column: UInt32(truncatingIfNeeded: mark), kind: label.kind, key: label.key)
    return map?.open(entry) ?? 0
  }

  private func anchorName(_ name: UnsafeMutablePointer<yaml_char_t>?) -> String? { name.map { String(cString: $0) } }
}

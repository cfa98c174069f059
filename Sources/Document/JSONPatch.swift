/// JSON patch (RFC 6902) as the Kubernetes API server applies it (the evanphx/json-patch library): negative indices count from
/// the end, and a `test` for `null` holds for a member that is missing.
public enum JSONPatch {
  /// The most operations of one patch, as the API server has it.
  static let maxOperations = 10_000
  /// The most values that the `copy` operations of one patch may make, which could double the document with every step.
  static let maxCopiedNodes = 1_000_000

  /// The document with all operations applied in order; none is applied when one fails.
  public static func apply(_ operations: Value, to document: Value) throws(DocumentError) -> Value {
    guard case .array(let list) = operations else { throw DocumentError("a JSON patch is a list of operations") }
    guard list.count <= maxOperations else {
      throw DocumentError("the JSON patch has \(list.count) operations, the limit is \(maxOperations)")
    }
    var result = document
    var copied = 0
    for (number, fields) in list.enumerated() {
      do {
        try Operation(fields).apply(to: &result, copied: &copied)
      } catch {
        throw DocumentError("operation \(number + 1) of the JSON patch: \(error.message)")
      }
    }
    return result
  }

  private struct Operation {
    var name: String
    var path: JSONPointer
    var from: JSONPointer?
    var value: Value?

    init(_ fields: Value) throws(DocumentError) {
      guard case .object(let object) = fields else { throw DocumentError("an operation is an object") }
      guard let name = object["op"]?.stringValue else { throw DocumentError("\"op\" is missing") }
      guard let path = object["path"]?.stringValue else { throw DocumentError("\"path\" is missing") }
      self.name = name
      self.path = try JSONPointer(path)
      from = try object["from"]?.stringValue.map { (text) throws(DocumentError) in try JSONPointer(text) }
      value = object["value"]
    }

    func apply(to document: inout Value, copied: inout Int) throws(DocumentError) {
      switch name {
      case "add": try JSONPatch.add(try required(), at: path, in: &document)
      case "replace": try JSONPatch.replace(try required(), at: path, in: &document)
      case "remove": try JSONPatch.remove(path, in: &document)
      case "move":
        let source = try source()
        let moved = try JSONPatch.get(source, in: document)
        guard source.tokens != path.tokens else { return }
        guard !path.tokens.starts(with: source.tokens) else {
          throw DocumentError("\(source) cannot be moved into itself")
        }
        try JSONPatch.remove(source, in: &document)
        try JSONPatch.add(moved, at: path, in: &document)
      case "copy":
        let value = try JSONPatch.get(try source(), in: document)
        copied += JSONPatch.size(value)
        guard copied <= JSONPatch.maxCopiedNodes else {
          throw DocumentError("copies make more than \(JSONPatch.maxCopiedNodes) values")
        }
        try JSONPatch.add(value, at: path, in: &document)
      case "test":
        let found = try? JSONPatch.get(path, in: document)
        guard (found ?? .null) == (value ?? .null) else { throw DocumentError("testing value \(path) failed") }
      default: throw DocumentError("unexpected kind: \(name)")
      }
    }

    private func required() throws(DocumentError) -> Value {
      guard let value else { throw DocumentError("\"value\" is missing") }
      return value
    }

    private func source() throws(DocumentError) -> JSONPointer {
      guard let from else { throw DocumentError("\"from\" is missing") }
      return from
    }
  }

  // MARK: Steps

  private static func add(_ value: Value, at path: JSONPointer, in document: inout Value) throws(DocumentError) {
    try change(path, in: &document, whole: value) { (parent, token) throws(DocumentError) in
      switch parent {
      case .object(var object):
        parent = .null
        object[token] = .some(value)
        parent = .object(object)
      case .array(var list):
        let index = token == "-" ? list.count : try position(token, count: list.count, mayAppend: true)
        parent = .null
        list.insert(value, at: index)
        parent = .array(list)
      default: throw missing(path)
      }
    }
  }

  private static func replace(_ value: Value, at path: JSONPointer, in document: inout Value) throws(DocumentError) {
    _ = try get(path, in: document)
    try change(path, in: &document, whole: value) { (parent, token) throws(DocumentError) in
      switch parent {
      case .object(var object):
        parent = .null
        object[token] = .some(value)
        parent = .object(object)
      case .array(var list):
        let index = try position(token, count: list.count, mayAppend: false)
        parent = .null
        list[index] = value
        parent = .array(list)
      default: throw missing(path)
      }
    }
  }

  private static func remove(_ path: JSONPointer, in document: inout Value) throws(DocumentError) {
    guard !path.tokens.isEmpty else { throw DocumentError("the whole document cannot be removed") }
    try change(path, in: &document, whole: .null) { (parent, token) throws(DocumentError) in
      switch parent {
      case .object(var object):
        guard object[token] != nil else { throw DocumentError("unable to remove nonexistent key: \(path)") }
        parent = .null
        object[token] = Optional<Value>.none
        parent = .object(object)
      case .array(var list):
        let index = try position(token, count: list.count, mayAppend: false)
        parent = .null
        list.remove(at: index)
        parent = .array(list)
      default: throw missing(path)
      }
    }
  }

  private static func get(_ path: JSONPointer, in document: Value) throws(DocumentError) -> Value {
    var current = document
    for token in path.tokens {
      switch current {
      case .object(let object):
        guard let next = object[token] else { throw missing(path) }
        current = next
      case .array(let list): current = list[try position(token, count: list.count, mayAppend: false)]
      default: throw missing(path)
      }
    }
    return current
  }

  /// Hands the container of the last part to `body`; an empty path replaces the document by `whole`.
  private static func change(
    _ path: JSONPointer, in document: inout Value, whole: Value,
    _ body: (inout Value, String) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    guard !path.tokens.isEmpty else {
      document = whole
      return
    }
    try descend(path, 0, &document, body)
  }

  private static func descend(
    _ path: JSONPointer, _ depth: Int, _ value: inout Value, _ body: (inout Value, String) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    let token = path.tokens[depth]
    guard depth < path.tokens.count - 1 else { return try body(&value, token) }
    switch value {
    case .object(var object):
      guard var child = object[token] else { throw missing(path) }
      value = .null
      object[token] = .some(.null)
      try descend(path, depth + 1, &child, body)
      object[token] = .some(child)
      value = .object(object)
    case .array(var list):
      let index = try position(token, count: list.count, mayAppend: false)
      value = .null
      var child = list[index]
      list[index] = .null
      try descend(path, depth + 1, &child, body)
      list[index] = child
      value = .array(list)
    default: throw missing(path)
    }
  }

  /// The index that a part names; negative ones count from the end.
  private static func position(_ token: String, count: Int, mayAppend: Bool) throws(DocumentError) -> Int {
    let digits = token.hasPrefix("-") ? String(token.dropFirst()) : token
    guard let number = JSONPointer.index(digits) else { throw DocumentError("\"\(token)\" is no index of a list") }
    let limit = mayAppend ? count : count - 1
    let index = token.hasPrefix("-") ? limit + 1 - number : number
    guard index >= 0, index <= limit else { throw DocumentError("index \(token) is out of bounds of a list of \(count)") }
    return index
  }

  private static func missing(_ path: JSONPointer) -> DocumentError { DocumentError("path \(path) does not exist") }

  private static func size(_ value: Value) -> Int {
    switch value {
    case .array(let list): list.reduce(1) { $0 + size($1) }
    case .object(let object): object.reduce(1) { $0 + size($1.value) }
    default: 1
    }
  }
}

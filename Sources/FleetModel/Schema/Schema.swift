import Document

/// What a field holds, and how Go's JSON package would treat it.
public indirect enum FieldType: Sendable {
  /// Text; a template where it stands in an application template or a generator.
  case string
  /// `true` or `false`; never a template.
  case bool
  /// An integer; never a template.
  case integer
  /// An integer or text such as `25%`.
  case integerOrString
  /// Text under any key; keys and values are templates.
  case stringMap
  /// Truth values under any key.
  case boolMap
  /// Any JSON; all texts and keys in it are templates, numbers and truth values keep their type.
  case json
  /// Any JSON that nobody looks into.
  case opaque
  /// Fields of a schema.
  case object(SchemaReference)
  /// A list.
  case list(FieldType)
  /// Values of one type under any key.
  case map(FieldType)

  /// Fields of a schema; evaluated when needed, so that schemas may refer to each other.
  static func object(_ schema: @autoclosure @escaping @Sendable () -> ObjectSchema) -> FieldType {
    .object(SchemaReference(schema))
  }
}

/// Names a schema without holding it.
public struct SchemaReference: Sendable {
  private let resolve: @Sendable () -> ObjectSchema

  init(_ resolve: @escaping @Sendable () -> ObjectSchema) { self.resolve = resolve }

  /// The schema.
  public var schema: ObjectSchema { resolve() }
}

/// One field.
public struct FieldSchema: Sendable {
  /// When Go prints the field.
  public enum Presence: Sendable, Hashable {
    /// Always, with its zero value where nothing was given.
    case always
    /// Unless it has its zero value.
    case unlessEmpty
    /// Whenever it was given, also with its zero value (a pointer in Go).
    case whenGiven
  }

  /// What a strategic merge patch does with lists.
  public enum PatchStrategy: Sendable, Hashable {
    /// The patch's list replaces.
    case replace
    /// Elements of the patch are added that are not there.
    case mergePrimitives
    /// Elements are merged that have the same value under this key.
    case merge(key: String)
  }

  /// The name in documents.
  public let name: String
  /// What it holds.
  public let type: FieldType
  /// When Go prints it.
  public let presence: Presence
  /// What a strategic merge patch does.
  public let patch: PatchStrategy
  /// Whether it is Flotilla's own, which Argo CD's output does not have.
  public let isExtension: Bool

  init(_ name: String, _ type: FieldType, _ presence: Presence = .unlessEmpty, patch: PatchStrategy = .replace, isExtension: Bool = false) {
    self.name = name
    self.type = type
    self.presence = presence
    self.patch = patch
    self.isExtension = isExtension
  }
}

/// The fields of one kind of object, in the order of Argo CD's Go structs, which is the order in which it renders them.
public final class ObjectSchema: Sendable {
  /// The name of the Go struct, which stands in error messages.
  public let goName: String
  /// The fields.
  public let fields: [FieldSchema]
  /// Whether Go leaves the whole object out where it is empty (`omitzero`).
  public let isOmittedWhenEmpty: Bool
  private let positions: [String: Int]

  init(_ goName: String, omittedWhenEmpty: Bool = false, _ fields: [FieldSchema]) {
    self.goName = goName
    self.fields = fields
    isOmittedWhenEmpty = omittedWhenEmpty
    positions = Dictionary(fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// A field by its name.
  public subscript(name: String) -> FieldSchema? {
    guard let position = positions[name] else { return nil }
    return fields[position]
  }

  /// The place of a field in Go's order; the end for an unknown one.
  public func order(of name: String) -> Int { positions[name] ?? fields.count }

  /// The names of all fields.
  public var names: [String] { fields.map(\.name) }
}

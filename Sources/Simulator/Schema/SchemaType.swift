import Document

/// One type of the field schema that server-side apply, pruning and strategic patches walk along.
///
/// The terms are those of structured merge and diff: atomic things are owned whole, granular things by their parts.
struct SchemaType: Sendable {
  /// What JSON value a scalar takes.
  enum Scalar: UInt8, Sendable {
    case string
    case int32
    case int64
    case number
    case boolean
    case time
    case microTime
    case bytes
    case quantity
    case intOrString
  }

  /// How the elements of a list are told apart.
  enum ListKind: Sendable, Equatable {
    case atomic
    case set
    case map(keys: [String])
  }

  /// The shape of a value.
  enum Shape: Sendable {
    case scalar(Scalar)
    /// Anything; types are deduced from the value (maps granular, lists atomic).
    case any
    case list(element: Int, kind: ListKind)
    case map(element: Int, atomic: Bool)
    case object(fields: [Field], atomic: Bool, keepsUnknown: Bool)
  }

  /// A named field of an object.
  struct Field: Sendable {
    var name: String
    var type: Int
    /// Printed even when it has no value (no `omitempty`).
    var required = false
    /// The key by which a strategic patch merges the list; empty for a list of primitives that is merged.
    var mergeKey: String?
    var retainKeys = false
    /// The map or structure is owned whole although its type is granular.
    var atomic = false
  }

  /// The type's name as Go knows it; empty for an anonymous one.
  var name: String
  var shape: Shape
  /// What a custom resource's schema adds.
  var custom: CustomFacets?
}

/// Properties of a structural schema that built-in types do not have.
struct CustomFacets: Sendable {
  var defaultValue: Value?
  var nullable = false
  var embeddedResource = false
  /// The part of the schema that holds value checks, as written in the CRD.
  var checks: Value = .null
}

/// A type within its table.
struct Schema: Sendable {
  let table: SchemaTable
  let index: Int

  var type: SchemaType { table.types[index] }
  var shape: SchemaType.Shape { table.types[index].shape }

  func at(_ index: Int) -> Schema { Schema(table: table, index: index) }

  /// The schema of a field or map entry; nil where the type has none of this name.
  func child(_ key: String) -> Schema? {
    switch shape {
    case .object(let fields, _, _):
      guard let field = SchemaTable.find(key, in: fields) else { return nil }
      return at(field.type)
    case .map(let element, _): return at(element)
    default: return nil
    }
  }

  /// The field of an object.
  func field(_ key: String) -> SchemaType.Field? {
    guard case .object(let fields, _, _) = shape else { return nil }
    return SchemaTable.find(key, in: fields)
  }

  /// The schema of a list's elements.
  var element: Schema? {
    guard case .list(let element, _) = shape else { return nil }
    return at(element)
  }

  /// Whether the value is owned whole.
  var isAtomic: Bool {
    switch shape {
    case .list(_, let kind): kind == .atomic
    case .map(_, let atomic): atomic
    case .object(_, let atomic, _): atomic
    case .any, .scalar: false
    }
  }
}

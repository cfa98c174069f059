import Document

/// The keys of a field set: how a field, a list element or a value of a set is written.
enum PathElement {
  static func field(_ name: String) -> String { "f:" + name }

  static func value(_ value: Value) -> String { "v:" + JSON.string(value) }

  /// The element of an associative list; nil when the list has none of its keys.
  static func element(_ item: Value, kind: SchemaType.ListKind, schema: Schema) -> String? {
    switch kind {
    case .atomic: return nil
    case .set: return value(item)
    case .map(let keys):
      var members: [Member] = []
      for key in keys {
        if let value = item[key], !value.isNull {
          members.append(Member(key: key, value: value))
        } else if let value = keyDefault(key, element: schema) {
          members.append(Member(key: key, value: value))
        }
      }
      guard !members.isEmpty else { return nil }
      return "k:" + JSON.string(.object(Object(members)))
    }
  }

  /// The value of a key that was not written out: a port's protocol, or what the custom resource's schema says.
  static func keyDefault(_ key: String, element schema: Schema) -> Value? {
    guard let child = schema.child(key) else { return nil }
    if let custom = child.type.custom?.defaultValue { return custom }
    if key == "protocol" { return .string("TCP") }
    // A key that Go always prints has its zero value as default.
    guard child.type.custom == nil, schema.field(key)?.required == true, case .scalar(let scalar) = child.shape else { return nil }
    return scalar == .string ? .string("") : .int(0)
  }

  /// A key of a field set as conflict messages print it: `.name`, `[name="a"]`, `[="v"]`.
  static func text(_ key: String) -> String {
    let body = String(key.dropFirst(2))
    switch key.utf8.first {
    case UInt8(ascii: "f"): return "." + body
    case UInt8(ascii: "v"): return "[=\(body)]"
    case UInt8(ascii: "k"):
      guard let object = (try? JSON.decode(Array(body.utf8)))?.objectValue else { return "[\(body)]" }
      return "[" + object.map { "\($0.key)=\(JSON.string($0.value))" }.joined(separator: ",") + "]"
    default: return "[\(body)]"
    }
  }
}

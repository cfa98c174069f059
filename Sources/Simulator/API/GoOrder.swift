import Document

/// Objects as the server prints them inside messages: metadata in the order of its Go structure, all else by name.
enum GoOrder {
  private static let metadata = [
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
  ]
  private static let managedFields = ["manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource"]

  static func text(_ object: Value) -> String {
    guard case .object(let members) = object else { return JSON.string(object, escapeHTML: true) }
    let parts = members.map { member in
      "\(JSON.string(.string(member.key))):\(member.key == "metadata" ? metadataText(member.value) : JSON.string(member.value, escapeHTML: true))"
    }
    return "{\(parts.joined(separator: ","))}"
  }

  private static func metadataText(_ value: Value) -> String {
    ordered(value, metadata) { key, member in
      guard key == "managedFields", let entries = member.arrayValue else { return JSON.string(member, escapeHTML: true) }
      let texts = entries.map { ordered($0, managedFields) { JSON.string($1, escapeHTML: true) } }
      return "[\(texts.joined(separator: ","))]"
    }
  }

  private static func ordered(_ value: Value, _ keys: [String], _ print: (String, Value) -> String) -> String {
    let parts = keys.compactMap { key in value[key].map { "\"\(key)\":\(print(key, $0))" } }
    return "{\(parts.joined(separator: ","))}"
  }
}

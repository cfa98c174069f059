import Document

@testable import Syncing

/// The account of fields that the fake cluster keeps: `managedFields` as the real server keeps it, but for lists, which are one value here.
enum FakeAccount {
  /// The paths of all leaves of an account.
  static func leaves(_ tree: Value, _ path: [String] = []) -> Set<[String]> {
    guard case .object(let object) = tree, !object.isEmpty else { return path.isEmpty ? [] : [path] }
    var result: Set<[String]> = []
    for member in object.members where member.key.hasPrefix("f:") {
      result.formUnion(leaves(member.value, path + [String(member.key.dropFirst(2))]))
    }
    return result
  }

  /// The account of some leaves.
  static func tree(_ leaves: Set<[String]>) -> Value {
    var tree: Value = [:]
    for leaf in leaves { tree[leaf.map { "f:\($0)" }] = [:] }
    return tree
  }

  /// What a manager owns in a version.
  static func owned(_ object: Value, manager: String, operation: String? = nil) -> Set<[String]> {
    var result: Set<[String]> = []
    for entry in object[at: "metadata", "managedFields"]?.arrayValue ?? [] where entry["manager"]?.stringValue == manager {
      if operation == nil || entry["operation"]?.stringValue == operation { result.formUnion(leaves(entry["fieldsV1"] ?? [:])) }
    }
    return result
  }

  /// The managers of an object with what each owns, but for one manager's own applies.
  static func others(_ object: Value, than manager: String) -> [(manager: String, entry: Value, leaves: Set<[String]>)] {
    (object[at: "metadata", "managedFields"]?.arrayValue ?? []).compactMap { entry in
      guard let name = entry["manager"]?.stringValue, name != manager || entry["operation"]?.stringValue != "Apply" else { return nil }
      return (name, entry, leaves(entry["fieldsV1"] ?? [:]))
    }
  }

  /// The leaves of a manifest: all that an apply of it would own.
  static func content(_ manifest: Value) -> Set<[String]> {
    var content = manifest
    content["apiVersion"] = Value?.none
    content["kind"] = Value?.none
    for field in ["name", "namespace", "uid", "resourceVersion", "managedFields", "generation"] {
      content[at: "metadata", field] = Value?.none
    }
    if content["metadata"]?.objectValue?.isEmpty == true { content["metadata"] = Value?.none }
    return leaves(fields(content))
  }

  /// Server-side apply.
  static func apply(
    _ manifest: Value, to live: Value?, manager: String, force: Bool
  ) throws(SpokeError) -> Value {
    let wanted = content(manifest)
    let old = live.map { owned($0, manager: manager, operation: "Apply") } ?? []
    var result = live ?? manifest
    var entries: [Value] = []
    var holders: [SpokeError.Holder] = []
    for other in live.map({ others($0, than: manager) }) ?? [] {
      let conflicts = other.leaves.intersection(wanted).filter { live?[$0] != manifest[$0] }
      if conflicts.isEmpty || other.manager == manager {
        entries.append(other.entry)
        continue
      }
      holders += conflicts.map { "." + $0.joined(separator: ".") }.sorted().map { .init(manager: other.manager, field: $0) }
      var entry = other.entry
      entry["fieldsV1"] = tree(other.leaves.subtracting(conflicts))
      entries.append(entry)
    }
    if !holders.isEmpty, !force { throw SpokeError(.conflict, "Apply failed with conflicts", holders: holders) }
    let kept = entries.reduce(into: Set<[String]>()) { $0.formUnion(leaves($1["fieldsV1"] ?? [:])) }
    for leaf in old.subtracting(wanted).subtracting(kept) { result[leaf] = Value?.none }
    for leaf in wanted { result[leaf] = manifest[leaf] }
    entries.append([
      "manager": .string(manager), "operation": "Apply", "apiVersion": manifest["apiVersion"] ?? .null, "fieldsType": "FieldsV1",
      "fieldsV1": tree(wanted),
    ])
    result[at: "metadata", "managedFields"] = .array(entries)
    return result
  }
}

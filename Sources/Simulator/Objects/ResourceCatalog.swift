import Document

/// The kinds that a cluster serves: the built-in ones, shared by all clusters, and those of its own definitions.
struct ResourceCatalog: Sendable {
  private(set) var custom: [ResourceType] = []
  private var customByPath: [PathKey: ResourceType] = [:]

  private struct PathKey: Hashable {
    var group: String
    var version: String
    var plural: String
  }

  private static let builtIn: [ResourceType] = BuiltInKindText.text.split(separator: "\n").compactMap { line in
    let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 10 else { return nil }
    func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
    let kind = GroupVersionKind(group: parts[0], version: parts[1], kind: parts[2])
    return ResourceType(
      group: parts[0], version: parts[1], kind: parts[2], plural: parts[3], singular: parts[4], namespaced: parts[5] == "n",
      shortNames: list(parts[6]), categories: list(parts[7]), subresources: list(parts[8]),
      verbs: parts[9] == "*" ? ResourceType.usualVerbs : list(parts[9]),
      schema: SchemaTable.builtIn.schema(for: kind) ?? Schema(table: .untyped, index: 0))
  }

  private static let builtInByPath: [PathKey: ResourceType] = {
    var result: [PathKey: ResourceType] = [:]
    for type in builtIn { result[PathKey(group: type.group, version: type.version, plural: type.plural)] = type }
    return result
  }()

  private static let builtInByKind: [GroupKind: ResourceType] = {
    var result: [GroupKind: ResourceType] = [:]
    for type in builtIn where result[GroupKind(group: type.group, kind: type.kind)] == nil {
      result[GroupKind(group: type.group, kind: type.kind)] = type
    }
    return result
  }()

  /// All kinds in the order of discovery.
  var all: [ResourceType] { ResourceCatalog.builtIn + custom }

  func find(group: String, version: String, plural: String) -> ResourceType? {
    let key = PathKey(group: group, version: version, plural: plural)
    return ResourceCatalog.builtInByPath[key] ?? customByPath[key]
  }

  /// The first version of a kind.
  func find(group: String, kind: String) -> ResourceType? {
    ResourceCatalog.builtInByKind[GroupKind(group: group, kind: kind)] ?? custom.first { $0.group == group && $0.kind == kind }
  }

  private static let builtInByKey: [ResourceKey: ResourceType] = {
    var result: [ResourceKey: ResourceType] = [:]
    for type in builtIn where result[type.key] == nil { result[type.key] = type }
    return result
  }()

  /// The version in which the objects under a key are stored.
  func find(_ key: ResourceKey) -> ResourceType? {
    ResourceCatalog.builtInByKey[key] ?? custom.first { $0.key == key }
  }

  func serves(group: String) -> Bool { all.contains { $0.group == group } }

  func serves(group: String, version: String) -> Bool { all.contains { $0.group == group && $0.version == version } }

  /// Replaces what a definition brought.
  mutating func replace(definition: String, with types: [ResourceType]) {
    custom.removeAll { $0.custom?.definition == definition }
    custom += types
    customByPath = [:]
    for type in custom { customByPath[PathKey(group: type.group, version: type.version, plural: type.plural)] = type }
  }
}

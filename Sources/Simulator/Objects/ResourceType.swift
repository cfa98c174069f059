import Document

/// One kind in one version, as it is served under its plural.
struct ResourceType: Sendable {
  var group: String
  var version: String
  var kind: String
  var plural: String
  var singular: String
  var namespaced: Bool
  var shortNames: [String] = []
  var categories: [String] = []
  var subresources: [String] = []
  var verbs: [String] = ResourceType.usualVerbs
  /// The fields; an untyped schema where nothing is known.
  var schema: Schema
  /// Set for kinds that a CustomResourceDefinition brought.
  var custom: CustomResourceInfo?

  static let usualVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

  var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
  var hasStatus: Bool { subresources.contains("status") }
  var key: ResourceKey { ResourceKey(group: group, plural: plural) }
  var listKind: String { custom?.listKind ?? kind + "List" }
}

/// What the objects of a kind are stored under, whatever version they are served in.
struct ResourceKey: Sendable, Hashable {
  var group: String
  var plural: String
}

/// What a CustomResourceDefinition says about a version beyond its schema.
struct CustomResourceInfo: Sendable {
  var definition: String
  var listKind: String
  var columns: [PrinterColumn] = []
  var selectableFields: [String] = []
  var deprecationWarning: String?
  var scale: ScalePaths?
  /// Whether the schema has rules (`x-kubernetes-validations`) anywhere.
  var hasRules = false
  /// The definition is on its way out.
  var isTerminating = false

  /// A column of `kubectl get`.
  struct PrinterColumn: Sendable {
    var name: String
    var type: String
    var format: String
    var description: String
    var priority: Int64
    var path: String
  }

  /// Where the scale subresource finds its numbers.
  struct ScalePaths: Sendable {
    var spec: String
    var status: String
    var selector: String?
  }
}

import Document

extension SimulatedCluster {
  /// What a cluster holds before anybody writes to it.
  mutating func seedContents() {
    let manager = Writer(manager: "kube-apiserver", subresource: "")
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
      _ = try? createObject(
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]],
        resourceOf("", "namespaces"), namespace: "", writer: manager)
    }
    if settings.makesPods { seedNode() }
    _ = try? createObject(
      [
        "apiVersion": "v1", "kind": "Service",
        "metadata": ["name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"]],
        "spec": ["clusterIP": "10.96.0.1", "ports": [["name": "https", "port": 443, "targetPort": 6443]]],
      ], resourceOf("", "services"), namespace: "default", writer: manager)
  }

  /// A built-in or custom kind that is known to be served.
  func resourceOf(_ group: String, _ plural: String) -> ResourceType {
    catalog.find(ResourceKey(group: group, plural: plural))
      ?? ResourceType(
        group: group, version: "v1", kind: "", plural: plural, singular: "", namespaced: true, schema: Schema(table: .untyped, index: 0))
  }
}

/// Who writes, and through which subresource.
struct Writer: Sendable {
  var manager: String
  var subresource: String
  var dryRun = false
}

/// An object by its storage place.
struct ObjectReference: Sendable, Hashable {
  var resource: ResourceKey
  var namespace: String
  var name: String
}

import Document
import FleetModel

extension PlannedApplication {
  /// The form in which the hub hands its state to `flotilla plan`.
  public var value: Value {
    let rows = objects.sorted { $0.key < $1.key }.map { identity, digest -> Value in
      [
        "group": .string(identity.group), "kind": .string(identity.kind), "namespace": .string(identity.namespace),
        "name": .string(identity.name), "digest": .string(digest),
      ]
    }
    return [
      "id": .string(id.rawValue), "name": .string(name), "cluster": .string(cluster), "revision": .string(revision),
      "definition": .string(definitionDigest), "cascades": .bool(cascades), "objects": .array(rows),
    ]
  }

  /// Reads what ``value`` wrote; nil for anything else.
  public init?(_ value: Value) {
    guard let id = value["id"]?.stringValue, let name = value["name"]?.stringValue, let rows = value["objects"]?.arrayValue else {
      return nil
    }
    var objects: [ObjectIdentity: String] = [:]
    for row in rows {
      guard let kind = row["kind"]?.stringValue, let name = row["name"]?.stringValue, let digest = row["digest"]?.stringValue else {
        return nil
      }
      let identity = ObjectIdentity(
        group: row["group"]?.stringValue ?? "", kind: kind, namespace: row["namespace"]?.stringValue ?? "", name: name)
      objects[identity] = digest
    }
    self.init(
      id: InstanceID(rawValue: id), name: name, cluster: value["cluster"]?.stringValue ?? "",
      revision: value["revision"]?.stringValue ?? "", definitionDigest: value["definition"]?.stringValue ?? "", objects: objects,
      cascades: value["cascades"]?.boolValue ?? true)
  }
}

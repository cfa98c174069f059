import Document
import FleetModel

@testable import Syncing

/// Reads YAML in a test; text that cannot be read is null.
func yaml(_ text: String) -> Value { (try? YAML.decode(text)) ?? .null }

/// An application by its name.
func owner(_ name: String) -> Owner { Owner(id: InstanceID(namespace: "argocd", application: name), name: name) }

func configMap(_ name: String, _ data: [String: String] = [:], annotations: [String: String] = [:], namespace: String? = nil) -> Value {
  var metadata: Value = ["name": .string(name)]
  if let namespace { metadata["namespace"] = .string(namespace) }
  if !annotations.isEmpty {
    metadata["annotations"] = .object(Object(annotations.map { Member(key: $0.key, value: .string($0.value)) }))
  }
  return [
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
    "data": .object(Object(data.map { Member(key: $0.key, value: .string($0.value)) })),
  ]
}

func deployment(_ name: String, image: String = "web:1", replicas: Int64 = 1, annotations: [String: String] = [:]) -> Value {
  [
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": [
      "name": .string(name), "annotations": .object(Object(annotations.map { Member(key: $0.key, value: .string($0.value)) })),
    ],
    "spec": [
      "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
      "template": [
        "metadata": ["labels": ["app": .string(name)]],
        "spec": ["containers": [["name": "web", "image": .string(image), "resources": ["limits": ["cpu": "1000m"]]]]],
      ],
    ],
  ]
}

func identity(_ text: String) -> ObjectIdentity {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  return ObjectIdentity(group: parts[0], kind: parts[1], namespace: parts[2], name: parts[3])
}

func set(_ name: String = "shop", _ manifests: [Value], revision: String = "r1", options: [String] = [], namespace: String = "web")
  -> DesiredSet
{
  DesiredSet(owner: owner(name), revision: revision, manifests: manifests, namespace: namespace, options: SyncOptions(options))
}

/// A live object as the server would answer an apply of a wanted object: with uid, version and an account of our fields.
func live(_ object: DesiredObject, version: Int, uid: String = "u1", status: Value? = nil) -> Value {
  var value = object.manifest
  value[at: "metadata", "uid"] = .string(uid)
  value[at: "metadata", "resourceVersion"] = .string(String(version))
  value[at: "metadata", "generation"] = 1
  var content = object.manifest
  content["apiVersion"] = nil
  content["kind"] = nil
  content[at: "metadata", "name"] = nil
  content[at: "metadata", "namespace"] = nil
  value[at: "metadata", "managedFields"] = [
    [
      "manager": "flotilla", "operation": "Apply", "apiVersion": .string(object.type.apiVersion), "fieldsType": "FieldsV1",
      "fieldsV1": fields(content),
    ]
  ]
  if let status { value["status"] = status }
  return value
}

/// The account of a tree, lists being one value.
func fields(_ value: Value) -> Value {
  guard case .object(let object) = value else { return .object(Object()) }
  return .object(Object(object.members.map { Member(key: "f:\($0.key)", value: fields($0.value)) }))
}

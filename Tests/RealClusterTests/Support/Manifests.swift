import Document
import Foundation

/// Manifests from the files beside the tests, and from text.
enum Manifests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Manifests").path

  /// The documents of a file; `UNIQUE` becomes a name of the test's own.
  static func file(_ name: String, unique: String) throws -> [Value] {
    try text(try String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8).replacing("UNIQUE", with: unique))
  }

  /// The documents of a text.
  static func text(_ text: String) throws -> [Value] { try YAML.decodeAll(Array(text.utf8)).map(\.value) }
}

/// Manifests that many tests use.
enum Make {
  static func configMap(_ name: String, _ value: String = "1", wave: Int? = nil, options: String? = nil) -> Value {
    var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["key": .string(value)]]
    if let wave { object[at: "metadata", "annotations", "argocd.argoproj.io/sync-wave"] = .string(String(wave)) }
    if let options { object[at: "metadata", "annotations", "argocd.argoproj.io/sync-options"] = .string(options) }
    return object
  }

  static func deployment(_ name: String, image: String = "web:1", replicas: Int64? = 1, wave: Int? = nil) -> Value {
    var object: Value = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
      "spec": [
        "selector": ["matchLabels": ["app": .string(name)]],
        "template": [
          "metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [["name": "main", "image": .string(image)]]],
        ],
      ],
    ]
    if let replicas { object[at: "spec", "replicas"] = .int(replicas) }
    if let wave { object[at: "metadata", "annotations", "argocd.argoproj.io/sync-wave"] = .string(String(wave)) }
    return object
  }

  /// A Job that is a hook; one whose image is `bad` fails.
  static func hook(_ name: String, _ phase: String, policy: String? = nil, image: String = "good", wave: Int? = nil) -> Value {
    var annotations: Value = ["argocd.argoproj.io/hook": .string(phase)]
    if let policy { annotations["argocd.argoproj.io/hook-delete-policy"] = .string(policy) }
    if let wave { annotations["argocd.argoproj.io/sync-wave"] = .string(String(wave)) }
    var metadata: Value = ["annotations": annotations]
    if name.hasSuffix("-") { metadata["generateName"] = .string(name) } else { metadata["name"] = .string(name) }
    return [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
      "spec": [
        "backoffLimit": 0,
        "template": ["spec": ["restartPolicy": "Never", "containers": [["name": "main", "image": .string(image)]]]],
      ],
    ]
  }

  /// A definition of a namespaced kind with any content.
  static func definition(group: String, kind: String, plural: String) -> Value {
    [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": .string("\(plural).\(group)")],
      "spec": [
        "group": .string(group), "scope": "Namespaced", "names": ["kind": .string(kind), "plural": .string(plural)],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true,
            "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
          ]
        ],
      ],
    ]
  }
}

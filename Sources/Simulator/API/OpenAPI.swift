import Document

extension SimulatedCluster {
  /// As much of the schema documents as `kubectl apply`, `diff` and `explain` ask for: kinds, fields and types, no descriptions.
  func openAPI(_ request: APIRequest, _ parts: [String]) -> APIResponse {
    switch parts.first {
    case "v2":
      if (request.headers["accept"] ?? "").hasPrefix("application/com.github.proto-openapi") {
        return APIResponse(status: 406, contentType: "text/plain; charset=utf-8", body: [])
      }
      return respond(
        [
          "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.36.0"], "paths": [:],
          "definitions": definitions(nil, prefix: "#/definitions/"),
        ],
        request)
    case "v3" where parts.count == 1:
      var paths = Object()
      for type in catalog.all {
        let path = type.group.isEmpty ? "api/\(type.version)" : "apis/\(type.group)/\(type.version)"
        paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(catalog.custom.count)")]
      }
      return respond(["paths": .object(paths)], request)
    case "v3":
      let isCore = parts.count == 3
      let group = isCore ? "" : parts.count > 2 ? parts[2] : ""
      let version = parts.last ?? ""
      guard catalog.serves(group: group, version: version) else { return SimulatedCluster.pageNotFound }
      return respond(
        [
          "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.36.0"], "paths": .object(paths(group, version)),
          "components": ["schemas": definitions((group, version), prefix: "#/components/schemas/")],
        ], request)
    default: return SimulatedCluster.pageNotFound
    }
  }

  private func paths(_ group: String, _ version: String) -> Object {
    var result = Object()
    for type in catalog.all where type.group == group && type.version == version {
      let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
      let place = type.namespaced ? "\(root)/namespaces/{namespace}/\(type.plural)" : "\(root)/\(type.plural)"
      let kind: Value = ["group": .string(group), "version": .string(version), "kind": .string(type.kind)]
      let parameters: Value = [
        ["name": "dryRun", "in": "query", "schema": ["type": "string"]],
        ["name": "fieldManager", "in": "query", "schema": ["type": "string"]],
        ["name": "fieldValidation", "in": "query", "schema": ["type": "string"]],
      ]
      result[place] = ["post": ["x-kubernetes-action": "post", "x-kubernetes-group-version-kind": kind, "parameters": parameters]]
      result[place + "/{name}"] = [
        "patch": ["x-kubernetes-action": "patch", "x-kubernetes-group-version-kind": kind, "parameters": parameters]
      ]
    }
    return result
  }

  private func definitions(_ only: (String, String)?, prefix: String) -> Value {
    var result = Object()
    var pending: [Schema] = []
    var seen: Set<String> = []
    for type in catalog.all where only.map({ $0 == (type.group, type.version) }) ?? true {
      let name = OpenAPIName.of(type)
      guard seen.insert(name).inserted else { continue }
      var document = OpenAPIName.document(type.schema, prefix: prefix, pending: &pending)
      document["x-kubernetes-group-version-kind"] = [
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
      ]
      result[name] = document
    }
    while let schema = pending.popLast() {
      let name = OpenAPIName.of(schema)
      guard seen.insert(name).inserted else { continue }
      result[name] = OpenAPIName.document(schema, prefix: prefix, pending: &pending)
    }
    return .object(result)
  }
}

/// Names and bodies of schema definitions.
enum OpenAPIName {
  static func of(_ type: ResourceType) -> String {
    let group = type.group.isEmpty ? "core" : type.group
    return "io.k8s.api.\(group).\(type.version).\(type.kind)"
  }

  /// The first type of a name has it alone; others of the name in other groups carry a number.
  static func of(_ schema: Schema) -> String {
    let name = schema.type.name
    let isFirst = schema.table !== SchemaTable.builtIn || firstTypes[name] == schema.index
    return "io.k8s.types.\(name)\(isFirst ? "" : String(schema.index))"
  }

  private static let firstTypes: [String: Int] = {
    var result: [String: Int] = [:]
    for (index, type) in SchemaTable.builtIn.types.enumerated() where result[type.name] == nil { result[type.name] = index }
    return result
  }()

  static func document(_ schema: Schema, prefix: String, pending: inout [Schema]) -> Value {
    switch schema.shape {
    case .any: return ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    case .scalar(let scalar): return scalarDocument(scalar)
    case .list(let element, let kind):
      var document: Object = ["type": "array", "items": reference(schema.at(element), prefix: prefix, pending: &pending)]
      switch kind {
      case .atomic: document["x-kubernetes-list-type"] = "atomic"
      case .set: document["x-kubernetes-list-type"] = "set"
      case .map(let keys):
        document["x-kubernetes-list-type"] = "map"
        document["x-kubernetes-list-map-keys"] = .array(keys.map { .string($0) })
      }
      return .object(document)
    case .map(let element, _):
      return ["type": "object", "additionalProperties": reference(schema.at(element), prefix: prefix, pending: &pending)]
    case .object(let fields, _, let keepsUnknown):
      var properties = Object()
      for field in fields {
        var property = reference(schema.at(field.type), prefix: prefix, pending: &pending)
        if let key = field.mergeKey {
          property["x-kubernetes-patch-strategy"] = "merge"
          if !key.isEmpty { property["x-kubernetes-patch-merge-key"] = .string(key) }
        }
        properties[field.name] = property
      }
      var document: Object = ["type": "object", "properties": .object(properties)]
      if keepsUnknown { document["x-kubernetes-preserve-unknown-fields"] = true }
      return .object(document)
    }
  }

  private static func reference(_ schema: Schema, prefix: String, pending: inout [Schema]) -> Value {
    guard case .object = schema.shape, !schema.type.name.isEmpty else { return document(schema, prefix: prefix, pending: &pending) }
    pending.append(schema)
    return ["$ref": .string(prefix + of(schema))]
  }

  private static func scalarDocument(_ scalar: SchemaType.Scalar) -> Value {
    switch scalar {
    case .string, .quantity: ["type": "string"]
    case .int32: ["type": "integer", "format": "int32"]
    case .int64: ["type": "integer", "format": "int64"]
    case .number: ["type": "number"]
    case .boolean: ["type": "boolean"]
    case .time, .microTime: ["type": "string", "format": "date-time"]
    case .bytes: ["type": "string", "format": "byte"]
    case .intOrString: ["type": "string", "format": "int-or-string"]
    }
  }
}

import Document

extension SimulatedCluster {
  mutating func patch(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    var accepted = [
      "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
      "application/apply-patch+yaml",
      "application/apply-patch+cbor",
    ]
    if resource.custom != nil { accepted.removeAll { $0.contains("strategic") || $0.contains("cbor") } }
    guard accepted.contains(request.mediaType) else {
      if !request.mediaType.contains("-patch+") || request.mediaType.hasPrefix("application/apply-patch") {
        throw APIFailure(415, "UnsupportedMediaType", "415: Unsupported Media Type", details: [:])
      }
      throw APIFailure.unsupportedMediaType(accepted)
    }
    let options = try WriteOptions(request, kind: "PatchOptions")
    if target.subresource == "scale" { return try writeScale(request, target, options) }
    guard let stored = store.get(resource.key, target.namespace, target.name) else { throw APIFailure.notFound(resource, target.name) }
    let old = read(stored, resource)
    let patched = try patched(old, request, resource.schema, isCustom: resource.custom != nil, resource: resource, name: target.name)
    let body = try convert(
      patched, resource, validation: options.validation,
      failure: { message in
        if request.mediaType == "application/strategic-merge-patch+json", let type = message.split(separator: " of type ").last,
          message.hasPrefix("json: cannot unmarshal"), let patch = try? JSON.decode(request.body)
        {
          return SimulatedCluster.patchFailure(quoting: GoFormat.text(patch), "unrecognized type: \(type)")
        }
        return SimulatedCluster.patchFailure(quoting: GoOrder.text(patched), message)
      })
    var object = body.object
    try checkIdentity(object, target)
    try checkPreconditions(object, stored, resource)
    try checkNamespace(&object, resource, target.namespace)
    let result = try updateObject(object, old: old, resource, writer: options.writer(request, subresource: target.subresource))
    return respond(object: result, resource, request, warnings: body.warnings)
  }

  /// A patch whose result does not fit the type: the text quotes the whole object.
  static func patchFailure(quoting text: String, _ message: String) -> APIFailure {
    APIFailure.invalid(
      group: "", kind: "", name: "",
      [FieldError(field: "patch", reason: "FieldValueInvalid", message: "Invalid value: \(JSON.string(.string(text))): \(message)")])
  }

  func checkIdentity(_ object: Value, _ target: Target) throws(APIFailure) {
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    if name != target.name {
      throw APIFailure.badRequest("the name of the object (\(name)) does not match the name on the URL (\(target.name))")
    }
  }

  /// The object with a merge, JSON or strategic patch over it.
  func patched(
    _ old: Value, _ request: APIRequest, _ schema: Schema, isCustom: Bool, resource: ResourceType, name: String
  ) throws(APIFailure) -> Value {
    let patch: Value
    do {
      patch = try JSON.decode(request.body)
    } catch {
      let isStrategic = request.mediaType == "application/strategic-merge-patch+json"
      throw APIFailure.badRequest("\(isStrategic ? "" : "error decoding patch: ")\(error.message)")
    }
    switch request.mediaType {
    case "application/json-patch+json":
      guard case .array = patch else {
        throw APIFailure.badRequest(
          "error decoding patch: json: cannot unmarshal \(patch.kindName) into Go value of type []handlers.jsonPatchOp")
      }
      do throws(JSONPatchFailure) {
        return try JSONOperations.apply(patch.arrayValue ?? [], to: old)
      } catch {
        throw APIFailure(422, "Invalid", "the server rejected our request due to an error in our request", details: [:])
      }
    case "application/merge-patch+json":
      guard case .object = patch else {
        throw APIFailure.badRequest(
          "error decoding patch: json: cannot unmarshal \(patch.kindName) into Go value of type map[string]interface {}")
      }
      return MergePatch.apply(patch, to: old)
    default:
      guard case .object = patch else {
        throw APIFailure.badRequest(
          "error decoding patch: json: cannot unmarshal \(patch.kindName) into Go value of type map[string]interface {}")
      }
      do throws(StrategicFailure) {
        return try StrategicPatch.apply(patch, to: old, schema)
      } catch {
        throw APIFailure.internalError(error.message)
      }
    }
  }
}

/// A JSON patch that does not apply.
struct JSONPatchFailure: Error {}

/// JSON patch as the API server applies it: like RFC 6902, but `replace` also adds.
enum JSONOperations {
  static func apply(_ operations: [Value], to value: Value) throws(JSONPatchFailure) -> Value {
    var result = value
    for operation in operations {
      guard let name = operation["op"]?.stringValue, let path = operation["path"]?.stringValue else { throw JSONPatchFailure() }
      let pointer = try tokens(path)
      switch name {
      case "add": result = try set(result, pointer[...], operation["value"] ?? .null, adding: true)
      case "replace": result = try set(result, pointer[...], operation["value"] ?? .null, adding: false)
      case "remove": result = try remove(result, pointer[...])
      case "test":
        guard try get(result, pointer[...]) == operation["value"] ?? .null else { throw JSONPatchFailure() }
      case "copy", "move":
        guard let from = operation["from"]?.stringValue else { throw JSONPatchFailure() }
        let source = try tokens(from)
        let moved = try get(result, source[...])
        if name == "move" { result = try remove(result, source[...]) }
        result = try set(result, pointer[...], moved, adding: true)
      default: throw JSONPatchFailure()
      }
    }
    return result
  }

  private static func tokens(_ pointer: String) throws(JSONPatchFailure) -> [String] {
    if pointer.isEmpty { return [] }
    guard pointer.first == "/" else { throw JSONPatchFailure() }
    return pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { unescape(String($0)) }
  }

  private static func unescape(_ token: String) -> String {
    guard token.contains("~") else { return token }
    var result = ""
    var rest = Substring(token)
    while let letter = rest.popFirst() {
      if letter == "~", let code = rest.first, code == "0" || code == "1" {
        rest.removeFirst()
        result.append(code == "0" ? "~" : "/")
      } else {
        result.append(letter)
      }
    }
    return result
  }

  private static func get(_ value: Value, _ path: ArraySlice<String>) throws(JSONPatchFailure) -> Value {
    guard let first = path.first else { return value }
    switch value {
    case .object(let object):
      guard let child = object[first] else {
        if path.count == 1 { return .null }
        throw JSONPatchFailure()
      }
      return try get(child, path.dropFirst())
    case .array(let items):
      guard let index = Int(first), items.indices.contains(index) else { throw JSONPatchFailure() }
      return try get(items[index], path.dropFirst())
    default: throw JSONPatchFailure()
    }
  }

  private static func set(_ value: Value, _ path: ArraySlice<String>, _ new: Value, adding: Bool) throws(JSONPatchFailure) -> Value {
    guard let first = path.first else { return new }
    let rest = path.dropFirst()
    switch value {
    case .object(var object):
      if rest.isEmpty {
        object[first] = new
      } else {
        guard let child = object[first] else { throw JSONPatchFailure() }
        object[first] = try set(child, rest, new, adding: adding)
      }
      return .object(object)
    case .array(var items):
      if rest.isEmpty, adding {
        let index = first == "-" ? items.count : Int(first) ?? -1
        guard index >= 0, index <= items.count else { throw JSONPatchFailure() }
        items.insert(new, at: index)
      } else {
        guard let index = Int(first), items.indices.contains(index) else { throw JSONPatchFailure() }
        items[index] = try set(items[index], rest, new, adding: adding)
      }
      return .array(items)
    default: throw JSONPatchFailure()
    }
  }

  private static func remove(_ value: Value, _ path: ArraySlice<String>) throws(JSONPatchFailure) -> Value {
    guard let first = path.first else { return .null }
    let rest = path.dropFirst()
    switch value {
    case .object(var object):
      guard let child = object[first] else { throw JSONPatchFailure() }
      // Not a conditional expression: there `nil` would be the JSON null.
      if rest.isEmpty { object[first] = nil } else { object[first] = try remove(child, rest) }
      return .object(object)
    case .array(var items):
      guard let index = Int(first), items.indices.contains(index) else { throw JSONPatchFailure() }
      if rest.isEmpty { items.remove(at: index) } else { items[index] = try remove(items[index], rest) }
      return .array(items)
    default: throw JSONPatchFailure()
    }
  }
}

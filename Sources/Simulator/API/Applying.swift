import Document

extension SimulatedCluster {
  /// Server-side apply.
  mutating func apply(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    let resource = target.resource
    let options = try WriteOptions(request, kind: "PatchOptions")
    if target.subresource == "scale" { return try writeScale(request, target, options) }
    let (applied, warnings) = try parseApplied(request, options)
    let sent = (applied["apiVersion"]?.stringValue ?? "", applied["kind"]?.stringValue ?? "")
    guard sent.0 == resource.apiVersion, sent.1 == resource.kind else {
      let group = sent.0.contains("/") ? sent.0 : "/\(sent.0)"
      throw APIFailure.badRequest("invalid object type: \(group), Kind=\(sent.1)")
    }
    if let fields = applied[at: "metadata", "managedFields"], !fields.isNull {
      throw APIFailure.badRequest("metadata.managedFields must be nil")
    }
    let stored = store.get(resource.key, target.namespace, target.name)
    try checkTypes(applied, resource)
    if stored == nil, !target.subresource.isEmpty { throw APIFailure.notFound(resource, target.name) }
    let named = try identified(applied, target)
    let old = stored.map { read($0, resource) }
    let writer = options.writer(request, subresource: target.subresource)
    let manager = fieldManager(resource, subresource: target.subresource)
    let merged = try mergeApplied(named, old: old, manager, writer: writer, force: options.force ?? false)
    if let version = named[at: "metadata", "resourceVersion"]?.stringValue, let stored, version != String(stored.resourceVersion) {
      throw APIFailure.modified(resource, stored.name)
    }
    let object = try convert(
      merged, resource, validation: .ignore,
      failure: { message in
        let group = resource.group.isEmpty ? "/\(resource.version)" : resource.apiVersion
        let type = "\(group), Kind=\(resource.kind)"
        let place = "\(applied[at: "metadata", "namespace"]?.stringValue ?? "")/\(applied[at: "metadata", "name"]?.stringValue ?? "")"
        return APIFailure.internalError(
          "failed to convert new object (\(place); \(type)) to proper version: unable to convert unstructured object to \(type): error decoding from json: \(message)"
        )
      }
    ).object
    if let uid = named[at: "metadata", "uid"]?.stringValue, uid != stored?.uid {
      let error = FieldError.invalid("metadata.uid", .string(uid), "field is immutable")
      throw APIFailure.invalid(resource, target.name, [error, error])
    }
    guard let old else {
      let created = try createObject(object, resource, namespace: target.namespace, writer: writer, applied: true)
      return respond(object: created, resource, status: 201, request, warnings: warnings)
    }
    let result = try updateObject(object, old: old, resource, writer: writer, applied: true)
    return respond(object: result, resource, request, warnings: warnings)
  }

  func parseApplied(_ request: APIRequest, _ options: WriteOptions) throws(APIFailure) -> (Value, warnings: [String]) {
    let text = String(decoding: request.body, as: UTF8.self)
    var warnings: [String] = []
    let value: Value
    do {
      // JSON is YAML, but its own reader is many times faster.
      if let first = request.body.first, first == UInt8(ascii: "{"), let json = try? JSON.decode(request.body) {
        value = json
      } else {
        value = try YAML.decode(text, duplicateKeys: .lastWins)
      }
    } catch {
      // Go's reader counts lines from zero where the parser, not the scanner, stumbles.
      let isParser = error.message.hasPrefix("did not find expected")
      let place = error.position.map { "line \(isParser ? max(1, $0.line - 1) : $0.line): " } ?? ""
      throw APIFailure.badRequest("error decoding YAML: error converting YAML to JSON: yaml: \(place)\(error.message)")
    }
    // Reading the text again as YAML is slow, so JSON is looked through first.
    let mayRepeat = request.body.first != UInt8(ascii: "{") || !DuplicateFields.find(request.body).isEmpty
    if options.validation != .ignore, mayRepeat, let duplicate = duplicateKey(text) {
      if options.validation == .strict {
        throw APIFailure.badRequest("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  \(duplicate)")
      }
      warnings.append(duplicate)
    }
    switch value {
    case .object: return (value, warnings)
    case .null: return (.object(Object()), warnings)
    default:
      throw APIFailure.badRequest(
        "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(value.kindName) into Go value of type map[string]interface {}"
      )
    }
  }

  /// The text about the first key that stands twice.
  private func duplicateKey(_ text: String) -> String? {
    guard !text.isEmpty else { return nil }
    do {
      _ = try YAML.decode(text)
      return nil
    } catch {
      guard error.message.contains("already") || error.message.contains("twice") || error.message.contains("duplicate") else { return nil }
      let key = error.message.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
      return "line \(error.position?.line ?? 1): key \"\(key)\" already set in map"
    }
  }

  func checkTypes(_ applied: Value, _ resource: ResourceType) throws(APIFailure) {
    let errors = TypedValidation.errors(applied, resource.schema)
    guard !errors.isEmpty else { return }
    let namespace = applied[at: "metadata", "namespace"]?.stringValue ?? ""
    let name = applied[at: "metadata", "name"]?.stringValue ?? ""
    let group = resource.group.isEmpty ? "/\(resource.version)" : resource.apiVersion
    let text = errors.count == 1 ? errors[0] : "errors:\n" + errors.map { "  \($0)" }.joined(separator: "\n")
    throw APIFailure.internalError("failed to create typed patch object (\(namespace)/\(name); \(group), Kind=\(resource.kind)): \(text)")
  }

  /// The applied document with the name and namespace of the path.
  func identified(_ applied: Value, _ target: Target) throws(APIFailure) -> Value {
    var object = applied
    if applied["metadata"]?.objectValue == nil { object["metadata"] = .object(Object()) }
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    if !name.isEmpty, name != target.name {
      throw APIFailure.badRequest("the name of the object (\(name)) does not match the name on the URL (\(target.name))")
    }
    object[at: "metadata", "name"] = .string(target.name)
    try checkNamespace(&object, target.resource, target.namespace)
    return object
  }

  func mergeApplied(
    _ applied: Value, old: Value?, _ manager: FieldManager, writer: Writer, force: Bool
  ) throws(APIFailure) -> Value {
    var document = applied
    Defaults.edit(&document, "metadata") { metadata in
      for key in ["creationTimestamp", "generation", "selfLink", "managedFields", "resourceVersion", "uid"] { metadata[key] = nil }
    }
    switch manager.apply(live: old, applied: document, manager: writer.manager, force: force) {
    case .object(let merged): return LastApplied.updated(merged, applied: applied, old: old, manager: writer.manager)
    case .conflicts(let conflicts):
      guard writer.manager == "kubectl", let old, LastApplied.covers(conflicts, old: old, manager.schema),
        case .object(let merged) = manager.apply(live: old, applied: document, manager: writer.manager, force: true)
      else { throw SimulatedCluster.applyFailure(conflicts) }
      return LastApplied.updated(merged, applied: applied, old: old, manager: writer.manager)
    }
  }

  static func applyFailure(_ conflicts: [FieldConflict]) -> APIFailure {
    var text = "Apply failed with \(conflicts.count) conflict\(conflicts.count == 1 ? "" : "s"): "
    if conflicts.count == 1 {
      text += "conflict with \(conflicts[0].manager): \(conflicts[0].path)"
    } else {
      let managers = Set(conflicts.map(\.manager)).sorted()
      text += managers.map { manager in
        "conflicts with \(manager):\n" + conflicts.filter { $0.manager == manager }.map { "- \($0.path)" }.joined(separator: "\n")
      }.joined(separator: "\n")
    }
    let causes = conflicts.map { conflict in
      APIFailure.causeValue(
        APIFailure.Cause(reason: "FieldManagerConflict", message: "conflict with \(conflict.manager)", field: conflict.path))
    }
    return APIFailure(409, "Conflict", text, details: ["causes": .array(causes)])
  }
}

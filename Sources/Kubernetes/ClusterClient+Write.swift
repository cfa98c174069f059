import Document
import Transport

/// What a write led to.
public struct WriteOutcome: Sendable, Hashable {
  /// The object as the server has it now.
  public var object: Value
  /// Whether it is new.
  public var created: Bool
  /// The server's warnings, such as deprecated versions and unknown fields.
  public var warnings: [String]
}

/// What the server does about fields that it does not know.
public enum FieldValidation: String, Sendable, Hashable {
  /// Refuses the object.
  case strict = "Strict"
  /// Takes it with a warning.
  case warn = "Warn"
  /// Takes it.
  case ignore = "Ignore"
}

/// How dependents of a deleted object are treated.
public enum Propagation: String, Sendable, Hashable {
  /// They go afterwards.
  case background = "Background"
  /// They go first.
  case foreground = "Foreground"
  /// They stay.
  case orphan = "Orphan"
}

/// How a patch is written.
public enum PatchType: String, Sendable, Hashable {
  /// RFC 7396.
  case merge = "application/merge-patch+json"
  /// RFC 6902.
  case json = "application/json-patch+json"
  /// Kubernetes' own, for built-in kinds.
  case strategic = "application/strategic-merge-patch+json"
}

extension ClusterClient {
  /// Options that all writes share.
  public struct WriteOptions: Sendable, Hashable {
    /// Under which name the fields are owned.
    public var fieldManager: String
    /// Whether everything is done but storing.
    public var dryRun: Bool
    /// What to do about unknown fields; nil for the server's default.
    public var fieldValidation: FieldValidation?

    /// Makes options.
    public init(fieldManager: String = "flotilla", dryRun: Bool = false, fieldValidation: FieldValidation? = nil) {
      self.fieldManager = fieldManager
      self.dryRun = dryRun
      self.fieldValidation = fieldValidation
    }

    var query: [(String, String)] {
      var items = [("fieldManager", fieldManager)]
      if dryRun { items.append(("dryRun", "All")) }
      if let fieldValidation { items.append(("fieldValidation", fieldValidation.rawValue)) }
      return items
    }
  }

  /// Applies an object (server-side apply): creates it, or takes over the fields that it names.
  /// - Parameters:
  ///   - force: whether fields are taken away from other managers; else their ownership is a conflict that names them
  ///   - subresource: such as `status`
  public func apply(
    _ object: Value, fieldManager: String = "flotilla", force: Bool = false, dryRun: Bool = false,
    fieldValidation: FieldValidation? = nil, subresource: String? = nil
  ) async throws(KubernetesError) -> Value {
    let options = WriteOptions(fieldManager: fieldManager, dryRun: dryRun, fieldValidation: fieldValidation)
    return try await applying(object, force: force, options: options, subresource: subresource).object
  }

  /// As ``apply(_:fieldManager:force:dryRun:fieldValidation:subresource:)``, telling also whether the object is new and what the server warns of.
  public func applying(
    _ object: Value, to resource: APIResource? = nil, force: Bool = false, options: WriteOptions = WriteOptions(),
    subresource: String? = nil
  ) async throws(KubernetesError) -> WriteOutcome {
    let target = try await target("apply", object, resource)
    var object = object
    // The server refuses to apply what an object says of its own managers.
    if object[at: "metadata", "managedFields"] != nil { object[at: "metadata", "managedFields"] = nil }
    // Applying the same twice is applying it once, unless it carries a version that the first time changes.
    let repeatable = object[at: "metadata", "resourceVersion"] == nil
    var call = Call(
      target.operation, "PATCH",
      try path(target.resource, target.namespace, target.name, subresource: subresource, operation: target.operation),
      isIdempotent: repeatable)
    call.query = options.query + [("force", force ? "true" : "false")]
    call.contentType = "application/apply-patch+yaml"
    call.body = JSON.encode(object)
    return try await write(call)
  }

  /// Creates an object, which may name itself or ask for a generated name.
  public func create(
    _ object: Value, in resource: APIResource? = nil, options: WriteOptions = WriteOptions()
  ) async throws(KubernetesError) -> Value {
    let target = try await target("create", object, resource, needsName: false)
    var call = Call(target.operation, "POST", try path(target.resource, target.namespace, nil, operation: target.operation))
    call.query = options.query
    call.contentType = "application/json"
    call.body = JSON.encode(object)
    return try await write(call).object
  }

  /// Replaces an object by this one; with a resource version, only if that is still the current one.
  public func update(
    _ object: Value, in resource: APIResource? = nil, subresource: String? = nil, options: WriteOptions = WriteOptions()
  ) async throws(KubernetesError) -> Value {
    let target = try await target("update", object, resource)
    var call = Call(
      target.operation, "PUT",
      try path(target.resource, target.namespace, target.name, subresource: subresource, operation: target.operation),
      isIdempotent: object[at: "metadata", "resourceVersion"] == nil)
    call.query = options.query
    call.contentType = "application/json"
    call.body = JSON.encode(object)
    return try await write(call).object
  }

  /// Changes parts of an object.
  public func patch(
    _ resource: APIResource, namespace: String? = nil, name: String, _ type: PatchType, _ patch: Value, subresource: String? = nil,
    options: WriteOptions = WriteOptions()
  ) async throws(KubernetesError) -> Value {
    let operation = describe("patch", resource, namespace, name)
    var call = Call(
      operation, "PATCH", try path(resource, namespace, name, subresource: subresource, operation: operation), isIdempotent: type != .json)
    call.query = options.query
    call.contentType = type.rawValue
    call.body = JSON.encode(patch)
    return try await write(call).object
  }

  /// Asks for an object to be deleted. Finalizers and dependents may keep it there for a while: it is gone once it is seen to be gone.
  /// - Parameters:
  ///   - uid: only the object with this uid is deleted, not another one that has taken its name
  ///   - resourceVersion: only this version of it
  /// - Returns: the object as it is now, or a `Status`
  @discardableResult
  public func delete(
    _ resource: APIResource, namespace: String? = nil, name: String, uid: String? = nil, resourceVersion: String? = nil,
    propagation: Propagation? = .background, gracePeriodSeconds: Int? = nil, dryRun: Bool = false
  ) async throws(KubernetesError) -> Value {
    let operation = describe("delete", resource, namespace, name)
    var options: Value = ["apiVersion": "v1", "kind": "DeleteOptions"]
    if let propagation { options["propagationPolicy"] = .string(propagation.rawValue) }
    if let uid { options[at: "preconditions", "uid"] = .string(uid) }
    if let resourceVersion { options[at: "preconditions", "resourceVersion"] = .string(resourceVersion) }
    if let gracePeriodSeconds { options["gracePeriodSeconds"] = .int(Int64(gracePeriodSeconds)) }
    if dryRun { options["dryRun"] = ["All"] }
    var call = Call(operation, "DELETE", try path(resource, namespace, name, operation: operation))
    call.contentType = "application/json"
    call.body = JSON.encode(options)
    return try await write(call).object
  }

  // MARK: - the common part

  private struct Target {
    var resource: APIResource
    var namespace: String?
    var name: String
    var operation: String
  }

  private func target(
    _ verb: String, _ object: Value, _ resource: APIResource?, needsName: Bool = true
  ) async throws(KubernetesError) -> Target {
    guard let type = object.groupVersionKind else { throw failure("the object has no apiVersion or no kind", verb) }
    let name = object[at: "metadata", "name"]?.stringValue ?? ""
    let namespace = object[at: "metadata", "namespace"]?.stringValue
    let place = [namespace ?? "", name].filter { !$0.isEmpty }.joined(separator: "/")
    let operation = "\(verb) \(type)" + (place.isEmpty ? "" : " \(place)")
    if needsName && name.isEmpty { throw failure("the object has no name", operation) }
    if let resource { return Target(resource: resource, namespace: namespace, name: name, operation: operation) }
    guard let found = try await self.resource(for: type) else {
      throw KubernetesError(
        "the server does not serve \(type): is its CustomResourceDefinition installed?", reason: "NoKindMatch", operation: operation,
        cluster: self.name)
    }
    return Target(resource: found, namespace: namespace, name: name, operation: operation)
  }

  private func write(_ call: Call) async throws(KubernetesError) -> WriteOutcome {
    let response = try await perform(call)
    return WriteOutcome(
      object: try await decode(response, operation: call.operation), created: response.status == 201,
      warnings: response.headers.values("warning").compactMap(WarningHeader.text))
  }
}

/// The text of a `Warning` header: `299 - "text"`.
enum WarningHeader {
  static func text(_ value: String) -> String? {
    guard let open = value.firstIndex(of: "\"") else { return nil }
    var result = ""
    var escaped = false
    for character in value[value.index(after: open)...] {
      if escaped {
        result.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        return result
      } else {
        result.append(character)
      }
    }
    return result
  }
}

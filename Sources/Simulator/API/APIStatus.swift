import Document

/// A failure as the API server answers it: a `Status` object with its HTTP code.
struct APIFailure: Error, Sendable, Hashable {
  /// One reason among several.
  struct Cause: Sendable, Hashable {
    var reason: String
    var message: String
    var field: String
  }

  var code: Int
  var reason: String
  var message: String
  var details: Value?
  var retryAfter: Int?
  /// A token with which an expired list can go on.
  var continueToken: String?

  init(_ code: Int, _ reason: String, _ message: String, details: Value? = nil, retryAfter: Int? = nil) {
    self.code = code
    self.reason = reason
    self.message = message
    self.details = details
    self.retryAfter = retryAfter
  }

  /// The body of the answer.
  var body: Value {
    var object: Object = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message), "code": .int(Int64(code)),
    ]
    if !reason.isEmpty { object["reason"] = .string(reason) }
    if let details { object["details"] = details }
    if let continueToken { object["metadata"] = ["continue": .string(continueToken)] }
    return .object(object)
  }

  static func badRequest(_ message: String) -> APIFailure { APIFailure(400, "BadRequest", message) }

  static func internalError(_ message: String) -> APIFailure { APIFailure(500, "", message) }

  private static func details(_ resource: ResourceType, _ name: String, kind: String, causes: [Cause] = []) -> Value {
    var object = Object()
    if !name.isEmpty { object["name"] = .string(name) }
    if !resource.group.isEmpty { object["group"] = .string(resource.group) }
    object["kind"] = .string(kind)
    if !causes.isEmpty { object["causes"] = .array(causes.map(causeValue)) }
    return .object(object)
  }

  static func causeValue(_ cause: Cause) -> Value {
    var object: Object = ["message": .string(cause.message)]
    if !cause.reason.isEmpty { object["reason"] = .string(cause.reason) }
    if !cause.field.isEmpty { object["field"] = .string(cause.field) }
    return .object(object)
  }

  static func notFound(_ resource: ResourceType, _ name: String) -> APIFailure {
    APIFailure(
      404, "NotFound", "\(resource.qualifiedPlural) \"\(name)\" not found", details: details(resource, name, kind: resource.plural))
  }

  /// The path names nothing that is served.
  static let noSuchResource = APIFailure(404, "NotFound", "the server could not find the requested resource", details: [:])

  static func alreadyExists(_ resource: ResourceType, _ name: String, isDeleting: Bool = false) -> APIFailure {
    APIFailure(
      409, "AlreadyExists", "\(isDeleting ? "object is being deleted: " : "")\(resource.qualifiedPlural) \"\(name)\" already exists",
      details: details(resource, name, kind: resource.plural))
  }

  static func conflict(_ resource: ResourceType, _ name: String, _ text: String) -> APIFailure {
    APIFailure(
      409, "Conflict", "Operation cannot be fulfilled on \(resource.qualifiedPlural) \"\(name)\": \(text)",
      details: details(resource, name, kind: resource.plural))
  }

  /// A delete whose preconditions do not hold: here the server names the kind.
  static func precondition(_ resource: ResourceType, _ name: String, _ text: String) -> APIFailure {
    let kind = resource.group.isEmpty ? resource.kind : "\(resource.kind).\(resource.group)"
    return APIFailure(
      409, "Conflict", "Operation cannot be fulfilled on \(kind) \"\(name)\": \(text)",
      details: details(resource, name, kind: resource.kind))
  }

  static func modified(_ resource: ResourceType, _ name: String) -> APIFailure {
    conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again")
  }

  static func forbidden(_ resource: ResourceType, _ name: String, _ text: String, causes: [Cause] = []) -> APIFailure {
    APIFailure(
      403, "Forbidden", "\(resource.qualifiedPlural) \"\(name)\" is forbidden: \(text)",
      details: details(resource, name, kind: resource.plural, causes: causes))
  }

  static let methodNotAllowed = APIFailure(
    405, "MethodNotAllowed", "the server does not allow this method on the requested resource", details: [:])

  static func unsupportedMediaType(_ accepted: [String]) -> APIFailure {
    APIFailure(
      415, "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: \(accepted.joined(separator: ", "))")
  }

  static func expired(_ message: String) -> APIFailure { APIFailure(410, "Expired", message) }

  /// A 422 with its causes, for an object.
  static func invalid(_ resource: ResourceType, _ name: String, _ errors: [FieldError]) -> APIFailure {
    invalid(group: resource.group, kind: resource.kind, name: name, errors)
  }

  /// A 422 with its causes.
  static func invalid(group: String, kind: String, name: String, _ errors: [FieldError]) -> APIFailure {
    var texts: [String] = []
    for error in errors {
      let text = "\(error.field): \(error.message)"
      if !texts.contains(text) { texts.append(text) }
    }
    let joined = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    let qualified = group.isEmpty ? kind : "\(kind).\(group)"
    var details = Object()
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    details["causes"] = .array(errors.map { causeValue(Cause(reason: $0.reason, message: $0.message, field: $0.field)) })
    return APIFailure(422, "Invalid", "\(qualified) \"\(name)\" is invalid: \(joined)", details: .object(details))
  }
}

/// One thing that is wrong with a field.
struct FieldError: Sendable, Hashable {
  var field: String
  var reason: String
  var message: String

  static func required(_ field: String, _ detail: String = "") -> FieldError {
    FieldError(field: field, reason: "FieldValueRequired", message: detail.isEmpty ? "Required value" : "Required value: \(detail)")
  }

  static func invalid(_ field: String, _ value: Value, _ detail: String) -> FieldError {
    FieldError(field: field, reason: "FieldValueInvalid", message: "Invalid value: \(JSON.string(value)): \(detail)")
  }

  static func forbidden(_ field: String, _ detail: String) -> FieldError {
    FieldError(field: field, reason: "FieldValueForbidden", message: "Forbidden: \(detail)")
  }

  static func notSupported(_ field: String, _ value: Value, _ supported: [String]) -> FieldError {
    let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
    return FieldError(
      field: field, reason: "FieldValueNotSupported", message: "Unsupported value: \(JSON.string(value)): supported values: \(list)")
  }

  static func duplicate(_ field: String, _ value: Value) -> FieldError {
    FieldError(field: field, reason: "FieldValueDuplicate", message: "Duplicate value: \(JSON.string(value))")
  }

  static func notFound(_ field: String, _ value: Value) -> FieldError {
    FieldError(field: field, reason: "FieldValueNotFound", message: "Not found: \(JSON.string(value))")
  }

  static func tooLong(_ field: String, _ maximum: Int) -> FieldError {
    FieldError(field: field, reason: "FieldValueTooLong", message: "Too long: may not be more than \(maximum) bytes")
  }
}

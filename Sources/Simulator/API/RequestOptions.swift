import Document

/// The options of a write, checked as the server checks them.
struct WriteOptions: Sendable {
  /// What happens to unknown and duplicate fields.
  enum FieldValidation: String, Sendable { case ignore = "Ignore", warn = "Warn", strict = "Strict" }

  var dryRun = false
  var fieldManager: String?
  var validation = FieldValidation.warn
  var force: Bool?

  init(_ request: APIRequest, kind: String) throws(APIFailure) {
    var errors: [FieldError] = []
    for item in request.query where item.name == "dryRun" {
      if item.value != "All" { errors.append(.notSupported("dryRun", .array([.string(item.value)]), ["All"])) } else { dryRun = true }
    }
    fieldManager = request.parameter("fieldManager")
    let isApply = request.mediaType == "application/apply-patch+yaml"
    if let force = request.parameter("force") { self.force = force == "true" || force == "1" }
    if kind == "PatchOptions" {
      if isApply {
        if (fieldManager ?? "").isEmpty { errors.append(.required("fieldManager", "is required for apply patch")) }
      } else if force != nil {
        errors.append(.forbidden("force", "may not be specified for non-apply patch"))
      }
    }
    if let fieldManager, fieldManager.utf8.count > 128 { errors.append(.tooLong("fieldManager", 128)) }
    if let text = request.parameter("fieldValidation"), !text.isEmpty {
      if let known = FieldValidation(rawValue: text) {
        validation = known
      } else {
        errors.append(.notSupported("fieldValidation", .string(text), ["", "Ignore", "Strict", "Warn"]))
      }
    }
    if !errors.isEmpty { throw APIFailure.invalid(group: "meta.k8s.io", kind: kind, name: "", errors) }
  }

  /// Who writes: the named manager, or the client's program name.
  func writer(_ request: APIRequest, subresource: String) -> Writer {
    var manager = fieldManager ?? ""
    if manager.isEmpty {
      let agent = request.headers["user-agent"] ?? "unknown"
      manager = String(agent.prefix { $0 != "/" }.prefix(128))
      if manager.isEmpty { manager = "unknown" }
    }
    return Writer(manager: manager, subresource: subresource, dryRun: dryRun)
  }
}

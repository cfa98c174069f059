import Document

/// The forms in which objects are asked for.
enum ObjectForm: Sendable, Hashable {
  case full
  case partial
  case table

  /// What an `Accept` header asks for; the first form that is known.
  init(accept: String?) {
    self = .full
    for part in (accept ?? "").split(separator: ",") {
      let text = part.split(separator: " ").joined()
      if text.contains("as=Table") {
        self = .table
        return
      }
      if text.contains("as=PartialObjectMetadata") {
        self = .partial
        return
      }
      if text.hasPrefix("application/json") || text.hasPrefix("*/*") || text.hasPrefix("application/yaml") { return }
    }
  }
}

extension SimulatedCluster {
  func respond(_ value: Value, status: Int = 200, _ request: APIRequest, warnings: [String] = []) -> APIResponse {
    let headers = warnings.map { (name: "warning", value: "299 - \(JSON.string(.string($0)))") }
    if wantsYAML(request) {
      return APIResponse(status: status, contentType: "application/yaml", headers: headers, body: Array(YAML.encode(value).utf8))
    }
    if request.flag("pretty") {
      return APIResponse(status: status, headers: headers, body: JSON.encode(value, pretty: 2, escapeHTML: true))
    }
    var body = JSON.encode(value, escapeHTML: true)
    body.append(UInt8(ascii: "\n"))
    return APIResponse(status: status, headers: headers, body: body)
  }

  private func wantsYAML(_ request: APIRequest) -> Bool {
    request.headers["accept"]?.split(separator: ",").first?.hasPrefix("application/yaml") ?? false
  }

  /// An object in the form that the request asks for.
  func respond(
    object: Value, _ resource: ResourceType, status: Int = 200, _ request: APIRequest, warnings: [String] = []
  ) -> APIResponse {
    var warnings = warnings
    if let deprecation = resource.custom?.deprecationWarning { warnings.append(deprecation) }
    switch ObjectForm(accept: request.headers["accept"]) {
    case .full: return respond(object, status: status, request, warnings: warnings)
    case .partial: return respond(PartialObject.of(object), status: status, request, warnings: warnings)
    case .table:
      let table = TablePrinter(resource: resource, now: now).table(
        [object], metadata: ["resourceVersion": object[at: "metadata", "resourceVersion"] ?? ""],
        includeObject: request.parameter("includeObject"))
      return respond(table, status: status, request, warnings: warnings)
    }
  }

  func encode(failure: APIFailure, _ request: APIRequest) -> APIResponse {
    var response = respond(failure.body, status: failure.code, request)
    if let seconds = failure.retryAfter { response.headers.append((name: "retry-after", value: String(seconds))) }
    return response
  }
}

/// Objects and lists without anything but their metadata.
enum PartialObject {
  static func of(_ object: Value) -> Value {
    [
      "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": object["metadata"] ?? [:],
    ]
  }
}

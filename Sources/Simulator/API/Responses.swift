import Document

extension SimulatedCluster {
  func respond(_ value: Value, status: Int = 200, _ request: APIRequest, warnings: [String] = []) -> APIResponse {
    let headers = warnings.map { (name: "warning", value: "299 - \(JSON.string(.string($0)))") }
    if Negotiation(agreed: request.headers["accept"]).isYAML {
      return APIResponse(status: status, contentType: "application/yaml", headers: headers, body: Array(YAML.encode(value).utf8))
    }
    if request.flag("pretty") {
      return APIResponse(status: status, headers: headers, body: JSON.encode(value, pretty: 2, escapeHTML: true))
    }
    var body = JSON.encode(value, escapeHTML: true)
    body.append(UInt8(ascii: "\n"))
    return APIResponse(status: status, headers: headers, body: body)
  }

  /// An object in the form that the request asks for.
  func respond(
    object: Value, _ resource: ResourceType, status: Int = 200, _ request: APIRequest, warnings: [String] = []
  ) -> APIResponse {
    var warnings = warnings
    if let deprecation = resource.custom?.deprecationWarning { warnings.append(deprecation) }
    switch Negotiation(agreed: request.headers["accept"]).form {
    case .full: return respond(object, status: status, request, warnings: warnings)
    case .partialList:
      return encode(
        failure: APIFailure(
          406, "NotAcceptable",
          "you requested PartialObjectMetadataList, but the requested object is not a list (\(SimulatedCluster.goType(resource, isList: false)))"
        ),
        request)
    case .partial: return respond(PartialObject.of(object), status: status, request, warnings: warnings)
    case .table:
      let include: String?
      do throws(APIFailure) { include = try SimulatedCluster.includeObject(request) } catch { return encode(failure: error, request) }
      let table = TablePrinter(resource: resource, now: now).table(
        [object], metadata: ["resourceVersion": object[at: "metadata", "resourceVersion"] ?? ""],
        includeObject: include)
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

import Document

/// The selectors of a list, watch or collection delete.
struct Selection: Sendable {
  var labels = LabelSelector()
  var fields = FieldSelector()

  init(_ request: APIRequest, _ target: SimulatedCluster.Target) throws(APIFailure) {
    if let text = request.parameter("labelSelector") { labels = try LabelSelectorParser.parse(text) }
    if let text = request.parameter("fieldSelector") { fields = try FieldSelector.parse(text, resource: target.resource) }
  }

  var isEmpty: Bool { labels.isEmpty && fields.isEmpty }

  func matches(_ object: StoredObject) -> Bool { labels.matches(object.labels) && fields.matches(object) }
}

/// Where a list in pages goes on: the version of its first page, and the last key that was sent.
struct ContinueToken: Sendable {
  var version: Int64
  var key: String

  var text: String {
    let value: Value = ["v": "meta.k8s.io/v1", "rv": .int(version), "start": .string(key + "\u{0}")]
    return Base64.encode(JSON.encode(value)).filter { $0 != "=" }
  }

  init(version: Int64, key: String) {
    self.version = version
    self.key = key
  }

  /// Why a text is no token.
  static func problem(_ text: String) -> String {
    var padded = text
    while padded.utf8.count % 4 != 0 { padded += "=" }
    guard let bytes = Base64.decode(padded.utf8) else { return "illegal base64 data at input byte 0" }
    let word = String(decoding: bytes.prefix(2), as: UTF8.self)
    if let second = word.dropFirst().first, word.first == "n", second != "u" {
      return "invalid character '\(second)' in literal null (expecting 'u')"
    }
    return "invalid character '\(word.prefix(1))' looking for beginning of value"
  }

  init?(_ text: String) {
    var padded = text
    while padded.utf8.count % 4 != 0 { padded += "=" }
    guard let bytes = Base64.decode(padded.utf8), let value = try? JSON.decode(bytes), let version = value["rv"]?.intValue,
      let start = value["start"]?.stringValue
    else { return nil }
    self.version = version
    key = start.hasSuffix("\u{0}") ? String(start.dropLast()) : start
  }
}

extension SimulatedCluster {
  mutating func get(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    if target.subresource == "scale" { return try readScale(request, target) }
    guard let stored = store.get(target.resource.key, target.namespace, target.name) else {
      throw APIFailure.notFound(target.resource, target.name)
    }
    if let answer = try runtimeAnswer(target) { return answer }
    if let version = request.parameter("resourceVersion").flatMap({ Int64($0) }), version > store.resourceVersion {
      throw ListVersion.tooLarge(version, store)
    }
    return respond(object: read(stored, target.resource), target.resource, request)
  }

  func list(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    guard target.resource.verbs.contains("list") else { throw APIFailure.methodNotAllowed }
    if let text = request.parameter("timeoutSeconds"), Int(text) == nil {
      throw APIFailure.badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
    }
    let selection = try Selection(request, target)
    var limit = 0
    if let text = request.parameter("limit"), !text.isEmpty {
      guard let number = Int(text) else {
        throw APIFailure.badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
      }
      limit = max(0, number)
    }
    if request.parameter("sendInitialEvents") != nil {
      var errors: [FieldError] = []
      if !(request.parameter("resourceVersionMatch") ?? "").isEmpty, (request.parameter("resourceVersion") ?? "").isEmpty {
        errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"))
      }
      errors.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
      throw APIFailure.invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", errors)
    }
    let version = try ListVersion(request, store: store, resource: target.resource)
    if version.ignoresLimit { limit = 0 }
    var objects: [StoredObject]
    var shownVersion = store.resourceVersion
    if let exact = version.exact {
      guard exact >= store.compactedVersion else {
        throw APIFailure.expired("The resourceVersion for the provided list is too old.")
      }
      shownVersion = exact
      objects =
        exact == store.resourceVersion
        ? store.list(target.resource.key, namespace: target.path.namespace)
        : store.list(target.resource.key, namespace: target.path.namespace, at: exact)
    } else {
      objects = store.list(target.resource.key, namespace: target.path.namespace)
    }
    func key(_ object: StoredObject) -> String {
      target.path.namespace == nil && target.resource.namespaced ? "\(object.namespace)/\(object.name)" : object.name
    }
    if let after = version.after { objects = objects.filter { ByteOrder.less(after, key($0)) } }
    if !selection.isEmpty { objects = objects.filter(selection.matches) }
    var metadata: Object = ["resourceVersion": .string(String(shownVersion))]
    if limit > 0, objects.count > limit {
      if selection.isEmpty { metadata["remainingItemCount"] = .int(Int64(objects.count - limit)) }
      objects = Array(objects.prefix(limit))
      metadata["continue"] = .string(ContinueToken(version: shownVersion, key: "/" + (objects.last.map(key) ?? "")).text)
    }
    let form = Negotiation(agreed: request.headers["accept"]).form
    let include = form == .table ? try SimulatedCluster.includeObject(request) : nil
    if form == .partial {
      throw APIFailure(
        406, "NotAcceptable",
        "you requested PartialObjectMetadata, but the requested object is a list (\(SimulatedCluster.goType(target.resource, isList: true)))"
      )
    }
    if form == .full, request.parameter("pretty") == nil, target.resource.custom == nil, isStoredVersion(target.resource),
      !(request.headers["accept"] ?? "").contains("yaml")
    {
      return rawList(objects, target.resource, metadata)
    }
    let items = objects.map { read($0, target.resource) }
    let deprecation = target.resource.custom?.deprecationWarning.map { [$0] } ?? []
    switch form {
    case .full:
      if target.resource.custom != nil, metadata["continue"] == nil { metadata["continue"] = "" }
      return respond(listBody(items, target.resource, metadata: metadata), request, warnings: deprecation)
    case .partial, .partialList:
      return respond(
        [
          "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": .object(metadata),
          "items": .array(items.map(PartialObject.of)),
        ], request, warnings: deprecation)
    case .table:
      let table = TablePrinter(resource: target.resource, now: now).table(
        items, metadata: metadata, includeObject: include)
      return respond(table, request, warnings: deprecation)
    }
  }

  func isStoredVersion(_ resource: ResourceType) -> Bool { catalog.find(resource.key)?.version == resource.version }

  func listBody(_ items: [Value], _ resource: ResourceType, metadata: Object) -> Value {
    // Items of built-in lists come without kind and apiVersion, those of custom resources with them.
    let shown =
      resource.custom != nil
      ? items
      : items.map { item in
        var item = item
        item["kind"] = nil
        item["apiVersion"] = nil
        return item
      }
    return [
      "kind": .string(resource.listKind), "apiVersion": .string(resource.apiVersion), "metadata": .object(metadata), "items": .array(shown),
    ]
  }

  /// A list put together from the stored texts, without reading them.
  private func rawList(_ objects: [StoredObject], _ resource: ResourceType, _ metadata: Object) -> APIResponse {
    let prefix = Array("{\"apiVersion\":\(JSON.string(.string(resource.apiVersion))),\"kind\":\(JSON.string(.string(resource.kind))),".utf8)
    var body: [UInt8] = []
    body.reserveCapacity(objects.reduce(256) { $0 + $1.bytes.count })
    body.append(
      contentsOf:
        "{\"kind\":\"\(resource.listKind)\",\"apiVersion\":\"\(resource.apiVersion)\",\"metadata\":\(JSON.string(.object(metadata))),\"items\":["
        .utf8)
    for (index, object) in objects.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      if object.bytes.starts(with: prefix) {
        body.append(UInt8(ascii: "{"))
        body.append(contentsOf: object.bytes[prefix.count...])
      } else {
        var item = object.value
        item["kind"] = nil
        item["apiVersion"] = nil
        body.append(contentsOf: JSON.encode(item, escapeHTML: true))
      }
    }
    body.append(contentsOf: "]}\n".utf8)
    return APIResponse(status: 200, body: body)
  }
}

/// At which version a list is to be taken.
struct ListVersion: Sendable {
  var exact: Int64?
  var after: String?
  var ignoresLimit = false

  init(_ request: APIRequest, store: ObjectStore, resource: ResourceType) throws(APIFailure) {
    let text = request.parameter("resourceVersion") ?? ""
    let match = request.parameter("resourceVersionMatch") ?? ""
    let token = request.parameter("continue") ?? ""
    var errors: [FieldError] = []
    if !match.isEmpty {
      if text.isEmpty {
        errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"))
      }
      if !token.isEmpty { errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")) }
      if match != "Exact", match != "NotOlderThan" {
        errors.append(.notSupported("resourceVersionMatch", .string(match), ["Exact", "NotOlderThan", ""]))
      }
      if match == "Exact", text == "0" {
        errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
      }
    }
    if !errors.isEmpty { throw APIFailure.invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", errors) }
    var version: Int64 = 0
    if !text.isEmpty {
      guard let number = Int64(text), number >= 0 else {
        throw APIFailure.badRequest(
          "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
      }
      version = number
    }
    if !token.isEmpty {
      if version > 0 { throw APIFailure.badRequest("specifying resource version is not allowed when using continue") }
      guard let page = ContinueToken(token) else {
        throw APIFailure.badRequest("invalid continue token: continue key is not valid: \(ContinueToken.problem(token))")
      }
      after = page.key.hasPrefix("/") ? String(page.key.dropFirst()) : page.key
      if text == "0" { ignoresLimit = true }
      // A negative version goes on with what is there now.
      if page.version < 0 { return }
      guard page.version >= store.compactedVersion else {
        var failure = APIFailure.expired(
          "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list."
        )
        failure.continueToken = ContinueToken(version: -1, key: page.key).text
        throw failure
      }
      exact = page.version
      return
    }
    if text == "0" { ignoresLimit = true }
    guard version > 0 else { return }
    if version > store.resourceVersion {
      throw ListVersion.tooLarge(version, store)
    }
    let hasLimit = (request.parameter("limit").flatMap { Int($0) } ?? 0) > 0
    if match == "Exact" || (match.isEmpty && hasLimit) { exact = version }
  }

  static func tooLarge(_ version: Int64, _ store: ObjectStore) -> APIFailure {
    APIFailure(
      504, "Timeout", "Timeout: Too large resource version: \(version), current: \(store.resourceVersion)",
      details: ["causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1],
      retryAfter: 1)
  }
}

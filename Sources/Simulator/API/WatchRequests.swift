import Document

extension SimulatedCluster {
  mutating func watch(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    guard target.resource.verbs.contains("watch") else { throw APIFailure.methodNotAllowed }
    let selection = try Selection(request, target)
    let form = Negotiation(agreed: request.headers["accept"]).form
    let include = form == .table ? try SimulatedCluster.includeObject(request) : nil
    var watcher = Watcher(
      id: watches.nextID(), resource: target.resource, namespace: target.path.namespace, labels: selection.labels, fields: selection.fields,
      form: form, includeObject: include)
    watcher.isStoredVersion = isStoredVersion(target.resource)
    let text = request.parameter("resourceVersion") ?? ""
    let sendsInitial = request.parameter("sendInitialEvents").map { $0 == "true" }
    try checkWatch(request, text, sendsInitial)
    var body: [UInt8] = []
    let wantsBookmarks = request.flag("allowWatchBookmarks")
    guard let version = text.isEmpty ? 0 : Int64(text) else {
      throw APIFailure.internalError(
        "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
    }
    let timeout = request.parameter("timeoutSeconds").flatMap { Int64($0) } ?? 0
    if sendsInitial ?? (version == 0) {
      for (index, stored) in store.list(target.resource.key, namespace: target.path.namespace).filter(watcher.selects).enumerated() {
        body += eventLine("ADDED", stored, watcher, first: index == 0)
      }
      if sendsInitial == true, wantsBookmarks { body += bookmark(watcher, initialEnd: true) }
    } else if sendsInitial == nil || version > 0 {
      if version < store.compactedVersion {
        let failure = APIFailure.expired("too old resource version: \(version) (\(store.compactedVersion))")
        return APIResponse(
          status: 200, headers: [("transfer-encoding", "chunked")],
          body: WatchEncoder.line("ERROR", JSON.encode(failure.body, escapeHTML: true)))
      }
      var first = true
      for event in store.history where event.resource == target.resource.key && event.resourceVersion > version {
        guard let kind = WatchEncoder.kind(of: event, for: watcher) else { continue }
        body += eventLine(kind.rawValue, WatchEncoder.shown(event, kind), watcher, first: first)
        first = false
      }
    }
    if form == .partialList { body = [] }
    watcher.hasSentColumns = !body.isEmpty
    watches.add(watcher)
    if timeout > 0 { timers.schedule(.watchTimeout(watch: watcher.id), at: now.adding(.seconds(timeout))) }
    if wantsBookmarks {
      // About every minute, and once more shortly before the end that the client asked for.
      timers.schedule(.bookmark(watch: watcher.id, repeats: true), at: now.adding(.seconds(60)))
      if timeout > 60 { timers.schedule(.bookmark(watch: watcher.id, repeats: false), at: now.adding(.seconds(timeout - 2))) }
    }
    let type = (request.headers["accept"] ?? "").contains("stream=watch") ? "application/json;stream=watch" : "application/json"
    return APIResponse(status: 200, contentType: type, body: body, watch: watcher.id)
  }

  private func checkWatch(_ request: APIRequest, _ version: String, _ sendsInitial: Bool?) throws(APIFailure) {
    let match = request.parameter("resourceVersionMatch") ?? ""
    var errors: [FieldError] = []
    if !(request.parameter("continue") ?? "").isEmpty {
      errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
    } else if sendsInitial != nil, match != "NotOlderThan" {
      errors.append(
        .forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
      if !match.isEmpty { errors.append(.notSupported("resourceVersionMatch", .string(match), ["NotOlderThan"])) }
    } else if sendsInitial == nil, !match.isEmpty {
      errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
    }
    if !errors.isEmpty { throw APIFailure.invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", errors) }
  }

  private func eventLine(_ type: String, _ stored: StoredObject, _ watcher: Watcher, first: Bool) -> [UInt8] {
    if watcher.form == .full, watcher.isStoredVersion, watcher.resource.custom == nil { return WatchEncoder.line(type, stored.bytes) }
    return WatchEncoder(now: now).line(type, read(stored, watcher.resource), watcher, first: first)
  }

  /// A line that holds nothing but the version up to which the watch has seen everything.
  func bookmark(_ watcher: Watcher, initialEnd: Bool = false) -> [UInt8] {
    var metadata: Object = ["resourceVersion": .string(String(store.resourceVersion))]
    if initialEnd { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
    var object: Object = [
      "kind": .string(watcher.resource.kind), "apiVersion": .string(watcher.resource.apiVersion), "metadata": .object(metadata),
    ]
    if watcher.form == .table {
      let empty: Value = ["metadata": .object(metadata)]
      var printer = TablePrinter(resource: watcher.resource, now: now)
      printer.withoutColumns = true
      let table = printer.table(
        [empty], metadata: ["resourceVersion": metadata["resourceVersion"] ?? ""], includeObject: watcher.includeObject)
      return WatchEncoder.line("BOOKMARK", JSON.encode(table, escapeHTML: true))
    }
    if watcher.form == .partial {
      object["kind"] = "PartialObjectMetadata"
      object["apiVersion"] = "meta.k8s.io/v1"
    } else if watcher.form == .full, watcher.resource.custom == nil {
      for name in GoZeroValues.structures[watcher.resource.schema.type.name] ?? [] where name != "metadata" {
        object[name] = InitialBookmark.field(name, watcher.resource)
      }
    }
    return WatchEncoder.line("BOOKMARK", JSON.encode(.object(object)))
  }
}

/// The empty structures that Go prints in a bookmark of a built-in kind.
enum InitialBookmark {
  static func field(_ name: String, _ resource: ResourceType) -> Value {
    guard let schema = resource.schema.child(name) else { return [:] }
    return GoZeroValues.empty(schema)
  }
}

import Document

extension SimulatedCluster {
  /// Answers for paths that describe the server; nil for all others.
  mutating func discovery(_ request: APIRequest, _ parts: [String]) throws(APIFailure) -> APIResponse? {
    guard let first = parts.first else { return respond(["paths": ["/api", "/apis", "/healthz", "/openapi/v2", "/version"]], request) }
    let aggregated = AggregatedVersion(accept: request.headers["accept"])
    switch (first, parts.count) {
    case ("version", 1): return respond(SimulatedCluster.version, request)
    case ("healthz", _), ("livez", _), ("readyz", _):
      return APIResponse(status: 200, contentType: "text/plain; charset=utf-8", body: Array("ok".utf8))
    case ("openapi", _): return openAPI(request, Array(parts.dropFirst()))
    case ("api", 1):
      if let aggregated { return self.aggregated(aggregated, core: true, request) }
      return respond(
        [
          "kind": "APIVersions", "versions": ["v1"],
          "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:16442"]],
        ], request)
    case ("apis", 1):
      if let aggregated { return self.aggregated(aggregated, core: false, request) }
      return respond(["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(groupDocument))], request)
    case ("api", 2): return resourceList(group: "", version: parts[1], request)
    case ("apis", 2):
      guard groups.contains(parts[1]) else { return SimulatedCluster.pageNotFound }
      var document = groupDocument(parts[1])
      document["kind"] = "APIGroup"
      document["apiVersion"] = "v1"
      return respond(document, request)
    case ("apis", 3): return resourceList(group: parts[1], version: parts[2], request)
    case ("api", _), ("apis", _): return nil
    default: return SimulatedCluster.pageNotFound
    }
  }

  static let version: Value = [
    "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1", "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.0", "gitCommit": "0000000000000000000000000000000000000000", "gitTreeState": "clean",
    "buildDate": "2026-04-22T00:00:00Z", "goVersion": "go1.26.0", "compiler": "gc", "platform": "linux/amd64",
  ]

  private enum AggregatedVersion: String {
    case v2
    case v2beta1

    init?(accept: String?) {
      for part in (accept ?? "").split(separator: ",") {
        let fields = Set(part.split(separator: ";").map { String($0.filter { $0 != " " }) })
        guard fields.contains("as=APIGroupDiscoveryList") else { continue }
        if fields.contains("v=v2") { self = .v2 } else { self = .v2beta1 }
        return
      }
      return nil
    }
  }

  private var groups: [String] {
    var result: [String] = []
    var seen: Set<String> = [""]
    for type in catalog.all where seen.insert(type.group).inserted { result.append(type.group) }
    for service in unavailableServices where seen.insert(service.group).inserted { result.append(service.group) }
    return result
  }

  private func versions(_ group: String) -> [String] {
    var result: [String] = []
    for type in catalog.all where type.group == group && !result.contains(type.version) { result.append(type.version) }
    for service in unavailableServices where service.group == group && !result.contains(service.version) { result.append(service.version) }
    return result
  }

  private func groupDocument(_ group: String) -> Value {
    let versions = versions(group).map { version -> Value in
      ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
    }
    return ["name": .string(group), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
  }

  private func resourceList(group: String, version: String, _ request: APIRequest) -> APIResponse {
    let types = catalog.all.filter { $0.group == group && $0.version == version }
    guard !types.isEmpty else { return SimulatedCluster.pageNotFound }
    var resources: [Value] = []
    for type in types.sorted(by: { ByteOrder.less($0.plural, $1.plural) }) {
      var entry: Object = [
        "name": .string(type.plural), "singularName": .string(type.singular), "namespaced": .bool(type.namespaced),
        "kind": .string(type.kind),
        "verbs": .array(type.verbs.map { .string($0) }),
      ]
      if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map { .string($0) }) }
      if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map { .string($0) }) }
      if type.custom != nil { entry["storageVersionHash"] = .string(SimulatedCluster.storageVersionHash(catalog.find(type.key) ?? type)) }
      resources.append(.object(entry))
      for subresource in type.subresources {
        var entry: Object = [
          "name": .string("\(type.plural)/\(subresource)"), "singularName": "", "namespaced": .bool(type.namespaced),
          "kind": .string(subresource == "scale" ? "Scale" : type.kind), "verbs": .array(SimulatedCluster.verbs(of: subresource)),
        ]
        if subresource == "scale" {
          entry["group"] = "autoscaling"
          entry["version"] = "v1"
        }
        resources.append(.object(entry))
      }
    }
    var document: Object = [
      "kind": "APIResourceList", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "resources": .array(resources),
    ]
    if !group.isEmpty { document["apiVersion"] = "v1" }
    return respond(.object(document), request)
  }

  /// A short text for the version in which a kind is stored: the beginning of a hash of its name.
  private static func storageVersionHash(_ type: ResourceType) -> String {
    var hash = SHA256()
    hash.update("\(type.group)/\(type.version)/\(type.kind)")
    let bytes = hash.finish().prefix(2).flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    return Base64.encode(bytes)
  }

  private static func verbs(of subresource: String) -> [Value] {
    switch subresource {
    case "binding", "eviction", "token": ["create"]
    case "finalize": ["update"]
    default: ["get", "patch", "update"]
    }
  }

  private func aggregated(_ version: AggregatedVersion, core: Bool, _ request: APIRequest) -> APIResponse {
    let names = core ? [""] : groups
    let items = names.map { group -> Value in
      let versions = versions(group).map { version -> Value in
        if unavailableServices.contains(where: { $0.group == group && $0.version == version }) {
          return ["version": .string(version), "freshness": "Stale"]
        }
        let resources = catalog.all.filter { $0.group == group && $0.version == version }.sorted { ByteOrder.less($0.plural, $1.plural) }
        return ["version": .string(version), "resources": .array(resources.map(aggregatedResource)), "freshness": "Current"]
      }
      return ["metadata": group.isEmpty ? [:] : ["name": .string(group)], "versions": .array(versions)]
    }
    let body: Value = [
      "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version.rawValue)"), "metadata": [:],
      "items": .array(items),
    ]
    var response = respond(body, request)
    let type = "application/json;g=apidiscovery.k8s.io;v=\(version.rawValue);as=APIGroupDiscoveryList"
    response.headers = [
      ("content-type", type), ("etag", "\"\(EntityTag.short(response.body))\""), ("cache-control", "public"), ("vary", "Accept"),
    ]
    return response
  }

  private func aggregatedResource(_ type: ResourceType) -> Value {
    var entry: Object = [
      "resource": .string(type.plural),
      "responseKind": ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)],
      "scope": type.namespaced ? "Namespaced" : "Cluster", "singularResource": .string(type.singular),
      "verbs": .array(type.verbs.map { .string($0) }),
    ]
    if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map { .string($0) }) }
    if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map { .string($0) }) }
    if !type.subresources.isEmpty {
      entry["subresources"] = .array(
        type.subresources.map { name in
          let kind: Value =
            name == "scale"
            ? ["group": "autoscaling", "version": "v1", "kind": "Scale"]
            : ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
          return ["subresource": .string(name), "responseKind": kind, "verbs": .array(SimulatedCluster.verbs(of: name))]
        })
    }
    return .object(entry)
  }
}

/// A short text that changes with the bytes.
enum EntityTag {
  static func short(_ bytes: [UInt8]) -> String {
    // FNV-1a is enough for an entity tag that only this server reads.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16, uppercase: true)
  }
}

import Document

/// What a server serves, as read from its discovery documents.
public struct Discovery: Sendable, Hashable {
  /// All resources; of a group's versions the preferred one comes first.
  public private(set) var resources: [APIResource] = []
  /// Groups, or groups and versions (`metrics.k8s.io/v1beta1`), of which the server could not tell what they hold.
  public internal(set) var incomplete: [String] = []
  private var byKind: [GroupVersionKind: Int] = [:]

  /// Knows nothing.
  public init() {}

  /// Knows these resources.
  public init(_ resources: [APIResource]) { for resource in resources { add(resource) } }

  mutating func add(_ resource: APIResource) {
    // The first resource of a kind is the kind's own; others (`bindings`) answer with a kind that is not theirs.
    if byKind[resource.groupVersionKind] == nil { byKind[resource.groupVersionKind] = resources.count }
    resources.append(resource)
  }

  /// The resource of a kind in a version.
  public func resource(for type: GroupVersionKind) -> APIResource? { byKind[type].map { resources[$0] } }

  /// The resource of a kind in the version that the server prefers.
  public func resource(for type: GroupKind) -> APIResource? { resources.first { $0.groupVersionKind.groupKind == type } }

  /// The resource that a person means: plural, singular, abbreviation or kind in any case, alone or followed by `.group`.
  public func resource(named name: String) -> APIResource? {
    let wanted = name.lowercased()
    let dot = wanted.firstIndex(of: ".")
    let word = dot.map { String(wanted[..<$0]) } ?? wanted
    let group = dot.map { String(wanted[wanted.index(after: $0)...]) }
    let candidates = resources.filter { resource in
      guard let group else { return true }
      return resource.group == group || "\(resource.version).\(resource.group)" == group
    }
    return candidates.first { $0.plural == word || $0.singular == word } ?? candidates.first { $0.shortNames.contains(word) }
      ?? candidates.first { $0.kind.lowercased() == word }
  }

  /// Whether a group (and version) is one of those that could not be read.
  public func isIncomplete(_ type: GroupVersionKind) -> Bool {
    incomplete.contains(type.group) || incomplete.contains(type.apiVersion)
  }
}

extension Discovery {
  /// Whether a body is an aggregated discovery document: older servers answer with another kind.
  static func isAggregated(_ body: Value) -> Bool { body["kind"]?.stringValue == "APIGroupDiscoveryList" }

  /// Adds an `APIGroupDiscoveryList`.
  mutating func addAggregated(_ body: Value) {
    for item in body["items"]?.arrayValue ?? [] {
      let group = item[at: "metadata", "name"]?.stringValue ?? ""
      for version in item["versions"]?.arrayValue ?? [] {
        let name = version["version"]?.stringValue ?? ""
        if version["freshness"]?.stringValue == "Stale" { incomplete.append("\(group)/\(name)") }
        for resource in version["resources"]?.arrayValue ?? [] {
          guard let plural = resource["resource"]?.stringValue, !plural.isEmpty,
            // Empty while the group's own server has not been asked yet.
            let kind = resource[at: "responseKind", "kind"]?.stringValue, !kind.isEmpty
          else { continue }
          // The response's group and version are left empty where they are the group's own.
          let typeGroup = resource[at: "responseKind", "group"]?.stringValue ?? ""
          let typeVersion = resource[at: "responseKind", "version"]?.stringValue ?? ""
          guard (typeGroup.isEmpty || typeGroup == group) && (typeVersion.isEmpty || typeVersion == name) else { continue }
          add(
            APIResource(
              groupVersionKind: GroupVersionKind(group: group, version: name, kind: kind), plural: plural,
              singular: resource["singularResource"]?.stringValue ?? "", namespaced: resource["scope"]?.stringValue == "Namespaced",
              verbs: Set(Discovery.strings(resource["verbs"])), shortNames: Discovery.strings(resource["shortNames"]),
              categories: Discovery.strings(resource["categories"]),
              subresources: (resource["subresources"]?.arrayValue ?? []).compactMap { $0["subresource"]?.stringValue }))
        }
      }
    }
  }

  /// The groups and versions of an `APIVersions` or `APIGroupList`, the preferred version of each group first.
  static func groupVersions(_ body: Value) -> [String] {
    if body["kind"]?.stringValue == "APIVersions" { return strings(body["versions"]) }
    return (body["groups"]?.arrayValue ?? []).flatMap { group -> [String] in
      let preferred = group[at: "preferredVersion", "groupVersion"]?.stringValue
      let all = (group["versions"]?.arrayValue ?? []).compactMap { $0["groupVersion"]?.stringValue }
      return all.filter { $0 == preferred } + all.filter { $0 != preferred }
    }
  }

  /// Adds an `APIResourceList` of one group and version.
  mutating func addLegacy(_ body: Value, groupVersion: String) {
    let list = body["resources"]?.arrayValue ?? []
    var subresources: [String: [String]] = [:]
    for resource in list {
      let parts = (resource["name"]?.stringValue ?? "").split(separator: "/", maxSplits: 1)
      if parts.count == 2 { subresources[String(parts[0]), default: []].append(String(parts[1])) }
    }
    let own = GroupVersionKind(apiVersion: groupVersion, kind: "")
    for resource in list {
      guard let plural = resource["name"]?.stringValue, !plural.isEmpty, !plural.contains("/"),
        let kind = resource["kind"]?.stringValue, !kind.isEmpty
      else { continue }
      if let group = resource["group"]?.stringValue, !group.isEmpty, group != own.group { continue }
      add(
        APIResource(
          groupVersionKind: GroupVersionKind(group: own.group, version: own.version, kind: kind), plural: plural,
          singular: resource["singularName"]?.stringValue ?? "", namespaced: resource["namespaced"]?.boolValue ?? false,
          verbs: Set(Discovery.strings(resource["verbs"])), shortNames: Discovery.strings(resource["shortNames"]),
          categories: Discovery.strings(resource["categories"]), subresources: subresources[plural] ?? []))
    }
  }

  private static func strings(_ value: Value?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }
}

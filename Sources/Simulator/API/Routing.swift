import Document

/// A path beneath `/api` or `/apis` that names objects.
struct ObjectPath: Sendable {
  var group: String
  var version: String
  var namespace: String?
  var plural: String
  var name: String?
  var subresource: String?

  /// Reads a path; nil when it does not name objects.
  init?(_ parts: [String]) {
    var rest = parts[...]
    guard let root = rest.popFirst() else { return nil }
    if root == "api" {
      group = ""
    } else if root == "apis", let first = rest.popFirst() {
      group = first
    } else {
      return nil
    }
    guard let version = rest.popFirst(), let first = rest.popFirst() else { return nil }
    self.version = version
    plural = first
    let isInside =
      first == "namespaces" && rest.count >= 2 && !(rest.count == 2 && group.isEmpty && ["status", "finalize"].contains(rest.last))
    if isInside, let space = rest.popFirst(), let inner = rest.popFirst() {
      namespace = space
      plural = inner
    }
    name = rest.popFirst()
    subresource = rest.popFirst()
    if !rest.isEmpty { return nil }
  }
}

extension SimulatedCluster {
  mutating func route(_ request: APIRequest) throws(APIFailure) -> APIResponse {
    if grantsAreStale {
      grantsAreStale = false
      readGrants()
    }
    user = .admin
    user = try authenticate(request)
    if !user.isMaster {
      let wanted = AccessAttributes(request)
      guard decide(user, wanted).allowed else { throw wanted.refusal(user) }
    }
    if request.body.count > SimulatedCluster.maximumBody {
      throw APIFailure(
        413, "RequestEntityTooLarge", "Request entity too large: limit is \(SimulatedCluster.maximumBody)")
    }
    if request.path.contains("//") { return SimulatedCluster.pageNotFound }
    var request = request
    var parts = request.path.split(separator: "/").map { APIRequest.decode($0) }
    // The old form of a watch: `/api/v1/watch/…`.
    if let index = parts.firstIndex(of: "watch"), index == (parts.first == "api" ? 2 : 3), request.method == "GET" {
      parts.remove(at: index)
      request.query.append((name: "watch", value: "true"))
      if let path = ObjectPath(parts), let name = path.name {
        parts.removeLast()
        request.query.append((name: "fieldSelector", value: "metadata.name=\(name)"))
      }
    }
    if let answer = unavailable(parts) { return answer }
    if let discovery = try discovery(request, parts) {
      count("other")
      return discovery
    }
    guard let path = ObjectPath(parts) else { return SimulatedCluster.pageNotFound }
    if path.name == ".." || path.name == "." {
      throw APIFailure.badRequest("Name parameter invalid: \"\(path.name ?? "")\": may not be '\(path.name ?? "")'")
    }
    if path.name?.contains("/") == true { throw APIFailure.noSuchResource }
    if request.method == "POST" { establishPending(path) }
    guard let resource = catalog.find(group: path.group, version: path.version, plural: path.plural),
      resource.namespaced == (path.namespace != nil) || (path.namespace == nil && path.name == nil)
    else {
      if !catalog.serves(group: path.group) || isCustomGroup(path) { return SimulatedCluster.pageNotFound }
      throw APIFailure.noSuchResource
    }
    return try dispatch(request, Target(resource: resource, path: path))
  }

  /// A create that comes before its definition is established is held back until it is: here that is at once.
  private mutating func establishPending(_ path: ObjectPath) {
    let name = "\(path.plural).\(path.group)"
    guard catalog.find(group: path.group, version: path.version, plural: path.plural) == nil, path.group.contains("."),
      store.get(ResourceKey(group: "apiextensions.k8s.io", plural: "customresourcedefinitions"), "", name) != nil
    else { return }
    acceptDefinition(name)
  }

  private func isCustomGroup(_ path: ObjectPath) -> Bool { catalog.custom.contains { $0.group == path.group } }

  /// The largest body that is read, as on a real server.
  static let maximumBody = 3 << 20

  static let pageNotFound = APIResponse(
    status: 404, contentType: "text/plain; charset=utf-8", body: Array("404 page not found\n".utf8))

  /// What a request is about.
  struct Target: Sendable {
    var resource: ResourceType
    var path: ObjectPath
    var namespace: String { path.namespace ?? "" }
    var name: String { path.name ?? "" }
    var subresource: String { path.subresource ?? "" }
  }

  private mutating func dispatch(_ request: APIRequest, _ target: Target) throws(APIFailure) -> APIResponse {
    if let subresource = target.path.subresource {
      guard target.resource.subresources.contains(subresource) else {
        if target.resource.custom != nil { throw APIFailure.notFound(target.resource, target.name) }
        throw APIFailure.noSuchResource
      }
    }
    let isWatch = request.method == "GET" && target.path.name == nil && request.flag("watch")
    _ = try Negotiation(request.headers["accept"], isWatch: isWatch, isCustom: target.resource.custom != nil)
    if target.path.name == nil {
      switch request.method {
      case "GET":
        if request.flag("watch") {
          count("watch")
          return try watch(request, target)
        }
        count("list")
        return try list(request, target)
      case "POST":
        count("create")
        guard target.resource.verbs.contains("create"), !target.resource.namespaced || target.path.namespace != nil else {
          throw APIFailure.methodNotAllowed
        }
        return try create(request, target)
      case "DELETE":
        count("deletecollection")
        guard target.resource.verbs.contains("deletecollection"), !target.resource.namespaced || target.path.namespace != nil else {
          throw APIFailure.methodNotAllowed
        }
        return try deleteCollection(request, target)
      default:
        count("other")
        throw APIFailure.methodNotAllowed
      }
    }
    switch request.method {
    case "GET":
      count("get")
      return try get(request, target)
    case "PUT":
      count("update")
      return try update(request, target)
    case "PATCH":
      let isApply = request.mediaType == "application/apply-patch+yaml"
      count(isApply ? "apply" : "patch")
      return isApply ? try apply(request, target) : try patch(request, target)
    case "DELETE":
      count("delete")
      guard target.path.subresource == nil else { throw APIFailure.methodNotAllowed }
      return try delete(request, target)
    case "POST":
      count("create")
      return try createSubresource(request, target)
    default:
      count("other")
      throw APIFailure.methodNotAllowed
    }
  }
}

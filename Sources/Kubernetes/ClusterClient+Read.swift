import Document
import Transport

/// Which objects a list or watch is about, and how much of them.
public struct Selection: Sendable, Hashable {
  /// The namespace; nil for all.
  public var namespace: String?
  /// Such as `app=web,tier!=db`.
  public var labelSelector: String?
  /// Such as `metadata.name=a`.
  public var fieldSelector: String?
  /// Whether only the metadata of the objects is asked for. `apiVersion` and `kind` still are the object's own.
  public var metadataOnly: Bool

  /// Makes a selection.
  public init(namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil, metadataOnly: Bool = false) {
    self.namespace = namespace
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
    self.metadataOnly = metadataOnly
  }

  var query: [(String, String)] {
    var items: [(String, String)] = []
    if let labelSelector, !labelSelector.isEmpty { items.append(("labelSelector", labelSelector)) }
    if let fieldSelector, !fieldSelector.isEmpty { items.append(("fieldSelector", fieldSelector)) }
    return items
  }
}

/// Which moment a list is of, as `resourceVersion` and `resourceVersionMatch` say it.
public enum ListVersion: Sendable, Hashable {
  /// Now.
  case mostRecent
  /// Whatever the server has at hand: cheap, and possibly old.
  case any
  /// At least as new as a version that was seen before.
  case notOlderThan(String)
  /// This very version; 410 once the server no longer has it.
  case exactly(String)

  var query: [(String, String)] {
    switch self {
    case .mostRecent: []
    case .any: [("resourceVersion", "0"), ("resourceVersionMatch", "NotOlderThan")]
    case .notOlderThan(let version): [("resourceVersion", version), ("resourceVersionMatch", "NotOlderThan")]
    case .exactly(let version): [("resourceVersion", version), ("resourceVersionMatch", "Exact")]
    }
  }
}

/// All objects of a selection at one moment.
public struct ListResult<Element: Sendable>: Sendable {
  /// What was made of the objects, in the server's order.
  public var items: [Element]
  /// The moment; a watch goes on from here.
  public var resourceVersion: String
}

extension ClusterClient {
  /// An object; nil when the server says that there is no object of this name. A path that the server does not know is an error.
  public func get(_ resource: APIResource, namespace: String? = nil, name: String) async throws(KubernetesError) -> Value? {
    let operation = describe("get", resource, namespace, name)
    let call = Call(operation, "GET", try path(resource, namespace, name, operation: operation))
    let response = try await perform(call, accepting: [404])
    guard response.status == 404 else { return try await decode(response, operation: operation) }
    let error = KubernetesError(response, operation: operation, cluster: self.name)
    // "No such object" names the object; "no such resource", or a proxy's page, does not.
    guard error.reason == "NotFound", error.objectName == name else {
      invalidateDiscovery()
      throw refusal(response, operation)
    }
    return nil
  }

  /// All objects of a selection. Either all of them or an error, never a part.
  public func list(
    _ resource: APIResource, _ selection: Selection = Selection(), pageSize: Int = 500, at version: ListVersion = .mostRecent
  ) async throws(KubernetesError) -> ListResult<Value> {
    try await list(resource, selection, pageSize: pageSize, at: version) { $0 }
  }

  /// All objects of a selection, each turned into something smaller as its page comes in, so that no more than a page is held at once.
  /// - Parameters:
  ///   - version: which moment the list is of
  ///   - transform: run off Swift's own pool for large pages; nil leaves an object out
  public func list<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection = Selection(), pageSize: Int = 500, at version: ListVersion = .mostRecent,
    transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> ListResult<Element> {
    var pageSize = pageSize
    var attempt = 1
    while true {
      do throws(KubernetesError) {
        return try await pages(resource, selection, pageSize, version, transform)
      } catch {
        // The continue token ran out on the way: what came so far is of no use. Afresh, and the last time all at once, as client-go does.
        guard error.isGone, attempt < 3, pageSize > 0 else { throw error }
        if attempt == 2 { pageSize = 0 }
        attempt += 1
      }
    }
  }

  private func pages<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection, _ pageSize: Int, _ version: ListVersion,
    _ transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> ListResult<Element> {
    let operation = describe("list", resource, selection.namespace, nil)
    var result = ListResult<Element>(items: [], resourceVersion: "")
    var token = ""
    while true {
      var call = Call(operation, "GET", resource.path(namespace: selection.namespace))
      call.query = selection.query
      if pageSize > 0 { call.query.append(("limit", "\(pageSize)")) }
      // The token holds the moment of the first page: asking for one again is refused.
      call.query += token.isEmpty ? version.query : [("continue", token)]
      if selection.metadataOnly {
        call.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
      }
      let response = try await perform(call)
      let limit = DecodingLimits(maxBytes: limits.maximumBodyBytes)
      let page = try await compute(response.body.count, operation) { () throws(DocumentError) in
        try ListPage(try JSON.decode(response.body, limits: limit), of: resource, transform: transform)
      }
      result.items += page.items
      if result.resourceVersion.isEmpty { result.resourceVersion = page.resourceVersion }
      if page.token.isEmpty { return result }
      guard page.token != token else { throw failure("the server repeats a continue token: the list would not end", operation) }
      token = page.token
    }
  }

  // MARK: - paths and words

  func describe(_ verb: String, _ resource: APIResource, _ namespace: String?, _ name: String?) -> String {
    let place = [resource.namespaced ? namespace ?? "" : "", name ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
    return place.isEmpty ? "\(verb) \(resource.groupVersionKind)" : "\(verb) \(resource.groupVersionKind) \(place)"
  }

  /// The path of one object; a namespaced object needs its namespace.
  func path(
    _ resource: APIResource, _ namespace: String?, _ name: String?, subresource: String? = nil, operation: String
  ) throws(KubernetesError) -> String {
    if resource.namespaced && (namespace ?? "").isEmpty { throw failure("a namespace is needed", operation) }
    if let name, name.isEmpty { throw failure("a name is needed", operation) }
    return resource.path(namespace: namespace, name: name, subresource: subresource)
  }
}

/// One page of a list, its objects turned into what the caller keeps.
struct ListPage<Element: Sendable>: Sendable {
  var items: [Element] = []
  var resourceVersion: String
  var token: String

  init(_ body: Value, of resource: APIResource, transform: (Value) -> Element?) throws(DocumentError) {
    guard let metadata = body["metadata"], let version = metadata["resourceVersion"]?.stringValue, let list = body["items"] else {
      throw DocumentError("a list is expected, with items and metadata.resourceVersion")
    }
    resourceVersion = version
    token = metadata["continue"]?.stringValue ?? ""
    // An empty list may be null.
    guard !list.isNull else { return }
    guard let objects = list.arrayValue else { throw DocumentError("items is no list but a \(list.kindName)") }
    items.reserveCapacity(objects.count)
    for object in objects {
      guard object.objectValue != nil else { throw DocumentError("an item is no object but a \(object.kindName)") }
      if let element = transform(ListPage.identified(object, resource)) { items.append(element) }
    }
  }

  /// The items of a list do not say what they are, and metadata alone claims to be `PartialObjectMetadata`.
  static func identified(_ object: Value, _ resource: APIResource) -> Value {
    var object = object
    object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
    object["kind"] = .string(resource.kind)
    return object
  }
}

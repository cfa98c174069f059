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
    guard error.reason == "NotFound", error.objectName == name else { throw error }
    return nil
  }

  /// All objects of a selection. Either all of them or an error, never a part.
  public func list(
    _ resource: APIResource, _ selection: Selection = Selection(), pageSize: Int = 500
  ) async throws(KubernetesError) -> ListResult<Value> {
    try await list(resource, selection, pageSize: pageSize) { $0 }
  }

  /// All objects of a selection, each turned into something smaller as its page comes in, so that no more than a page is held at once.
  /// - Parameter transform: run off Swift's own pool for large pages; nil leaves an object out
  public func list<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection = Selection(), pageSize: Int = 500,
    transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> ListResult<Element> {
    do throws(KubernetesError) {
      return try await pages(resource, selection, pageSize, transform)
    } catch {
      // The continue token ran out on the way: what came so far is of no use, start afresh once.
      guard error.isGone else { throw error }
      return try await pages(resource, selection, pageSize, transform)
    }
  }

  private func pages<Element: Sendable>(
    _ resource: APIResource, _ selection: Selection, _ pageSize: Int, _ transform: @escaping @Sendable (Value) -> Element?
  ) async throws(KubernetesError) -> ListResult<Element> {
    let operation = describe("list", resource, selection.namespace, nil)
    var result = ListResult<Element>(items: [], resourceVersion: "")
    var token = ""
    while true {
      var call = Call(operation, "GET", resource.path(namespace: selection.namespace))
      call.query = selection.query
      if pageSize > 0 { call.query.append(("limit", "\(pageSize)")) }
      if !token.isEmpty { call.query.append(("continue", token)) }
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

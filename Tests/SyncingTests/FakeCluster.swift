import Document

@testable import Syncing

/// A cluster in memory: versions, uids, watches, an account of applied fields, and faults on demand. Every request is counted.
actor FakeCluster: SpokeAPI {
  /// What was asked, in order: `apply apps/Deployment/web/shop`.
  private(set) var requests: [String] = []
  private var objects: [ObjectIdentity: Value] = [:]
  private var version = 100
  private var watchers: [Int: (GroupKind, Bool, AsyncThrowingStream<SpokeEvent, any Error>.Continuation)] = [:]
  private var nextWatcher = 0
  private var served: [GroupKind: ServedResource] = [:]
  /// Set to make every request fail.
  var outage: SpokeError?
  /// Errors for single requests, by their text, each used once.
  var faults: [String: [SpokeError]] = [:]
  /// Whether workloads become healthy as soon as they are applied.
  var isHealthyAtOnce = true
  /// Kinds whose deletion waits for a finalizer.
  var stuckKinds: Set<String> = []
  /// Called after each apply with the identity.
  private(set) var applied: [String] = []

  init() {
    for (group, version, kind, namespaced) in [
      ("", "v1", "ConfigMap", true), ("", "v1", "Secret", true), ("", "v1", "Service", true), ("", "v1", "Namespace", false),
      ("apps", "v1", "Deployment", true), ("batch", "v1", "Job", true), ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", false),
    ] {
      let type = GroupVersionKind(group: group, version: version, kind: kind)
      served[type.groupKind] = ServedResource(type: type, plural: kind.lowercased() + "s", isNamespaced: namespaced)
    }
  }

  func set(outage: SpokeError?) {
    self.outage = outage
    guard let outage else { return }
    for watcher in watchers.values { watcher.2.finish(throwing: outage) }
    watchers = [:]
  }
  func set(healthyAtOnce: Bool) { isHealthyAtOnce = healthyAtOnce }
  func set(stuck kinds: Set<String>) { stuckKinds = kinds }
  func fail(_ request: String, _ errors: [SpokeError]) { faults[request] = errors }
  func forgetRequests() { requests = [] }
  func object(_ text: String) -> Value? { objects[identity(text)] }
  func names() -> [String] { objects.keys.sorted().map(\.description) }

  /// Ends all watches as if their version were too old.
  func expireWatches() {
    for watcher in watchers.values { watcher.2.finish(throwing: SpokeError(.expired, "too old resource version")) }
    watchers = [:]
  }

  /// Somebody else's change.
  func change(_ text: String, _ body: @Sendable (inout Value) -> Void) {
    guard var object = objects[identity(text)] else { return }
    body(&object)
    store(object)
  }

  /// Somebody else's deletion, or a finalizer's end.
  func vanish(_ text: String) {
    guard var object = objects.removeValue(forKey: identity(text)) else { return }
    version += 1
    object[at: "metadata", "resourceVersion"] = .string(String(version))
    send(.deleted(object), object)
  }

  /// Puts an object there as somebody else made it.
  func put(_ object: Value) {
    var object = object
    object[at: "metadata", "uid"] = .string("other-\(version)")
    store(object)
  }

  private func store(_ object: Value) {
    guard let identity = object.objectIdentity else { return }
    var object = object
    version += 1
    object[at: "metadata", "resourceVersion"] = .string(String(version))
    objects[identity] = object
    send(.changed(object), object)
  }

  private func send(_ event: SpokeEvent, _ object: Value) {
    guard let kind = object.groupVersionKind?.groupKind, object[at: "metadata", "labels", Tracking.label] != nil else { return }
    for (watched, metadataOnly, continuation) in watchers.values where watched == kind {
      guard metadataOnly, case .changed = event else {
        continuation.yield(event)
        continue
      }
      continuation.yield(
        .changed(["apiVersion": object["apiVersion"] ?? .null, "kind": object["kind"] ?? .null, "metadata": object["metadata"] ?? .null]))
    }
  }

  private func ask(_ text: String) throws(SpokeError) {
    requests.append(text)
    if let outage { throw outage }
    if var errors = faults[text], !errors.isEmpty {
      let error = errors.removeFirst()
      faults[text] = errors
      throw error
    }
  }

  // MARK: SpokeAPI

  func resource(for type: GroupVersionKind) async throws(SpokeError) -> ServedResource? {
    if let outage { throw outage }
    return served[type.groupKind]
  }

  func resources() async throws(SpokeError) -> [ServedResource] { served.values.sorted { $0.plural < $1.plural } }

  func get(_ resource: ServedResource, namespace: String, name: String) async throws(SpokeError) -> Value? {
    let identity = ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
    try ask("get \(identity)")
    return objects[identity]
  }

  func list(
    _ resource: ServedResource, labelSelector: String, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String {
    try ask("list \(resource.type.kind)")
    let found = objects.filter { $0.key.groupKind == resource.type.groupKind && $0.value[at: "metadata", "labels", labelSelector] != nil }
    let listVersion = String(version)
    await page(found.sorted { $0.key < $1.key }.map(\.value))
    return listVersion
  }

  func watch(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error> {
    try ask("watch \(resource.type.kind)")
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: SpokeEvent.self)
    watchers[nextWatcher] = (resource.type.groupKind, metadataOnly, continuation)
    nextWatcher += 1
    // What happened between list and watch.
    for (identity, object) in objects.sorted(by: { $0.key < $1.key })
    where identity.groupKind == resource.type.groupKind
      && LiveRecord.isOlder(resourceVersion, than: object[at: "metadata", "resourceVersion"]?.stringValue ?? "")
      && object[at: "metadata", "labels", labelSelector] != nil
    { continuation.yield(.changed(object)) }
    return stream
  }

  func apply(_ object: Value, _ resource: ServedResource, force: Bool) async throws(SpokeError) -> Value {
    guard let identity = object.objectIdentity else { throw SpokeError(.invalid, "no identity") }
    try ask("apply \(identity)\(force ? " by force" : "")")
    applied.append(identity.description)
    var result = merge(objects[identity] ?? .null, object)
    let isNew = objects[identity] == nil
    if isNew { result[at: "metadata", "uid"] = .string("uid-\(version)") }
    var content = object
    content["apiVersion"] = nil
    content["kind"] = nil
    content[at: "metadata", "name"] = nil
    content[at: "metadata", "namespace"] = nil
    var managers = (result[at: "metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"]?.stringValue != "flotilla" }
    managers.append([
      "manager": "flotilla", "operation": "Apply", "apiVersion": object["apiVersion"] ?? .null, "fieldsV1": fields(content),
    ])
    result[at: "metadata", "managedFields"] = .array(managers)
    if result["spec"] != objects[identity]?["spec"] || isNew {
      result[at: "metadata", "generation"] = .int((result[at: "metadata", "generation"]?.intValue ?? 0) + 1)
    }
    if isHealthyAtOnce { result["status"] = FakeCluster.healthyStatus(result) }
    if result != objects[identity] { store(result) }
    if identity.kind == "CustomResourceDefinition" { serve(result) }
    return objects[identity] ?? result
  }

  func delete(
    _ resource: ServedResource, namespace: String, name: String, uid: String, propagation: SyncOptions.Propagation
  ) async throws(SpokeError) {
    let identity = ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
    try ask("delete \(identity)")
    guard var object = objects[identity] else { return }
    guard object[at: "metadata", "uid"]?.stringValue == uid else { throw SpokeError(.conflict, "the uid is another one") }
    if stuckKinds.contains(identity.kind) {
      object[at: "metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z"
      object[at: "metadata", "finalizers"] = ["example.com/keep"]
      store(object)
      return
    }
    objects[identity] = nil
    version += 1
    object[at: "metadata", "resourceVersion"] = .string(String(version))
    send(.deleted(object), object)
  }

  private func serve(_ definition: Value) {
    let type = GroupVersionKind(
      group: definition[at: "spec", "group"]?.stringValue ?? "", version: "v1",
      kind: definition[at: "spec", "names", "kind"]?.stringValue ?? "")
    served[type.groupKind] = ServedResource(
      type: type, plural: type.kind.lowercased() + "s", isNamespaced: definition[at: "spec", "scope"]?.stringValue != "Cluster")
  }

  /// Turns a workload healthy, as its controller would.
  func becomeHealthy(_ text: String) {
    guard var object = objects[identity(text)] else { return }
    object["status"] = FakeCluster.healthyStatus(object)
    store(object)
  }

  private static func healthyStatus(_ object: Value) -> Value? {
    let generation = object[at: "metadata", "generation"] ?? 1
    let replicas = object[at: "spec", "replicas"] ?? 1
    switch object["kind"]?.stringValue {
    case "Deployment":
      return ["observedGeneration": generation, "replicas": replicas, "updatedReplicas": replicas, "availableReplicas": replicas]
    case "Job": return ["conditions": [["type": "Complete", "status": "True"]]]
    case "CustomResourceDefinition": return ["conditions": [["type": "Established", "status": "True"]]]
    default: return object["status"]
    }
  }

  private func merge(_ old: Value, _ new: Value) -> Value {
    guard case .object(var object) = old, case .object(let changes) = new else { return new }
    for member in changes.members { object[member.key] = merge(object[member.key] ?? .null, member.value) }
    return .object(object)
  }
}

/// Time that passes at once, but lets others run meanwhile; long waits are real ones that tests never reach.
extension AgentEnvironment {
  static let quick = AgentEnvironment(
    now: { 1_000_000 },
    sleep: { duration in try await Task.sleep(for: duration > .seconds(1) ? duration : .milliseconds(1)) }, random: { 0.5 })
}

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
  /// Set to make every request wait until its task is cancelled, as when packets are dropped.
  private var isBlackHole = false
  /// Kinds that the server refuses to change once they are there.
  private var immutableKinds: Set<String> = []

  init() {
    for (group, version, kind, namespaced) in [
      ("", "v1", "ConfigMap", true), ("", "v1", "Secret", true), ("", "v1", "Service", true), ("", "v1", "Namespace", false),
      ("", "v1", "ServiceAccount", true), ("apps", "v1", "Deployment", true), ("batch", "v1", "Job", true),
      ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", false),
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
  func set(blackHole: Bool) { isBlackHole = blackHole }
  func set(immutable kinds: Set<String>) { immutableKinds = kinds }
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

  /// Deletes an object and makes another one of its name, of which no watch tells.
  func exchange(_ text: String) {
    version += 1
    objects[identity(text)]?[at: "metadata", "uid"] = .string("another-\(version)")
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
      continuation.yield(.changed(FakeCluster.metadata(object)))
    }
  }

  private func ask(_ text: String) async throws(SpokeError) {
    requests.append(text)
    if isBlackHole {
      try? await Task.sleep(for: .seconds(600))
      throw SpokeError(.cancelled, "cancelled")
    }
    if let outage { throw outage }
    if var errors = faults[text], !errors.isEmpty {
      let error = errors.removeFirst()
      faults[text] = errors
      throw error
    }
  }

  // MARK: SpokeAPI

  func resource(for type: GroupVersionKind) async throws(SpokeError) -> ServedResource? {
    // As of the real client: what is served is known from memory, also while the cluster does not answer.
    if isBlackHole { try await ask("discover \(type.kind)") }
    guard let resource = served[type.groupKind] else { return nil }
    return type.version.isEmpty || type.version == resource.type.version ? resource : nil
  }

  func resources() async throws(SpokeError) -> [ServedResource] {
    try await ask("discover")
    return served.values.sorted { $0.plural < $1.plural }
  }

  func get(_ resource: ServedResource, namespace: String, name: String) async throws(SpokeError) -> Value? {
    let identity = ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
    try await ask("get \(identity)")
    return objects[identity]
  }

  func list(
    _ resource: ServedResource, namespace: String, labelSelector: String, metadataOnly: Bool, page: @Sendable ([Value]) async -> Void
  ) async throws(SpokeError) -> String {
    try await ask("list \(resource.type.kind)\(namespace.isEmpty ? "" : " in \(namespace)")")
    let found = objects.filter { identity, object in
      identity.groupKind == resource.type.groupKind && (namespace.isEmpty || identity.namespace == namespace)
        && (labelSelector.isEmpty || object[at: "metadata", "labels", labelSelector] != nil)
    }
    let listVersion = String(version)
    await page(found.sorted { $0.key < $1.key }.map { metadataOnly ? FakeCluster.metadata($0.value) : $0.value })
    return listVersion
  }

  private static func metadata(_ object: Value) -> Value {
    ["apiVersion": object["apiVersion"] ?? .null, "kind": object["kind"] ?? .null, "metadata": object["metadata"] ?? .null]
  }

  func watch(
    _ resource: ServedResource, labelSelector: String, from resourceVersion: String, metadataOnly: Bool
  ) async throws(SpokeError) -> AsyncThrowingStream<SpokeEvent, any Error> {
    try await ask("watch \(resource.type.kind)")
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

  func apply(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    guard let identity = object.objectIdentity else { throw SpokeError(.invalid, "no identity") }
    try await ask(
      "apply \(identity)\(options.force ? " by force" : "")\(options.validate ? "" : " unchecked")\(options.dryRun ? " (dry run)" : "")")
    if let live = objects[identity], immutableKinds.contains(identity.kind), live["data"] != object["data"] {
      throw SpokeError(.invalid, "field is immutable")
    }
    let result = try FakeAccount.apply(object, to: objects[identity], manager: options.manager, force: options.force)
    return write(result, identity, options)
  }

  func create(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    guard let identity = object.objectIdentity else { throw SpokeError(.invalid, "no identity") }
    try await ask("create \(identity)")
    guard objects[identity] == nil else { throw SpokeError(.conflict, "already exists") }
    return write(updated(object, object, options.manager), identity, options)
  }

  func replace(_ object: Value, _ resource: ServedResource, _ options: SpokeWriteOptions) async throws(SpokeError) -> Value {
    guard let identity = object.objectIdentity else { throw SpokeError(.invalid, "no identity") }
    try await ask("replace \(identity)")
    guard let live = objects[identity] else { throw SpokeError(.notFound, "not found") }
    for field in ["uid", "resourceVersion"] where live[at: "metadata", field] != object[at: "metadata", field] {
      throw SpokeError(.conflict, "the object has been modified")
    }
    var result = object
    for field in ["managedFields", "generation"] { result[at: "metadata", field] = live[at: "metadata", field] }
    return write(updated(result, object, options.manager), identity, options)
  }

  /// The account after a write that is no apply.
  private func updated(_ object: Value, _ content: Value, _ manager: String) -> Value {
    var object = object
    let others = (object[at: "metadata", "managedFields"]?.arrayValue ?? []).filter { $0["manager"]?.stringValue != manager }
    let own: Value = [
      "manager": .string(manager), "operation": "Update", "apiVersion": object["apiVersion"] ?? .null,
      "fieldsV1": FakeAccount.tree(FakeAccount.content(content)),
    ]
    object[at: "metadata", "managedFields"] = .array(others + [own])
    return object
  }

  func patch(
    _ resource: ServedResource, namespace: String, name: String, _ operations: Value, _ options: SpokeWriteOptions
  ) async throws(SpokeError) -> Value {
    let identity = ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
    try await ask("patch \(identity)")
    guard let live = objects[identity] else { throw SpokeError(.notFound, "not found") }
    guard let result = try? JSONPatch.apply(operations, to: live) else { throw SpokeError(.invalid, "no patch") }
    guard result[at: "metadata", "resourceVersion"] == live[at: "metadata", "resourceVersion"] else {
      throw SpokeError(.conflict, "the object has been modified")
    }
    return write(result, identity, options)
  }

  private func write(_ object: Value, _ identity: ObjectIdentity, _ options: SpokeWriteOptions) -> Value {
    var result = object
    let isNew = objects[identity] == nil
    if isNew { result[at: "metadata", "uid"] = .string("uid-\(version)") }
    if result["spec"] != objects[identity]?["spec"] || isNew {
      result[at: "metadata", "generation"] = .int((result[at: "metadata", "generation"]?.intValue ?? 0) + 1)
    }
    if isHealthyAtOnce { result["status"] = FakeCluster.healthyStatus(result) }
    guard !options.dryRun else { return result }
    if result != objects[identity] { store(result) }
    if identity.kind == "CustomResourceDefinition" { serve(result) }
    return objects[identity] ?? result
  }

  func delete(
    _ resource: ServedResource, namespace: String, name: String, uid: String, propagation: SyncOptions.Propagation, dryRun: Bool
  ) async throws(SpokeError) {
    let identity = ObjectIdentity(group: resource.type.group, kind: resource.type.kind, namespace: namespace, name: name)
    let manner =
      (propagation == SyncOptions().propagation(for: identity.groupKind) ? "" : " in \(propagation.rawValue.lowercased())")
      + (dryRun ? " (dry run)" : "")
    try await ask("delete \(identity)\(manner)")
    guard var object = objects[identity] else { return }
    guard object[at: "metadata", "uid"]?.stringValue == uid else { throw SpokeError(.conflict, "the uid is another one") }
    guard !dryRun else { return }
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
}

/// Time that passes at once, but lets others run meanwhile; long waits are real ones that tests never reach.
extension AgentEnvironment {
  static let quick = AgentEnvironment(
    now: { 1_000_000 },
    sleep: { duration in try await Task.sleep(for: duration > .seconds(1) ? duration : .milliseconds(1)) }, random: { 0.5 })
}

import Document

/// Foreground deletion in clusters where nobody collects garbage.
///
/// An object that is deleted in the foreground stays until the cluster's garbage collector (part of the controller manager) has seen to its
/// dependants. Where no collector runs, or it has fallen over, the object would stay for ever although it has none.
extension ClusterAgent {
  /// One object that is to be gone.
  private struct Leaving {
    let identity: ObjectIdentity
    let uid: String
  }

  /// Lets go of objects on their way out that wait for nothing but the garbage collector and have no dependants: a second deletion, in the
  /// background, takes the finalizer away.
  func releaseUncollected(_ objects: [(ObjectIdentity, String)]) async {
    var waiting: [String: [Leaving]] = [:]
    for (identity, uid) in objects where !identity.namespace.isEmpty {
      guard let type = type(of: identity), let live = try? await read(identity, type), live[at: "metadata", "uid"]?.stringValue == uid,
        live[at: "metadata", "deletionTimestamp"] != nil, live[at: "metadata", "finalizers"] == ["foregroundDeletion"]
      else { continue }
      waiting[identity.namespace, default: []].append(Leaving(identity: identity, uid: uid))
    }
    for (namespace, members) in waiting.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      for object in await childless(members, in: namespace) { _ = await delete(object.identity, object.uid, .background) }
    }
  }

  /// Those of some objects that nothing in their namespace names as its owner; none where that cannot be told.
  ///
  /// In a cluster with a collector an object that still waits has dependants of the usual kinds, and one list tells. What the account may
  /// not see does not keep an object: the collector deletes it once its owner is gone.
  private func childless(_ objects: [Leaving], in namespace: String) async -> [Leaving] {
    guard let resources = try? await request({ api throws(SpokeError) in try await api.resources() }) else { return [] }
    let usual = ["replicasets", "pods", "jobs", "endpointslices", "controllerrevisions"]
    let ordered = usual.flatMap { name in resources.filter { $0.plural == name } } + resources.filter { !usual.contains($0.plural) }
    var rest = objects
    for resource in ordered where resource.isNamespaced && !rest.isEmpty {
      let collector = OwnerCollector()
      do {
        try await request { api throws(SpokeError) in
          _ = try await api.list(resource, namespace: namespace, labelSelector: "", metadataOnly: true) { page in
            await collector.take(page)
          }
        }
      } catch {
        // A kind that went with its definition meanwhile has no objects.
        guard error.kind == .notFound || error.kind == .forbidden else { return [] }
      }
      let owners = await collector.owners
      rest.removeAll { owners.contains($0.uid) }
    }
    return rest
  }
}

/// Gathers owners from pages of metadata as they come.
private actor OwnerCollector {
  private(set) var owners: Set<String> = []

  func take(_ page: [Value]) {
    for object in page {
      for owner in object[at: "metadata", "ownerReferences"]?.arrayValue ?? [] {
        if let uid = owner["uid"]?.stringValue { owners.insert(uid) }
      }
    }
  }
}

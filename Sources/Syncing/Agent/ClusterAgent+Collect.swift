import Document

/// Foreground deletion in clusters where nobody collects garbage.
///
/// An object that is deleted in the foreground stays until the cluster's garbage collector (part of the controller manager) has seen to its
/// dependants. Where no collector runs, or it has fallen over, the object would stay for ever although it has none.
extension ClusterAgent {
  /// Lets go of objects on their way out that wait for nothing but the garbage collector and have no dependants: a second deletion, in the
  /// background, takes the finalizer away. One look decides for all of a namespace; where anything cannot be read, nothing is done.
  func releaseUncollected(_ objects: [(ObjectIdentity, String)]) async {
    var waiting: [String: [(identity: ObjectIdentity, uid: String)]] = [:]
    for (identity, uid) in objects where !identity.namespace.isEmpty {
      guard let type = type(of: identity), let live = try? await read(identity, type), live[at: "metadata", "uid"]?.stringValue == uid,
        live[at: "metadata", "deletionTimestamp"] != nil, live[at: "metadata", "finalizers"] == ["foregroundDeletion"]
      else { continue }
      waiting[identity.namespace, default: []].append((identity, uid))
    }
    for (namespace, members) in waiting.sorted(by: { ByteOrder.less($0.key, $1.key) }) {
      guard let owners = await owners(in: namespace) else { continue }
      for member in members where !owners.contains(member.uid) { _ = await delete(member.identity, member.uid, .background) }
    }
  }

  /// The uids of all that is named as an owner in a namespace; nil where that cannot be told.
  private func owners(in namespace: String) async -> Set<String>? {
    guard let resources = try? await request({ api throws(SpokeError) in try await api.resources() }) else { return nil }
    let collector = OwnerCollector()
    for resource in resources where resource.isNamespaced {
      do {
        try await request { api throws(SpokeError) in
          _ = try await api.list(resource, namespace: namespace, labelSelector: "", metadataOnly: true) { page in
            await collector.take(page)
          }
        }
      } catch {
        // A kind that went with its definition meanwhile has no objects.
        guard error.kind == .notFound else { return nil }
      }
    }
    return await collector.owners
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

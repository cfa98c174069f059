import Document
import FleetModel

/// An object that an application has in a cluster, in the form in which the hub stores it: what it needs to know after a restart.
public struct Holding: Sendable, Hashable {
  /// Which object.
  public let identity: ObjectIdentity
  /// The version in which its kind is watched or wanted; nil when nobody could tell.
  public let type: GroupVersionKind?
  /// Tells it from one of the same name that is made later.
  public let uid: String
  /// The digest of the manifest that it was last seen to be like; nil when it is like none that was applied.
  public let digest: Digest?
}

extension ClusterAgent {
  /// What an application has here now, hooks included, in the order of the identities: to be stored after a sync, its kinds to be given
  /// to ``start(inventory:)`` by the next process. Costs no request.
  public func holdings(of id: InstanceID) -> [Holding] {
    index.holdings(of: Owner.label(for: id)).map { identity, record in
      var digest: Digest?
      if case .synced(let known) = record.match { digest = known }
      return Holding(identity: identity, type: type(of: identity), uid: record.uid, digest: digest)
    }
  }

  /// Objects in namespaces that nobody manages (`AppProject.spec.orphanedResources`), in the order of their identities.
  ///
  /// Asks for the metadata of everything in the namespaces: meant for a report that somebody asks for, or once in a while, not for every
  /// change.
  /// - Throws: the first request that fails; a report that lacks a kind would be wrong.
  public func orphans(in namespaces: [String], _ rules: OrphanRules) async throws(SpokeError) -> [ObjectIdentity] {
    var found: Set<ObjectIdentity> = []
    let resources = try await request { api throws(SpokeError) in try await api.resources() }
    for resource in resources where resource.isNamespaced {
      for namespace in namespaces {
        let collector = Collector(rules)
        do {
          _ = try await request { api throws(SpokeError) in
            try await api.list(resource, namespace: namespace, labelSelector: "", metadataOnly: true) { page in await collector.take(page) }
          }
        } catch {
          // A kind that went with its definition meanwhile has no objects.
          guard error.kind == .notFound else { throw error }
        }
        found.formUnion(await collector.orphans)
      }
    }
    return found.filter { index.record($0) == nil }.sorted()
  }
}

/// Sifts pages of metadata as they come.
private actor Collector {
  private let rules: OrphanRules
  private(set) var orphans: [ObjectIdentity] = []

  init(_ rules: OrphanRules) { self.rules = rules }

  func take(_ page: [Value]) {
    for object in page where rules.isOrphan(object) {
      if let identity = object.objectIdentity { orphans.append(identity) }
    }
  }
}

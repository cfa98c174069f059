import Document
import FleetModel
import Kubernetes
import Syncing
import Testing

/// What was just synced is in sync: the server's defaults, its own spelling of quantities and its additions are no differences.
@Suite(.realServers, .timeLimit(.minutes(4)))
struct ManyKindsTests {
  static let files = ["workloads", "network-and-storage", "configuration-and-policy", "custom"]

  @Test(arguments: files, [[], ["Replace=true"]])
  func aFreshSyncIsInSync(_ file: String, _ options: [String]) async throws {
    try await Site.with { site in
      let manifests = try Manifests.file(file, unique: site.name)
      await site.want(manifests, options: options)
      let result = await site.sync(SyncRequest())
      #expect(result.objects.count == manifests.count)
      await site.expectSettled()
      let versions = await site.versions()

      // A hub that starts anew knows nothing but what the cluster tells, and compares field by field.
      let api = CountingSpoke(site.admin)
      let next = Site.makeAgent("next", api)
      await next.start()
      await site.want(manifests, options: options, of: next)
      await site.expect(of: next) { $0.sync == .synced }
      #expect(await next.sync(site.owner.id, SyncRequest(prune: true)).outcome == .unchanged)
      #expect(api.writes == [])
      // The same in a new revision: some digests are new, the content is not.
      await site.want(manifests, options: options, revision: "r2", of: next)
      #expect(await next.sync(site.owner.id, SyncRequest(prune: true)).outcome == .unchanged)
      #expect(api.writes == [])
      await next.stop()
      #expect(await site.versions() == versions)
    }
  }

  /// Applying everything once more (`argocd app sync --force-all` of old) leaves what is there as it is.
  @Test(arguments: files)
  func applyingAgainChangesNothing(_ file: String) async throws {
    try await Site.with { site in
      await site.want(try Manifests.file(file, unique: site.name))
      await site.sync(SyncRequest())
      await site.expectSettled()
      let again = await site.sync(SyncRequest(all: true))
      #expect(again.objects.allSatisfy { $0.message.isEmpty }, "\(again.objects.filter { !$0.message.isEmpty })")
      await site.expectSettled()
    }
  }

  /// Everything that was made is gone once the application is removed.
  @Test func allKindsAreRemoved() async throws {
    try await Site.with { site in
      let manifests = try ManyKindsTests.files.flatMap { try Manifests.file($0, unique: site.name) }
      await site.want(manifests)
      await site.sync(SyncRequest())
      // Nothing frees a claim or volume of its protection here.
      for (kind, name) in [("PersistentVolumeClaim", "data"), ("PersistentVolumeClaim", "classless"), ("PersistentVolume", site.name)] {
        try await site.patch("v1", kind, name, ["metadata": ["finalizers": nil]])
      }
      let removed = await site.agent.remove(
        site.owner.id, SyncRequest(prune: true, waveTimeout: .seconds(30), propagation: .background))
      #expect(removed.outcome == .succeeded, "\(removed.message)")
      #expect(removed.objects.count == manifests.count)
      for manifest in manifests {
        let (type, name) = (try #require(manifest.groupVersionKind), manifest[at: "metadata", "name"]?.stringValue ?? "")
        #expect(await site.lacks(type.apiVersion, type.kind, name), "\(type) \(name)")
      }
    }
  }
}
